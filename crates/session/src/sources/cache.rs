//! The cache of downloaded and unpacked sources, shared by sessions and processes.
//!
//! ```text
//! <key>_<file>            the file as it came
//! <key>_extracted/        its unpacked tree; never changed, patches are made against it
//! .metadata/<key>.json    what the file is; there only when the file is whole
//! .locks/<key>.lock       held by the one that fills the entry
//! .tmp/<key>/             what is being filled
//! ```

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::tree_fingerprint::tree_fingerprint;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::remove_tree;

/// How often a lock that another process holds is tried.
const LOCK_POLL: Duration = Duration::from_millis(50);

/// The folder.
#[derive(Clone, Debug)]
pub(crate) struct SourceCache {
    root: PathBuf,
}

/// One entry of it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    root: PathBuf,
    key: String,
}

/// An entry that nobody else may fill until this is dropped.
#[derive(Debug)]
pub(crate) struct LockedEntry {
    entry: Entry,
    lock: File,
}

/// What is known about an unpacked tree.
#[derive(Serialize, Deserialize)]
struct TreeSeal {
    fingerprint: String,
    skipped: Vec<String>,
}

/// What is known about a cached file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Metadata {
    /// Where it came from, without secrets.
    pub(crate) url: String,
    /// Its name.
    pub(crate) file_name: String,
    /// What it had when it arrived.
    pub(crate) sha256: String,
}

impl SourceCache {
    /// A cache in a folder, which is made when needed.
    pub(crate) fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The entry for everything that decides about its content.
    pub(crate) fn entry(&self, parts: &[&str]) -> Entry {
        let mut hasher = Sha256::new();
        for part in parts {
            // The length first, so that no two lists look alike.
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let mut key = hex::encode(hasher.finalize());
        key.truncate(32);
        Entry { root: self.root.clone(), key }
    }
}

impl Entry {
    /// Waits for the right to fill the entry.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Cancelled`].
    pub(crate) async fn lock(self, cancel: &Cancel) -> Result<LockedEntry> {
        let folder = self.root.join(".locks");
        fs_err::create_dir_all(&folder).map_err(Error::io("cannot create", &folder))?;
        let path = folder.join(format!("{}.lock", self.key));
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(Error::io("cannot open", &path))?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(LockedEntry { entry: self, lock: file }),
                Err(TryLockError::WouldBlock) => {
                    cancel
                        .run(async {
                            tokio::time::sleep(LOCK_POLL).await;
                            Ok::<_, Error>(())
                        })
                        .await?;
                }
                Err(TryLockError::Error(source)) => return Err(Error::Io { action: "cannot lock", path, source }),
            }
        }
    }
}

impl LockedEntry {
    /// Where the file is or goes.
    pub(crate) fn raw(&self, file_name: &str) -> PathBuf {
        self.entry.root.join(format!("{}_{file_name}", self.entry.key))
    }

    /// Where the unpacked tree is or goes.
    pub(crate) fn extracted(&self) -> PathBuf {
        self.entry.root.join(format!("{}_extracted", self.entry.key))
    }

    /// Records that the unpacked tree is complete, and which entries of its archive were skipped.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be written.
    pub(crate) fn seal_tree(&self, skipped: &[String]) -> Result<()> {
        let path = self.seal_path();
        let folder = self.entry.root.join(".metadata");
        let write = || -> std::io::Result<()> {
            fs_err::create_dir_all(&folder)?;
            let seal = TreeSeal { fingerprint: tree_fingerprint(&self.extracted())?, skipped: skipped.to_vec() };
            fs_err::write(&path, serde_json::to_vec(&seal)?)
        };
        write().map_err(Error::io("cannot write", &path))
    }

    /// Whether the unpacked tree exists and is as it was when it was unpacked.
    pub(crate) fn tree_is_whole(&self) -> bool {
        let tree = self.extracted();
        let fingerprint = || tree_fingerprint(&tree).ok();
        tree.is_dir() && self.seal().is_some_and(|seal| fingerprint() == Some(seal.fingerprint))
    }

    /// Why entries of the archive are not in the unpacked tree.
    pub(crate) fn skipped_entries(&self) -> Vec<String> {
        self.seal().map(|seal| seal.skipped).unwrap_or_default()
    }

    fn seal(&self) -> Option<TreeSeal> {
        serde_json::from_slice(&fs_err::read(self.seal_path()).ok()?).ok()
    }

    /// Removes an unpacked tree that is not whole.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn drop_tree(&self) -> Result<()> {
        let tree = self.extracted();
        remove_tree(&tree).map_err(Error::io("cannot remove", tree))
    }

    fn seal_path(&self) -> PathBuf {
        self.entry.root.join(".metadata").join(format!("{}.tree", self.entry.key))
    }

    /// A handle that keeps the entry locked as long as a child process has it: one that outlives this process still writes.
    pub(crate) fn lock_handle(&self) -> Option<File> {
        self.lock.try_clone().ok()
    }

    /// Where the repositories of a git source are.
    pub(crate) fn git_folder(&self) -> PathBuf {
        self.entry.root.join("git").join(&self.entry.key)
    }

    /// An empty folder for what is not whole yet; what a killed process left there is gone.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn scratch(&self) -> Result<PathBuf> {
        let path = self.entry.root.join(".tmp").join(&self.entry.key);
        remove_tree(&path).map_err(Error::io("cannot remove", &path))?;
        fs_err::create_dir_all(&path).map_err(Error::io("cannot create", &path))?;
        Ok(path)
    }

    /// Removes the scratch folder.
    pub(crate) fn clear_scratch(&self) {
        // What stays is removed by whoever fills the entry next.
        let _ = remove_tree(&self.entry.root.join(".tmp").join(&self.entry.key));
    }

    /// What is known about the cached file, if it exists and is complete.
    pub(crate) fn metadata(&self) -> Option<Metadata> {
        let json = fs_err::read(self.metadata_path()).ok()?;
        let metadata: Metadata = serde_json::from_slice(&json).ok()?;
        self.raw(&metadata.file_name).is_file().then_some(metadata)
    }

    /// Moves a whole file into the cache.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn store(&self, file: &Path, metadata: &Metadata) -> Result<PathBuf> {
        self.forget()?;
        let raw = self.raw(&metadata.file_name);
        fs_err::rename(file, &raw).map_err(Error::io("cannot write", &raw))?;
        let json = serde_json::to_vec(metadata)
            .map_err(|error| Error::Internal { reason: format!("cannot describe a source: {error}") })?;
        let path = self.metadata_path();
        let folder = self.entry.root.join(".metadata");
        let write = || -> std::io::Result<()> {
            fs_err::create_dir_all(&folder)?;
            let mut file = tempfile::NamedTempFile::new_in(&folder)?;
            file.write_all(&json)?;
            file.persist(&path).map_err(|error| error.error)?;
            Ok(())
        };
        write().map_err(Error::io("cannot write", &path))?;
        Ok(raw)
    }

    /// Drops the entry: what is known first, so that no half of it is ever taken for whole.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn forget(&self) -> Result<()> {
        let known = self.metadata().map(|metadata| self.raw(&metadata.file_name));
        for path in [Some(self.metadata_path()), Some(self.extracted()), known].into_iter().flatten() {
            remove_tree(&path).map_err(Error::io("cannot remove", &path))?;
        }
        Ok(())
    }

    fn metadata_path(&self) -> PathBuf {
        self.entry.root.join(".metadata").join(format!("{}.json", self.entry.key))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[tokio::test]
    async fn an_entry_is_filled_by_one_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let cache = SourceCache::new(dir.path());
        let held = cache.entry(&["a"]).lock(&Cancel::new()).await.unwrap();
        let other = cache.entry(&["b"]).lock(&Cancel::new()).await.unwrap();
        drop(other);
        let cancel = Cancel::new();
        let waiting = cache.entry(&["a"]).lock(&cancel);
        assert!(tokio::time::timeout(Duration::from_millis(120), waiting).await.is_err());
        drop(held);
        cache.entry(&["a"]).lock(&cancel).await.unwrap();
    }

    #[tokio::test]
    async fn a_file_without_its_description_does_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let entry = SourceCache::new(dir.path()).entry(&["a"]).lock(&Cancel::new()).await.unwrap();
        fs_err::write(entry.raw("x.txt"), "half").unwrap();
        assert_eq!(entry.metadata(), None);
        let file = entry.scratch().unwrap().join("x");
        fs_err::write(&file, "whole").unwrap();
        let metadata = Metadata { url: "u".into(), file_name: "x.txt".into(), sha256: "s".into() };
        let raw = entry.store(&file, &metadata).unwrap();
        assert_eq!(entry.metadata(), Some(metadata));
        assert_eq!(fs_err::read_to_string(raw).unwrap(), "whole");
        entry.forget().unwrap();
        assert_eq!(entry.metadata(), None);
    }

    #[test]
    fn keys_do_not_run_together() {
        let cache = SourceCache::new("x");
        assert_ne!(cache.entry(&["ab", "c"]).key, cache.entry(&["a", "bc"]).key);
    }
}
