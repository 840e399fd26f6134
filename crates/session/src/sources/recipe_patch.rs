//! Applying the patches that a recipe lists for a source.

use std::path::{Path, PathBuf};

use super::read_regular;
use super::record::PlacedPatch;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::patch::{Applied, apply};
use crate::progress::Progress;

/// Patches are read into memory; real ones are far smaller.
pub(crate) const MAX_PATCH_SIZE: u64 = 1 << 30;

/// Applies patches in order and keeps a copy of each, as later patches are made against the result.
///
/// # Errors
/// [`Error::Patch`], [`Error::Io`], [`Error::Cancelled`].
pub(super) fn apply_patches(
    patches: &[String],
    source: usize,
    folder: &Path,
    layout: &Layout,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Vec<PlacedPatch>> {
    let mut placed = Vec::with_capacity(patches.len());
    for (index, name) in patches.iter().enumerate() {
        cancel.check()?;
        let path = patch_path(name, layout);
        progress.info(format!("Applying patch: {}", path.display()));
        let text = read_regular::read(&path, MAX_PATCH_SIZE).map_err(|error| Error::Patch {
            patch: name.clone(),
            reason: format!("cannot read `{}`: {error}", path.display()),
        })?;
        let application = apply(folder, &text, name)?;
        for warning in &application.warnings {
            progress.warn(format!("Patch '{name}': {warning}"));
        }
        match application.applied {
            Applied::Changed => {}
            Applied::Already => progress.warn(format!(
                "Patch '{name}' appears to be already applied; skipping. It may no longer be necessary and can likely \
                 be removed from the recipe."
            )),
            Applied::Empty => progress.warn(format!("Patch '{name}' is empty")),
        }
        let copy = Path::new("source_patches").join(format!("{source}-{index}.patch"));
        keep(&layout.build_dir.join(&copy), &text)?;
        placed.push(PlacedPatch { name: name.clone(), copy });
    }
    Ok(placed)
}

/// The file that an entry of `patches` names. It is relative to the recipe's directory unless it begins with one of three
/// variables: a source may bring patches for the next one.
pub(crate) fn patch_path(name: &str, layout: &Layout) -> PathBuf {
    let folders = [("SRC_DIR", &layout.work_dir), ("RECIPE_DIR", &layout.recipe_dir), ("BUILD_DIR", &layout.build_dir)];
    let mut path = name.to_owned();
    for (variable, folder) in folders {
        for form in [format!("${{{{ {variable} }}}}"), format!("${{{{{variable}}}}}")] {
            path = path.replace(&form, &folder.to_string_lossy());
        }
    }
    layout.recipe_dir.join(path)
}

fn keep(path: &Path, text: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs_err::create_dir_all(folder).map_err(Error::io("cannot create", folder))?;
    fs_err::write(path, text).map_err(Error::io("cannot write", path))
}
