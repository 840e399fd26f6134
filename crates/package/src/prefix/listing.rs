//! Everything below a folder.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::monitor::{Monitor, check};

/// An entry of a folder tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Relative to the folder.
    pub(crate) path: PathBuf,
    /// What it is.
    pub(crate) kind: Kind,
}

/// What an entry of a folder tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Link,
    Folder,
    /// A device, pipe or socket, by its name in a message.
    Special(&'static str),
}

/// Lists all that is below a folder, sorted by path component. Symlinks are not followed.
///
/// # Errors
/// [`Error::Io`], [`Error::Cancelled`].
pub(crate) fn list(root: &Path, monitor: &dyn Monitor) -> Result<Vec<Listed>> {
    let mut listed = Vec::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(folder) = pending.pop() {
        check(monitor)?;
        let whole = if folder.as_os_str().is_empty() { root.to_path_buf() } else { root.join(&folder) };
        for entry in std::fs::read_dir(&whole).map_err(Error::io("failed to read", &whole))? {
            let entry = entry.map_err(Error::io("failed to read", &whole))?;
            let path = folder.join(entry.file_name());
            let kind = kind_of(entry.file_type().map_err(Error::read(root, &path))?);
            if kind == Kind::Folder {
                pending.push(path.clone());
            }
            listed.push(Listed { path, kind });
        }
    }
    // `Path` compares by component: `g/z` comes before `g-dir`, which is also the order of archives.
    listed.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(listed)
}

/// The paths of all files and symlinks below a folder, relative, with `/`, sorted: what a session records of a prefix
/// after its environment was installed. Names that are not valid UTF-8 are left out.
///
/// # Errors
/// [`Error::Io`].
pub fn paths_below(root: &Path) -> Result<Vec<String>> {
    let listed = list(root, &crate::monitor::Unwatched)?;
    Ok(listed.iter().filter(|entry| entry.kind != Kind::Folder).filter_map(|entry| slashed(&entry.path)).collect())
}

/// A relative path with `/`, if it is valid UTF-8.
pub(crate) fn slashed(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    Some(if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() })
}

fn kind_of(kind: std::fs::FileType) -> Kind {
    if kind.is_symlink() {
        return Kind::Link;
    }
    if kind.is_dir() {
        return Kind::Folder;
    }
    if kind.is_file() {
        return Kind::File;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return Kind::Special("named pipe");
        }
        if kind.is_socket() {
            return Kind::Special("socket");
        }
    }
    Kind::Special("device")
}

/// What a path is, without following a symlink.
///
/// # Errors
/// As reported by the system.
pub(crate) fn kind_at(path: &Path) -> io::Result<Kind> {
    Ok(kind_of(std::fs::symlink_metadata(path)?.file_type()))
}
