//! What a patch is applied to: a folder, or what a folder would be after other patches.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file's content, and whether it can be run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FileState {
    pub(super) content: Vec<u8>,
    pub(super) executable: bool,
}

/// What becomes of each file that a patch touches; `None` for a file that goes.
pub(super) type Changes = BTreeMap<PathBuf, Option<FileState>>;

/// Files by their paths, which stay inside.
pub(super) trait Tree {
    /// Whether there is a file.
    fn is_file(&self, path: &Path) -> bool;

    /// The file, if there is one.
    ///
    /// # Errors
    /// Why it cannot be read, or must not be: a symlink that leads out.
    fn read(&self, path: &Path) -> Result<Option<FileState>, String>;
}

/// A tree with changes that are not written.
pub(super) struct Overlay<'a> {
    pub(super) base: &'a dyn Tree,
    pub(super) changes: Changes,
}

impl<'a> Overlay<'a> {
    pub(super) fn new(base: &'a dyn Tree) -> Self {
        Self { base, changes: Changes::new() }
    }
}

impl Tree for Overlay<'_> {
    fn is_file(&self, path: &Path) -> bool {
        match self.changes.get(path) {
            Some(change) => change.is_some(),
            None => self.base.is_file(path),
        }
    }

    fn read(&self, path: &Path) -> Result<Option<FileState>, String> {
        match self.changes.get(path) {
            Some(change) => Ok(change.clone()),
            None => self.base.read(path),
        }
    }
}
