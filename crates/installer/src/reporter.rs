//! What an installation reports while it runs.

use std::fmt;
use std::sync::Arc;

use rattler_cache::package_cache::CacheReporter;

/// What was done to a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageAction {
    /// It is in the pool now.
    Downloaded,
    /// It is in the prefix now.
    Linked,
    /// It is no longer in the prefix.
    Unlinked,
}

/// Receives progress, from any thread. Must not block for long.
pub trait Reporter: fmt::Debug + Send + Sync + 'static {
    /// Bytes of a package arrived: so far, and in total where that is known.
    fn transfer(&self, package: &str, bytes: u64, total: Option<u64>);

    /// Work on a package is done; it is the `done`-th of `total`.
    fn package(&self, action: PackageAction, name: &str, done: u32, total: u32);

    /// A line for people.
    fn info(&self, message: String);
}

/// Reports nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Reporter for Silent {
    fn transfer(&self, _package: &str, _bytes: u64, _total: Option<u64>) {}
    fn package(&self, _action: PackageAction, _name: &str, _done: u32, _total: u32) {}
    fn info(&self, _message: String) {}
}

/// Passes on how much of one package is downloaded.
#[derive(Debug)]
pub struct TransferReporter {
    /// The file name of the package.
    pub package: String,
    /// Where to report it.
    pub reporter: Arc<dyn Reporter>,
}

impl CacheReporter for TransferReporter {
    fn on_validate_start(&self) -> usize {
        0
    }

    fn on_validate_complete(&self, _index: usize) {}

    fn on_download_start(&self) -> usize {
        0
    }

    fn on_download_progress(&self, _index: usize, bytes: u64, total: Option<u64>) {
        self.reporter.transfer(&self.package, bytes, total);
    }

    fn on_download_completed(&self, _index: usize) {}
}
