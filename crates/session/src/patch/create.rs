//! Making a patch from what changed in the work folder.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::baseline::Baseline;
use super::compare::{Comparison, compare, slashes};
use super::options::{Patch, PatchOptions, PatchedFile};
use super::pick::Pick;
use super::recipe_entry::{self, lister};
use super::trial::{Names, names_that_apply};
use super::unified::{needs_git_header, unified_diff};
use sidewinder_recipe::RenderedVariant;

use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::{Layout, check_folder};
use crate::progress::Progress;
use crate::sources::{PlacedPatch, SourceRecord, inside};

const DEFAULT_NAME: &str = "changes";

/// A patch is applied in the folder of the one source that lists it.
const SEVERAL_FOLDERS: &str = "The patch changes sources in several folders, and no later source has a folder around \
     all of them, so none can list it: make one patch for each with `include`";

/// What a patch is made from.
#[derive(Clone, Copy, Debug)]
pub struct PatchRequest<'a> {
    /// The session's folders.
    pub layout: &'a Layout,
    /// What the session was made from; needed where the recipe is to name the patch.
    pub variant: Option<&'a RenderedVariant>,
    /// What the caller chose.
    pub options: &'a PatchOptions,
}

/// Makes one patch from the changes of all sources, and writes it unless that is a dry run.
///
/// Changes are those since the sources were fetched and patched, or since the last patch of another name that was made
/// from this work folder. Before anything is written, the patch is applied to the sources as they were, as a set-up
/// would apply it, and must give the files as they are now. Blocks; for a task of its own.
///
/// # Errors
/// [`Error::MakePatch`] when there are no sources, when the file exists already, or when the recipe cannot name it;
/// [`Error::Patch`] when an earlier patch no longer fits; [`Error::Missing`] without a work folder;
/// [`Error::InvalidOption`], [`Error::Io`], [`Error::Cancelled`]. Nothing is written then.
pub fn create_patch(request: PatchRequest<'_>, progress: &Progress, cancel: &Cancel) -> Result<Patch> {
    let PatchRequest { layout, variant, options } = request;
    let file_name = file_name(options)?;
    let fails = |reason: &str| Error::MakePatch { patch: file_name.clone(), reason: reason.to_owned() };
    let pick = Pick::new(options)?;
    let mut record = SourceRecord::read(&layout.build_dir)?;
    if record.placements.is_empty() {
        let foreign = !SourceRecord::exists(&layout.build_dir);
        return Err(fails(if foreign {
            "another tool made the session, and did not write down what its sources were"
        } else {
            "the recipe has no sources to compare with"
        }));
    }
    // Every file would count as deleted.
    layout.check_work_dir()?;
    let baseline = Baseline::new(&record, &layout.build_dir, &file_name, cancel)?;
    let comparison = compare(&baseline, &layout.work_dir, &pick, cancel)?;
    for skipped in &comparison.skipped {
        progress.warn(format!("`{}` is not in the patch: {}", skipped.path, skipped.reason));
    }
    let sources = touched(&comparison, &baseline, &record);
    let lists = lister(&sources, &record.placements);
    let text = match lists.and_then(|index| record.placements.get(index)) {
        Some(placement) => {
            let text = |names: Names<'_>| diff_text(&comparison, names);
            names_that_apply(&baseline, &comparison, &placement.target, text).map_err(|reason| fails(&reason))?
        }
        None => diff_text(&comparison, Names::plain()),
    };
    if lists.is_none() && !sources.is_empty() {
        progress.warn(SEVERAL_FOLDERS);
    }

    let mut patch = Patch {
        text: String::from_utf8_lossy(&text).into_owned(),
        path: None,
        recipe: None,
        files: comparison
            .changed
            .iter()
            .map(|(path, changed)| PatchedFile { path: slashes(path), change: changed.change })
            .collect(),
        skipped: comparison.skipped.clone(),
        sources: sources.into_iter().collect(),
    };
    if text.is_empty() {
        return Ok(patch);
    }
    let folder = options.output_dir.as_deref().unwrap_or(&layout.recipe_dir);
    let folder = std::path::absolute(folder).map_err(Error::io("cannot resolve", folder))?;
    let entry = match variant.filter(|_| options.update_recipe) {
        Some(variant) => {
            let source = lists.ok_or_else(|| fails(SEVERAL_FOLDERS))?;
            recipe_entry::plan(layout, variant, source, &folder.join(&file_name), &file_name)?
        }
        None => None,
    };
    if options.dry_run {
        return Ok(patch);
    }
    let path = write(&folder, &file_name, &text, options.overwrite)?;
    remember(&mut record, layout, &file_name, &diff_text(&comparison, Names::plain()))?;
    progress.info(format!("Created patch: {}", path.display()));
    patch.path = Some(path);
    if let Some(entry) = entry {
        patch.recipe = Some(entry.write()?);
    }
    Ok(patch)
}

/// `<name>.patch`, below the output folder.
fn file_name(options: &PatchOptions) -> Result<String> {
    let name = options.name.as_deref().unwrap_or(DEFAULT_NAME);
    let name = name.strip_suffix(".patch").unwrap_or(name);
    let plain = inside(name).is_some_and(|path| path.components().count() == 1) && !name.contains(['/', '\\']);
    if !plain {
        return Err(Error::InvalidOption {
            option: "name",
            reason: format!("`{}` is no file name", name.escape_debug()),
        });
    }
    Ok(format!("{name}.patch"))
}

/// The sources that changed files belong to. A new file belongs to the source with the nearest folder.
fn touched(comparison: &Comparison, baseline: &Baseline, record: &SourceRecord) -> BTreeSet<usize> {
    let nearest = |path: &Path| {
        let around = record.placements.iter().enumerate().filter(|(_, placement)| path.starts_with(&placement.target));
        // Of several with the same folder the first.
        around.rev().max_by_key(|(_, placement)| placement.target.components().count()).map(|(index, _)| index)
    };
    comparison.changed.keys().filter_map(|path| baseline.source_of(path).or_else(|| nearest(path))).collect()
}

fn diff_text(comparison: &Comparison, names: Names<'_>) -> Vec<u8> {
    let mut text = Vec::new();
    let git = comparison.changed.values().any(|changed| needs_git_header(changed.old.as_ref(), changed.new.as_ref()));
    // A folder is gone before a file comes in its place, for readers that go line by line.
    let (first, rest): (Vec<_>, Vec<_>) = comparison.changed.iter().partition(|(path, changed)| {
        let replaced = |above: &Path| comparison.changed.get(above).is_some_and(|above| above.new.is_some());
        changed.new.is_none() && path.ancestors().skip(1).any(replaced)
    });
    for (path, changed) in first.into_iter().chain(rest) {
        let path = format!("{}{}", names.prefix, slashes(path.strip_prefix(names.below).unwrap_or(path)));
        text.extend(unified_diff(&path, changed.old.as_ref(), changed.new.as_ref(), git));
    }
    text
}

fn write(folder: &Path, file_name: &str, text: &[u8], overwrite: bool) -> Result<PathBuf> {
    fs_err::create_dir_all(folder).map_err(Error::io("cannot create", folder))?;
    let path = folder.join(file_name);
    let mut file = tempfile::Builder::new();
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = file.tempfile_in(folder).map_err(Error::io("cannot write", &path))?;
    file.write_all(text).map_err(Error::io("cannot write", &path))?;
    let written = if overwrite { file.persist(&path) } else { file.persist_noclobber(&path) };
    match written {
        Ok(_) => Ok(path),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Err(Error::MakePatch {
            patch: file_name.to_owned(),
            reason: format!("`{}` already exists; set `overwrite` to replace it", path.display()),
        }),
        Err(error) => Err(Error::io("cannot write", path)(error.error)),
    }
}

/// The next patch of another name is made on top of this one.
fn remember(record: &mut SourceRecord, layout: &Layout, file_name: &str, text: &[u8]) -> Result<()> {
    let copy = Path::new("source_patches").join(format!("created-{file_name}"));
    let path = layout.build_dir.join(&copy);
    let folder = path.parent().unwrap_or(&path);
    check_folder(folder)?;
    fs_err::create_dir_all(folder).map_err(Error::io("cannot create", folder))?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(Error::io("cannot write", &path))?;
    file.write_all(text).map_err(Error::io("cannot write", &path))?;
    file.persist(&path).map_err(|error| error.error).map_err(Error::io("cannot write", path))?;
    record.created.retain(|patch| patch.name != file_name);
    record.created.push(PlacedPatch { name: file_name.to_owned(), copy });
    record.write(&layout.build_dir)
}
