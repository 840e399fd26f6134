//! How the caller follows and stops the work.

use crate::error::{Error, Result};

/// Follows and stops the work. Its functions are called from any thread.
pub trait Monitor: Sync {
    /// Whether the caller has asked to stop.
    fn is_cancelled(&self) -> bool {
        false
    }

    /// Takes a line for a log.
    fn info(&self, _line: String) {}

    /// Bytes of the package's content that are in the archive, and how many there are.
    fn written(&self, _bytes: u64, _total: u64) {}
}

/// Nobody follows the work, and nobody stops it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Monitor for Unwatched {}

/// # Errors
/// [`Error::Cancelled`] if the caller has asked to stop.
pub(crate) fn check(monitor: &dyn Monitor) -> Result<()> {
    if monitor.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
}
