//! Who holds a build folder.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::build_folder::BuildFolder;
use super::plan::Layout;
use crate::error::{Error, Result};

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
    match file.try_lock() {
        Ok(()) => Ok(SessionLock { _file: file }),
        Err(TryLockError::WouldBlock) => {
            Err(Error::Busy { reason: format!("another live session holds `{}`", build_dir.display()) })
        }
        Err(TryLockError::Error(source)) => Err(Error::Io { action: "cannot lock", path: path.to_path_buf(), source }),
    }
}

/// Opens a lock file; it stays when the lock is given back, as removing it would let two holders in.
fn open(path: &Path) -> Result<File> {
    File::options().create(true).truncate(false).write(true).open(path).map_err(Error::io("cannot open", path))
}
