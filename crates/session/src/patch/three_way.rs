//! Bringing a work folder in line with other sources while local edits stay: base ⇄ local, base ⇄ recipe.
//!
//! Nothing in the work folder changes here. What is to come is written to a folder of its own; see `Step`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::applied_patches::placed_patches;
use super::baseline::Baseline;
use super::compare::slashes;
use super::file_filter::is_own;
use super::folder::is_executable;
use super::merge_text::merge_text;
use super::tree::{FileKind, FileState, Tree};
use crate::cancel::Cancel;
use crate::error::{Error, Result, SyncConflict};
use crate::layout::Layout;
use crate::options::ConflictChoice;
use crate::sources::SourceRecord;

/// What is merged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MergeRequest<'a> {
    /// The session's folders.
    pub(crate) layout: &'a Layout,
    /// The sources and patches that the work folder was made from.
    pub(crate) old: &'a SourceRecord,
    /// Those of the recipe as it is now.
    pub(crate) new: &'a SourceRecord,
    /// Empty folder for the new content of files, at their paths relative to the work folder.
    pub(crate) staged: &'a Path,
    /// What is done about files that both sides changed.
    pub(crate) conflicts: ConflictChoice,
}

/// One file or symlink of the work folder that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Relative to the work folder.
    pub(crate) path: PathBuf,
    /// Whether the work folder has something there now.
    pub(crate) replaces: bool,
    /// Whether the staging folder has what comes there; otherwise it is removed.
    pub(crate) writes: bool,
}

/// What merging comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SourceMerge {
    /// What changes, by path.
    pub(crate) steps: Vec<Step>,
    /// Files that both sides changed in different ways.
    pub(crate) conflicts: Vec<SyncConflict>,
    /// Indexes in the new record of sources whose content before patches is new or differs from the old record.
    pub(crate) sources: BTreeSet<usize>,
    /// Indexes in the old record of sources with files that the new record does not have.
    pub(crate) removed_sources: BTreeSet<usize>,
    /// Whether the texts of the patches differ.
    pub(crate) has_other_patches: bool,
}

/// What is at a path.
#[derive(Debug, PartialEq, Eq)]
enum Entry {
    Nothing,
    File(FileState),
    Link(PathBuf),
    /// A folder, a pipe, or a path below a symlink: whatever must be left alone.
    Other,
}

/// Works out what changes in the work folder and writes the new content to the staging folder. Blocks.
///
/// A path that differs between the old and the new sources follows the new ones where the work folder has the old
/// content. Where the work folder was edited, texts are merged by line. Paths that are the same in both are not looked at.
///
/// # Errors
/// [`Error::Patch`] when a patch does not fit the new sources, [`Error::Source`] when pristine files are gone,
/// [`Error::Io`], [`Error::Cancelled`]. Conflicts are not errors here.
pub(crate) fn merge_sources(request: MergeRequest<'_>, cancel: &Cancel) -> Result<SourceMerge> {
    let MergeRequest { layout, old, new, .. } = request;
    let baseline = |record: &SourceRecord| {
        // Patches that were created from the work folder count as local edits until the recipe lists them.
        Baseline::of_sources(record, &placed_patches(record, &layout.build_dir)?, &layout.build_dir, cancel)
    };
    let has_other_patches = patch_texts(old, layout)? != patch_texts(new, layout)?;
    let (old, new) = (baseline(old)?, baseline(new)?);
    let outcome = SourceMerge { has_other_patches, ..SourceMerge::default() };
    let mut merge = Merge { request, old: &old, new: &new, outcome };
    let mut paths: BTreeMap<&Path, ()> = BTreeMap::new();
    for side in [&old, &new] {
        paths.extend(side.files().map(|path| (path, ())));
        paths.extend(side.links().map(|(path, _)| (path, ())));
    }
    for path in paths.into_keys().filter(|path| is_git(path) || !is_own(path)) {
        cancel.check()?;
        merge.path(path)?;
    }
    Ok(merge.outcome)
}

struct Merge<'a> {
    request: MergeRequest<'a>,
    old: &'a Baseline,
    new: &'a Baseline,
    outcome: SourceMerge,
}

impl Merge<'_> {
    fn path(&mut self, path: &Path) -> Result<()> {
        self.note_source(path)?;
        if let (Some(old), Some(new)) = (self.old.unpatched(path), self.new.unpatched(path))
            && old == new
        {
            return Ok(());
        }
        let (old, new) = (entry(self.old, path)?, entry(self.new, path)?);
        if old == new {
            return Ok(());
        }
        let local = self.local(path)?;
        if local == new {
            return Ok(());
        }
        // Git keeps its own files up to date when somebody only looks at them.
        if local == old || is_git(path) && local != Entry::Other {
            return self.take(path, &local, new);
        }
        match (&old, &local, &new) {
            (Entry::File(old), Entry::File(edited), Entry::File(new_state)) => match merged(old, edited, new_state) {
                Ok(merged) => self.take(path, &local, Entry::File(merged)),
                Err(reason) => self.conflict(path, &local, new, reason),
            },
            (_, Entry::Nothing, _) => {
                self.conflict(path, &local, new, "deleted in the session, changed by the recipe".to_owned())
            }
            (_, _, Entry::Nothing) => {
                self.conflict(path, &local, new, "edited in the session, deleted by the recipe".to_owned())
            }
            (Entry::Nothing, ..) => {
                let reason = "created in the session with other content than the recipe's sources now have".to_owned();
                self.conflict(path, &local, new, reason)
            }
            _ => self.conflict(path, &local, new, "changed in the session and by the recipe".to_owned()),
        }
    }

    /// Records which source a difference comes from, if patches are not why.
    fn note_source(&mut self, path: &Path) -> Result<()> {
        let Some(source) = self.new.source_of(path) else {
            self.outcome.removed_sources.extend(self.old.source_of(path));
            return Ok(());
        };
        if self.outcome.sources.contains(&source) {
            return Ok(());
        }
        let differs = match (self.old.pristine(path), self.new.pristine(path)) {
            (Some(old), Some(new)) => old != new && !same_content(old, new)?,
            (old, new) => old.is_some() != new.is_some(),
        };
        if differs {
            self.outcome.sources.insert(source);
        }
        Ok(())
    }

    /// What the work folder has, never reached through a symlink.
    fn local(&self, path: &Path) -> Result<Entry> {
        let work_dir = &self.request.layout.work_dir;
        let mut above = path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
        if above.any(|folder| std::fs::symlink_metadata(work_dir.join(folder)).is_ok_and(|found| !found.is_dir())) {
            return Ok(Entry::Other);
        }
        let full = work_dir.join(path);
        match std::fs::symlink_metadata(&full) {
            Ok(metadata) if metadata.is_symlink() => {
                Ok(Entry::Link(fs_err::read_link(&full).map_err(Error::io("cannot read", full))?))
            }
            Ok(metadata) if metadata.is_file() => {
                let content = fs_err::read(&full).map_err(Error::io("cannot read", &full))?;
                let kind = FileKind::of_file(is_executable(&metadata));
                Ok(Entry::File(FileState { content, kind }))
            }
            Ok(_) => Ok(Entry::Other),
            Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
                Ok(Entry::Nothing)
            }
            Err(error) => Err(Error::io("cannot read", full)(error)),
        }
    }

    fn conflict(&mut self, path: &Path, local: &Entry, new: Entry, reason: String) -> Result<()> {
        match self.request.conflicts {
            ConflictChoice::Local => Ok(()),
            // Anything that is not a file or symlink cannot be replaced by one without losing what is in it.
            ConflictChoice::Recipe if *local != Entry::Other => self.take(path, local, new),
            ConflictChoice::Recipe | ConflictChoice::Fail => {
                self.outcome.conflicts.push(SyncConflict { path: slashes(path), reason });
                Ok(())
            }
        }
    }

    /// Stages what comes to a path.
    fn take(&mut self, path: &Path, local: &Entry, new: Entry) -> Result<()> {
        let staged = self.request.staged.join(path);
        if new != Entry::Nothing
            && let Some(parent) = staged.parent()
        {
            fs_err::create_dir_all(parent).map_err(Error::io("cannot create", parent))?;
        }
        let writes = match new {
            Entry::File(state) => {
                // A new time, not that of the source: what was built from the old content has to look older.
                fs_err::write(&staged, &state.content).map_err(Error::io("cannot write", &staged))?;
                set_executable(&staged, state.kind == FileKind::Executable)
                    .map_err(Error::io("cannot write", &staged))?;
                true
            }
            Entry::Link(target) => {
                crate::sources::make_symlink(&target, &staged).map_err(Error::io("cannot write", &staged))?;
                true
            }
            Entry::Nothing | Entry::Other => false,
        };
        let replaces = *local != Entry::Nothing;
        self.outcome.steps.push(Step { path: path.to_path_buf(), replaces, writes });
        Ok(())
    }
}

/// Both changes of a file in one.
fn merged(old: &FileState, local: &FileState, new: &FileState) -> Result<FileState, String> {
    let content = if local.content == new.content || new.content == old.content {
        local.content.clone()
    } else if local.content == old.content {
        new.content.clone()
    } else if [old, local, new].iter().any(|state| state.content.contains(&0)) {
        return Err("a binary file that was changed in the session and by the recipe".to_owned());
    } else {
        merge_text(&old.content, &local.content, &new.content)
            .map_err(|conflict| format!("line {}: changed in the session and by the recipe", conflict.line))?
    };
    let kind = if new.kind == old.kind { local.kind } else { new.kind };
    Ok(FileState { content, kind })
}

fn entry(baseline: &Baseline, path: &Path) -> Result<Entry> {
    if let Some(target) = baseline.link_target(path) {
        return Ok(Entry::Link(target));
    }
    let state = baseline.read(path).map_err(|reason| Error::Source {
        location: path.display().to_string(),
        reason,
        http: None,
    })?;
    Ok(state.map_or(Entry::Nothing, Entry::File))
}

fn patch_texts(record: &SourceRecord, layout: &Layout) -> Result<Vec<Vec<u8>>> {
    let patches = record.placements.iter().flat_map(|placement| &placement.patches);
    let copies = patches.map(|patch| layout.build_dir.join(&patch.copy));
    copies.map(|copy| fs_err::read(&copy).map_err(Error::io("cannot read", copy))).collect()
}

fn same_content(one: &Path, other: &Path) -> Result<bool> {
    let size =
        |path: &Path| fs_err::metadata(path).map(|metadata| metadata.len()).map_err(Error::io("cannot read", path));
    if size(one)? != size(other)? {
        return Ok(false);
    }
    let read = |path: &Path| fs_err::read(path).map_err(Error::io("cannot read", path));
    Ok(read(one)? == read(other)?)
}

fn is_git(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == ".git")
}

#[cfg(unix)]
fn set_executable(path: &Path, executable: bool) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if !executable {
        return Ok(());
    }
    let mode = std::fs::metadata(path)?.permissions().mode();
    // Whoever may read the file may run it, as git does it.
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode | (mode & 0o444) >> 2))
}

#[cfg(not(unix))]
fn set_executable(_: &Path, _: bool) -> std::io::Result<()> {
    Ok(())
}
