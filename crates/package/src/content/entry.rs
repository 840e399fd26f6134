//! One member of the archive.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::patch::Patch;
use crate::error::{Error, Result};
use crate::prefix::{Folder, Kind, kind_at, slashed};

/// One member of the archive.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Path in the package, with `/`.
    pub(crate) path: String,
    pub(crate) kind: EntryKind,
}

/// What a member is.
#[derive(Clone, Debug)]
pub(crate) enum EntryKind {
    File(FileEntry),
    Link {
        target: String,
    },
    /// Only empty folders of the recipe: installers ignore folders elsewhere.
    Folder,
}

/// A regular file.
#[derive(Clone, Debug)]
pub(crate) struct FileEntry {
    pub(crate) content: Content,
    /// In bytes, after patching.
    pub(crate) size: u64,
    /// Archives know only the modes 0644 and 0755.
    pub(crate) is_executable: bool,
}

/// Where the content of a file is.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// In a file, with bytes replaced while it is read.
    Stored { folder: Folder, path: PathBuf, patches: Vec<Patch> },
    /// In memory.
    Memory(Arc<[u8]>),
}

impl Entry {
    /// A file with content made here.
    pub(crate) fn made(path: impl Into<String>, content: impl Into<Arc<[u8]>>, is_executable: bool) -> Self {
        let content = content.into();
        let size = content.len() as u64;
        Self {
            path: path.into(),
            kind: EntryKind::File(FileEntry { content: Content::Memory(content), size, is_executable }),
        }
    }

    /// A file or symlink of a folder, as it is on disk.
    ///
    /// # Errors
    /// [`Error::SpecialFile`] for a device, pipe, socket or folder, [`Error::NameNotUtf8`] for a symlink whose target is
    /// not UTF-8, [`Error::Io`].
    pub(crate) fn on_disk(folder: &Folder, path: &Path, packaged: String) -> Result<Self> {
        let whole = folder.path().join(path);
        let kind = match kind_at(&whole).map_err(Error::read(folder.path(), path))? {
            Kind::Link => {
                let target = fs_err::read_link(&whole).map_err(Error::read(folder.path(), path))?;
                EntryKind::Link { target: slashed(&target).ok_or_else(|| not_utf8(path))? }
            }
            Kind::File => {
                let metadata = std::fs::symlink_metadata(&whole).map_err(Error::read(folder.path(), path))?;
                EntryKind::File(FileEntry {
                    size: metadata.len(),
                    is_executable: is_executable(&metadata),
                    content: Content::Stored { folder: folder.clone(), path: path.to_path_buf(), patches: Vec::new() },
                })
            }
            Kind::Folder => return Err(special(path, "folder")),
            Kind::Special(kind) => return Err(special(path, kind)),
        };
        Ok(Self { path: packaged, kind })
    }

    /// The regular file, if it is one.
    pub(crate) fn as_file(&self) -> Option<&FileEntry> {
        match &self.kind {
            EntryKind::File(file) => Some(file),
            _ => None,
        }
    }

    /// The extension of its name.
    pub(crate) fn extension(&self) -> Option<&str> {
        Path::new(&self.path).extension()?.to_str()
    }
}

impl FileEntry {
    /// The whole content, for files that are changed in memory.
    ///
    /// # Errors
    /// As reported by the system, or that it is larger.
    pub(crate) fn read(&self, limit: u64) -> io::Result<Arc<[u8]>> {
        match &self.content {
            Content::Memory(content) => Ok(content.clone()),
            Content::Stored { folder, path, patches } => {
                let mut content = folder.read(path, limit)?;
                for patch in patches {
                    patch.apply(&mut content, 0);
                }
                Ok(content.into())
            }
        }
    }

    /// The first bytes of the content, as they are on disk.
    pub(crate) fn head(&self, length: usize) -> io::Result<Vec<u8>> {
        match &self.content {
            Content::Memory(content) => Ok(content.get(..length.min(content.len())).unwrap_or_default().to_vec()),
            Content::Stored { folder, path, .. } => {
                use io::Read as _;
                let mut head = Vec::with_capacity(length);
                folder.open_file(path)?.take(length as u64).read_to_end(&mut head)?;
                Ok(head)
            }
        }
    }
}

pub(crate) fn not_utf8(path: &Path) -> Error {
    Error::NameNotUtf8 { path: path.to_string_lossy().into_owned() }
}

fn special(path: &Path, kind: &'static str) -> Error {
    Error::SpecialFile { path: path.to_string_lossy().into_owned(), kind }
}

/// Whether the owner may execute a file: that is all of the mode that an archive keeps.
fn is_executable(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        metadata.permissions().mode() & 0o100 != 0
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        false
    }
}
