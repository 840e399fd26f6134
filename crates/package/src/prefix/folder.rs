//! Opening files of a folder that a build script wrote to.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A folder whose files are opened without leaving it: no symlink is followed, neither as the file nor as one of its folders,
/// and only regular files open. A process that a build script left running cannot redirect a read.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    path: Arc<PathBuf>,
    #[cfg(unix)]
    handle: Arc<std::os::fd::OwnedFd>,
}

impl Folder {
    /// Opens a folder, which may itself be reached through symlinks.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        #[cfg(unix)]
        {
            use rustix::fs::{Mode, OFlags};
            let handle = rustix::fs::open(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
            Ok(Self { path: Arc::new(path.to_path_buf()), handle: Arc::new(handle) })
        }
        #[cfg(not(unix))]
        {
            if !std::fs::metadata(path)?.is_dir() {
                return Err(io::Error::new(io::ErrorKind::NotADirectory, "not a directory"));
            }
            Ok(Self { path: Arc::new(path.to_path_buf()) })
        }
    }

    /// Where the folder is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a regular file for reading.
    pub(crate) fn open_file(&self, path: &Path) -> io::Result<File> {
        let file = self.open_beneath(path)?;
        if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("not a regular file")) }
    }

    /// The whole content of a regular file that has at most so many bytes.
    pub(crate) fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        use io::Read as _;
        let mut content = Vec::new();
        self.open_file(path)?.take(limit.saturating_add(1)).read_to_end(&mut content)?;
        if content.len() as u64 > limit {
            return Err(io::Error::other(format!("larger than {limit} bytes")));
        }
        Ok(content)
    }

    #[cfg(target_os = "linux")]
    fn open_beneath(&self, path: &Path) -> io::Result<File> {
        use rustix::fs::{Mode, OFlags, ResolveFlags};
        use rustix::io::Errno;
        // NONBLOCK: opening a named pipe would wait for a writer. NOCTTY: a terminal must not become the process's own.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match rustix::fs::openat2(&self.handle, path, flags, Mode::empty(), resolve) {
            Ok(handle) => Ok(handle.into()),
            // Kernels before 5.6, and containers whose seccomp profile does not know the call.
            Err(Errno::NOSYS | Errno::PERM) => self.open_by_components(path),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(all(unix, not(target_os = "linux")))]
    fn open_beneath(&self, path: &Path) -> io::Result<File> {
        self.open_by_components(path)
    }

    /// Opens one folder after the other, each without following a symlink.
    #[cfg(unix)]
    fn open_by_components(&self, path: &Path) -> io::Result<File> {
        use std::os::fd::{AsFd as _, OwnedFd};
        use std::path::Component;

        use rustix::fs::{Mode, OFlags};
        let names: Vec<_> = path
            .components()
            .map(|part| match part {
                Component::Normal(name) => Ok(name),
                _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "not a relative path")),
            })
            .collect::<io::Result<_>>()?;
        let Some((file, folders)) = names.split_last() else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "empty path"));
        };
        let mut current: Option<OwnedFd> = None;
        let within = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        for name in folders {
            let parent = current.as_ref().map_or_else(|| self.handle.as_fd(), |handle| handle.as_fd());
            current = Some(rustix::fs::openat(parent, *name, within, Mode::empty())?);
        }
        let parent = current.as_ref().map_or_else(|| self.handle.as_fd(), |handle| handle.as_fd());
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(parent, *file, flags, Mode::empty())?.into())
    }

    #[cfg(not(unix))]
    fn open_beneath(&self, path: &Path) -> io::Result<File> {
        let whole = self.path.join(path);
        if std::fs::symlink_metadata(&whole)?.is_file() {
            File::open(whole)
        } else {
            Err(io::Error::other("not a regular file"))
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn nothing_outside_is_opened() {
        let outside = tempfile::tempdir().unwrap();
        fs_err::write(outside.path().join("secret"), "x").unwrap();
        let dir = tempfile::tempdir().unwrap();
        fs_err::create_dir(dir.path().join("real")).unwrap();
        fs_err::write(dir.path().join("real/file"), "y").unwrap();
        symlink(outside.path(), dir.path().join("folder")).unwrap();
        symlink(outside.path().join("secret"), dir.path().join("link")).unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        for open in [Folder::open_file, Folder::open_by_components] {
            open(&folder, Path::new("real/file")).unwrap();
            for path in ["folder/secret", "link", "../x", "/etc/hostname", "real/../../x", ""] {
                open(&folder, Path::new(path)).unwrap_err();
            }
        }
    }

    #[test]
    fn a_named_pipe_neither_blocks_nor_opens() {
        let dir = tempfile::tempdir().unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, dir.path().join("pipe"), rustix::fs::Mode::RUSR).unwrap();
        let error = Folder::open(dir.path()).unwrap().open_file(Path::new("pipe")).unwrap_err();
        assert_eq!(error.to_string(), "not a regular file");
    }
}
