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

    /// Whether there is a symlink, wherever it leads.
    fn is_link(&self, path: &Path) -> bool;

    /// Whether there is a folder, itself and not a link to one.
    fn is_folder(&self, path: &Path) -> bool;

    /// All below a folder that is no folder.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn below(&self, folder: &Path) -> Result<Vec<PathBuf>, String>;
}

/// The file that a patch makes or removes, if there is one. A folder in its place is none: whether it goes is known when
/// the whole patch is, as its diffs may come in any order.
///
/// # Errors
/// As [`Tree::read`]; and for a symlink, behind which another file would be changed.
pub(super) fn in_place(tree: &dyn Tree, path: &Path) -> Result<Option<FileState>, String> {
    if tree.is_link(path) {
        return Err(format!("`{}` is a symlink, which a patch cannot replace or remove", path.display()));
    }
    if tree.is_folder(path) { Ok(None) } else { tree.read(path) }
}

/// Why a tree cannot become what the changes say: a file would be where something else stays.
pub(super) fn clashes(tree: &dyn Tree, changes: &Changes) -> Result<Vec<String>, String> {
    let mut clashes = Vec::new();
    for path in changes.iter().filter(|(_, change)| change.is_some()).map(|(path, _)| path) {
        if tree.is_folder(path) {
            let stays = |left: &PathBuf| !matches!(changes.get(left), Some(None));
            if let Some(left) = tree.below(path)?.into_iter().find(stays) {
                clashes.push(format!("`{}` is a folder, in which `{}` stays", path.display(), left.display()));
            }
        }
        let above = path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
        for folder in above {
            let is_file = changes.get(folder).map_or_else(|| tree.is_file(folder), Option::is_some);
            if is_file {
                clashes.push(format!("`{}` is a file, and `{}` would be in it", folder.display(), path.display()));
            }
        }
    }
    Ok(clashes)
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

    fn is_link(&self, path: &Path) -> bool {
        !self.changes.contains_key(path) && self.base.is_link(path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        !self.changes.contains_key(path) && self.base.is_folder(path)
    }

    fn below(&self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        self.base.below(folder)
    }
}
