//! Who holds a build folder.

use std::fs::{File, TryLockError};
use std::path::Path;

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
        let folder = self.bookkeeping();
        fs_err::create_dir_all(&folder).map_err(Error::io("cannot create", &folder))?;
        // Beside the build folder, not inside: that one is removed and made anew while the lock is held.
        let path = folder.join(format!("{}.lock", self.folder()));
        let file = open(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(SessionLock { _file: file }),
            Err(TryLockError::WouldBlock) => {
                Err(Error::Busy { reason: format!("another live session holds `{}`", self.build_dir.display()) })
            }
            Err(TryLockError::Error(source)) => Err(Error::Io { action: "cannot lock", path, source }),
        }
    }
}

/// Opens a lock file; it stays when the lock is given back, as removing it would let two holders in.
fn open(path: &Path) -> Result<File> {
    File::options().create(true).truncate(false).write(true).open(path).map_err(Error::io("cannot open", path))
}
