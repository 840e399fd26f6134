//! Making a patch from what changed in the work folder.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::baseline::Baseline;
use super::compare::{Comparison, compare, slashes};
use super::options::{Change, Patch, PatchOptions, PatchedFile};
use super::pick::Pick;
use super::unified::{needs_git_header, unified_diff};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::progress::Progress;
use crate::sources::{PlacedPatch, SourceRecord, inside};

const DEFAULT_NAME: &str = "changes";

/// Makes one patch from the changes of all sources, and writes it unless that is a dry run.
///
/// Changes are those since the sources were fetched and patched, or since the last patch of another name that was made
/// from this work folder. Blocks; for a task of its own.
///
/// # Errors
/// [`Error::Patch`] when there are no sources, when the file exists already, or when an earlier patch no longer fits;
/// [`Error::InvalidOption`], [`Error::Io`], [`Error::Cancelled`].
pub fn create_patch(layout: &Layout, options: &PatchOptions, progress: &Progress, cancel: &Cancel) -> Result<Patch> {
    let file_name = file_name(options)?;
    let pick = Pick::new(options)?;
    let mut record = SourceRecord::read(&layout.build_dir)?;
    if record.placements.is_empty() {
        return Err(Error::Patch { patch: file_name, reason: "the recipe has no sources to compare with".to_owned() });
    }
    let baseline = Baseline::new(&record, &layout.build_dir, &file_name, cancel)?;
    let comparison = compare(&baseline, &layout.work_dir, &pick, cancel)?;
    for skipped in &comparison.skipped {
        progress.warn(format!("`{}` is not in the patch: {}", skipped.path, skipped.reason));
    }
    let sources = touched(&comparison, &baseline, &record);
    let text = diff_text(&comparison, &prefix_left_out(&comparison, &sources, &record));
    warn_about_folders(&sources, &record, progress);

    let mut patch = Patch {
        text: String::from_utf8_lossy(&text).into_owned(),
        path: None,
        files: comparison
            .changed
            .iter()
            .map(|(path, changed)| PatchedFile { path: slashes(path), change: changed.change })
            .collect(),
        skipped: comparison.skipped.clone(),
        sources: sources.into_iter().collect(),
    };
    if options.dry_run || text.is_empty() {
        return Ok(patch);
    }
    let folder = options.output_dir.as_deref().unwrap_or(&layout.recipe_dir);
    let path = write(folder, &file_name, &text, options.overwrite)?;
    remember(&mut record, layout, &file_name, &diff_text(&comparison, Path::new("")))?;
    progress.info(format!("Created patch: {}", path.display()));
    patch.path = Some(path);
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

fn diff_text(comparison: &Comparison, prefix: &Path) -> Vec<u8> {
    let mut text = Vec::new();
    let git = comparison.changed.values().any(|changed| needs_git_header(changed.old.as_ref(), changed.new.as_ref()));
    for (path, changed) in &comparison.changed {
        let path = path.strip_prefix(prefix).unwrap_or(path);
        text.extend(unified_diff(&slashes(path), changed.old.as_ref(), changed.new.as_ref(), git));
    }
    text
}

/// Names are relative to the work folder, and whoever applies the patch finds out how much of them to leave out by files
/// that are there. When all files are new nothing tells, so the names are relative to the source's folder.
fn prefix_left_out(comparison: &Comparison, sources: &BTreeSet<usize>, record: &SourceRecord) -> PathBuf {
    let all_new = comparison.changed.values().all(|changed| changed.change == Change::Added);
    let only = sources.first().filter(|_| all_new && sources.len() == 1);
    let target = only.and_then(|&index| record.placements.get(index)).map(|placement| placement.target.clone());
    target.unwrap_or_default()
}

/// A patch is applied in the folder of the one source that lists it.
fn warn_about_folders(sources: &BTreeSet<usize>, record: &SourceRecord, progress: &Progress) {
    let folders: BTreeSet<&Path> =
        sources.iter().filter_map(|&index| record.placements.get(index)).map(|p| p.target.as_path()).collect();
    if folders.len() > 1 {
        progress.warn(
            "The patch changes sources in several folders: list it under the last source without `target_directory`, or \
             make one patch for each with `include`",
        );
    }
}

fn write(folder: &Path, file_name: &str, text: &[u8], overwrite: bool) -> Result<PathBuf> {
    fs_err::create_dir_all(folder).map_err(Error::io("cannot create", folder))?;
    let folder = std::path::absolute(folder).map_err(Error::io("cannot resolve", folder))?;
    let path = folder.join(file_name);
    let mut file = tempfile::Builder::new();
    #[cfg(unix)]
    file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = file.tempfile_in(&folder).map_err(Error::io("cannot write", &path))?;
    file.write_all(text).map_err(Error::io("cannot write", &path))?;
    let written = if overwrite { file.persist(&path) } else { file.persist_noclobber(&path) };
    match written {
        Ok(_) => Ok(path),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Err(Error::Patch {
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
    fs_err::create_dir_all(folder).map_err(Error::io("cannot create", folder))?;
    fs_err::write(&path, text).map_err(Error::io("cannot write", &path))?;
    record.created.retain(|patch| patch.name != file_name);
    record.created.push(PlacedPatch { name: file_name.to_owned(), copy });
    record.write(&layout.build_dir)
}
