//! The pool of extracted packages, shared by all sidewinder processes of a cache folder.
//!
//! Prefixes get hard links to its files: a link costs a fraction of what a new file costs, and no disk space. It is
//! sidewinder's own: the package caches of other conda clients are only read, so that a script that edits an installed
//! file in place can never damage them.

use std::io;
use std::path::{Path, PathBuf};

use rattler_conda_types::RepoDataRecord;
use rattler_conda_types::package::{PathType, PathsEntry};

use crate::environment_record::Environments;
use crate::package_key::PackageKey;
use crate::pool_entry::PoolEntry;
use crate::record_file::RecordCache;
use crate::remove_tree::remove_tree;

/// Where the pool is, below the cache folder.
const FOLDER: &str = "sidewinder/pool";

/// The pool below one cache folder.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    folder: PathBuf,
    records: RecordCache,
}

/// How files get from the pool into a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkMode {
    /// By hard links.
    Hard,
    /// By copies, whose blocks are shared where the file system can.
    Copy,
}

impl Pool {
    pub(crate) fn new(cache_dir: &Path) -> Self {
        Self { folder: cache_dir.join(FOLDER), records: RecordCache::default() }
    }

    /// The folder of the pool.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Creates the folder of the pool.
    pub(crate) fn create(&self) -> io::Result<()> {
        fs_err::create_dir_all(&self.folder)
    }

    /// The place of a package; `None` for packages that the pool does not keep.
    pub(crate) fn entry(&self, record: &RepoDataRecord) -> Option<PoolEntry> {
        Some(self.entry_of(&PackageKey::of(record)?))
    }

    /// The place of a package by its key.
    pub(crate) fn entry_of(&self, key: &PackageKey) -> PoolEntry {
        PoolEntry::new(&self.folder, key, &self.records)
    }

    /// The prefixes that link to the pool.
    pub(crate) fn environments(&self) -> Environments {
        Environments::new(&self.folder)
    }

    /// How files get into a prefix: by hard links, unless the file system shares blocks of copies or is another one.
    pub(crate) fn link_mode(&self, prefix: &Path) -> LinkMode {
        if cfg!(unix) && is_same_file_system(&self.folder, prefix) && !reflinks_work(&self.folder, prefix) {
            LinkMode::Hard
        } else {
            LinkMode::Copy
        }
    }
}

/// Whether prefixes can share a file: not where each gets it with its own text.
pub(crate) fn is_sharable(entry: &PathsEntry) -> bool {
    entry.path_type == PathType::HardLink && entry.prefix_placeholder.is_none() && !entry.no_link
}

/// Removes what processes that were killed left in the pool, and the records of prefixes that no longer exist. Complete
/// packages stay for the next session.
///
/// # Errors
/// When something cannot be removed.
pub fn trim(cache_dir: &Path) -> io::Result<()> {
    let pool = Pool::new(cache_dir);
    let entries = match std::fs::read_dir(&pool.folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    pool.environments().remove_stale()?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| !name.ends_with(".lock")) else { continue };
        if name == crate::environment_record::FOLDER || !entry.file_type()?.is_dir() {
            continue;
        }
        if name.starts_with('.') {
            // A pristine copy that a repair is using is held by the lock of its entry; it is named after it.
            let archive = name.trim_start_matches('.').split('-').next().unwrap_or_default();
            let entry_of = PoolEntry::at(&pool.folder.join(archive), &pool.records);
            let Some(_lock) = entry_of.try_lock()? else { continue };
            remove_tree(&entry.path())?;
            if !pool.folder.join(archive).is_dir() {
                entry_of.remove()?;
            }
            continue;
        }
        let place = PoolEntry::at(&entry.path(), &pool.records);
        let Some(_lock) = place.try_lock()? else { continue };
        if place.record().is_none() {
            place.remove()?;
        }
    }
    Ok(())
}

/// How files of a folder can be shared with another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileSharing {
    /// Copies share blocks until one of them is written to.
    Reflinks,
    /// Both folders have the same file.
    HardLinks,
    /// Not at all: each folder has its own copy.
    Copies,
}

/// Finds out, by trying, how files of a folder can be shared with another one.
///
/// # Example
/// ```
/// let folder = tempfile::tempdir().unwrap();
/// println!("{:?}", sidewinder_installer::file_sharing(folder.path(), folder.path()));
/// ```
#[must_use]
pub fn file_sharing(from: &Path, to: &Path) -> FileSharing {
    if reflinks_work(from, to) {
        return FileSharing::Reflinks;
    }
    let link = || -> io::Result<()> {
        let file = tempfile::Builder::new().prefix(".hard-link").tempfile_in(from)?;
        let link = to.join(file.path().file_name().unwrap_or_default()).with_extension("link");
        std::fs::hard_link(file.path(), &link)?;
        std::fs::remove_file(link)
    };
    if cfg!(unix) && link().is_ok() { FileSharing::HardLinks } else { FileSharing::Copies }
}

/// Whether files of a folder can be hard-linked into another one.
#[cfg(unix)]
fn is_same_file_system(from: &Path, to: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let device = |path: &Path| std::fs::metadata(path).map(|found| found.dev()).ok();
    device(from).is_some_and(|from| Some(from) == device(to))
}

#[cfg(not(unix))]
fn is_same_file_system(_from: &Path, _to: &Path) -> bool {
    false
}

/// Whether the file system shares blocks of files of a folder with copies in another one.
fn reflinks_work(from: &Path, to: &Path) -> bool {
    use std::io::Write as _;
    let attempt = || -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".reflink").tempfile_in(from)?;
        file.write_all(&[0])?;
        let copy = to.join(".sidewinder-reflink");
        let done = reflink_copy::reflink(file.path(), &copy);
        let _ = std::fs::remove_file(copy);
        done
    };
    attempt().is_ok()
}
