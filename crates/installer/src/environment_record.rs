//! Which prefixes link to the pool, and what each of their installed files looks like.
//!
//! Whoever repairs a file of the pool finds the prefixes that have to get the repaired file here; whoever checks a prefix
//! after a run finds the files that only it has. A prefix is recorded before its first file is linked, so that a repair
//! misses none.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rattler_digest::{Sha256, compute_bytes_digest};
use serde::{Deserialize, Serialize};

use crate::file_fingerprint::FileFingerprint;
use crate::package_key::PackageKey;
use crate::record_file::{read_record, write_record};

/// The folder of the pool that the records are in.
pub(crate) const FOLDER: &str = "environments";

/// What is installed in one prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EnvironmentRecord {
    pub(crate) prefix: PathBuf,
    pub(crate) packages: Vec<LinkedPackage>,
}

/// A package in a prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkedPackage {
    /// The name of the package.
    pub(crate) name: String,
    /// Where it is in the pool; `None` for a package that the pool does not keep.
    pub(crate) key: Option<PackageKey>,
    pub(crate) files: Vec<InstalledFile>,
}

/// A file or symbolic link of a package in a prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InstalledFile {
    /// Its path in the prefix, with `/`.
    pub(crate) place: String,
    /// Its path in the package, where that is another one.
    pub(crate) source: Option<String>,
    /// What it looked like last; `None` while it is a hard link to the pool, whose record says what it looks like.
    pub(crate) private: Option<FileFingerprint>,
}

impl InstalledFile {
    /// Its path in the package.
    pub(crate) fn source(&self) -> &str {
        self.source.as_deref().unwrap_or(&self.place)
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.private.is_none()
    }
}

/// The records of all prefixes that link to a pool.
#[derive(Clone, Debug)]
pub(crate) struct Environments {
    folder: PathBuf,
}

/// Says that a script is running in a prefix: it may be the one that edits a shared file.
#[derive(Debug)]
pub struct RunGuard {
    _locks: Vec<File>,
}

impl Environments {
    pub(crate) fn new(pool: &Path) -> Self {
        Self { folder: pool.join(FOLDER) }
    }

    /// The record of a prefix.
    pub(crate) fn get(&self, prefix: &Path) -> Option<EnvironmentRecord> {
        read_record::<EnvironmentRecord>(&self.path(prefix, "mpk")).filter(|record| record.prefix == prefix)
    }

    /// Changes the record of a prefix; nobody else changes one meanwhile. `None` is a prefix without a record; afterwards,
    /// nothing is written for it.
    ///
    /// Whoever changes a record takes no other lock.
    pub(crate) fn update(
        &self,
        prefix: &Path,
        change: impl FnOnce(&mut Option<EnvironmentRecord>) -> io::Result<()>,
    ) -> io::Result<()> {
        fs_err::create_dir_all(&self.folder)?;
        let lock = File::options().create(true).append(true).open(self.folder.join(".lock"))?;
        lock.lock()?;
        let mut record = self.get(prefix);
        let before = record.clone();
        change(&mut record)?;
        match record {
            Some(record) if before.as_ref() != Some(&record) => self.put(&record),
            _ => Ok(()),
        }
    }

    /// Writes the record of a prefix.
    fn put(&self, record: &EnvironmentRecord) -> io::Result<()> {
        write_record(&self.path(&record.prefix, "mpk"), record)
    }

    /// Removes the record of a prefix.
    pub(crate) fn remove(&self, prefix: &Path) -> io::Result<()> {
        for extension in ["run", "mpk"] {
            match std::fs::remove_file(self.path(prefix, extension)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// The prefixes that exist and have files of a package.
    pub(crate) fn with_package(&self, key: &PackageKey) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        let files = entries.flatten().map(|entry| entry.path());
        let records = files.filter(|path| path.extension().is_some_and(|extension| extension == "mpk"));
        let records = records.filter_map(|path| read_record::<EnvironmentRecord>(&path));
        let has_package = |record: &EnvironmentRecord| {
            record.packages.iter().any(|package| package.key.as_ref() == Some(key)) && record.prefix.is_dir()
        };
        records.filter(has_package).map(|record| record.prefix).collect()
    }

    /// Removes the records of prefixes that no longer exist.
    pub(crate) fn remove_stale(&self) -> io::Result<()> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Ok(()) };
        for path in entries.flatten().map(|entry| entry.path()) {
            let Some(record) = read_record::<EnvironmentRecord>(&path) else { continue };
            if !record.prefix.is_dir() {
                self.remove(&record.prefix)?;
            }
        }
        Ok(())
    }

    /// Marks prefixes as having a script running, until the guard is dropped or the process dies.
    pub(crate) fn begin_run(&self, prefixes: &[&Path]) -> io::Result<RunGuard> {
        let mut locks = Vec::new();
        for prefix in prefixes.iter().filter(|prefix| self.path(prefix, "mpk").is_file()) {
            let file = File::options().create(true).append(true).open(self.path(prefix, "run"))?;
            file.lock_shared()?;
            locks.push(file);
        }
        Ok(RunGuard { _locks: locks })
    }

    /// Whether a script is running in a prefix, of any process.
    pub(crate) fn is_running(&self, prefix: &Path) -> bool {
        let Ok(file) = File::open(self.path(prefix, "run")) else { return false };
        matches!(file.try_lock(), Err(TryLockError::WouldBlock))
    }

    fn path(&self, prefix: &Path, extension: &str) -> PathBuf {
        let name = compute_bytes_digest::<Sha256>(prefix.as_os_str().as_encoded_bytes());
        let name: String = name.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(format!("{name}.{extension}"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_prefix_is_recorded_until_it_is_gone() {
        let pool = tempfile::tempdir().unwrap();
        let prefix = pool.path().join("prefix");
        let environments = Environments::new(pool.path());
        let file = InstalledFile { place: "lib/x".to_owned(), source: None, private: Some(FileFingerprint::default()) };
        let key = PackageKey::new("x-1-0", b"archive");
        let package = LinkedPackage { name: "x".to_owned(), key: Some(key.clone()), files: vec![file] };
        let record = EnvironmentRecord { prefix: prefix.clone(), packages: vec![package] };
        let put = record.clone();
        environments
            .update(&prefix, |record| {
                *record = Some(put);
                Ok(())
            })
            .unwrap();
        assert_eq!(environments.get(&prefix), Some(record));
        assert!(environments.with_package(&key).is_empty());
        std::fs::create_dir(&prefix).unwrap();
        assert_eq!(environments.with_package(&key), [prefix.as_path()]);
        std::fs::remove_dir(&prefix).unwrap();
        environments.remove_stale().unwrap();
        assert_eq!(environments.get(&prefix), None);
    }

    #[test]
    fn a_running_script_is_seen_until_it_ends() {
        let pool = tempfile::tempdir().unwrap();
        let prefix = pool.path().to_path_buf();
        let environments = Environments::new(pool.path());
        let record = EnvironmentRecord { prefix: prefix.clone(), packages: Vec::new() };
        environments
            .update(&prefix, |current| {
                *current = Some(record);
                Ok(())
            })
            .unwrap();
        let guard = environments.begin_run(&[&prefix]).unwrap();
        assert!(environments.is_running(&prefix));
        drop(guard);
        assert!(!environments.is_running(&prefix));
    }
}
