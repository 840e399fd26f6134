//! Private copies of packages' files, handed from one environment to the next.
//!
//! An environment must not share files with the package cache, or a script that edits an installed file in place
//! changes the cache. Copying every file into every environment is safe but slow: creating a file costs several times
//! what a hard link costs, and far more where many files were just deleted (ext4 steps over each inode that was freed
//! in the last minutes). So files are copied once, into a pool beside the cache, and environments get hard links to
//! that copy; as long as one has them, no other gets the same. A copy is free again when nothing else links to it, and
//! is used again if it is what was written down when it was made: same size, time and mode. Else it is copied anew, and
//! what was changed stays where it was changed.
//!
//! Where the file system shares blocks by itself, or the cache is on another one, there is no pool.

use std::fs::{File, Metadata, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rattler_conda_types::package::{PathType, PathsEntry};

use super::contents::Contents;
use super::copies::{Copies, Stamp};
use super::copy_file::copy;
use super::parallel::in_parallel;
use crate::progress::Environment;

/// Where the pool is, below the cache.
const FOLDER: &str = "sidewinder/copies";
/// Copies of one package at most; beyond that many environments at a time, files are copied into them.
const COPIES: usize = 16;
/// Files that are looked at in one go.
const CHUNK: usize = 256;

/// Copies that one environment may take hard links of while this is held.
#[derive(Debug)]
pub(super) struct Lease {
    root: PathBuf,
    /// Keeps others from taking the same copies before they are linked.
    _lock: File,
}

impl Lease {
    /// Where the copies of a package's files are, laid out as in the package.
    pub(super) fn folder(&self, package: &Contents) -> PathBuf {
        copy_of(&self.root, package)
    }
}

/// Whether a file of a package is one that environments can have a link to: not one that each gets with its own text.
pub(super) fn is_linked(entry: &PathsEntry) -> bool {
    entry.path_type == PathType::HardLink && entry.prefix_placeholder.is_none() && !entry.no_link
}

/// Finds or makes copies of packages that nothing is linked to; `None` where files have to be copied, or are better.
///
/// # Errors
/// When copying fails.
pub(super) fn lease(
    packages: &[Contents],
    environment: Environment,
    cache: &Path,
    prefix: &Path,
) -> io::Result<Option<Lease>> {
    let Some(first) = packages.first() else { return Ok(None) };
    if !hard_links_work(&first.folder, prefix) || reflinks_work(&first.folder, prefix) {
        return Ok(None);
    }
    let pool = cache.join(FOLDER);
    fs_err::create_dir_all(&pool)?;
    // Copies that are all there are better than those that are free first.
    let mut fillable = None;
    // The two environments of a session begin at different ends of pairs: they do not wait for each other, and find what
    // the last session's had.
    let other = usize::from(environment == Environment::Host);
    for number in (0..COPIES).map(|number| number ^ other) {
        let root = pool.join(number.to_string());
        let is_new = !root.is_dir();
        if is_new && fillable.is_some() {
            continue;
        }
        let Some(lock) = try_lock(&pool.join(format!("{number}.lock")))? else { continue };
        match missing(packages, &root)? {
            Some(jobs) if jobs.is_empty() => return Ok(Some(Lease { root, _lock: lock })),
            Some(jobs) if fillable.is_none() => fillable = Some((jobs, Lease { root, _lock: lock })),
            _ => {}
        }
    }
    let Some((jobs, lease)) = fillable else { return Ok(None) };
    fill(jobs, packages, &lease.root)?;
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

fn copy_of(root: &Path, package: &Contents) -> PathBuf {
    root.join(package.folder.file_name().unwrap_or_default())
}

/// Files of a package that have to be copied, by their number in its list.
#[derive(Debug)]
struct Job {
    package: usize,
    files: Vec<usize>,
}

/// What has to be copied before a folder of the pool has good copies of all packages; `None` when an environment has
/// one of the copies.
fn missing(packages: &[Contents], root: &Path) -> io::Result<Option<Vec<Job>>> {
    let known: Vec<Option<Copies>> =
        packages.iter().map(|package| Copies::read(&copy_of(root, package), &archive(&package.folder))).collect();
    let mut chunks = Vec::new();
    for (package, contents) in packages.iter().enumerate() {
        let files = linked_files(contents);
        chunks.extend(files.chunks(CHUNK).map(|chunk| (package, chunk.to_vec())));
    }
    let checked = in_parallel(&chunks, |(package, files)| {
        let Some(contents) = packages.get(*package) else { return Ok(Vec::new()) };
        let copies = known.get(*package).and_then(Option::as_ref);
        let folder = copy_of(root, contents);
        if copies.is_none() && !folder.exists() {
            return Ok(files.clone());
        }
        let mut stale = Vec::new();
        for &file in files {
            let Some(entry) = contents.paths().paths.get(file) else { continue };
            match std::fs::symlink_metadata(folder.join(&entry.relative_path)) {
                Ok(found) if links(&found) > 1 => return Err(None),
                Ok(found) if copies.and_then(|copies| copies.get(file)) == Some(Stamp::of(&found)) => {}
                Ok(_) => stale.push(file),
                Err(error) if error.kind() == io::ErrorKind::NotFound => stale.push(file),
                Err(error) => return Err(Some(error)),
            }
        }
        Ok(stale)
    });
    let stale = match checked {
        Ok(stale) => stale,
        Err(None) => return Ok(None),
        Err(Some(error)) => return Err(error),
    };
    let mut jobs: Vec<Job> = Vec::new();
    for ((package, _), files) in chunks.into_iter().zip(stale).filter(|(_, files)| !files.is_empty()) {
        match jobs.last_mut().filter(|job| job.package == package) {
            Some(job) => job.files.extend(files),
            None => jobs.push(Job { package, files }),
        }
    }
    Ok(Some(jobs))
}

/// The files of a package that environments get links to, by their number in its list.
fn linked_files(contents: &Contents) -> Vec<usize> {
    let entries = contents.paths().paths.iter().enumerate();
    entries.filter(|(_, entry)| is_linked(entry)).map(|(file, _)| file).collect()
}

/// Copies what is missing, and writes down what was copied.
fn fill(jobs: Vec<Job>, packages: &[Contents], root: &Path) -> io::Result<()> {
    for job in &jobs {
        let Some(contents) = packages.get(job.package) else { continue };
        let folder = copy_of(root, contents);
        fs_err::create_dir_all(&folder)?;
        let mut last = None;
        for parent in job.files.iter().filter_map(|&file| contents.paths().paths.get(file)?.relative_path.parent()) {
            if last != Some(parent) {
                fs_err::create_dir_all(folder.join(parent))?;
                last = Some(parent);
            }
        }
    }
    let chunks: Vec<(usize, &[usize])> =
        jobs.iter().flat_map(|job| job.files.chunks(CHUNK / 8).map(|files| (job.package, files))).collect();
    let copied = in_parallel(&chunks, |(package, files)| {
        let Some(contents) = packages.get(*package) else { return Ok(Vec::new()) };
        let folder = copy_of(root, contents);
        let copy_one = |file: usize, buffer: &mut Vec<u8>| {
            let Some(entry) = contents.paths().paths.get(file) else { return Ok(None) };
            let (from, to) = (contents.folder.join(&entry.relative_path), folder.join(&entry.relative_path));
            Ok::<_, io::Error>(Some((file, copy(&from, &to, buffer)?)))
        };
        let mut buffer = Vec::new();
        files.iter().filter_map(|&file| copy_one(file, &mut buffer).transpose()).collect::<io::Result<Vec<_>>>()
    })?;
    let mut copied = chunks.iter().map(|(package, _)| *package).zip(copied).peekable();
    for job in &jobs {
        let Some(contents) = packages.get(job.package) else { continue };
        let (folder, archive) = (copy_of(root, contents), archive(&contents.folder));
        let mut copies = Copies::read(&folder, &archive).unwrap_or_default();
        while let Some((_, stamps)) = copied.next_if(|(package, _)| *package == job.package) {
            stamps.into_iter().for_each(|(file, stamp)| copies.set(file, stamp));
        }
        copies.write(&folder, &archive)?;
    }
    Ok(())
}

/// What the package cache says about the archive that a package came from, in a file beside it.
fn archive(package: &Path) -> Vec<u8> {
    let mut path = package.as_os_str().to_owned();
    path.push(".lock");
    std::fs::read(path).unwrap_or_default()
}

#[cfg(unix)]
fn links(file: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(file)
}

/// Elsewhere links cannot be counted, and there is no pool.
#[cfg(not(unix))]
fn links(_file: &Metadata) -> u64 {
    u64::MAX
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
fn reflinks_work(from: &Path, to: &Path) -> bool {
    let trial = to.join(".sidewinder-reflink");
    let works = reflink_copy::reflink(from.join("info/index.json"), &trial).is_ok();
    let _ = std::fs::remove_file(trial);
    works
}
