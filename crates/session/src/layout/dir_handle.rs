//! Folders that stay the same while they are worked in, whatever is put in their place meanwhile.
//!
//! A process that a script left behind may put a link where a folder was, just after it was looked at. On Linux a folder is
//! therefore opened, each part of its path without following a link, and what is in it is reached through the handle.
//! Elsewhere, and where `/proc` is not mounted, it is looked at, and reached by its path.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use super::ownership::check_folder;
use crate::error::{Error, Result};

/// A folder that was reached through no link.
#[derive(Debug)]
pub(crate) struct Held {
    #[cfg(target_os = "linux")]
    handle: std::os::fd::OwnedFd,
    /// Its path when it was opened.
    #[cfg(target_os = "linux")]
    path: PathBuf,
    /// How the folder itself is reached: it may be followed.
    way: PathBuf,
}

impl Held {
    /// Opens a folder.
    ///
    /// # Errors
    /// [`Error::Replaced`] when the path contains a link or a file, [`Error::Io`].
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        match Self::reach(folder) {
            Ok(held) => Ok(held),
            Err(error) if is_replaced(&error) => {
                check_folder(folder)?;
                Err(Error::Replaced { path: folder.to_path_buf(), by: "it is being replaced".to_owned() })
            }
            Err(error) => Err(Error::io("cannot open", folder)(error)),
        }
    }

    /// The folder by a path that may be followed, to read it and to change its mode.
    pub(crate) fn itself(&self) -> &Path {
        &self.way
    }

    /// What has a name in the folder.
    pub(crate) fn entry(&self, name: impl AsRef<OsStr>) -> PathBuf {
        self.way.join(name.as_ref())
    }
}

#[cfg(target_os = "linux")]
impl Held {
    fn reach(folder: &Path) -> io::Result<Self> {
        let root = rustix::fs::open("/", flags(), rustix::fs::Mode::empty())?;
        let below = folder.strip_prefix("/").map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        Self::of(root, PathBuf::from("/")).below(below)
    }

    /// A folder below this one, by a relative path.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotADirectory`] when a part of the path is a link or a file.
    pub(crate) fn below(&self, path: &Path) -> io::Result<Self> {
        let mut handle = rustix::fs::openat(&self.handle, ".", flags(), rustix::fs::Mode::empty())
            .or_else(|_| rustix::io::fcntl_dupfd_cloexec(&self.handle, 0))?;
        for part in path {
            handle = rustix::fs::openat(&handle, part, flags(), rustix::fs::Mode::empty())?;
        }
        Ok(Self::of(handle, self.path.join(path)))
    }

    fn of(handle: std::os::fd::OwnedFd, path: PathBuf) -> Self {
        use std::os::fd::AsRawFd;
        let way =
            if has_proc() { PathBuf::from(format!("/proc/self/fd/{}", handle.as_raw_fd())) } else { path.clone() };
        Self { handle, path, way }
    }
}

/// Whether what a descriptor refers to has a path. A container may lack `/proc`.
#[cfg(target_os = "linux")]
fn has_proc() -> bool {
    static HAS_PROC: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *HAS_PROC.get_or_init(|| Path::new("/proc/self/fd").is_dir())
}

/// A handle needs no right to read the folder.
#[cfg(target_os = "linux")]
fn flags() -> rustix::fs::OFlags {
    use rustix::fs::OFlags;
    OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC
}

#[cfg(not(target_os = "linux"))]
impl Held {
    fn reach(folder: &Path) -> io::Result<Self> {
        match check_folder(folder) {
            Ok(()) => Self::open_entry(folder),
            Err(_) => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    /// Opens a folder whose last part is not a link.
    fn open_entry(folder: &Path) -> io::Result<Self> {
        let is_folder = std::fs::symlink_metadata(folder)?.is_dir();
        if is_folder { Ok(Self { way: folder.to_path_buf() }) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// A folder below this one, by a relative path.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotADirectory`] when it is a link or a file.
    pub(crate) fn below(&self, path: &Path) -> io::Result<Self> {
        if path.as_os_str().is_empty() {
            return Self::open_entry(&self.way);
        }
        Self::open_entry(&self.way.join(path))
    }
}

/// Whether a folder could not be opened because something else is in its place.
pub(super) fn is_replaced(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotADirectory)
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_anywhere_on_the_way_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().canonicalize().unwrap();
        fs::create_dir_all(dir.join("real/in")).unwrap();
        symlink(dir.join("real"), dir.join("link")).unwrap();
        assert!(Held::open(&dir.join("real/in")).is_ok());
        for path in ["link", "link/in"] {
            let error = Held::open(&dir.join(path)).unwrap_err();
            assert_eq!(error.code(), "FOLDER_REPLACED", "{error}");
        }
        let held = Held::open(&dir).unwrap();
        assert!(is_replaced(&held.below(Path::new("link")).unwrap_err()));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_is_held_stays_the_same_when_a_link_takes_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().canonicalize().unwrap();
        fs::create_dir_all(dir.join("own")).unwrap();
        fs::create_dir_all(dir.join("outside")).unwrap();
        let held = Held::open(&dir.join("own")).unwrap();
        fs::rename(dir.join("own"), dir.join("aside")).unwrap();
        symlink(dir.join("outside"), dir.join("own")).unwrap();
        fs::write(held.entry("file"), "x").unwrap();
        assert!(dir.join("aside/file").exists() && !dir.join("outside/file").exists());
    }
}
