//! The folder that holds everything of a session: one that was given, or a temporary one of its own.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::layout::{Layout, remove_tree, temporary_folder, temporary_root};

/// The output folder, and what of it is the session's own to remove.
#[derive(Clone, Debug)]
pub(super) struct OutputFolder {
    path: PathBuf,
    temporary_root: Option<PathBuf>,
}

impl OutputFolder {
    /// The folder that was given, or a name for a new temporary one; nothing is made.
    pub(super) fn choose(given: Option<&Path>) -> Result<Self> {
        if let Some(path) = given {
            return Ok(Self { path: path.to_path_buf(), temporary_root: None });
        }
        let parent = temporary_folder();
        let parent = fs_err::canonicalize(&parent).map_err(Error::io("cannot resolve", parent))?;
        let root = temporary_root(&parent);
        Ok(Self { path: root.join("output"), temporary_root: Some(root) })
    }

    /// Makes the temporary folder, readable by the user alone, if there is to be one.
    ///
    /// # Errors
    /// [`Error::Io`], also when somebody else made a folder of this name meanwhile.
    pub(super) fn make(&self) -> Result<()> {
        self.temporary_root.as_deref().map_or(Ok(()), make_private)
    }

    /// The folder of a session that was set up earlier.
    pub(super) fn of(layout: &Layout, temporary_root: Option<&Path>) -> Self {
        Self { path: layout.output_dir.clone(), temporary_root: temporary_root.map(Path::to_path_buf) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn temporary_root(&self) -> Option<&Path> {
        self.temporary_root.as_deref()
    }

    /// Removes the temporary folder, if there is one.
    pub(super) async fn remove(&self) -> Result<()> {
        let Some(root) = self.temporary_root.clone() else { return Ok(()) };
        let removed = tokio::task::spawn_blocking(move || remove_tree(&root).map_err(Error::io("cannot remove", root)));
        removed.await.map_err(|error| Error::Internal { reason: error.to_string() })?
    }
}

/// Makes a folder that only the user can read.
///
/// # Errors
/// [`Error::Io`], also when something of this name exists.
pub(super) fn make_private(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(Error::io("cannot create", folder))
}
