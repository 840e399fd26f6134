//! Unpacked packages that environments get hard links to, each handed to one environment at a time.
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

use rattler_conda_types::package::{DistArchiveType, PackageFile as _, PathType, PathsEntry, PathsJson};
use rattler_conda_types::{PackageRecord, RepoDataRecord};
use rattler_digest::{Sha256, compute_file_digest};

use super::contents::is_file_name;
use super::copies::{Copies, Stamp};
use super::listing::check_readable;
use super::parallel::in_parallel;
use super::unpacked::{Condition, copy_package, look, remove, settle};
use crate::progress::Environment;

/// Where the pool is, below the cache.
const FOLDER: &str = "sidewinder/packages";
/// Copies of one package at most; beyond that many environments at a time, files are copied into them.
const FOLDERS: usize = 64;
/// Folders that always stay: one for each of a session's environments.
const KEPT: usize = 2;
/// Files that are looked at in one go.
const CHUNK: usize = 256;

/// A package as the pool knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Wish {
    /// The name of its folder.
    entry: String,
    /// What tells its archive from others; empty where nothing does, then it is not used twice.
    archive: Vec<u8>,
}

impl Wish {
    /// `None` for what the pool does not keep.
    pub(super) fn of(record: &RepoDataRecord) -> Option<Self> {
        let entry = entry(&record.package_record);
        let is_conda = matches!(record.identifier.archive_type, DistArchiveType::Conda(_));
        let PackageRecord { sha256, md5, .. } = &record.package_record;
        let archive = sha256.map(|hash| hash.to_vec()).or_else(|| md5.map(|hash| hash.to_vec())).unwrap_or_default();
        (is_conda && is_file_name(&entry) && !entry.starts_with('.')).then_some(Self { entry, archive })
    }
}

/// The name of a package's folder in a cache.
pub(super) fn entry(package: &PackageRecord) -> String {
    format!("{}-{}-{}", package.name.as_normalized(), package.version, package.build)
}

/// A folder of the pool whose packages one environment may take links of while this is held.
#[derive(Debug)]
pub(super) struct Lease {
    pool: PathBuf,
    root: PathBuf,
    /// The packages that are there, as they came.
    ready: Vec<Wish>,
    /// Keeps others from taking the same before they are linked to.
    _lock: File,
}

impl Lease {
    /// The folder, laid out as a package cache.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Where a package is, or is to be.
    pub(super) fn folder(&self, wish: &Wish) -> PathBuf {
        self.root.join(&wish.entry)
    }

    /// Whether a package is there.
    pub(super) fn is_ready(&self, wish: &Wish) -> bool {
        self.ready.contains(wish)
    }

    /// Where another folder of the pool has a package.
    pub(super) fn elsewhere(&self, wish: &Wish) -> Option<PathBuf> {
        let folders = (0..FOLDERS).map(|number| self.pool.join(number.to_string()));
        folders
            .filter(|root| *root != self.root)
            .map(|root| root.join(&wish.entry))
            .find(|folder| is_as_it_came(folder, wish))
    }

    /// Removes what is at a package's place: something else, or what is no longer as it came.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub(super) fn make_room(&self, wish: &Wish) -> io::Result<()> {
        remove(&self.folder(wish))
    }

    /// Copies a package from a package cache.
    ///
    /// # Errors
    /// When copying fails.
    pub(super) fn copy(&self, wish: &Wish, from: &Path) -> io::Result<()> {
        self.make_room(wish)?;
        copy_package(from, &self.folder(wish))?;
        self.settle(wish)
    }

    /// Copies a package from another folder of the pool; `false` when it was changed meanwhile, by whoever has links
    /// to it, or removed.
    ///
    /// # Errors
    /// When copying fails.
    pub(super) fn copy_from_pool(&self, wish: &Wish, from: &Path) -> io::Result<bool> {
        match self.copy(wish, from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            copied => copied?,
        }
        // Whoever has links to it may have changed it and put its time back.
        let is_good = is_as_it_came(from, wish) && is_as_listed(&self.folder(wish));
        if !is_good {
            self.make_room(wish)?;
        }
        Ok(is_good)
    }

    /// Makes a package fit for links that was put at its place.
    ///
    /// # Errors
    /// When that fails.
    pub(super) fn settle(&self, wish: &Wish) -> io::Result<()> {
        settle(&self.folder(wish), &wish.archive)
    }
}

/// Whether a package is what was unpacked, as far as can be seen.
fn is_as_it_came(folder: &Path, wish: &Wish) -> bool {
    let known = Copies::read(folder).filter(|copies| is_same_archive(copies, wish));
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

fn is_same_archive(copies: &Copies, wish: &Wish) -> bool {
    !wish.archive.is_empty() && copies.archive == wish.archive
}

/// Whether environments can have a link to a file of a package: not where each gets it with its own text.
pub(super) fn is_linked(entry: &PathsEntry) -> bool {
    entry.path_type == PathType::HardLink && entry.prefix_placeholder.is_none() && !entry.no_link
}

/// Finds a folder of the pool where no environment has links to any of these packages; `None` where files have to be
/// copied into environments, or are better.
///
/// # Errors
/// When the pool cannot be looked at.
pub(super) fn lease(
    wishes: &[Wish],
    environment: Environment,
    cache: &Path,
    prefix: &Path,
) -> io::Result<Option<Lease>> {
    let pool = cache.join(FOLDER);
    fs_err::create_dir_all(&pool)?;
    if wishes.is_empty() || !hard_links_work(&pool, prefix) || reflinks_work(&pool, prefix)? {
        return Ok(None);
    }
    // A folder that has all packages is better than one that is free first.
    let mut fillable: Option<Lease> = None;
    // The two environments of a session begin at different ends of pairs: they do not wait for each other, and find what
    // the last session's had.
    let other = usize::from(environment == Environment::Host);
    for number in (0..FOLDERS).map(|number| number ^ other) {
        let root = pool.join(number.to_string());
        if !root.is_dir() && fillable.is_some() {
            continue;
        }
        let Some(lock) = try_lock(&pool.join(format!("{number}.lock")))? else { continue };
        let Some(ready) = ready(wishes, &root) else { continue };
        let is_complete = ready.len() == wishes.len();
        let lease = Lease { pool: pool.clone(), root, ready, _lock: lock };
        if is_complete {
            return Ok(Some(lease));
        }
        fillable.get_or_insert(lease);
    }
    let Some(lease) = fillable else { return Ok(None) };
    fs_err::create_dir_all(&lease.root)?;
    remove_unfinished(&lease.root)?;
    Ok(Some(lease))
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
fn ready(wishes: &[Wish], root: &Path) -> Option<Vec<Wish>> {
    let known: Vec<Option<Copies>> = wishes.iter().map(|wish| Copies::read(&root.join(&wish.entry))).collect();
    let chunks: Vec<(usize, &[(String, Stamp)])> = known
        .iter()
        .enumerate()
        .flat_map(|(number, copies)| {
            copies.iter().flat_map(|copies| copies.files.chunks(CHUNK)).map(move |files| (number, files))
        })
        .collect();
    let looked = in_parallel(&chunks, |(number, files)| {
        let folder = wishes.get(*number).map(|wish| root.join(&wish.entry)).unwrap_or_default();
        match look(&folder, *files) {
            Condition::Linked | Condition::Changed => Err(()),
            Condition::Free => Ok(None),
            Condition::Unfit => Ok(Some(*number)),
        }
    });
    let unfit: Vec<usize> = looked.ok()?.into_iter().flatten().collect();
    let is_ready = |number: &usize| !unfit.contains(number);
    let same = wishes.iter().zip(&known).enumerate().filter(|(number, (wish, copies))| {
        is_ready(number) && copies.as_ref().is_some_and(|copies| is_same_archive(copies, wish))
    });
    Some(same.map(|(_, (wish, _))| wish.clone()).collect())
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
            let files = Copies::read(&folder).map(|copies| copies.files).unwrap_or_default();
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
            crate::layout::remove_tree(&entry.path())?;
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
