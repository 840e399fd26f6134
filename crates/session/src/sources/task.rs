//! Blocking work off the runtime's threads.

use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// Runs blocking work to its end, also when cancelled: it looks at the handle itself, and whoever called may remove its
/// folders as soon as this returns.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Internal { reason: format!("a task of the sources ended early: {error}") })?
}

/// A reader that stops when cancelled.
pub(crate) struct Cancellable<R> {
    inner: R,
    cancel: Cancel,
}

impl<R> Cancellable<R> {
    pub(crate) fn new(inner: R, cancel: &Cancel) -> Self {
        Self { inner, cancel: cancel.clone() }
    }
}

impl<R: std::io::Read> std::io::Read for Cancellable<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.cancel.is_cancelled() {
            // Not `Interrupted`: readers try that one again.
            return Err(std::io::Error::other("cancelled"));
        }
        self.inner.read(buffer)
    }
}

impl<R: std::io::Seek> std::io::Seek for Cancellable<R> {
    fn seek(&mut self, position: std::io::SeekFrom) -> std::io::Result<u64> {
        self.inner.seek(position)
    }
}
