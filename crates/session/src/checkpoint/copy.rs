//! Copying a tree: links, modes and times stay; nothing outside of it is followed or written.

use std::collections::HashMap;
use std::fs::{self, FileTimes, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::remove_tree;
pub(super) use crate::sources::copy_contents;

/// What is copied to where, and how.
pub(super) struct Copy<'a, F> {
    pub(super) from: &'a Path,
    pub(super) to: &'a Path,
    /// Makes one file: the path below the tree, its metadata, where it is, where it goes. The mode and the times are
    /// set afterwards, unless it returns `false`: then the file is ready as it is.
    pub(super) file: F,
    /// Where a symlink of the copy points, if not where the original does.
    pub(super) link: &'a dyn Fn(&Path) -> PathBuf,
    pub(super) cancel: &'a Cancel,
}

impl<F: FnMut(&Path, &Metadata, &Path, &Path) -> io::Result<bool>> Copy<'_, F> {
    /// Copies the tree into a folder that does not exist yet.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Cancelled`].
    pub(super) fn run(mut self) -> Result<()> {
        let mut pending = vec![PathBuf::new()];
        let mut folders = Vec::new();
        // Hard links stay hard links.
        let mut linked: HashMap<(u64, u64), PathBuf> = HashMap::new();
        while let Some(folder) = pending.pop() {
            self.cancel.check()?;
            let (from, to) = (below(self.from, &folder), below(self.to, &folder));
            let metadata = fs::symlink_metadata(&from).map_err(Error::io("cannot read", &from))?;
            if !metadata.is_dir() {
                let error = io::Error::new(io::ErrorKind::NotADirectory, "it was replaced by something else");
                return Err(Error::io("cannot copy", from)(error));
            }
            fs::create_dir(&to).map_err(Error::io("cannot create", &to))?;
            for entry in fs::read_dir(&from).map_err(Error::io("cannot read", &from))? {
                let entry = entry.map_err(Error::io("cannot read", &from))?;
                let (path, source) = (folder.join(entry.file_name()), entry.path());
                let metadata = entry.metadata().map_err(Error::io("cannot read", &source))?;
                if metadata.is_dir() {
                    pending.push(path);
                    continue;
                }
                let target = self.to.join(&path);
                if let Some(inode) = shared_inode(&metadata) {
                    // Nothing is there where the first name was left out: see `file`.
                    if let Some(first) = linked.get(&inode).filter(|first| first.is_file()) {
                        fs::hard_link(first, &target).map_err(Error::io("cannot create", &target))?;
                        continue;
                    }
                    linked.insert(inode, target.clone());
                }
                self.entry(&path, &metadata, &source, &target).map_err(Error::io("cannot copy", &source))?;
            }
            folders.push((to, metadata));
        }
        // From the inside out: a read-only directory gets its mode when everything is in it.
        for (folder, metadata) in folders.into_iter().rev() {
            keep_times_and_mode(&folder, &metadata).map_err(Error::io("cannot set the times of", folder))?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, metadata: &Metadata, source: &Path, target: &Path) -> io::Result<()> {
        if metadata.is_symlink() {
            return symlink(&(self.link)(&fs::read_link(source)?), target);
        }
        // A socket or FIFO is of no use without the process that had it open.
        if metadata.is_file() && (self.file)(path, metadata, source, target)? {
            keep_times_and_mode(target, metadata)?;
        }
        Ok(())
    }
}

/// A path in a tree; the tree itself for the empty path, without the `/` at its end that would follow a link.
pub(super) fn below(tree: &Path, path: &Path) -> PathBuf {
    if path.as_os_str().is_empty() { tree.to_path_buf() } else { tree.join(path) }
}

/// Copies one file; the blocks are shared where the file system can, and holes stay holes.
pub(super) fn copy_file(source: &Path, target: &Path) -> io::Result<()> {
    if reflink_copy::reflink(source, target).is_ok() {
        return Ok(());
    }
    let mut from = fs::File::open(source)?;
    // A reflink that failed half way may have left a file.
    let mut to = fs::File::create(target)?;
    copy_contents(&mut from, &mut to)?;
    to.set_permissions(from.metadata()?.permissions())
}

/// Copies one file to where nothing is, with its times and mode: what was put there meanwhile is an error, not followed.
pub(super) fn copy_new_file(source: &Path, target: &Path, metadata: &Metadata) -> io::Result<()> {
    let mut from = fs::File::open(source)?;
    let mut to = fs::File::options().write(true).create_new(true).open(target)?;
    clone_or_copy(&mut from, &mut to)?;
    to.set_times(times(metadata))?;
    to.set_permissions(metadata.permissions())
}

#[cfg(target_os = "linux")]
fn clone_or_copy(from: &mut fs::File, to: &mut fs::File) -> io::Result<()> {
    if rustix::fs::ioctl_ficlone(&*to, &*from).is_ok() {
        return Ok(());
    }
    copy_contents(from, to)
}

#[cfg(not(target_os = "linux"))]
fn clone_or_copy(from: &mut fs::File, to: &mut fs::File) -> io::Result<()> {
    copy_contents(from, to)
}

fn times(metadata: &Metadata) -> FileTimes {
    let mut times = FileTimes::new();
    if let Ok(modified) = metadata.modified() {
        times = times.set_modified(modified);
    }
    if let Ok(accessed) = metadata.accessed() {
        times = times.set_accessed(accessed);
    }
    times
}

/// Gives a file or folder the times and the mode of another.
pub(super) fn keep_times_and_mode(path: &Path, metadata: &Metadata) -> io::Result<()> {
    let times = times(metadata);
    // Opened for reading: a folder cannot be opened otherwise, and times need no more on Unix.
    let opened = if cfg!(windows) { fs::File::options().write(true).open(path) } else { fs::File::open(path) };
    match opened {
        Ok(file) => file.set_times(times)?,
        // A folder on Windows; or what nobody may read, which has no copy that anybody reads.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
        Err(error) => return Err(error),
    }
    fs::set_permissions(path, metadata.permissions())
}

/// The inode of a file with several names.
#[cfg(unix)]
pub(super) fn shared_inode(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    (metadata.is_file() && metadata.nlink() > 1).then(|| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
pub(super) fn shared_inode(_: &Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(unix)]
pub(super) fn symlink(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(windows)]
pub(super) fn symlink(target: &Path, link: &Path) -> io::Result<()> {
    let folder = link.parent().is_some_and(|parent| parent.join(target).is_dir());
    if folder {
        std::os::windows::fs::symlink_dir(target, link)
    } else {
        std::os::windows::fs::symlink_file(target, link)
    }
}

/// Removes a file, a link or a whole folder, whatever its permissions.
pub(super) fn remove(path: &Path) -> Result<()> {
    remove_tree(path).map_err(Error::io("cannot remove", path))
}
