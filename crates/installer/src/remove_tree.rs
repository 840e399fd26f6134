//! Removes a folder tree whatever its permissions are.

use std::fs;
use std::io;
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;

#[cfg(unix)]
use crate::parallel::in_parallel;

/// Removes a folder and everything below it, also where a build left folders without write permission. Symbolic links
/// are removed, never followed. A folder that does not exist is fine.
///
/// # Errors
/// The last failure of the file system.
pub fn remove_tree(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
        Ok(metadata) if !metadata.is_dir() => return fs::remove_file(path),
        Ok(_) => {}
    }
    // What this leaves, and why, is found below.
    #[cfg(unix)]
    let _ = remove_files(path);
    match fs::remove_dir_all(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(_) => {
            allow_removal(path)?;
            fs::remove_dir_all(path)
        }
    }
}

/// Removes the files of all folders of a tree, several folders at a time. Folders stay.
///
/// Each folder is reached from the open root without following a link, so that nothing outside of the tree is removed when
/// a link takes the place of a folder meanwhile.
#[cfg(unix)]
fn remove_files(root: &Path) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt as _;

    use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, openat, unlinkat};

    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let root = openat(rustix::fs::CWD, root, flags, Mode::empty())?;
    let open = |path: &Path| -> io::Result<rustix::fd::OwnedFd> {
        let mut handle = openat(&root, ".", flags, Mode::empty())?;
        for part in path {
            handle = openat(&handle, part, flags, Mode::empty())?;
        }
        Ok(handle)
    };
    let clear = |path: &PathBuf| -> io::Result<Vec<PathBuf>> {
        let handle = open(path)?;
        let mut folders = Vec::new();
        for entry in Dir::read_from(&handle)? {
            let entry = entry?;
            let name = std::ffi::OsStr::from_bytes(entry.file_name().to_bytes());
            match entry.file_type() {
                FileType::Directory if name == "." || name == ".." => {}
                FileType::Directory => folders.push(path.join(name)),
                // A file system that does not tell what an entry is.
                FileType::Unknown => {}
                _ => drop(unlinkat(&handle, name, AtFlags::empty())),
            }
        }
        Ok(folders)
    };
    // Level by level: the folders of a level are independent of each other.
    let mut level = vec![PathBuf::new()];
    while !level.is_empty() {
        let below = in_parallel(&level, |path| Ok::<_, io::Error>(clear(path).unwrap_or_default()))?;
        level = below.into_iter().flatten().collect();
    }
    Ok(())
}

/// Makes all folders writable. Each is opened without following a link: a process that a script left behind could put a
/// link in the place of a folder, and the mode of somebody else's folder would change.
#[cfg(unix)]
fn allow_removal(folder: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, Mode, OFlags, chmodat, openat};

    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    // A folder without read permission cannot be opened before its mode is changed, and `fchmodat` follows links; a
    // handle that was opened with `O_PATH` stays the same folder.
    let open = |parent: rustix::fd::BorrowedFd<'_>, name: &Path| -> io::Result<rustix::fd::OwnedFd> {
        #[cfg(target_os = "linux")]
        {
            use std::os::fd::AsRawFd as _;
            let path_flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let handle = openat(parent, name, path_flags, Mode::empty())?;
            let reached = PathBuf::from(format!("/proc/self/fd/{}", handle.as_raw_fd()));
            let mode = Mode::from_raw_mode(rustix::fs::fstat(&handle)?.st_mode) | Mode::RWXU;
            chmodat(rustix::fs::CWD, &reached, mode, AtFlags::empty())?;
        }
        #[cfg(not(target_os = "linux"))]
        chmodat(parent, name, Mode::RWXU, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(openat(parent, name, flags, Mode::empty())?)
    };
    let root = open(rustix::fs::CWD, folder)?;
    let mut pending = vec![PathBuf::new()];
    while let Some(path) = pending.pop() {
        use std::os::fd::AsFd as _;
        let mut handle = rustix::io::fcntl_dupfd_cloexec(&root, 0)?;
        let mut replaced = false;
        for part in &path {
            match open(handle.as_fd(), Path::new(part)) {
                Ok(next) => handle = next,
                // It was replaced or removed meanwhile.
                Err(error) if matches!(error.kind(), io::ErrorKind::NotADirectory | io::ErrorKind::NotFound) => {
                    replaced = true;
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        if replaced {
            continue;
        }
        for entry in rustix::fs::Dir::new(handle)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if entry.file_type() == rustix::fs::FileType::Directory && name != b"." && name != b".." {
                use std::os::unix::ffi::OsStrExt as _;
                pending.push(path.join(std::ffi::OsStr::from_bytes(name)));
            }
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn allow_removal(folder: &Path) -> io::Result<()> {
    let mut pending = vec![folder.to_path_buf()];
    while let Some(folder) = pending.pop() {
        make_writable(&folder)?;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                pending.push(entry.path());
            } else if entry.file_type()?.is_file() {
                make_writable(&entry.path())?;
            }
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_writable(path: &Path) -> io::Result<()> {
    let mut permissions = fs::metadata(path)?.permissions();
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions)
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn read_only_folders_are_removed_and_link_targets_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let outside = dir.path().join("outside");
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("kept"), "x").unwrap();
        let tree = dir.path().join("tree");
        fs::create_dir_all(tree.join("a/b")).unwrap();
        fs::write(tree.join("a/b/file"), "x").unwrap();
        symlink(&outside, tree.join("a/link")).unwrap();
        fs::set_permissions(tree.join("a/b"), fs::Permissions::from_mode(0o500)).unwrap();
        fs::set_permissions(tree.join("a"), fs::Permissions::from_mode(0o000)).unwrap();
        allow_removal(&tree).unwrap();
        assert_eq!(fs::metadata(tree.join("a/b")).unwrap().permissions().mode() & 0o700, 0o700);
        remove_tree(&tree).unwrap();
        assert!(!tree.exists());
        assert!(outside.join("kept").exists());
        remove_tree(&tree).unwrap();
    }
}
