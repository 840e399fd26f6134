//! A build folder: who holds it, and its removal.

use std::io;
use std::path::{Path, PathBuf};

use super::dir_handle::Held;
use super::lock::{SessionLock, lock};
use super::ownership::check_folder;
use super::remove::remove_tree;
use crate::error::{Error, Result};

/// The folder of one session, which may be there or not.
#[derive(Clone, Debug)]
pub struct BuildFolder {
    path: PathBuf,
}

impl BuildFolder {
    /// The folder with this path.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_path_buf() }
    }

    /// Whether the folder exists.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.path.exists() || self.trash().exists()
    }

    /// Takes it for one session.
    ///
    /// # Errors
    /// [`Error::Busy`] while another live session, of this process or another, holds it; [`Error::Replaced`] when the
    /// folder around it leads elsewhere; [`Error::Io`].
    pub fn lock(&self) -> Result<SessionLock> {
        // Next to the build folder, not inside it: the build folder is removed and created again while the lock is held.
        let bookkeeping = self.check_around()?;
        fs_err::create_dir_all(&bookkeeping).map_err(Error::io("cannot create", &bookkeeping))?;
        lock(&bookkeeping.join(format!("{}.lock", self.name())), &self.path)
    }

    /// Removes it; whoever calls this holds the lock.
    ///
    /// # Errors
    /// [`Error::Replaced`] when the folder around it leads elsewhere; [`Error::Io`].
    pub fn remove(&self) -> Result<()> {
        let bookkeeping = self.check_around()?;
        let Some(around) = held(self.path.parent().unwrap_or(&self.path))? else { return Ok(()) };
        let own = around.entry(self.name());
        let Some(bookkeeping) = held(&bookkeeping)? else {
            return remove_tree(&own).map_err(Error::io("cannot remove", &self.path));
        };
        // Out of the way first: a removal that is killed half way must not look like a session.
        let trash = bookkeeping.entry(self.trash_name());
        remove_tree(&trash).map_err(Error::io("cannot remove", self.trash()))?;
        match std::fs::rename(&own, &trash) {
            Ok(()) => remove_tree(&trash).map_err(Error::io("cannot remove", self.trash())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            // On Windows an open file hinders the renaming of its folder.
            Err(_) => remove_tree(&own).map_err(Error::io("cannot remove", &self.path)),
        }
    }

    /// Makes sure that what is around it was not replaced.
    fn check_around(&self) -> Result<PathBuf> {
        let bookkeeping = self.bookkeeping();
        check_folder(self.path.parent().unwrap_or(&self.path))?;
        check_folder(&bookkeeping)?;
        Ok(bookkeeping)
    }

    /// Folder for locks and for folders about to be removed.
    fn bookkeeping(&self) -> PathBuf {
        self.path.parent().unwrap_or(&self.path).join(".sidewinder")
    }

    fn trash(&self) -> PathBuf {
        self.bookkeeping().join(self.trash_name())
    }

    fn trash_name(&self) -> String {
        format!("{}.trash", self.name())
    }

    fn name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// A folder, if it exists.
fn held(folder: &Path) -> Result<Option<Held>> {
    match Held::open(folder) {
        Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        held => held.map(Some),
    }
}
