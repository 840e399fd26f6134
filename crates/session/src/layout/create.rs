//! Making the folders of a session.

use std::io;
use std::path::Path;

use super::build_folder::BuildFolder;
use super::lock::SessionLock;
use super::plan::Layout;
use crate::error::{Error, Result};

impl Layout {
    /// Takes the build folder and creates it from scratch: what an earlier session that is no longer alive left there is removed.
    ///
    /// The lock is held by the session for as long as it lives. A process that is killed meanwhile leaves nothing that
    /// a second call trips over.
    ///
    /// # Errors
    /// [`Error::Busy`] while a live session holds the folder, [`Error::Io`].
    pub fn create(&self) -> Result<SessionLock> {
        let lock = self.lock()?;
        self.make()?;
        Ok(lock)
    }

    /// As [`Layout::create`]; whoever calls it holds the lock.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn make(&self) -> Result<()> {
        write_ignore_file(&self.output_dir)?;
        self.append_to_log()?;
        self.remove_build_dir()?;
        for folder in [&self.build_dir, &self.work_dir, &self.build_prefix, &self.host_prefix] {
            fs_err::create_dir_all(folder).map_err(Error::io("cannot create", folder))?;
        }
        self.append_to_log()
    }

    /// Removes the build folder; whoever calls it holds the lock.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove_build_dir(&self) -> Result<()> {
        BuildFolder::new(&self.build_dir).remove()
    }
}

fn write_ignore_file(output_dir: &Path) -> Result<()> {
    let path = output_dir.join(".condapackageignore");
    match fs_err::OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(mut file) => io::Write::write_all(&mut file, b"*\n").map_err(Error::io("cannot write", path)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::io("cannot write", path)(error)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::layout::LayoutRequest;

    fn plan(dir: &Path) -> Layout {
        Layout::plan(LayoutRequest { output_dir: dir, name: "x", recipe_path: None, merged: false, no_build_id: true })
            .unwrap()
    }

    #[test]
    fn a_live_session_keeps_its_folder_and_a_dead_one_loses_it() {
        let dir = tempfile::tempdir().unwrap();
        let layout = plan(dir.path());
        let lock = layout.create().unwrap();
        let left = layout.work_dir.join("left");
        fs_err::write(&left, "x").unwrap();
        assert!(matches!(layout.create(), Err(Error::Busy { .. })));
        assert!(left.exists());
        drop(lock);
        let _lock = layout.create().unwrap();
        assert!(!left.exists());
    }

    #[test]
    fn the_log_has_two_equal_lines_for_each_session() {
        let dir = tempfile::tempdir().unwrap();
        let layout = plan(dir.path());
        let _lock = layout.create().unwrap();
        let log = fs_err::read_to_string(dir.path().join("rattler-build-log.txt")).unwrap();
        let lines: Vec<_> = log.lines().collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0], lines[1]);
        let line: serde_json::Value = serde_json::from_str(lines[0]).unwrap();
        let keys: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "work_dir",
                "build_dir",
                "host_prefix",
                "build_prefix",
                "recipe_dir",
                "recipe_path",
                "output_dir",
                "cache_dir"
            ]
        );
        assert_eq!(line["work_dir"], layout.work_dir.to_str().unwrap());
    }

    #[test]
    fn an_ignore_file_that_is_there_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join(".condapackageignore"), "mine\n").unwrap();
        let _lock = plan(dir.path()).create().unwrap();
        assert_eq!(fs_err::read_to_string(dir.path().join(".condapackageignore")).unwrap(), "mine\n");
    }

    #[test]
    fn what_a_killed_removal_left_is_no_hindrance() {
        let dir = tempfile::tempdir().unwrap();
        let layout = plan(dir.path());
        fs_err::create_dir_all(dir.path().join("bld/.sidewinder/rattler-build_x.trash/work")).unwrap();
        fs_err::create_dir_all(layout.build_dir.join("work")).unwrap();
        let _lock = layout.create().unwrap();
        assert!(layout.host_prefix.is_dir());
        assert!(!dir.path().join("bld/.sidewinder/rattler-build_x.trash").exists());
    }
}
