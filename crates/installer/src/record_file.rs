//! Records on disk: written whole or not at all, read once per version.

use std::collections::HashMap;
use std::fs::Metadata;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::file_fingerprint::FileFingerprint;
use crate::pool_entry::PoolRecord;

/// Raised whenever the form of a record changes, so that older ones are not misread.
const VERSION: u32 = 1;

/// Files in all records that are kept in memory.
const MAX_FILES: usize = 300_000;

/// Reads a record; `None` where there is none, or none of this version.
pub(crate) fn read_record<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let bytes = std::fs::read(path).ok()?;
    let (version, record): (u32, T) = rmp_serde::from_slice(&bytes).ok()?;
    (version == VERSION).then_some(record)
}

/// Writes a record.
///
/// # Errors
/// When the file cannot be written; then the old one is still there.
pub(crate) fn write_record<T: Serialize>(path: &Path, record: &T) -> io::Result<()> {
    let bytes = rmp_serde::to_vec(&(VERSION, record)).map_err(io::Error::other)?;
    let mut new = tempfile::Builder::new().prefix(".new").tempfile_in(path.parent().unwrap_or(path))?;
    new.write_all(&bytes)?;
    new.persist(path).map(drop).map_err(|error| error.error)
}

/// Records by path, each with the fingerprint of the file that it was read from.
type RecordsByPath = HashMap<PathBuf, (FileFingerprint, Arc<PoolRecord>)>;

/// Records of pool entries in memory; clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecordCache {
    by_path: Arc<Mutex<RecordsByPath>>,
}

impl RecordCache {
    /// Reads a record, or returns the one in memory while the file is the same.
    pub(crate) fn get(&self, path: &Path) -> Option<Arc<PoolRecord>> {
        let version = std::fs::symlink_metadata(path).ok().filter(Metadata::is_file)?;
        let version = FileFingerprint::of(&version);
        if let Some((known, record)) = self.lock().get(path)
            && *known == version
        {
            return Some(Arc::clone(record));
        }
        let record: Arc<PoolRecord> = Arc::new(read_record(path)?);
        let mut by_path = self.lock();
        let files: usize = by_path.values().map(|(_, record)| record.files.len()).sum();
        if files + record.files.len() > MAX_FILES {
            by_path.clear();
        }
        by_path.insert(path.to_path_buf(), (version, Arc::clone(&record)));
        Some(record)
    }

    /// Drops a record from memory.
    pub(crate) fn forget(&self, path: &Path) {
        self.lock().remove(path);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, (FileFingerprint, Arc<PoolRecord>)>> {
        self.by_path.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
