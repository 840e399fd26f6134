//! Bringing a checkpoint back.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::copy::{below, copy_new_file, keep_times_and_mode, remove, shared_inode, symlink};
use super::fingerprint::{self, Fingerprints};
use super::{folder, list, trees};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::{Held, Layout, check_folder};

/// Makes the work folder and both prefixes what they were when the checkpoint was taken. Only what changed since is
/// touched; what came since is removed. When it fails or is cancelled on the way, calling it again mends it.
///
/// # Errors
/// [`Error::InvalidOption`] for a name that no checkpoint has, [`Error::Replaced`], [`Error::Io`], [`Error::Cancelled`].
pub fn restore(layout: &Layout, name: &str, cancel: &Cancel) -> Result<()> {
    layout.check_build_dir()?;
    let checkpoint = folder(layout, name)?;
    check_folder(&checkpoint)?;
    if !checkpoint.is_dir() {
        let names = list(layout)?;
        let known =
            if names.is_empty() { "there are none".to_owned() } else { format!("there are: {}", names.join(", ")) };
        let reason = format!("there is no checkpoint `{name}`; {known}");
        return Err(Error::InvalidOption { option: "name", reason });
    }
    for (tree, place) in trees(layout) {
        let prints = fingerprint::read(&checkpoint, tree);
        Restore { from: &checkpoint.join(tree), to: place, prints: &prints, linked: HashMap::new(), cancel }.run()?;
    }
    Ok(())
}

struct Restore<'a> {
    from: &'a Path,
    to: &'a Path,
    prints: &'a Fingerprints,
    /// Files with several names that were brought back or are as they were, by their inodes in the checkpoint.
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
            // From the top down, and never through a link: what stands in the place of a folder goes.
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

    /// The folder of the session that is brought back.
    fn root(&self) -> Result<Held> {
        let (around, name) = self.to.parent().zip(self.to.file_name()).unwrap_or((self.to, self.to.as_os_str()));
        let around = Held::open(around)?;
        make_folder(&around, name).map_err(Error::io("cannot create", self.to))
    }

    /// Makes sure that a folder is there, is one, and can be written.
    fn open_folder(&self, root: &Held, folder: &Path) -> Result<Held> {
        let made = match folder.parent().zip(folder.file_name()) {
            None => root.below(folder),
            Some((around, name)) => root.below(around).and_then(|around| make_folder(&around, name)),
        };
        made.map_err(Error::io("cannot create", below(self.to, folder)))
    }

    fn entry(&mut self, root: &Held, folder: &Held, path: &Path, remembered: &Metadata) -> io::Result<()> {
        let from = self.from.join(path);
        let to = folder.entry(path.file_name().unwrap_or_default());
        let there = match fs::symlink_metadata(&to) {
            Ok(there) => Some(there),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        // Names of one file in the checkpoint because they were that, or because two checkpoints share it: the tree
        // tells, as only the first can be.
        let group = shared_inode(remembered);
        if let Some(there) = &there {
            let same = if remembered.is_symlink() {
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
        if remembered.is_symlink() {
            return symlink(&fs::read_link(&from)?, &to);
        }
        if let Some(first) = group.and_then(|inode| self.linked.get(&inode)) {
            let around = root.below(first.parent().unwrap_or(Path::new("")))?;
            return fs::hard_link(around.entry(first.file_name().unwrap_or_default()), &to);
        }
        copy_new_file(&from, &to, remembered)?;
        self.linked.extend(group.map(|inode| (inode, path.to_path_buf())));
        Ok(())
    }
}

/// A folder of that name that can be written, also where there was something else.
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

/// Removes what the checkpoint does not have.
fn remove_others(folder: &Path, names: &HashSet<OsString>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(Error::io("cannot read", folder))? {
        let entry = entry.map_err(Error::io("cannot read", folder))?;
        if !names.contains(&entry.file_name()) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}
