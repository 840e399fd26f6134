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
    failure: Option<String>,
}

impl Log {
    /// Starts an empty log that only its owner can read. What an earlier script put in its place, a link for instance, is
    /// removed and not followed.
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
        let mut options = OpenOptions::new();
        options.append(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(Error::io("cannot write", path))?;
        Ok(Self { path: path.to_path_buf(), file: Some(file), failure: None })
    }

    /// The file, for a run that goes on without this process.
    pub(in crate::script) fn file(&self) -> Option<&File> {
        self.file.as_ref()
    }

    /// A log that is not written.
    pub(in crate::script) fn none() -> Self {
        Self { path: PathBuf::new(), file: None, failure: None }
    }

    /// Appends a piece.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        let Some(file) = &mut self.file else { return };
        if let Err(error) = file.write_all(bytes) {
            tracing::warn!("cannot write to the log {}: {error}", self.path.display());
            self.file = None;
            self.failure = Some(format!("the log is incomplete: {error}"));
        }
    }

    /// Why it is incomplete.
    pub(super) fn failure(self) -> Option<String> {
        self.failure
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_full_disk_is_told_and_stops_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = Log::create(&dir.path().join("log")).unwrap();
        log.write(b"fits");
        log.file = Some(OpenOptions::new().write(true).open("/dev/full").unwrap());
        log.write(b"does not fit");
        log.write(b"comes later");
        let failure = log.failure().unwrap();
        assert!(failure.starts_with("the log is incomplete: No space left"), "{failure}");
    }
}
