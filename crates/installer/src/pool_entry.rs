//! A package in the pool: made of another copy of it, and made fit to be linked to.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use crate::copy_file::copy;
use crate::file_fingerprint::{FileFingerprint, FileList};
use crate::parallel::in_parallel;

/// Files that are copied in one go.
const CHUNK: usize = 32;

/// What is in the folder of a package, with paths relative to it. Links are not followed.
#[derive(Debug, Default)]
struct Tree {
    /// Each after the one it is in.
    folders: Vec<PathBuf>,
    /// Files and links.
    files: Vec<(PathBuf, Metadata)>,
}

impl Tree {
    fn of(root: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        let mut pending = vec![PathBuf::new()];
        while let Some(folder) = pending.pop() {
            for entry in std::fs::read_dir(root.join(&folder))? {
                let entry = entry?;
                let path = folder.join(entry.file_name());
                if entry.file_type()?.is_dir() {
                    tree.folders.push(path.clone());
                    pending.push(path);
                } else {
                    tree.files.push((path, entry.metadata()?));
                }
            }
        }
        tree.folders.sort();
        Ok(tree)
    }
}

/// FileList the folder of a package with all that is in it, and what the package cache wrote down about it.
///
/// # Errors
/// When copying fails; then there is nothing at the place.
pub(crate) fn copy_package(from: &Path, to: &Path) -> io::Result<()> {
    let parent = to.parent().unwrap_or(to);
    let new = tempfile::Builder::new().prefix(".copy").tempdir_in(parent)?;
    let tree = Tree::of(from)?;
    for folder in &tree.folders {
        fs_err::create_dir(new.path().join(folder))?;
    }
    let chunks: Vec<_> = tree.files.chunks(CHUNK).collect();
    in_parallel(&chunks, |files| {
        let mut buffer = Vec::new();
        files.iter().try_for_each(|(path, found)| {
            let (from, to) = (from.join(path), new.path().join(path));
            if found.is_symlink() { copy_link(&from, &to) } else { copy(&from, &to, &mut buffer) }
        })
    })?;
    match std::fs::copy(record_of(from), record_of(to)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs_err::rename(new.keep(), to)
}

#[cfg(unix)]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(std::fs::read_link(from)?, to)
}

#[cfg(not(unix))]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::copy(from, to).map(drop)
}

/// Makes a package that was just put into the pool one that environments can link to, and writes down what its files
/// are: others get no right to write, and no two of its files are one.
///
/// # Errors
/// When a file cannot be changed.
pub(crate) fn finalize(folder: &Path, archive: &[u8]) -> io::Result<()> {
    let mut copies = FileList { archive: archive.to_vec(), files: Vec::new() };
    let mut buffer = Vec::new();
    for (path, mut found) in Tree::of(folder)?.files {
        let file = folder.join(&path);
        if found.is_file() && links(&found) > 1 {
            let new = tempfile::Builder::new().prefix(".own").tempdir_in(folder)?;
            let own = new.path().join("file");
            copy(&file, &own, &mut buffer)?;
            fs_err::rename(&own, &file)?;
            found = std::fs::symlink_metadata(&file)?;
        }
        if found.is_file() && others_write(&found) {
            forbid_others(&file, &found)?;
            found = std::fs::symlink_metadata(&file)?;
        }
        if let Some(path) = path.to_str() {
            copies.files.push((path.to_owned(), FileFingerprint::of(&found)));
        }
    }
    copies.write(folder)
}

/// What has become of a package in the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// As it came, and no environment has links to it.
    Free,
    /// As it came, as far as can be seen; environments have links to it.
    Linked,
    /// Not there, or not as it came.
    Unfit,
    /// Not as it came, and environments have links to it.
    Changed,
}

/// Looks at some of the files of a package.
pub(crate) fn look<'a>(folder: &Path, files: impl IntoIterator<Item = &'a (String, FileFingerprint)>) -> Condition {
    let (mut is_linked, mut is_changed) = (false, false);
    for (path, stamp) in files {
        match std::fs::symlink_metadata(folder.join(path)) {
            Ok(found) => {
                is_linked |= links(&found) > 1;
                is_changed |= FileFingerprint::of(&found) != *stamp;
            }
            Err(_) => is_changed = true,
        }
    }
    match (is_linked, is_changed) {
        (false, false) => Condition::Free,
        (true, false) => Condition::Linked,
        (false, true) => Condition::Unfit,
        (true, true) => Condition::Changed,
    }
}

/// Removes a package from the pool.
///
/// # Errors
/// When it cannot be removed.
pub(crate) fn remove(folder: &Path) -> io::Result<()> {
    FileList::forget(folder)?;
    crate::remove_tree::remove_tree(folder)?;
    crate::remove_tree::remove_tree(&record_of(folder))
}

/// What a package cache writes down about the archive that a package came from: a file beside it.
fn record_of(folder: &Path) -> PathBuf {
    let mut path = folder.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}

#[cfg(unix)]
fn links(file: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(file)
}

#[cfg(unix)]
fn forbid_others(path: &Path, file: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(file.permissions().mode() & !0o002))
}

#[cfg(not(unix))]
fn forbid_others(_path: &Path, _file: &Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn others_write(file: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(file) & 0o002 != 0
}

/// Elsewhere links cannot be counted, and there is no pool.
#[cfg(not(unix))]
fn links(_file: &Metadata) -> u64 {
    u64::MAX
}

#[cfg(not(unix))]
fn others_write(_file: &Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    use super::*;

    /// A folder with a package in it.
    fn package() -> (tempfile::TempDir, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("x-1-0");
        std::fs::create_dir_all(folder.join("lib/deep")).unwrap();
        std::fs::create_dir(folder.join("empty")).unwrap();
        std::fs::write(folder.join("lib/a"), "one").unwrap();
        std::fs::write(folder.join("lib/deep/b"), "two").unwrap();
        std::os::unix::fs::symlink("a", folder.join("lib/c")).unwrap();
        std::fs::write(record_of(&folder), "about the archive").unwrap();
        (root, folder)
    }

    fn condition(folder: &Path) -> Condition {
        look(folder, &FileList::read(folder).unwrap().files)
    }

    #[test]
    fn a_copy_of_a_package_has_all_of_it() {
        let (root, from) = package();
        let to = root.path().join("pool-x-1-0");
        copy_package(&from, &to).unwrap();
        assert_eq!(std::fs::read_to_string(to.join("lib/deep/b")).unwrap(), "two");
        assert_eq!(std::fs::read_link(to.join("lib/c")).unwrap(), Path::new("a"));
        assert!(to.join("empty").is_dir());
        assert_eq!(std::fs::read_to_string(record_of(&to)).unwrap(), "about the archive");
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 4);
    }

    #[test]
    fn files_that_others_may_write_or_that_are_one_are_made_own() {
        let (_root, folder) = package();
        let file = folder.join("lib/a");
        std::fs::hard_link(&file, folder.join("lib/twin")).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
        finalize(&folder, b"archive").unwrap();
        for name in ["lib/a", "lib/twin"] {
            let found = std::fs::metadata(folder.join(name)).unwrap();
            assert_eq!((found.nlink(), found.mode() & 0o7777), (1, 0o664), "{name}");
        }
        assert_eq!(condition(&folder), Condition::Free);
    }

    #[test]
    fn a_link_out_of_the_package_is_left_alone() {
        let (root, folder) = package();
        let outside = root.path().join("outside");
        std::fs::write(&outside, "x").unwrap();
        std::fs::set_permissions(&outside, std::fs::Permissions::from_mode(0o666)).unwrap();
        std::os::unix::fs::symlink(&outside, folder.join("lib/out")).unwrap();
        std::os::unix::fs::symlink(root.path(), folder.join("out")).unwrap();
        finalize(&folder, b"archive").unwrap();
        assert_eq!(std::fs::metadata(&outside).unwrap().mode() & 0o7777, 0o666);
    }

    #[test]
    fn what_was_changed_and_what_is_in_use_is_told() {
        let (root, folder) = package();
        finalize(&folder, b"archive").unwrap();
        let link = root.path().join("link");
        std::fs::hard_link(folder.join("lib/a"), &link).unwrap();
        assert_eq!(condition(&folder), Condition::Linked);
        std::fs::write(&link, "other").unwrap();
        assert_eq!(condition(&folder), Condition::Changed);
        std::fs::remove_file(&link).unwrap();
        assert_eq!(condition(&folder), Condition::Unfit);
        remove(&folder).unwrap();
        assert_eq!(FileList::read(&folder), None);
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 0);
    }
}
