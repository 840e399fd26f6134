//! A folder that stays open while many files below it are looked at or linked.
//!
//! The path of a host prefix has 255 bytes: paths below an open folder need not walk it for each file.

use std::io;
use std::path::Path;

use crate::file_fingerprint::FileFingerprint;

/// An open folder.
#[derive(Debug)]
pub(crate) struct FolderHandle {
    #[cfg(unix)]
    folder: std::fs::File,
    path: std::path::PathBuf,
}

impl FolderHandle {
    /// Opens a folder.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            folder: std::fs::File::open(folder)?,
            path: folder.to_path_buf(),
        })
    }

    /// Where the folder is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The fingerprint of a file; `None` if there is none. Links are not followed.
    #[cfg(unix)]
    pub(crate) fn fingerprint(&self, file: &Path) -> io::Result<Option<FileFingerprint>> {
        match rustix::fs::statat(&self.folder, file, rustix::fs::AtFlags::SYMLINK_NOFOLLOW) {
            Ok(found) => Ok(Some(FileFingerprint::from(&found))),
            Err(rustix::io::Errno::NOENT | rustix::io::Errno::NOTDIR) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Creates a hard link. A file in its place is replaced.
    pub(crate) fn link(&self, from: &Self, file: &Path, place: &Path) -> io::Result<()> {
        match self.link_new(from, file, place) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.remove(place)?;
                self.link_new(from, file, place)
            }
            result => result,
        }
    }

    #[cfg(unix)]
    fn link_new(&self, from: &Self, file: &Path, place: &Path) -> io::Result<()> {
        Ok(rustix::fs::linkat(&from.folder, file, &self.folder, place, rustix::fs::AtFlags::empty())?)
    }

    /// Removes a file.
    #[cfg(unix)]
    pub(crate) fn remove(&self, place: &Path) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.folder, place, rustix::fs::AtFlags::empty())?)
    }

    /// Renames a file within the folder; what is in its new place is replaced atomically.
    #[cfg(unix)]
    pub(crate) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.folder, from, &self.folder, to)?)
    }

    #[cfg(not(unix))]
    pub(crate) fn fingerprint(&self, file: &Path) -> io::Result<Option<FileFingerprint>> {
        match std::fs::symlink_metadata(self.path.join(file)) {
            Ok(found) => Ok(Some(FileFingerprint::of(&found))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    #[cfg(not(unix))]
    fn link_new(&self, from: &Self, file: &Path, place: &Path) -> io::Result<()> {
        std::fs::hard_link(from.path.join(file), self.path.join(place))
    }

    #[cfg(not(unix))]
    pub(crate) fn remove(&self, place: &Path) -> io::Result<()> {
        std::fs::remove_file(self.path.join(place))
    }

    #[cfg(not(unix))]
    pub(crate) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(self.path.join(from), self.path.join(to))
    }
}
