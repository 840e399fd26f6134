//! The files of an extracted package, and copies of it.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use crate::copy_file::copy;
use crate::parallel::in_parallel;

/// Files that are copied by one thread in one go.
const CHUNK: usize = 32;

/// What is in the folder of a package, with paths relative to it. Links are not followed.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Each after the one that contains it.
    pub(crate) folders: Vec<PathBuf>,
    /// Files and links.
    pub(crate) files: Vec<(PathBuf, Metadata)>,
}

impl Tree {
    pub(crate) fn of(root: &Path) -> io::Result<Self> {
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

/// Copies the folder of a package with everything in it. After an error nothing is left at the new place.
pub(crate) fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
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
    fs_err::rename(new.keep(), to)
}

#[cfg(unix)]
pub(crate) fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(std::fs::read_link(from)?, to)
}

#[cfg(not(unix))]
pub(crate) fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::copy(from, to).map(drop)
}
