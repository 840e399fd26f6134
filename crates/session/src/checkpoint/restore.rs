//! Restoring a checkpoint.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::copy::{below, copy_new_file, keep_times_and_mode, remove, shared_inode, symlink};
use super::fingerprint::{self, Fingerprints};
use super::record::copy_record;
use super::{existing, trees};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::{Held, Layout};

/// Restores the work directory, both prefixes and the record of the sources. Only what changed since the checkpoint is
/// touched; what was created since is removed. When it fails or is cancelled, calling it again completes it.
///
/// # Errors
/// [`Error::InvalidOption`] when there is no checkpoint of that name; [`Error::Replaced`] when a directory of the session
/// was replaced by something else; [`Error::Io`] when a file cannot be read or written; [`Error::Cancelled`].
pub fn restore(layout: &Layout, name: &str, cancel: &Cancel) -> Result<()> {
    layout.check_build_dir()?;
    let checkpoint = existing(layout, "name", name)?;
    for (tree, place) in trees(layout) {
        let prints = fingerprint::read(&checkpoint, tree);
        Restore { from: &checkpoint.join(tree), to: place, prints: &prints, linked: HashMap::new(), cancel }.run()?;
    }
    copy_record(&checkpoint, &layout.build_dir)
}

struct Restore<'a> {
    from: &'a Path,
    to: &'a Path,
    prints: &'a Fingerprints,
    /// Files with several names that were restored or had not changed, by their inodes in the checkpoint.
    linked: HashMap<(u64, u64), PathBuf>,
    cancel: &'a Cancel,
}

impl Restore<'_> {
    fn run(mut self) -> Result<()> {
        let root = self.root()?;
        let mut pending = vec![PathBuf::new()];
        let mut folders = Vec::new();
        while let Some(folder) = pending.pop() {
            self.cancel.check()?;
            let from = below(self.from, &folder);
            // From the top down, and never through a link: anything in the place of a directory is removed.
            let to = self.open_folder(&root, &folder)?;
            let mut names = HashSet::new();
            for entry in fs::read_dir(&from).map_err(Error::io("cannot read", &from))? {
                let entry = entry.map_err(Error::io("cannot read", &from))?;
                let metadata = entry.metadata().map_err(Error::io("cannot read", entry.path()))?;
                let path = folder.join(entry.file_name());
                names.insert(entry.file_name());
                if metadata.is_dir() {
                    pending.push(path);
                } else {
                    self.entry(&root, &to, &path, &metadata)
                        .map_err(Error::io("cannot restore", self.to.join(&path)))?;
                }
            }
            remove_others(to.itself(), &names)?;
            folders.push((from, folder));
        }
        for (from, folder) in folders.into_iter().rev() {
            let metadata = fs::symlink_metadata(&from).map_err(Error::io("cannot read", from))?;
            let set = root.below(&folder).and_then(|to| keep_times_and_mode(to.itself(), &metadata));
            set.map_err(Error::io("cannot set the times of", below(self.to, &folder)))?;
        }
        Ok(())
    }

    /// The directory of the session that is restored.
    fn root(&self) -> Result<Held> {
        let (around, name) = self.to.parent().zip(self.to.file_name()).unwrap_or((self.to, self.to.as_os_str()));
        let around = Held::open(around)?;
        make_folder(&around, name).map_err(Error::io("cannot create", self.to))
    }

    /// Makes sure that a directory exists and is writable.
    fn open_folder(&self, root: &Held, folder: &Path) -> Result<Held> {
        let made = match folder.parent().zip(folder.file_name()) {
            None => root.below(folder),
            Some((around, name)) => root.below(around).and_then(|around| make_folder(&around, name)),
        };
        made.map_err(Error::io("cannot create", below(self.to, folder)))
    }

    fn entry(&mut self, root: &Held, folder: &Held, path: &Path, saved: &Metadata) -> io::Result<()> {
        let from = self.from.join(path);
        let to = folder.entry(path.file_name().unwrap_or_default());
        let there = match fs::symlink_metadata(&to) {
            Ok(there) => Some(there),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        // A file has several names in the checkpoint because it had them in the session, or because two checkpoints share
        // it. The latter have the same path in each, so within one tree only the former can occur.
        let group = shared_inode(saved);
        if let Some(there) = &there {
            let same = if saved.is_symlink() {
                there.is_symlink() && fs::read_link(&from)? == fs::read_link(&to)?
            } else {
                there.is_file() && self.prints.holds(path, there)
            };
            if same {
                self.linked.extend(group.map(|inode| (inode, path.to_path_buf())));
                return Ok(());
            }
            remove_any(&to, there)?;
        }
        if saved.is_symlink() {
            return symlink(&fs::read_link(&from)?, &to);
        }
        if let Some(first) = group.and_then(|inode| self.linked.get(&inode)) {
            let around = root.below(first.parent().unwrap_or(Path::new("")))?;
            return fs::hard_link(around.entry(first.file_name().unwrap_or_default()), &to);
        }
        copy_new_file(&from, &to, saved)?;
        self.linked.extend(group.map(|inode| (inode, path.to_path_buf())));
        Ok(())
    }
}

/// A writable directory of that name, also where there was something else.
fn make_folder(around: &Held, name: &OsStr) -> io::Result<Held> {
    let path = around.entry(name);
    match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => {
            crate::layout::remove_tree(&path)?;
            fs::create_dir(&path)?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir(&path)?,
        Err(error) => return Err(error),
    }
    let folder = around.below(Path::new(name))?;
    allow_writing(folder.itself())?;
    Ok(folder)
}

#[cfg(unix)]
fn allow_writing(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(folder)?.permissions().mode();
    if mode & 0o700 == 0o700 {
        return Ok(());
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(mode | 0o700))
}

#[cfg(not(unix))]
fn allow_writing(_: &Path) -> io::Result<()> {
    Ok(())
}

fn remove_any(path: &Path, metadata: &Metadata) -> io::Result<()> {
    if metadata.is_dir() { crate::layout::remove_tree(path) } else { fs::remove_file(path) }
}

/// Removes what is not in the checkpoint.
fn remove_others(folder: &Path, names: &HashSet<OsString>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::io("cannot read", folder))? {
        let entry = entry.map_err(Error::io("cannot read", folder))?;
        if !names.contains(&entry.file_name()) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}
