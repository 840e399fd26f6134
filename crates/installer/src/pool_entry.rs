//! One extracted package in the pool, which any number of prefixes link to.
//!
//! ```text
//! <pool>/<archive>/<name-version-build>/   the extracted package
//! <pool>/<archive>/files                   fingerprints of its files; written last, so that it marks a complete entry
//! <pool>/<archive>/checked                 its modification time says up to when the files were checked
//! <pool>/<archive>.lock                    held while the entry is filled, linked, checked or repaired
//! ```
//!
//! Adding or removing a hard link changes the `ctime` of a file, just like an edit does. Whoever adds or removes links
//! therefore holds the lock, checks each file before, and raises the time in `checked` to that of its last link. A later
//! `ctime` means that somebody else touched the file.

use std::fs::{File, FileTimes, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use rattler_digest::{Sha256, compute_file_digest};
use serde::{Deserialize, Serialize};

use crate::copy_file::copy;
use crate::file_fingerprint::{Comparison, FileFingerprint, Timestamp};
use crate::folder_handle::FolderHandle;
use crate::package_key::PackageKey;
use crate::package_metadata::PackageMetadata;
use crate::record_file::{RecordCache, write_record};
use crate::remove_tree::remove_tree;
use crate::tree_copy::{Tree, copy_tree};

/// A SHA-256 checksum, in a form that is short in a record.
pub(crate) type Checksum = [u64; 4];

/// What is recorded about a package in the pool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PoolRecord {
    /// Its files and symbolic links, sorted by path.
    pub(crate) files: Vec<PooledFile>,
}

/// A file of a package in the pool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PooledFile {
    /// Its path within the package, with `/`.
    pub(crate) path: String,
    pub(crate) fingerprint: FileFingerprint,
    /// Its checksum, if the package lists one.
    pub(crate) sha256: Option<Checksum>,
}

impl PoolRecord {
    /// A file by its path within the package.
    pub(crate) fn get(&self, path: &str) -> Option<&PooledFile> {
        let index = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        self.files.get(index)
    }
}

/// A place in the pool, whether or not a package is there yet.
#[derive(Clone, Debug)]
pub(crate) struct PoolEntry {
    root: PathBuf,
    folder: PathBuf,
    records: RecordCache,
}

/// Held while an entry is filled, linked, checked or repaired. The kernel releases it when the process dies.
#[derive(Debug)]
pub(crate) struct EntryLock {
    _file: File,
}

impl PoolEntry {
    pub(crate) fn new(pool: &Path, key: &PackageKey, records: &RecordCache) -> Self {
        let root = pool.join(key.archive_name());
        Self { folder: root.join(&key.folder_name), root, records: records.clone() }
    }

    /// An entry by the folder of its archive, to lock or remove it.
    pub(crate) fn at(root: &Path, records: &RecordCache) -> Self {
        Self { root: root.to_path_buf(), folder: root.to_path_buf(), records: records.clone() }
    }

    /// The folder to use as a package cache when the package is extracted.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The extracted package.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits for the lock. Whoever holds it waits for no other lock; whoever waits for it holds no other.
    pub(crate) fn lock(&self) -> io::Result<EntryLock> {
        loop {
            let file = self.open_lock()?;
            file.lock()?;
            if self.is_lock(&file) {
                return Ok(EntryLock { _file: file });
            }
        }
    }

    /// Takes the lock; `None` while somebody else has it.
    pub(crate) fn try_lock(&self) -> io::Result<Option<EntryLock>> {
        loop {
            let file = self.open_lock()?;
            match file.try_lock() {
                Ok(()) if self.is_lock(&file) => return Ok(Some(EntryLock { _file: file })),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    fn open_lock(&self) -> io::Result<File> {
        File::options().create(true).append(true).open(self.lock_path())
    }

    /// Whether the file is still at its path: it could have been removed between opening and locking.
    #[cfg(unix)]
    fn is_lock(&self, file: &File) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        let inode = |metadata: io::Result<std::fs::Metadata>| metadata.map(|found| found.ino()).ok();
        inode(file.metadata()) == inode(std::fs::metadata(self.lock_path()))
    }

    #[cfg(not(unix))]
    fn is_lock(&self, _file: &File) -> bool {
        true
    }

    fn lock_path(&self) -> PathBuf {
        let mut path = self.root.as_os_str().to_owned();
        path.push(".lock");
        path.into()
    }

    fn record_path(&self) -> PathBuf {
        self.root.join("files")
    }

    /// The fingerprints of the files; `None` unless the package is complete.
    pub(crate) fn record(&self) -> Option<Arc<PoolRecord>> {
        self.records.get(&self.record_path())
    }

    /// Up to when all files were checked.
    pub(crate) fn checked(&self) -> Timestamp {
        let marker = std::fs::symlink_metadata(self.root.join("checked"));
        let time = marker.ok().and_then(|found| found.modified().ok()?.duration_since(UNIX_EPOCH).ok());
        time.map_or((0, 0), |time| (i64::try_from(time.as_secs()).unwrap_or_default(), time.subsec_nanos()))
    }

    /// Records that all files are as recorded and that what happened up to this time is known. Only while the lock is
    /// held.
    pub(crate) fn set_checked(&self, time: Timestamp) -> io::Result<()> {
        if time <= self.checked() {
            return Ok(());
        }
        let marker = File::options().create(true).append(true).open(self.root.join("checked"))?;
        let time = UNIX_EPOCH + Duration::new(u64::try_from(time.0).unwrap_or_default(), time.1);
        marker.set_times(FileTimes::new().set_modified(time))
    }

    /// Removes the package, so that it can be extracted again. What prefixes link to stays in them.
    pub(crate) fn clear(&self) -> io::Result<()> {
        self.records.forget(&self.record_path());
        // First what marks the entry as complete.
        match std::fs::remove_file(self.record_path()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        remove_tree(&self.root)
    }

    /// Removes the package and its lock, while the lock is held.
    pub(crate) fn remove(&self) -> io::Result<()> {
        self.clear()?;
        std::fs::remove_file(self.lock_path())
    }

    /// Copies a package from another client's cache.
    pub(crate) fn import(&self, from: &Path) -> io::Result<()> {
        fs_err::create_dir_all(&self.root)?;
        copy_tree(from, &self.folder)
    }

    /// Makes a package that was just extracted or copied one that prefixes can link to, and records its files. Others get
    /// no write permission, and no two of its files are the same inode.
    pub(crate) fn finalize(&self, metadata: &PackageMetadata) -> io::Result<()> {
        let sha256: std::collections::HashMap<String, Checksum> = metadata
            .paths
            .paths
            .iter()
            .filter_map(|entry| Some((path_text(&entry.relative_path)?, checksum(entry.sha256.as_ref()?))))
            .collect();
        let mut record = PoolRecord::default();
        let mut latest = (0, 0);
        let mut buffer = Vec::new();
        for (path, mut found) in Tree::of(&self.folder)?.files {
            let file = self.folder.join(&path);
            if found.is_file() && links(&found) > 1 {
                let new = tempfile::Builder::new().prefix(".copy").tempdir_in(&self.root)?;
                let own = new.path().join("file");
                copy(&file, &own, &mut buffer)?;
                fs_err::rename(&own, &file)?;
                found = std::fs::symlink_metadata(&file)?;
            }
            if found.is_file() && others_write(&found) {
                forbid_others(&file, &found)?;
                found = std::fs::symlink_metadata(&file)?;
            }
            if let Some(path) = path_text(&path) {
                let fingerprint = FileFingerprint::of(&found);
                latest = latest.max(fingerprint.changed);
                record.files.push(PooledFile { sha256: sha256.get(&path).copied(), path, fingerprint });
            }
        }
        self.set_checked(latest)?;
        self.write(record)
    }

    /// Replaces the record.
    pub(crate) fn write(&self, mut record: PoolRecord) -> io::Result<()> {
        record.files.sort_by(|a, b| a.path.cmp(&b.path));
        write_record(&self.record_path(), &record)
    }

    /// Whether the package is complete and all of its files are unchanged. Takes the lock.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn is_intact(&self) -> io::Result<bool> {
        let _lock = self.lock()?;
        let Some(record) = self.record() else { return Ok(false) };
        let folder = match FolderHandle::open(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            opened => opened?,
        };
        let checked = self.checked();
        for file in &record.files {
            if !self.is_unchanged(file, &folder, checked)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a file of the package is unchanged. Reads it if only its `ctime` is new.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn is_unchanged(
        &self,
        file: &PooledFile,
        folder: &FolderHandle,
        checked: Timestamp,
    ) -> io::Result<bool> {
        let Some(now) = folder.fingerprint(Path::new(&file.path))? else { return Ok(false) };
        Ok(match file.fingerprint.compare(&now, checked) {
            Comparison::Same => true,
            Comparison::Different => false,
            Comparison::Touched => has_checksum(&folder.path().join(&file.path), file.sha256)?,
        })
    }
}

impl PoolEntry {
    /// Whether a file of the package has the content that the package lists; `true` where it lists none, and for links.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn has_content(&self, file: &PooledFile) -> io::Result<bool> {
        let path = self.folder.join(&file.path);
        if file.sha256.is_none() || std::fs::symlink_metadata(&path)?.is_symlink() {
            return Ok(true);
        }
        has_checksum(&path, file.sha256)
    }
}

/// Whether a file has a checksum; `false` where none is known.
fn has_checksum(file: &Path, sha256: Option<Checksum>) -> io::Result<bool> {
    let Some(sha256) = sha256 else { return Ok(false) };
    if std::fs::symlink_metadata(file)?.is_symlink() {
        return Ok(false);
    }
    Ok(checksum(&compute_file_digest::<Sha256>(file)?) == sha256)
}

/// A checksum in its short form.
fn checksum(sha256: &rattler_digest::Sha256Hash) -> Checksum {
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().zip(sha256.chunks_exact(8)) {
        *word = bytes.try_into().map_or(0, u64::from_le_bytes);
    }
    words
}

/// A relative path as text, with `/`; `None` for what is not Unicode, which no package can list.
pub(crate) fn path_text(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    Some(if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() })
}

#[cfg(unix)]
fn links(file: &std::fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(file)
}

/// Elsewhere links cannot be counted, and files are never shared.
#[cfg(not(unix))]
fn links(_file: &std::fs::Metadata) -> u64 {
    1
}

#[cfg(unix)]
fn others_write(file: &std::fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(file) & 0o002 != 0
}

#[cfg(not(unix))]
fn others_write(_file: &std::fs::Metadata) -> bool {
    false
}

#[cfg(unix)]
fn forbid_others(path: &Path, file: &std::fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(file.permissions().mode() & !0o002))
}

#[cfg(not(unix))]
fn forbid_others(_path: &Path, _file: &std::fs::Metadata) -> io::Result<()> {
    Ok(())
}
