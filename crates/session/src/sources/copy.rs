//! Copying trees into the work folder.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use super::archive::make_symlink;
use super::selection::{Selection, TreeEntryKind};
#[cfg(target_os = "linux")]
use super::sparse::copy_contents;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::progress::Progress;

/// Copies what a selection takes of a tree into a folder that exists; returns how many files and symlinks that were.
///
/// Content is shared with the original where the file system can do so without one seeing changes of the other.
/// Permissions and times are kept; symlinks are created again. Nothing that exists is overwritten, and no symlink
/// in the folder is followed.
///
/// # Errors
/// [`Error::Source`] for a file that exists already; [`Error::Io`], [`Error::Cancelled`].
pub fn copy_tree(root: &Path, selection: &Selection, to: &Path, progress: &Progress, cancel: &Cancel) -> Result<usize> {
    let mut folders = Folders { to, made: HashSet::new() };
    let mut count = 0;
    for entry in selection.entries(root, cancel)? {
        cancel.check()?;
        let (from, target) = (root.join(&entry.path), to.join(&entry.path));
        if entry.kind != TreeEntryKind::Folder
            && let Some(parent) = entry.path.parent()
        {
            folders.make(parent)?;
        }
        match entry.kind {
            TreeEntryKind::Folder => {
                folders.make(&entry.path)?;
                continue;
            }
            TreeEntryKind::File => {
                refuse_existing(&target)?;
                copy_file(&from, &target)?;
            }
            TreeEntryKind::Symlink => {
                refuse_existing(&target)?;
                let link = fs_err::read_link(&from).map_err(Error::io("cannot read", &from))?;
                make_symlink(&link, &target).map_err(Error::io("cannot write", &target))?;
            }
            TreeEntryKind::Special => {
                progress.warn(format!("`{}` is not a file, directory or symlink; it is not copied", from.display()));
                continue;
            }
        }
        count += 1;
    }
    Ok(count)
}

/// Copies one file with its permissions and times. Blocks are shared where the file system can, and holes stay holes.
///
/// # Errors
/// [`Error::Io`] when it cannot be read or written.
pub(crate) fn copy_file(from: &Path, to: &Path) -> Result<()> {
    copy_whole(from, to).map_err(Error::io("cannot copy to", to))?;
    let modified = std::fs::metadata(from).and_then(|metadata| metadata.modified());
    let mut options = std::fs::OpenOptions::new();
    // Setting times takes a writable handle on Windows, and any on Unix.
    options.read(true).write(cfg!(windows));
    if let (Ok(modified), Ok(file)) = (modified, options.open(to)) {
        // Times are for `make`; a file system without them is fine.
        let _ = file.set_modified(modified);
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn copy_whole(from: &Path, to: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let mut source = std::fs::File::open(from)?;
    let metadata = source.metadata()?;
    // The system's copy fills holes. It is faster for the many files that have none.
    if metadata.blocks().saturating_mul(512) >= metadata.len() {
        return std::fs::copy(from, to).map(|_| ());
    }
    let mut target = std::fs::File::create(to)?;
    if rustix::fs::ioctl_ficlone(&target, &source).is_err() {
        copy_contents(&mut source, &mut target)?;
    }
    target.set_permissions(metadata.permissions())
}

#[cfg(not(target_os = "linux"))]
fn copy_whole(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::copy(from, to).map(|_| ())
}

fn refuse_existing(path: &Path) -> Result<()> {
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::io("cannot read", path)(error)),
        Ok(_) => Err(Error::Source {
            location: path.display().to_string(),
            reason: "already exists; it comes from another source".to_owned(),
            http: None,
        }),
    }
}

/// Folders below the target that are known to be folders and not symlinks.
struct Folders<'a> {
    to: &'a Path,
    made: HashSet<PathBuf>,
}

impl Folders<'_> {
    fn make(&mut self, relative: &Path) -> Result<()> {
        if relative.as_os_str().is_empty() || self.made.contains(relative) {
            return Ok(());
        }
        if let Some(parent) = relative.parent() {
            self.make(parent)?;
        }
        let path = self.to.join(relative);
        match fs_err::create_dir(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if !std::fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir()) {
                    refuse_existing(&path)?;
                }
            }
            Err(error) => return Err(Error::io("cannot create", &path)(error)),
        }
        self.made.insert(relative.to_path_buf());
        Ok(())
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::time::{Duration, SystemTime};

    use super::*;

    fn copy(from: &Path, to: &Path) -> Result<usize> {
        copy_tree(from, &Selection::all(), to, &Progress::default(), &Cancel::new())
    }

    #[test]
    fn modes_times_symlinks_and_hidden_files_are_kept() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let script = from.path().join("run");
        fs_err::write(&script, "x").unwrap();
        fs_err::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
        std::fs::File::open(&script).unwrap().set_modified(time).unwrap();
        fs_err::create_dir_all(from.path().join("sub/empty")).unwrap();
        fs_err::write(from.path().join("sub/.hidden"), "h").unwrap();
        symlink("nowhere", from.path().join("link")).unwrap();
        assert_eq!(copy(from.path(), to.path()).unwrap(), 3);
        let metadata = fs_err::metadata(to.path().join("run")).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o755);
        assert_eq!(metadata.modified().unwrap(), time);
        assert!(to.path().join("sub/.hidden").exists() && to.path().join("sub/empty").is_dir());
        assert_eq!(fs_err::read_link(to.path().join("link")).unwrap(), Path::new("nowhere"));
    }

    #[test]
    fn what_is_there_is_neither_overwritten_nor_followed() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let outside = tempfile::tempdir().unwrap();
        fs_err::create_dir(from.path().join("d")).unwrap();
        fs_err::write(from.path().join("d/f"), "new").unwrap();
        symlink(outside.path(), to.path().join("d")).unwrap();
        assert!(matches!(copy(from.path(), to.path()), Err(Error::Source { .. })));
        assert!(!outside.path().join("f").exists());
        fs_err::remove_file(to.path().join("d")).unwrap();
        copy(from.path(), to.path()).unwrap();
        let error = copy(from.path(), to.path()).unwrap_err();
        assert!(error.to_string().contains("already exists"), "{error}");
    }
}
