//! Times of files, as the file system has them.

use std::fs::Metadata;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// When an inode was last changed (`ctime`), in nanoseconds since the epoch. No program can set it.
#[cfg(unix)]
pub(crate) fn changed_at(metadata: &Metadata) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    let (seconds, nanoseconds) = (u64::try_from(metadata.ctime()).ok()?, u64::try_from(metadata.ctime_nsec()).ok()?);
    seconds.checked_mul(1_000_000_000)?.checked_add(nanoseconds)
}

/// When an inode was last changed: unknown.
#[cfg(not(unix))]
pub(crate) fn changed_at(_: &Metadata) -> Option<u64> {
    None
}

/// The time that a file of a directory would get now, in nanoseconds since the epoch. Linux takes it from a clock that
/// moves every few milliseconds, and a file server from its own; so it cannot be compared with the system's time.
pub(crate) fn file_system_now(folder: &Path) -> Option<u64> {
    let file = tempfile::NamedTempFile::new_in(folder).ok()?;
    nanoseconds(file.as_file().metadata().ok()?.modified().ok()?)
}

/// A time in nanoseconds since the epoch.
pub(crate) fn nanoseconds(time: SystemTime) -> Option<u64> {
    u64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}
