//! Changing files of the work folder in a way that can be undone, also after the process was killed.
//!
//! ```text
//! <build folder>/.sync/
//!   new/…           content that comes
//!   old/…           what was replaced or removed
//!   added           paths that did not exist before
//!   scripts/…       the session's own scripts as they were
//!   record.json     the record of the sources as it was
//! ```
//!
//! As long as the folder exists, the work folder can be made what it was. It is removed in one step at the end.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::layout::{Held, Layout, check_folder, remove_tree};
use crate::patch::Step;
use crate::script;
use crate::sources::SourceRecord;

/// In the build folder.
const FOLDER: &str = ".sync";
const NEW: &str = "new";
const OLD: &str = "old";
const SCRIPTS: &str = "scripts";
const RECORD: &str = "record.json";
const ADDED: &str = "added";

/// Changes of the work folder that can still be undone.
#[derive(Debug)]
pub(super) struct Transaction<'a> {
    layout: &'a Layout,
    folder: PathBuf,
}

impl<'a> Transaction<'a> {
    /// Begins; nothing in the work folder changes yet.
    ///
    /// # Errors
    /// [`Error::Replaced`], [`Error::Io`].
    pub(super) fn begin(layout: &'a Layout) -> Result<Self> {
        let folder = layout.build_dir.join(FOLDER);
        check_folder(&folder)?;
        remove_tree(&folder).map_err(Error::io("cannot remove", &folder))?;
        for folder in [&folder, &folder.join(NEW), &folder.join(OLD)] {
            fs_err::create_dir(folder).map_err(Error::io("cannot create", folder))?;
        }
        let transaction = Self { layout, folder };
        transaction.save_record()?;
        transaction.save_scripts()?;
        Ok(transaction)
    }

    /// Folder for the new content of files, at their paths relative to the work folder.
    pub(super) fn staged(&self) -> PathBuf {
        self.folder.join(NEW)
    }

    /// The session's own scripts as they were at the beginning.
    pub(super) fn scripts(&self) -> PathBuf {
        self.folder.join(SCRIPTS)
    }

    /// Puts staged files in place and removes what goes.
    ///
    /// # Errors
    /// [`Error::Replaced`] when a folder became a symlink meanwhile, [`Error::Io`]. [`Transaction::undo`] then makes the
    /// work folder what it was.
    pub(super) fn apply(&self, steps: &[Step]) -> Result<()> {
        self.note_added(steps)?;
        let work = Held::open(&self.layout.work_dir)?;
        // What goes first: a folder may have to make room for a file.
        let (gone, written): (Vec<_>, Vec<_>) = steps.iter().partition(|step| !step.writes);
        for step in gone.into_iter().chain(written) {
            let cannot_change = Error::io("cannot change", self.layout.work_dir.join(&step.path));
            self.step(&work, step).map_err(cannot_change)?;
        }
        Ok(())
    }

    fn step(&self, work: &Held, step: &Step) -> io::Result<()> {
        let (parent, name) = split(&step.path);
        let folder = open_or_make(work, parent)?;
        let place = folder.entry(name);
        if step.replaces {
            let old = self.folder.join(OLD).join(&step.path);
            fs::create_dir_all(old.parent().unwrap_or(&old))?;
            fs::rename(&place, old)?;
        }
        if step.writes {
            fs::rename(self.folder.join(NEW).join(&step.path), place)?;
        } else {
            remove_empty_folders(work, parent);
        }
        Ok(())
    }

    /// Ends the transaction: the changes stay.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn finish(self) -> Result<()> {
        // Out of the way first: half of it must not be taken for a transaction that was interrupted.
        let done = self.layout.build_dir.join(format!("{FOLDER}.done"));
        remove_tree(&done).map_err(Error::io("cannot remove", &done))?;
        fs_err::rename(&self.folder, &done).map_err(Error::io("cannot rename", &self.folder))?;
        remove_tree(&done).map_err(Error::io("cannot remove", &done))
    }

    /// Makes the work folder and the record of the sources what they were.
    ///
    /// # Errors
    /// [`Error::Io`]; calling it again goes on.
    pub(super) fn undo(self) -> Result<()> {
        let cannot_restore = || Error::io("cannot restore", &self.layout.work_dir);
        let work = Held::open(&self.layout.work_dir)?;
        for path in self.added()? {
            // Still staged: it was not put in place.
            if fs::symlink_metadata(self.folder.join(NEW).join(&path)).is_err() {
                remove_file(&work, &path).map_err(cannot_restore())?;
            }
        }
        let old = self.folder.join(OLD);
        for path in files(&old).map_err(cannot_restore())? {
            let (parent, name) = split(&path);
            let put_back = || -> io::Result<()> {
                let folder = open_or_make(&work, parent)?;
                fs::rename(old.join(&path), folder.entry(name))
            };
            put_back().map_err(cannot_restore())?;
        }
        self.put_scripts_back(&work).map_err(cannot_restore())?;
        let record = self.folder.join(RECORD);
        if record.is_file() {
            fs_err::rename(&record, SourceRecord::path(&self.layout.build_dir))
                .map_err(Error::io("cannot restore", &record))?;
        }
        remove_tree(&self.folder).map_err(Error::io("cannot remove", &self.folder))
    }

    fn save_record(&self) -> Result<()> {
        let from = SourceRecord::path(&self.layout.build_dir);
        if from.is_file() {
            fs_err::copy(&from, self.folder.join(RECORD)).map_err(Error::io("cannot copy", from))?;
        }
        Ok(())
    }

    fn save_scripts(&self) -> Result<()> {
        let new = self.folder.join("scripts.new");
        fs_err::create_dir(&new).map_err(Error::io("cannot create", &new))?;
        copy_scripts(&self.layout.work_dir, &new)?;
        fs_err::rename(&new, self.folder.join(SCRIPTS)).map_err(Error::io("cannot rename", new))
    }

    fn put_scripts_back(&self, work: &Held) -> io::Result<()> {
        let saved = self.folder.join(SCRIPTS);
        if !saved.is_dir() {
            return Ok(());
        }
        for entry in fs::read_dir(work.itself())? {
            let name = entry?.file_name();
            if is_own_file(&name) && !saved.join(&name).exists() {
                fs::remove_file(work.entry(&name))?;
            }
        }
        for entry in fs::read_dir(&saved)? {
            let name = entry?.file_name();
            let place = work.entry(&name);
            if fs::read(saved.join(&name))? != fs::read(&place).unwrap_or_default() {
                let _ = fs::remove_file(&place);
                fs::copy(saved.join(&name), place)?;
            }
        }
        Ok(())
    }

    /// Recorded before anything changes: afterwards nothing distinguishes a new file from an old one.
    fn note_added(&self, steps: &[Step]) -> Result<()> {
        let added = steps.iter().filter(|step| step.writes && !step.replaces);
        let paths: Vec<&[u8]> = added.map(|step| step.path.as_os_str().as_encoded_bytes()).collect();
        let file = self.folder.join(ADDED);
        fs_err::write(&file, paths.join(&0)).map_err(Error::io("cannot write", file))
    }

    fn added(&self) -> Result<Vec<PathBuf>> {
        let file = self.folder.join(ADDED);
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::io("cannot read", file)(error)),
        };
        let paths = bytes.split(|&byte| byte == 0).filter(|path| !path.is_empty()).map(path_of);
        // The build's script can write to this file.
        Ok(paths.filter(|path| crate::sources::inside(path).is_some()).collect())
    }
}

/// Undoes what a process that was killed left half done; without such a process, nothing.
///
/// # Errors
/// [`Error::Replaced`], [`Error::Io`].
pub(in crate::session) fn recover(layout: &Layout) -> Result<bool> {
    let folder = layout.build_dir.join(FOLDER);
    check_folder(&folder)?;
    if !folder.is_dir() {
        return Ok(false);
    }
    Transaction { layout, folder }.undo()?;
    Ok(true)
}

/// Copies the session's own scripts.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn copy_scripts(from: &Path, to: &Path) -> Result<()> {
    for entry in fs_err::read_dir(from).map_err(Error::io("cannot read", from))? {
        let entry = entry.map_err(Error::io("cannot read", from))?;
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && is_own_file(&entry.file_name()) {
            let place = to.join(entry.file_name());
            fs_err::copy(entry.path(), &place).map_err(Error::io("cannot copy", place))?;
        }
    }
    Ok(())
}

/// What the session writes to the top of the work folder itself.
fn is_own_file(name: &std::ffi::OsStr) -> bool {
    script::is_script_file(name) || name == ".source_info.json"
}

fn split(path: &Path) -> (&Path, &std::ffi::OsStr) {
    (path.parent().unwrap_or(Path::new("")), path.file_name().unwrap_or_default())
}

/// A folder of the work folder, made where it is missing, never reached through a symlink.
fn open_or_make(work: &Held, folder: &Path) -> io::Result<Held> {
    let mut held = work.below(Path::new(""))?;
    for part in folder {
        let part = Path::new(part);
        held = match held.below(part) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir(held.entry(part))?;
                held.below(part)?
            }
            opened => opened?,
        };
    }
    Ok(held)
}

fn remove_file(work: &Held, path: &Path) -> io::Result<()> {
    let (parent, name) = split(path);
    let removed = work.below(parent).and_then(|folder| fs::remove_file(folder.entry(name)));
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => {
            remove_empty_folders(work, parent);
            Ok(())
        }
    }
}

/// Removes a folder and those around it as far as nothing is left in them.
fn remove_empty_folders(work: &Held, folder: &Path) {
    for folder in folder.ancestors().filter(|folder| !folder.as_os_str().is_empty()) {
        let (parent, name) = split(folder);
        if work.below(parent).and_then(|around| fs::remove_dir(around.entry(name))).is_err() {
            return;
        }
    }
}

/// All files and symlinks below a folder, relative to it.
fn files(root: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut found, mut pending) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() { &mut pending } else { &mut found }.push(path);
        }
    }
    Ok(found)
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::layout::LayoutRequest;

    struct Session {
        _dir: tempfile::TempDir,
        layout: Layout,
    }

    fn session() -> Session {
        let dir = tempfile::tempdir().unwrap();
        let request =
            LayoutRequest { output_dir: dir.path(), name: "x", recipe_path: None, merged: false, no_build_id: true };
        let layout = Layout::plan(request).unwrap();
        drop(layout.create().unwrap());
        for (path, text) in [("conda_build.sh", "script"), ("changed", "old"), ("sub/gone", "gone")] {
            let path = layout.work_dir.join(path);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, text).unwrap();
        }
        Session { _dir: dir, layout }
    }

    fn steps(transaction: &Transaction<'_>) -> Vec<Step> {
        for (path, text) in [("changed", "new"), ("more/added", "added")] {
            let path = transaction.staged().join(path);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, text).unwrap();
        }
        let step = |path: &str, replaces, writes| Step { path: path.into(), replaces, writes };
        vec![step("changed", true, true), step("more/added", false, true), step("sub/gone", true, false)]
    }

    fn read(layout: &Layout, path: &str) -> Option<String> {
        std::fs::read_to_string(layout.work_dir.join(path)).ok()
    }

    #[test]
    fn finished_changes_stay() {
        let Session { _dir, layout } = session();
        let transaction = Transaction::begin(&layout).unwrap();
        transaction.apply(&steps(&transaction)).unwrap();
        transaction.finish().unwrap();
        assert_eq!(read(&layout, "changed").as_deref(), Some("new"));
        assert_eq!(read(&layout, "more/added").as_deref(), Some("added"));
        assert!(!layout.work_dir.join("sub").exists(), "folders that become empty go too");
        assert!(!recover(&layout).unwrap(), "nothing is left to undo");
    }

    #[test]
    fn an_interrupted_transaction_is_undone_at_the_next_start() {
        let Session { _dir, layout } = session();
        let transaction = Transaction::begin(&layout).unwrap();
        transaction.apply(&steps(&transaction)).unwrap();
        fs_err::write(layout.work_dir.join("conda_build.sh"), "other").unwrap();
        fs_err::write(layout.work_dir.join("conda_build_script.py"), "new helper").unwrap();
        drop(transaction);
        assert!(recover(&layout).unwrap());
        assert_eq!(read(&layout, "changed").as_deref(), Some("old"));
        assert_eq!(read(&layout, "sub/gone").as_deref(), Some("gone"));
        assert_eq!(read(&layout, "conda_build.sh").as_deref(), Some("script"));
        for path in ["more", "conda_build_script.py"] {
            assert!(!layout.work_dir.join(path).exists(), "{path}");
        }
    }

    #[test]
    fn a_failed_step_leaves_what_can_be_undone() {
        let Session { _dir, layout } = session();
        let transaction = Transaction::begin(&layout).unwrap();
        let mut steps = steps(&transaction);
        steps.push(Step { path: "not-staged".into(), replaces: false, writes: true });
        assert!(matches!(transaction.apply(&steps), Err(Error::Io { .. })));
        transaction.undo().unwrap();
        assert_eq!(read(&layout, "changed").as_deref(), Some("old"));
        assert!(!layout.work_dir.join("more").exists());
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_behind_a_symlink() {
        let Session { _dir, layout } = session();
        let outside = tempfile::tempdir().unwrap();
        let transaction = Transaction::begin(&layout).unwrap();
        let steps = steps(&transaction);
        std::os::unix::fs::symlink(outside.path(), layout.work_dir.join("more")).unwrap();
        assert!(transaction.apply(&steps).is_err());
        assert!(!outside.path().join("added").exists());
    }
}
