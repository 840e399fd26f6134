//! Creating a patch from what changed in the work directory.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use sidewinder_recipe::RenderedVariant;

use super::applied_patches::{checksum, patches_in_effect};
use super::baseline::Baseline;
use super::compare::{Changed, Comparison, compare, slashes};
use super::file_filter::FileFilter;
use super::new_files::new_files;
use super::options::{Change, NewFiles, Patch, PatchOptions, PatchedFile, RenamedFile};
use super::recipe_entry::{self, lister};
use super::renames::detect_renames;
use super::run_windows::RunWindows;
use super::unified::{Side, needs_git_header, unified_diff};
use super::verify::{Names, failure_on, names_that_apply};
use crate::cancel::Cancel;
use crate::checkpoint::work_checkpoint;
use crate::error::{Error, Result};
use crate::layout::{Layout, check_folder};
use crate::progress::Progress;
use crate::sources::{CreatedPatch, PATCH_COPIES, SourceRecord, inside};

const DEFAULT_NAME: &str = "changes";

/// A patch is applied in the directory of the one source that lists it.
const SEVERAL_FOLDERS: &str = "the patch changes sources in several directories, and no later source has a directory \
     that contains all of them, so none can list it; create one patch for each with `include`";

/// What a patch is created from.
#[derive(Clone, Copy, Debug)]
pub struct PatchRequest<'a> {
    /// The session's directories.
    pub layout: &'a Layout,
    /// What the session was created from. Without it, the recipe cannot list the patch, and the patches of the set-up
    /// count as those of the recipe.
    pub variant: Option<&'a RenderedVariant>,
    /// What the caller chose.
    pub options: &'a PatchOptions,
}

/// Creates one patch from the changes of all sources, and writes it unless that is a dry run.
///
/// Changes are those since the sources were fetched and patched, with the patches that the recipe lists now; or those
/// since a checkpoint. A patch that was created before counts only if the recipe lists it, or the caller names it in
/// `on_top_of`. Before anything is written, the patch is applied to the sources as they were, as a set-up would apply
/// it, and must give the files as they are now. Blocks; for a task of its own.
///
/// # Errors
/// [`Error::MakePatch`] when there are no sources, when the file exists already, or when the recipe cannot list it;
/// [`Error::Patch`] when a patch of the recipe no longer applies; [`Error::Missing`] without a work directory;
/// [`Error::InvalidOption`] for a glob, a name or a checkpoint that is not valid; [`Error::Io`], [`Error::Cancelled`].
/// Nothing is written then.
pub fn create_patch(request: PatchRequest<'_>, progress: &Progress, cancel: &Cancel) -> Result<Patch> {
    let PatchRequest { layout, variant, options } = request;
    let file_name = file_name(options)?;
    let fails = |reason: &str| Error::MakePatch { patch: file_name.clone(), reason: reason.to_owned() };
    let filter = FileFilter::new(options)?;
    let mut record = SourceRecord::read(&layout.build_dir)?;
    if record.placements.is_empty() {
        let foreign = !SourceRecord::exists(&layout.build_dir);
        return Err(fails(if foreign {
            "another tool created the session, and did not record what its sources were"
        } else {
            "the recipe has no sources to compare with"
        }));
    }
    // Every file would count as deleted.
    layout.check_work_dir()?;
    check_folder(&layout.build_dir.join(PATCH_COPIES))?;
    let folder = options.output_dir.as_deref().unwrap_or(&layout.recipe_dir);
    let folder = std::path::absolute(folder).map_err(Error::io("cannot resolve", folder))?;
    let output = folder.join(&file_name);

    let patches = patches_in_effect(&record, layout, variant, &options.on_top_of, &output)?;
    let sources_baseline = Baseline::of_sources(&record, &patches, &layout.build_dir, cancel)?;
    let checkpoint = options.since.as_deref().map(|name| work_checkpoint(layout, name)).transpose()?;
    let since = match checkpoint {
        Some(checkpoint) => Some(Baseline::of_checkpoint(checkpoint, &sources_baseline, cancel)?),
        None => None,
    };
    let baseline = since.as_ref().unwrap_or(&sources_baseline);
    let runs = RunWindows::read(&layout.build_dir);
    let mut comparison = compare(baseline, &layout.work_dir, &filter, &runs, cancel)?;
    let new_files = take_new_files(&mut comparison, &filter, &runs, cancel)?;

    let sources = touched(&comparison, &record);
    let lists = lister(&sources, &record.placements);
    let text = match lists.and_then(|index| record.placements.get(index)) {
        Some(placement) => names_that_apply(&comparison, &placement.target, |names| diff_text(&comparison, names)),
        None => diff_text(&comparison, Names::plain()),
    };
    let text = text.map_err(|reason| fails(&reason))?;
    let mut warnings = Vec::new();
    if lists.is_none() && !sources.is_empty() {
        warnings.push(SEVERAL_FOLDERS.to_owned());
    }
    if let (Some(checkpoint), Some(placement)) = (&options.since, lists.and_then(|index| record.placements.get(index)))
        && let Some(reason) = failure_on(&sources_baseline, &placement.target, &text)
    {
        warnings.push(format!(
            "the patch is against the checkpoint `{checkpoint}` and does not apply to the sources as a new session has \
             them: {reason}"
        ));
    }
    for skipped in &comparison.skipped {
        progress.warn(format!("`{}` is not in the patch: {}", skipped.path, skipped.reason));
    }
    warnings.iter().for_each(|warning| progress.warn(warning.clone()));

    let mut patch = Patch {
        text: String::from_utf8_lossy(&text).into_owned(),
        path: None,
        recipe: None,
        files: patched_files(&comparison),
        renamed: renamed_files(&comparison),
        skipped: comparison.skipped.clone(),
        new_files,
        changed_during_run: comparison.changed_during_run.iter().cloned().collect(),
        warnings,
        sources: sources.into_iter().collect(),
    };
    if text.is_empty() {
        return Ok(patch);
    }
    let entry = match variant.filter(|_| options.update_recipe) {
        Some(variant) => {
            let source = lists.ok_or_else(|| fails(SEVERAL_FOLDERS))?;
            recipe_entry::plan(layout, variant, source, &output, &file_name)?
        }
        None => None,
    };
    if options.dry_run {
        return Ok(patch);
    }
    let path = write(&folder, &file_name, &text, options.overwrite)?;
    record.created.retain(|created| created.path != path);
    record.created.push(CreatedPatch { path: path.clone(), sha256: checksum(&text), source: lists });
    record.write(&layout.build_dir)?;
    progress.info(format!("Created patch: {}", path.display()));
    patch.path = Some(path);
    if let Some(entry) = entry {
        patch.recipe = Some(entry.write()?);
    }
    Ok(patch)
}

/// Adds the new files that the patch takes; returns the others.
fn take_new_files(
    comparison: &mut Comparison<'_>,
    filter: &FileFilter,
    runs: &RunWindows,
    cancel: &Cancel,
) -> Result<NewFiles> {
    let mut new = new_files(comparison.baseline, comparison.work_dir, filter, runs, cancel)?;
    detect_renames(comparison, &mut new, cancel)?;
    let mut left_out = NewFiles::default();
    for file in new {
        cancel.check()?;
        if filter.takes_new(&file.path) {
            comparison.add_new(file.path)?;
        } else if file.is_source {
            left_out.sources.push(slashes(&file.path));
        } else {
            left_out.build_output.push(slashes(&file.path));
        }
    }
    comparison.skip_blocked();
    comparison.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(left_out)
}

fn patched_files(comparison: &Comparison<'_>) -> Vec<PatchedFile> {
    let changed = comparison.changed.iter().map(|(path, changed)| (path, changed.change));
    let moved = comparison.renamed_from.iter().map(|path| (path, Change::Deleted));
    let moved = moved.filter(|(path, _)| !comparison.changed.contains_key(*path));
    let mut files: Vec<_> =
        changed.chain(moved).map(|(path, change)| PatchedFile { path: slashes(path), change }).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn renamed_files(comparison: &Comparison<'_>) -> Vec<RenamedFile> {
    let changed = comparison.changed.iter();
    let renamed = changed.filter_map(|(path, changed)| Some((changed.from.as_ref()?, path)));
    renamed.map(|(from, to)| RenamedFile { from: slashes(from), to: slashes(to) }).collect()
}

/// `<name>.patch`, below the output directory.
fn file_name(options: &PatchOptions) -> Result<String> {
    let name = options.name.as_deref().unwrap_or(DEFAULT_NAME);
    let name = name.strip_suffix(".patch").unwrap_or(name);
    let plain = inside(name).is_some_and(|path| path.components().count() == 1) && !name.contains(['/', '\\']);
    if !plain {
        return Err(Error::InvalidOption {
            option: "name",
            reason: format!("`{}` is not a file name", name.escape_debug()),
        });
    }
    Ok(format!("{name}.patch"))
}

/// The sources that changed files belong to. A new file belongs to the source with the nearest directory.
fn touched(comparison: &Comparison<'_>, record: &SourceRecord) -> BTreeSet<usize> {
    let nearest = |path: &Path| {
        let around = record.placements.iter().enumerate().filter(|(_, placement)| path.starts_with(&placement.target));
        // Of several with the same directory the first.
        around.rev().max_by_key(|(_, placement)| placement.target.components().count()).map(|(index, _)| index)
    };
    let renamed = comparison.changed.values().filter_map(|changed| changed.from.as_ref());
    let paths = comparison.changed.keys().chain(renamed);
    paths.filter_map(|path| comparison.baseline.source_of(path).or_else(|| nearest(path))).collect()
}

/// The text of the patch; both sides of one file at a time are in memory.
fn diff_text(comparison: &Comparison<'_>, names: Names<'_>) -> std::result::Result<Vec<u8>, String> {
    let name = |path: &Path| format!("{}{}", names.prefix, slashes(path.strip_prefix(names.below).unwrap_or(path)));
    let mut needs_git = false;
    for (path, changed) in &comparison.changed {
        let (old, new) = comparison.states(path, changed)?;
        needs_git |= changed.from.is_some() || needs_git_header(old.as_ref(), new.as_ref());
        if needs_git {
            break;
        }
    }
    // A directory is removed before a file takes its place, for readers that go line by line.
    let (first, rest): (Vec<_>, Vec<_>) = comparison.changed.iter().partition(|(path, changed)| {
        let replaced = |above: &Path| comparison.changed.get(above).is_some_and(Changed::has_new);
        !changed.has_new() && path.ancestors().skip(1).any(replaced)
    });
    let mut text = Vec::new();
    for (path, changed) in first.into_iter().chain(rest) {
        let (old, new) = comparison.states(path, changed)?;
        let old_name = name(changed.from.as_deref().unwrap_or(path));
        let new_name = name(path);
        let old = old.as_ref().map(|state| Side { name: &old_name, state });
        let new = new.as_ref().map(|state| Side { name: &new_name, state });
        text.extend(unified_diff(old, new, needs_git.then_some(changed.similarity)));
    }
    Ok(text)
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
