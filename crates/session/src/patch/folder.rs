//! A folder that patches are applied to.

use std::io;
use std::path::{Path, PathBuf};

use super::tree::{FileState, Tree};

/// A folder on disk; nothing outside of it is read or written, whatever symlinks are in it.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// A folder that exists.
    pub(super) fn new(root: &Path) -> io::Result<Self> {
        Ok(Self { root: fs_err::canonicalize(root)? })
    }

    /// The real place of a file that is there or may be made.
    pub(super) fn place(&self, path: &Path) -> Result<PathBuf, String> {
        let outside = || format!("`{}` lies outside of the source's folder", path.display());
        let full = self.root.join(path);
        // The nearest part of the path that is there; a dangling symlink is there as well.
        let mut existing = full.as_path();
        while std::fs::symlink_metadata(existing).is_err() {
            existing = existing.parent().ok_or_else(outside)?;
        }
        let real = fs_err::canonicalize(existing).map_err(|error| error.to_string())?;
        if !real.starts_with(&self.root) {
            return Err(outside());
        }
        let rest = full.strip_prefix(existing).map_err(|_| outside())?;
        Ok(if rest.as_os_str().is_empty() { real } else { real.join(rest) })
    }
}

impl Tree for Folder {
    fn is_file(&self, path: &Path) -> bool {
        self.place(path).is_ok_and(|place| place.is_file())
    }

    fn read(&self, path: &Path) -> Result<Option<FileState>, String> {
        let place = self.place(path)?;
        match std::fs::metadata(&place) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(format!("`{}`: {error}", path.display())),
            Ok(metadata) if metadata.is_dir() => Err(format!("`{}` is a folder", path.display())),
            Ok(metadata) => {
                let content = std::fs::read(&place).map_err(|error| format!("`{}`: {error}", path.display()))?;
                Ok(Some(FileState { content, executable: is_executable(&metadata) }))
            }
        }
    }

    fn is_link(&self, path: &Path) -> bool {
        self.root.join(path).is_symlink()
    }

    fn is_folder(&self, path: &Path) -> bool {
        let itself = std::fs::symlink_metadata(self.root.join(path));
        itself.is_ok_and(|metadata| metadata.is_dir()) && self.place(path).is_ok()
    }

    fn below(&self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        let found = walk(&self.root.join(folder)).map_err(|error| format!("`{}`: {error}", folder.display()))?;
        Ok(found.iter().filter_map(|path| path.strip_prefix(&self.root).ok()).map(Path::to_path_buf).collect())
    }
}

/// What is below a folder and no folder itself; links are not followed.
fn walk(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut found, mut pending) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() { &mut pending } else { &mut found }.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(unix)]
pub(super) fn is_executable(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o100 != 0
}

#[cfg(not(unix))]
pub(super) fn is_executable(_: &std::fs::Metadata) -> bool {
    false
}
