//! `session.json`: what is needed to take a session up again.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::folder_log;
use super::plan::{Layout, canonical};
use crate::error::{Error, Result};

const FILE_NAME: &str = "session.json";
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Written<'a, T> {
    version: u32,
    layout: &'a Layout,
    state: &'a T,
}

#[derive(Deserialize)]
struct Read<T> {
    layout: Layout,
    state: T,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Layout {
    /// Writes the session's state next to the work folder, readable by the user alone, atomically.
    ///
    /// The state must hold no secrets.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_state<T: Serialize>(&self, state: &T) -> Result<()> {
        let written = Written { version: VERSION, layout: self, state };
        let json = serde_json::to_vec(&written)
            .map_err(|error| Error::Internal { reason: format!("cannot write the session's state: {error}") })?;
        let path = self.build_dir.join(FILE_NAME);
        let mut file =
            tempfile::NamedTempFile::new_in(&self.build_dir).map_err(Error::io("cannot write", &self.build_dir))?;
        file.write_all(&json).map_err(Error::io("cannot write", &path))?;
        file.persist(&path).map_err(|error| error.error).map_err(Error::io("cannot write", path))?;
        Ok(())
    }

    /// The folders of the session in a folder, as [`Layout::read_state`] finds it, or of the session of another tool. The
    /// session may be in use.
    ///
    /// # Errors
    /// As [`Layout::read_state`].
    pub fn find(dir: &Path) -> Result<Self> {
        match Self::read_state::<serde::de::IgnoredAny>(dir) {
            Err(error @ Error::NotASession { .. }) => Self::read_foreign(dir)?.ok_or(error),
            read => read.map(|(layout, _)| layout),
        }
    }

    /// Reads the state of the session in a folder: its work folder, its build folder, or an output folder, which means
    /// for its latest session. Does not take the folder; see [`Layout::lock`].
    ///
    /// # Errors
    /// [`Error::NotASession`] when the folder holds none, or one that was moved or never set up to the end.
    pub fn read_state<T: DeserializeOwned>(dir: &Path) -> Result<(Self, T)> {
        let no_session = |reason: &str| Error::NotASession { path: dir.to_path_buf(), reason: reason.to_owned() };
        let dir = canonical(dir).map_err(|_| no_session("the folder does not exist"))?;
        let build_dir = build_dir_of(&dir).ok_or_else(|| no_session("`session.json` not found"))?;
        let path = build_dir.join(FILE_NAME);
        let json = fs_err::read(&path).map_err(Error::io("cannot read", &path))?;
        let version: Version = serde_json::from_slice(&json)
            .map_err(|error| no_session(&format!("`session.json` is damaged: {error}")))?;
        if version.version != VERSION {
            return Err(no_session("it was made by another version of sidewinder"));
        }
        let Read { layout, state } = serde_json::from_slice::<Read<T>>(&json)
            .map_err(|error| no_session(&format!("`session.json` is damaged: {error}")))?;
        if layout.build_dir != build_dir {
            return Err(no_session("it was moved, and its environments only work where they were made"));
        }
        if !layout.is_consistent() {
            return Err(no_session("`session.json` names folders that are not the session's own"));
        }
        Ok((layout, state))
    }
}

fn build_dir_of(dir: &Path) -> Option<PathBuf> {
    let holds_state = |dir: &Path| dir.join(FILE_NAME).is_file();
    if holds_state(dir) {
        return Some(dir.to_path_buf());
    }
    if let Some(parent) =
        dir.parent().filter(|parent| dir.file_name().is_some_and(|n| n == "work") && holds_state(parent))
    {
        return Some(parent.to_path_buf());
    }
    latest_of(dir).filter(|dir| holds_state(dir))
}

/// The build folder of the latest session of an output folder that is still there. This decides for all callers which
/// session is the latest.
fn latest_of(output_dir: &Path) -> Option<PathBuf> {
    let log = fs_err::read_to_string(output_dir.join(folder_log::FILE_NAME)).ok()?;
    let existing = log.lines().rev().find_map(|line| {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        canonical(Path::new(line.get("build_dir")?.as_str()?)).ok()
    });
    // Otherwise another tool made it.
    existing.filter(|dir| dir.join(FILE_NAME).is_file())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::error_code::ErrorCode;
    use crate::layout::LayoutRequest;

    fn made(dir: &Path) -> Layout {
        let request = LayoutRequest { output_dir: dir, name: "x", recipe_path: None, merged: false, no_build_id: true };
        let layout = Layout::plan(request).unwrap();
        layout.create().unwrap();
        layout
    }

    #[test]
    fn a_session_is_found_by_any_of_its_folders() {
        let dir = tempfile::tempdir().unwrap();
        let layout = made(dir.path());
        layout.write_state(&vec!["a", "b"]).unwrap();
        for folder in [&layout.work_dir, &layout.build_dir, &layout.output_dir] {
            let (read, state) = Layout::read_state::<Vec<String>>(folder).unwrap();
            assert_eq!(read, layout);
            assert_eq!(state, ["a", "b"]);
        }
    }

    #[test]
    fn the_latest_session_is_the_newest_that_is_still_there() {
        let dir = tempfile::tempdir().unwrap();
        let request =
            |name| LayoutRequest { output_dir: dir.path(), name, recipe_path: None, merged: false, no_build_id: true };
        let [older, newer] = ["older", "newer"].map(|name| Layout::plan(request(name)).unwrap());
        for layout in [&older, &newer] {
            layout.create().unwrap();
            layout.write_state(&0).unwrap();
        }
        assert_eq!(Layout::find(dir.path()).unwrap(), newer);
        fs_err::remove_dir_all(&newer.build_dir).unwrap();
        assert_eq!(Layout::find(dir.path()).unwrap(), older);
        fs_err::remove_dir_all(&older.build_dir).unwrap();
        assert_eq!(Layout::find(dir.path()).unwrap_err().code(), ErrorCode::NotASession);
    }

    #[test]
    fn a_folder_without_a_finished_session_is_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let layout = made(dir.path());
        for folder in [layout.work_dir.clone(), layout.output_dir, dir.path().join("nowhere")] {
            let error = Layout::read_state::<()>(&folder).unwrap_err();
            assert_eq!(error.code(), "NOT_A_SESSION");
        }
    }

    #[test]
    fn a_moved_or_damaged_session_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let layout = made(dir.path());
        layout.write_state(&1).unwrap();
        let moved = layout.output_dir.join("bld/moved");
        fs_err::rename(&layout.build_dir, &moved).unwrap();
        let error = Layout::read_state::<i32>(&moved).unwrap_err();
        assert!(error.to_string().contains("moved"), "{error}");
        fs_err::write(moved.join("session.json"), "{").unwrap();
        let error = Layout::read_state::<i32>(&moved).unwrap_err();
        assert!(error.to_string().contains("damaged"), "{error}");
    }
}
