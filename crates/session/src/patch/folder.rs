//! A directory that patches are applied to.

use std::io;
use std::path::{Path, PathBuf};

use super::tree::{EntryKind, FileKind, FileState, Tree, parent_followed};

/// A directory on disk; nothing outside of it is read or written, whatever symlinks are in it.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// A directory that exists.
    pub(super) fn new(root: &Path) -> io::Result<Self> {
        Ok(Self { root: fs_err::canonicalize(root)? })
    }

    /// Where an entry is that a patch creates, replaces or removes; a symlink of that name is not followed.
    pub(super) fn place(&self, path: &Path) -> Result<PathBuf, String> {
        Ok(self.root.join(parent_followed(self, path)?))
    }
}

impl Tree for Folder {
    fn kind(&self, path: &Path) -> Option<EntryKind> {
        let kind = std::fs::symlink_metadata(self.root.join(path)).ok()?.file_type();
        Some(if kind.is_dir() {
            EntryKind::Folder
        } else if kind.is_symlink() {
            EntryKind::Symlink
        } else if kind.is_file() {
            EntryKind::File
        } else {
            EntryKind::Special
        })
    }

    fn read(&self, path: &Path) -> Result<Option<FileState>, String> {
        let fails = |error: io::Error| format!("cannot read `{}`: {error}", path.display());
        let full = self.root.join(path);
        match self.kind(path) {
            Some(EntryKind::File) => read_file(&full).map(Some).map_err(fails),
            Some(EntryKind::Symlink) => {
                let target = std::fs::read_link(&full).map_err(fails)?;
                let content = target.as_os_str().as_encoded_bytes().to_vec();
                Ok(Some(FileState { content, kind: FileKind::Symlink }))
            }
            // Opening a FIFO would wait for a writer.
            Some(EntryKind::Special) => Err(format!("`{}` is not a regular file", path.display())),
            Some(EntryKind::Folder) | None => Ok(None),
        }
    }

    fn link_target(&self, path: &Path) -> Option<PathBuf> {
        let target = std::fs::read_link(self.root.join(path)).ok()?;
        // An absolute target inside of the directory is fine: `configure` scripts make such links.
        let Ok(inside) = target.strip_prefix(&self.root) else { return Some(target) };
        let up = path.parent().into_iter().flat_map(Path::components).map(|_| "..");
        Some(up.collect::<PathBuf>().join(inside))
    }

    fn below(&self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        let entries = walk(&self.root.join(folder)).map_err(|error| format!("`{}`: {error}", folder.display()))?;
        Ok(entries.iter().filter_map(|path| path.strip_prefix(&self.root).ok()).map(Path::to_path_buf).collect())
    }
}

/// Reads a regular file and its mode.
pub(super) fn read_file(path: &Path) -> io::Result<FileState> {
    let kind = FileKind::of_file(is_executable(&std::fs::metadata(path)?));
    Ok(FileState { content: std::fs::read(path)?, kind })
}

/// All entries below a directory that are not directories; links are not followed.
fn walk(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut entries, mut pending) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() { &mut pending } else { &mut entries }.push(entry.path());
        }
    }
    entries.sort();
    Ok(entries)
}

#[cfg(unix)]
pub(super) fn is_executable(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o100 != 0
}

#[cfg(not(unix))]
pub(super) fn is_executable(_: &std::fs::Metadata) -> bool {
    false
}
