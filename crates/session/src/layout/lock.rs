//! Who holds a build folder.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use super::build_folder::BuildFolder;
use super::ownership::without_links;
use super::plan::Layout;
use crate::error::{Error, Result};

/// A lock that was released may still be held for a moment by a process that this one just forked, until that becomes
/// another program.
const TRIES: u32 = 10;
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// Holds a build folder until dropped, or until the process ends in whatever way.
#[derive(Debug)]
pub struct SessionLock {
    _file: File,
}

impl Layout {
    /// Takes the build folder for one session.
    ///
    /// # Errors
    /// [`Error::Busy`] while another live session, of this process or another, holds it; [`Error::Io`].
    pub fn lock(&self) -> Result<SessionLock> {
        BuildFolder::new(&self.build_dir).lock()
    }
}

/// Takes the lock file of a build folder.
pub(super) fn lock(path: &Path, build_dir: &Path) -> Result<SessionLock> {
    let file = open(path)?;
    let mut tries = 0;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(SessionLock { _file: file }),
            Err(TryLockError::WouldBlock) if tries < TRIES => {
                tries += 1;
                std::thread::sleep(BETWEEN_TRIES);
            }
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Busy { reason: format!("another live session holds `{}`", build_dir.display()) });
            }
            Err(TryLockError::Error(source)) => {
                return Err(Error::Io { action: "cannot lock", path: path.to_path_buf(), source });
            }
        }
    }
}

/// Opens a lock file; it stays when the lock is released, as removing it would let two holders in.
fn open(path: &Path) -> Result<File> {
    let mut options = fs_err::OpenOptions::new();
    let file = without_links(options.create(true).truncate(false).write(true)).open(path);
    file.map(|file| file.into_parts().0).map_err(Error::io("cannot open", path))
}
