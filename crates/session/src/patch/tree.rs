//! What a patch is applied to: a directory, or what a directory would be after other patches.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::sources::links::{self, LinkProblem};

/// What kind of entry a file of a patch is. Git records no other modes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum FileKind {
    /// Mode 100644.
    #[default]
    Regular,
    /// Mode 100755.
    Executable,
    /// Mode 120000; the content is the target.
    Symlink,
}

impl FileKind {
    /// Of a file that is not a symlink.
    pub(super) fn of_file(executable: bool) -> Self {
        if executable { Self::Executable } else { Self::Regular }
    }

    /// The mode as git writes it.
    pub(super) fn mode(self) -> &'static str {
        match self {
            Self::Regular => "100644",
            Self::Executable => "100755",
            Self::Symlink => "120000",
        }
    }
}

/// The content of a file, or the target of a symlink.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FileState {
    pub(super) content: Vec<u8>,
    pub(super) kind: FileKind,
}

/// The result of a patch for each file that it touches; `None` for a file that is removed.
pub(super) type Changes = BTreeMap<PathBuf, Option<FileState>>;

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    File,
    Symlink,
    Folder,
    /// A FIFO, a socket or a device.
    Special,
}

/// Files by their relative paths. No method follows a symlink in the last component of a path.
pub(super) trait Tree {
    /// What is at a path; `None` where nothing is.
    fn kind(&self, path: &Path) -> Option<EntryKind>;

    /// The file or symlink at a path; `None` where there is neither.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, path: &Path) -> Result<Option<FileState>, String>;

    /// The target of the symlink at a path, relative to the symlink's directory; `None` where there is no symlink.
    fn link_target(&self, path: &Path) -> Option<PathBuf>;

    /// All files and symlinks below a directory.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn below(&self, folder: &Path) -> Result<Vec<PathBuf>, String>;
}

/// The path that another one leads to, with all symlinks of the tree followed.
///
/// # Errors
/// When it leads out of the tree, or through a loop.
pub(super) fn followed(tree: &dyn Tree, path: &Path) -> Result<PathBuf, String> {
    links::follow(path, &|path| tree.link_target(path)).map_err(|problem| {
        let path = path.display();
        match problem {
            LinkProblem::Outside => format!("`{path}` is outside of the source directory"),
            LinkProblem::Loop => format!("`{path}` leads through a loop of symlinks"),
        }
    })
}

/// As [`followed`], but the last component is not followed: for what creates, replaces or removes an entry.
///
/// # Errors
/// As [`followed`].
pub(super) fn parent_followed(tree: &dyn Tree, path: &Path) -> Result<PathBuf, String> {
    match path.parent().zip(path.file_name()) {
        Some((parent, name)) => Ok(followed(tree, parent)?.join(name)),
        None => followed(tree, path),
    }
}

/// Whether a path leads to a regular file.
pub(super) fn is_file(tree: &dyn Tree, path: &Path) -> bool {
    followed(tree, path).is_ok_and(|path| tree.kind(&path) == Some(EntryKind::File))
}

/// Whether a file, or a symlink wherever it leads, is at a path.
pub(super) fn is_present(tree: &dyn Tree, path: &Path) -> bool {
    let kind = parent_followed(tree, path).ok().and_then(|path| tree.kind(&path));
    matches!(kind, Some(EntryKind::File | EntryKind::Symlink))
}

/// Why a tree cannot become what the changes say: a file would be where a directory or another file stays.
pub(super) fn conflicts(tree: &dyn Tree, changes: &Changes) -> Result<Vec<String>, String> {
    let mut conflicts = Vec::new();
    for path in changes.iter().filter(|(_, change)| change.is_some()).map(|(path, _)| path) {
        if tree.kind(path) == Some(EntryKind::Folder) {
            let stays = |left: &PathBuf| !matches!(changes.get(left), Some(None));
            if let Some(left) = tree.below(path)?.into_iter().find(stays) {
                conflicts.push(format!("`{}` is a directory that still contains `{}`", path.display(), left.display()));
            }
        }
        let above = path.ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
        for folder in above {
            let is_file = match changes.get(folder) {
                Some(change) => change.is_some(),
                None => matches!(tree.kind(folder), Some(EntryKind::File | EntryKind::Symlink | EntryKind::Special)),
            };
            if is_file {
                conflicts.push(format!("`{}` is a file, so `{}` cannot be created", folder.display(), path.display()));
            }
        }
    }
    Ok(conflicts)
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
    fn kind(&self, path: &Path) -> Option<EntryKind> {
        match self.changes.get(path) {
            Some(Some(state)) if state.kind == FileKind::Symlink => Some(EntryKind::Symlink),
            Some(Some(_)) => Some(EntryKind::File),
            Some(None) => None,
            None => self.base.kind(path),
        }
    }

    fn read(&self, path: &Path) -> Result<Option<FileState>, String> {
        match self.changes.get(path) {
            Some(change) => Ok(change.clone()),
            None => self.base.read(path),
        }
    }

    fn link_target(&self, path: &Path) -> Option<PathBuf> {
        match self.changes.get(path) {
            Some(Some(state)) if state.kind == FileKind::Symlink => Some(bytes_to_path(&state.content)),
            Some(_) => None,
            None => self.base.link_target(path),
        }
    }

    fn below(&self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        self.base.below(folder)
    }
}

/// The target of a symlink as a path.
#[cfg(unix)]
pub(super) fn bytes_to_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes))
}

/// The target of a symlink as a path.
#[cfg(not(unix))]
pub(super) fn bytes_to_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
