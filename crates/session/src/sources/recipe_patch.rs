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
/// Directory of the copies of applied patches, in the build directory.
pub(crate) const PATCH_COPIES: &str = "source_patches";

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
        let text = read_patch(name, &path)?;
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
        placed.push(keep_copy(name, Path::new(PATCH_COPIES), source, index, layout, &text)?);
    }
    Ok(placed)
}

/// Keeps copies of patches in a folder of the build folder; they are not applied.
///
/// # Errors
/// [`Error::Patch`] for a patch that cannot be read, [`Error::Io`].
pub(super) fn copy_patches(
    patches: &[String],
    folder: &Path,
    source: usize,
    layout: &Layout,
) -> Result<Vec<PlacedPatch>> {
    let copied = patches.iter().enumerate().map(|(index, name)| {
        let text = read_patch(name, &patch_path(name, layout))?;
        keep_copy(name, folder, source, index, layout, &text)
    });
    copied.collect()
}

fn read_patch(name: &str, path: &Path) -> Result<Vec<u8>> {
    read_regular::read(path, MAX_PATCH_SIZE).map_err(|error| Error::Patch {
        patch: name.to_owned(),
        reason: format!("cannot read `{}`: {error}", path.display()),
    })
}

fn keep_copy(
    name: &str,
    folder: &Path,
    source: usize,
    index: usize,
    layout: &Layout,
    text: &[u8],
) -> Result<PlacedPatch> {
    let copy = folder.join(format!("{source}-{index}.patch"));
    keep(&layout.build_dir.join(&copy), text)?;
    Ok(PlacedPatch { name: name.to_owned(), copy })
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
