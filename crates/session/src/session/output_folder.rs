//! The folder that holds everything of a session: one that was given, or a temporary one of its own.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::layout::{Layout, remove_tree};

/// The output folder, and what of it is the session's own to remove.
#[derive(Clone, Debug)]
pub(super) struct OutputFolder {
    path: PathBuf,
    temporary_root: Option<PathBuf>,
}

impl OutputFolder {
    /// The folder that was given, or a new temporary one, readable by the user alone.
    pub(super) fn make(given: Option<&Path>) -> Result<Self> {
        if let Some(path) = given {
            return Ok(Self { path: path.to_path_buf(), temporary_root: None });
        }
        let parent = std::env::temp_dir();
        let root = tempfile::Builder::new()
            .prefix("sidewinder_")
            .tempdir_in(&parent)
            .map_err(Error::io("cannot create a folder in", parent))?
            .keep();
        Ok(Self { path: root.join("output"), temporary_root: Some(root) })
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
