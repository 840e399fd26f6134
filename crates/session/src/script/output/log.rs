//! The whole output on disk.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// A file that takes both streams as they come.
#[derive(Debug)]
pub(in crate::script) struct Log {
    path: PathBuf,
    /// `None` after a failure to write: a full disk must not stop the script.
    file: Option<File>,
}

impl Log {
    /// Starts a log anew. What an earlier script put in its place, a link for instance, is removed and not followed.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(in crate::script) fn create(path: &Path) -> Result<Self> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::io("cannot remove", path)(error));
            }
            _ => {}
        }
        let file =
            OpenOptions::new().write(true).create_new(true).open(path).map_err(Error::io("cannot write", path))?;
        Ok(Self { path: path.to_path_buf(), file: Some(file) })
    }

    /// A log that nobody wants.
    pub(in crate::script) fn none() -> Self {
        Self { path: PathBuf::new(), file: None }
    }

    /// Appends a piece.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        let Some(file) = &mut self.file else { return };
        if let Err(error) = file.write_all(bytes) {
            tracing::warn!("the output is no longer written to {}: {error}", self.path.display());
            self.file = None;
        }
    }
}
