//! The work directory of a checkpoint, to compare with.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use super::existing;
use super::fingerprint::{self, Fingerprints};
use crate::error::Result;
use crate::layout::Layout;

/// The work directory as it was at a checkpoint.
#[derive(Debug)]
pub(crate) struct WorkCheckpoint {
    /// The copy; nothing may change it.
    pub(crate) work_dir: PathBuf,
    fingerprints: Fingerprints,
}

impl WorkCheckpoint {
    /// Whether a file of the session's work directory, by its metadata, is as it was. `false` where it must be read.
    pub(crate) fn is_unchanged(&self, path: &Path, metadata: &Metadata) -> bool {
        self.fingerprints.holds(path, metadata)
    }
}

/// Opens the work directory of a checkpoint.
///
/// # Errors
/// [`crate::Error::InvalidOption`] of `since` when there is no checkpoint of that name; [`crate::Error::Replaced`].
pub(crate) fn work_checkpoint(layout: &Layout, name: &str) -> Result<WorkCheckpoint> {
    let checkpoint = existing(layout, "since", name)?;
    Ok(WorkCheckpoint { work_dir: checkpoint.join("work"), fingerprints: fingerprint::read(&checkpoint, "work") })
}
