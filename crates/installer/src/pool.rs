//! Extracted packages that environments get hard links to, each handed to one environment at a time.
//!
//! An environment must not share files with the package cache of the machine's conda clients, or a script that edits an
//! installed file in place changes that cache. Unpacking into the cache and copying every file into every environment is
//! safe but slow: creating a file costs several times what a hard link costs, and far more where many files were just
//! deleted (ext4 steps over each inode that was freed in the last minutes). So packages are unpacked into a pool of
//! sidewinder's own, and environments get hard links to its files; as long as one has them, no other gets the same, but
//! a copy of them in another folder of the pool. A package is free again when nothing else links to its files, and is
//! used again if these are what was written down when they came: same size, time and mode. Else it is made anew, and what
//! was changed stays where it was changed.
//!
//! What conda clients have unpacked already is copied from their cache; nothing is put there.
//!
//! Where the file system shares blocks by itself, or the cache is on another one, there is no pool: packages are
//! unpacked into the cache that conda clients share, and copied from there.

use std::fs::{File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rattler_conda_types::package::{PackageFile as _, PathType, PathsEntry, PathsJson};
use rattler_digest::{Sha256, compute_file_digest};

use crate::file_fingerprint::{FileFingerprint, FileList};
use crate::package_key::PackageKey;
use crate::package_metadata::check_readable;
use crate::parallel::in_parallel;
use crate::pool_entry::{Condition, copy_package, finalize, look, remove};

/// Where the pool is, below the cache.
const FOLDER: &str = "sidewinder/packages";
/// FileList of one package at most; beyond that many environments at a time, files are copied into them.
const FOLDERS: usize = 64;
/// Folders that always stay: one for each of a session's environments.
const KEPT: usize = 2;
/// Files that are looked at in one go.
const CHUNK: usize = 256;

/// A folder of the pool whose packages one environment may take links of while this is held.
#[derive(Debug)]
pub(crate) struct PoolSlot {
    pool: PathBuf,
    root: PathBuf,
    /// The packages that are there, as they came.
    ready: Vec<PackageKey>,
    /// Keeps others from taking the same before they are linked to.
    _lock: File,
}

impl PoolSlot {
    /// The folder, laid out as a package cache.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where a package is, or is to be.
    pub(crate) fn folder(&self, key: &PackageKey) -> PathBuf {
        self.root.join(&key.folder_name)
    }

    /// Whether a package is there.
    pub(crate) fn is_ready(&self, key: &PackageKey) -> bool {
        self.ready.contains(key)
    }

    /// Where another folder of the pool has a package.
    pub(crate) fn find_in_other_slot(&self, key: &PackageKey) -> Option<PathBuf> {
        let folders = (0..FOLDERS).map(|number| self.pool.join(number.to_string()));
        folders
            .filter(|root| *root != self.root)
            .map(|root| root.join(&key.folder_name))
            .find(|folder| is_as_it_came(folder, key))
    }

    /// Removes what is at a package's place: something else, or what is no longer as it came.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub(crate) fn evict(&self, key: &PackageKey) -> io::Result<()> {
        remove(&self.folder(key))
    }

    /// FileList a package from a package cache.
    ///
    /// # Errors
    /// When copying fails.
    pub(crate) fn copy(&self, key: &PackageKey, from: &Path) -> io::Result<()> {
        self.evict(key)?;
        copy_package(from, &self.folder(key))?;
        self.finalize(key)
    }

    /// FileList a package from another folder of the pool; `false` when it was changed meanwhile, by whoever has links
    /// to it, or removed.
    ///
    /// # Errors
    /// When copying fails.
    pub(crate) fn copy_from_pool(&self, key: &PackageKey, from: &Path) -> io::Result<bool> {
        match self.copy(key, from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            copied => copied?,
        }
        // Whoever has links to it may have changed it and put its time back.
        let is_good = is_as_it_came(from, key) && is_as_listed(&self.folder(key));
        if !is_good {
            self.evict(key)?;
        }
        Ok(is_good)
    }

    /// Makes a package fit for links that was put at its place.
    ///
    /// # Errors
    /// When that fails.
    pub(crate) fn finalize(&self, key: &PackageKey) -> io::Result<()> {
        finalize(&self.folder(key), &key.archive)
    }
}

/// Whether a package is what was unpacked, as far as can be seen.
fn is_as_it_came(folder: &Path, key: &PackageKey) -> bool {
    let known = FileList::read(folder).filter(|copies| is_same_archive(copies, key));
    known.is_some_and(|copies| matches!(look(folder, &copies.files), Condition::Free | Condition::Linked))
}

/// Whether the files of a package have the checksums that it lists.
fn is_as_listed(folder: &Path) -> bool {
    if check_readable(folder).is_err() {
        return false;
    }
    let Ok(listed) = PathsJson::from_package_directory(folder) else { return true };
    let files: Vec<_> = listed.paths.iter().filter(|entry| entry.path_type == PathType::HardLink).collect();
    let chunks: Vec<_> = files.chunks(CHUNK).collect();
    let same = |entry: &PathsEntry| {
        let file = folder.join(&entry.relative_path);
        let is_file = std::fs::symlink_metadata(&file).is_ok_and(|found| found.is_file());
        !is_file
            || entry.sha256.is_none_or(|sha256| compute_file_digest::<Sha256>(&file).is_ok_and(|found| found == sha256))
    };
    in_parallel(&chunks, |files| if files.iter().all(|entry| same(entry)) { Ok(()) } else { Err(()) }).is_ok()
}

fn is_same_archive(copies: &FileList, key: &PackageKey) -> bool {
    !key.archive.is_empty() && copies.archive == key.archive
}

/// Whether environments can have a link to a file of a package: not where each gets it with its own text.
pub(crate) fn is_linked(entry: &PathsEntry) -> bool {
    entry.path_type == PathType::HardLink && entry.prefix_placeholder.is_none() && !entry.no_link
}

/// Finds a folder of the pool where no environment has links to any of these packages; `None` where files have to be
/// copied into environments, or are better.
///
/// # Errors
/// When the pool cannot be looked at.
pub(crate) fn slot(keys: &[PackageKey], number: usize, cache: &Path, prefix: &Path) -> io::Result<Option<PoolSlot>> {
    let pool = cache.join(FOLDER);
    fs_err::create_dir_all(&pool)?;
    if keys.is_empty() || !hard_links_work(&pool, prefix) || reflinks_work(&pool, prefix)? {
        return Ok(None);
    }
    // A folder that has all packages is better than one that is free first.
    let mut fillable: Option<PoolSlot> = None;
    // The two environments of a session begin at different ends of pairs: they do not wait for each other, and find what
    // the last session's had.
    let other = number % 2;
    for number in (0..FOLDERS).map(|number| number ^ other) {
        let root = pool.join(number.to_string());
        if !root.is_dir() && fillable.is_some() {
            continue;
        }
        let Some(lock) = try_lock(&pool.join(format!("{number}.lock")))? else { continue };
        let Some(ready) = ready(keys, &root) else { continue };
        let is_complete = ready.len() == keys.len();
        let slot = PoolSlot { pool: pool.clone(), root, ready, _lock: lock };
        if is_complete {
            return Ok(Some(slot));
        }
        fillable.get_or_insert(slot);
    }
    let Some(slot) = fillable else { return Ok(None) };
    fs_err::create_dir_all(&slot.root)?;
    remove_unfinished(&slot.root)?;
    Ok(Some(slot))
}

/// Holds a lock that is given back when the file is dropped; `None` while somebody else has it.
fn try_lock(path: &Path) -> io::Result<Option<File>> {
    let file = File::create(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The packages that are there as they came; `None` when an environment has links to one of those that are wanted.
fn ready(keys: &[PackageKey], root: &Path) -> Option<Vec<PackageKey>> {
    let known: Vec<Option<FileList>> = keys.iter().map(|key| FileList::read(&root.join(&key.folder_name))).collect();
    let chunks: Vec<(usize, &[(String, FileFingerprint)])> = known
        .iter()
        .enumerate()
        .flat_map(|(number, copies)| {
            copies.iter().flat_map(|copies| copies.files.chunks(CHUNK)).map(move |files| (number, files))
        })
        .collect();
    let looked = in_parallel(&chunks, |(number, files)| {
        let folder = keys.get(*number).map(|key| root.join(&key.folder_name)).unwrap_or_default();
        match look(&folder, *files) {
            Condition::Linked | Condition::Changed => Err(()),
            Condition::Free => Ok(None),
            Condition::Unfit => Ok(Some(*number)),
        }
    });
    let unfit: Vec<usize> = looked.ok()?.into_iter().flatten().collect();
    let is_ready = |number: &usize| !unfit.contains(number);
    let same = keys.iter().zip(&known).enumerate().filter(|(number, (key, copies))| {
        is_ready(number) && copies.as_ref().is_some_and(|copies| is_same_archive(copies, key))
    });
    Some(same.map(|(_, (key, _))| key.clone()).collect())
}

/// Removes the packages that no environment has links to, but for one copy for each environment of a session.
///
/// # Errors
/// When something cannot be removed.
pub fn trim(cache: &Path) -> io::Result<()> {
    let pool = cache.join(FOLDER);
    for number in KEPT..FOLDERS {
        let root = pool.join(number.to_string());
        if !root.is_dir() {
            continue;
        }
        let Some(_lock) = try_lock(&pool.join(format!("{number}.lock")))? else { continue };
        for entry in fs_err::read_dir(&root)? {
            let folder = entry?.path();
            let files = FileList::read(&folder).map(|copies| copies.files).unwrap_or_default();
            if folder.is_dir() && matches!(look(&folder, &files), Condition::Free | Condition::Unfit) {
                remove(&folder)?;
            }
        }
        // Fails where something is left, as it should.
        let _ = std::fs::remove_dir(&root);
    }
    Ok(())
}

/// Removes what a process left that was killed while it unpacked.
fn remove_unfinished(root: &Path) -> io::Result<()> {
    for entry in fs_err::read_dir(root)? {
        let entry = entry?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            crate::remove_tree::remove_tree(&entry.path())?;
        }
    }
    Ok(())
}

/// Whether files of a folder can be hard-linked into another one.
#[cfg(unix)]
fn hard_links_work(from: &Path, to: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let device = |path: &Path| std::fs::metadata(path).map(|found| found.dev()).ok();
    device(from).is_some_and(|from| Some(from) == device(to))
}

#[cfg(not(unix))]
fn hard_links_work(_from: &Path, _to: &Path) -> bool {
    false
}

/// Whether the file system shares blocks of files of a folder with copies in another one.
fn reflinks_work(from: &Path, to: &Path) -> io::Result<bool> {
    let mut file = tempfile::Builder::new().prefix(".reflink").tempfile_in(from)?;
    file.write_all(&[0])?;
    let trial = to.join(".sidewinder-reflink");
    let works = reflink_copy::reflink(file.path(), &trial).is_ok();
    let _ = std::fs::remove_file(trial);
    Ok(works)
}
