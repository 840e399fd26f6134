//! Removing a folder tree whatever its permissions.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::held::{Held, is_replaced};

/// Removes a folder and all below it, also where a build left folders without write permission. Symlinks are removed,
/// never followed. A folder that is not there is fine.
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
    match fs::remove_dir_all(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(_) => {
            allow_removal(path)?;
            fs::remove_dir_all(path)
        }
    }
}

fn allow_removal(folder: &Path) -> io::Result<()> {
    // Held, so that no link that takes the place of a folder meanwhile leads to the modes of others.
    let root = Held::open_entry(folder)?;
    let mut pending = vec![PathBuf::new()];
    while let Some(path) = pending.pop() {
        let folder = match root.below(&path) {
            Err(error) if is_replaced(&error) => continue,
            folder => folder?,
        };
        make_writable(folder.itself())?;
        for entry in fs::read_dir(folder.itself())? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                pending.push(path.join(entry.file_name()));
            } else if cfg!(windows) && kind.is_file() {
                make_writable(&entry.path())?;
            }
        }
    }
    Ok(())
}

#[cfg(unix)]
fn make_writable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path)?.permissions().mode();
    fs::set_permissions(path, fs::Permissions::from_mode(mode | 0o700))
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
    fn read_only_folders_go_and_link_targets_stay() {
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
        remove_tree(&tree).unwrap();
        assert!(!tree.exists());
        assert!(outside.join("kept").exists());
        remove_tree(&tree).unwrap();
    }
}
