//! What changed in the work folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::baseline::Baseline;
use super::folder::is_executable;
use super::options::{Change, SkippedFile};
use super::pick::{Pick, is_own};
use super::tree::{FileState, Tree};
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// One changed file with both sides.
#[derive(Debug)]
pub(super) struct Changed {
    pub(super) change: Change,
    pub(super) old: Option<FileState>,
    pub(super) new: Option<FileState>,
}

/// All changes, by path relative to the work folder.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    pub(super) changed: BTreeMap<PathBuf, Changed>,
    pub(super) skipped: Vec<SkippedFile>,
}

/// Compares the work folder with what it was, as far as files are picked.
///
/// # Errors
/// [`Error::Io`], [`Error::Source`] when a pristine file cannot be read, [`Error::Cancelled`].
pub(super) fn compare(baseline: &Baseline, work_dir: &Path, pick: &Pick, cancel: &Cancel) -> Result<Comparison> {
    let mut comparison = Comparison::default();
    for path in baseline.paths().filter(|path| pick.takes_changed(path)) {
        cancel.check()?;
        comparison.known_file(baseline, work_dir, path)?;
    }
    for (path, leads_to) in baseline.links().filter(|(path, _)| pick.takes_changed(path)) {
        comparison.known_link(work_dir, path, leads_to)?;
    }
    if pick.adds() {
        for path in new_files(baseline, work_dir, pick, cancel)? {
            cancel.check()?;
            if work_dir.join(&path).is_symlink() {
                comparison.skip(&path, "it is a new symlink");
                continue;
            }
            let new = read(&work_dir.join(&path))?;
            comparison.add(path, Change::Added, None, Some(new));
        }
    }
    comparison.skip_blocked(baseline);
    comparison.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(comparison)
}

impl Comparison {
    fn known_file(&mut self, baseline: &Baseline, work_dir: &Path, path: &Path) -> Result<()> {
        let full = work_dir.join(path);
        let old = || {
            baseline.read(path).map_err(|reason| Error::Source {
                location: path.display().to_string(),
                reason,
                http: None,
            })
        };
        // What is behind a link is not the source's.
        let above = path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
        if above.into_iter().any(|folder| work_dir.join(folder).is_symlink()) {
            self.skip(path, "a folder above it is a symlink now");
            return Ok(());
        }
        match std::fs::symlink_metadata(&full) {
            Ok(metadata) if metadata.is_file() => {
                let (old, new) = (old()?, read(&full)?);
                if old.as_ref() != Some(&new) {
                    self.add(path.to_path_buf(), Change::Modified, old, Some(new));
                }
            }
            Ok(metadata) if metadata.is_symlink() => self.skip(path, "it is a symlink now"),
            // A folder in its place: the file is gone, and files in the folder are new ones.
            Ok(_) => self.add(path.to_path_buf(), Change::Deleted, old()?, None),
            Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
                self.add(path.to_path_buf(), Change::Deleted, old()?, None);
            }
            Err(error) => return Err(Error::io("cannot read", full)(error)),
        }
        Ok(())
    }

    fn known_link(&mut self, work_dir: &Path, path: &Path, leads_to: &Path) -> Result<()> {
        let full = work_dir.join(path);
        match std::fs::symlink_metadata(&full) {
            Ok(metadata) if metadata.is_symlink() => {
                if fs_err::read_link(&full).map_err(Error::io("cannot read", &full))? != leads_to {
                    self.skip(path, "it is a symlink, and leads elsewhere now");
                }
            }
            Ok(_) => self.skip(path, "it was a symlink"),
            Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
                self.skip(path, "it was a symlink, and is gone");
            }
            Err(error) => return Err(Error::io("cannot read", full)(error)),
        }
        Ok(())
    }

    fn add(&mut self, path: PathBuf, change: Change, old: Option<FileState>, new: Option<FileState>) {
        let binary = |side: &Option<FileState>| side.as_ref().is_some_and(|state| state.content.contains(&0));
        let same_content = matches!((&old, &new), (Some(old), Some(new)) if old.content == new.content);
        if path.to_str().is_none() {
            self.skip(&path, "its name is not valid Unicode");
        } else if !same_content && (binary(&old) || binary(&new)) {
            self.skip(&path, "it is a binary file");
        } else {
            self.changed.insert(path, Changed { change, old, new });
        }
    }

    /// Leaves out files in whose place is what the patch leaves there: some of its files are not picked, or cannot be in a
    /// patch.
    fn skip_blocked(&mut self, baseline: &Baseline) {
        let stays = |path: &Path| self.changed.get(path).is_none_or(|changed| changed.new.is_some());
        let blocked = self.changed.iter().filter(|(_, changed)| changed.new.is_some()).filter_map(|(path, _)| {
            let is_there = |path: &Path| baseline.is_file(path) && stays(path) || baseline.is_link(path);
            let above = path.ancestors().skip(1).find(|above| is_there(above));
            let above = above.or_else(|| baseline.is_link(path).then_some(path));
            let below = || baseline.all_below(path).find(|below| stays(below));
            above.or_else(below).map(|other| (path.clone(), slashes(other)))
        });
        for (path, other) in blocked.collect::<Vec<_>>() {
            self.changed.remove(&path);
            if !self.skipped.iter().any(|skipped| skipped.path == slashes(&path)) {
                let of_other = format!("`{other}`, which is not in the patch, is in its place");
                self.skip(&path, if slashes(&path) == other { "it was a symlink" } else { &of_other });
            }
        }
    }

    fn skip(&mut self, path: &Path, reason: &str) {
        self.skipped.push(SkippedFile { path: slashes(path), reason: reason.to_owned() });
    }
}

/// Files and symlinks that no source brought and that are to be taken.
fn new_files(baseline: &Baseline, work_dir: &Path, pick: &Pick, cancel: &Cancel) -> Result<Vec<PathBuf>> {
    let top = work_dir.to_path_buf();
    let mut walk = WalkBuilder::new(work_dir);
    walk.standard_filters(false).follow_links(false);
    walk.filter_entry(move |entry| entry.path().strip_prefix(&top).is_ok_and(|path| !is_own(path)));
    let mut found = Vec::new();
    for entry in walk.build() {
        cancel.check()?;
        let entry = match entry {
            Ok(entry) => entry,
            // A build may still be at work, and may leave folders that cannot be read.
            Err(_) => continue,
        };
        let Ok(path) = entry.path().strip_prefix(work_dir) else { continue };
        let is_link = entry.path_is_symlink();
        let is_file = is_link || entry.file_type().is_some_and(|kind| kind.is_file());
        let is_known = baseline.is_file(path) || is_link && baseline.is_link(path);
        if is_file && pick.takes_new(path) && !is_known {
            found.push(path.to_path_buf());
        }
    }
    Ok(found)
}

fn read(path: &Path) -> Result<FileState> {
    let executable = is_executable(&fs_err::metadata(path).map_err(Error::io("cannot read", path))?);
    let content = fs_err::read(path).map_err(Error::io("cannot read", path))?;
    Ok(FileState { content, executable })
}

/// A path as patches write it.
pub(super) fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}
