//! Finding and repairing damage of a cached repository: a process that was killed, a disk that was full, or a person.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::program::Git;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::remove_tree;

/// Repairs what can be seen without git. Whoever calls this has the lock of the cache entry, and so does every git that is
/// still running for it; so all lock files in the repository are left over. Returns what was done.
///
/// # Errors
/// [`Error::Io`] when something damaged cannot be removed.
pub(super) fn repair(db: &Path) -> Result<Vec<String>> {
    let mut repaired = Vec::new();
    for folder in [db.parent().unwrap_or(db), db] {
        if fs::symlink_metadata(folder).is_ok_and(|metadata| !metadata.is_dir()) {
            remove_tree(folder).map_err(Error::io("cannot remove", folder))?;
            repaired.push("a file was in place of the directory".to_owned());
        }
    }
    let failed = Error::io("cannot repair", db);
    match repair_files(db, &mut repaired) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(repaired),
    }
}

fn repair_files(db: &Path, repaired: &mut Vec<String>) -> io::Result<()> {
    let mut remove = |path: &Path, what: &str| -> io::Result<()> {
        fs::remove_file(path)?;
        repaired.push(format!("{what} `{}`", path.strip_prefix(db).unwrap_or(path).display()));
        Ok(())
    };
    let head = db.join("HEAD");
    if head.exists() && !is_ref(&head) {
        // Nothing here reads it, but without it git does not take the directory for a repository.
        remove(&head, "damaged file")?;
        fs::write(&head, "ref: refs/heads/main\n")?;
    }
    for path in files_below(db)? {
        let relative = path.strip_prefix(db).unwrap_or(&path);
        if path.extension().is_some_and(|extension| extension == "lock") {
            remove(&path, "stale lock")?;
        } else if path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"tmp_")) {
            // A pack that was not received as a whole.
            remove(&path, "incomplete file")?;
        } else if relative.starts_with("refs") && !is_ref(&path) {
            remove(&path, "damaged reference")?;
        } else if relative.starts_with("objects") && fs::symlink_metadata(&path)?.len() == 0 {
            remove(&path, "empty object")?;
        }
    }
    Ok(())
}

/// Whether a file contains an object name or the name of another reference.
fn is_ref(path: &Path) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    let text = text.trim();
    let is_name = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_name || text.starts_with("ref: refs/")
}

fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut files, mut pending) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() { &mut pending } else { &mut files }.push(entry.path());
        }
    }
    Ok(files)
}

/// Whether git itself finds the repository damaged.
///
/// # Errors
/// [`Error::Spawn`], [`Error::Cancelled`].
pub(super) async fn is_damaged(db: &Path, shown: &str, cancel: &Cancel) -> Result<bool> {
    let git =
        Git::new(db, shown).args(&["--git-dir=.", "fsck", "--connectivity-only", "--no-dangling", "--no-progress"]);
    Ok(git.try_run(cancel).await?.is_err())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn leftovers_of_a_killed_git_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        let db = dir.path().join("db");
        for (name, text) in [
            ("HEAD", ""),
            ("shallow.lock", ""),
            ("config", "[core]\n"),
            ("objects/ab/cd", ""),
            ("objects/ab/ef", "content"),
            ("objects/pack/tmp_pack_x", "half"),
            ("refs/heads/x", ""),
            ("refs/heads/y", "0123456789012345678901234567890123456789\n"),
            ("refs/heads/y.lock", ""),
        ] {
            fs_err::create_dir_all(db.join(name).parent().unwrap()).unwrap();
            fs_err::write(db.join(name), text).unwrap();
        }
        assert_eq!(repair(&db).unwrap().len(), 6);
        let mut left: Vec<_> = files_below(&db).unwrap();
        left.sort();
        assert_eq!(left, ["HEAD", "config", "objects/ab/ef", "refs/heads/y"].map(|name| db.join(name)));
        assert_eq!(repair(&db).unwrap(), Vec::<String>::new());
        remove_tree(&db).unwrap();
        fs_err::write(&db, "not a directory").unwrap();
        assert_eq!(repair(&db).unwrap().len(), 1);
        assert!(!db.exists());
    }
}
