//! Private copies of packages, handed from one environment to the next.
//!
//! An environment must not share files with the package cache, or a script that edits an installed file in place
//! changes the cache. Copying every file into every environment is safe but slow: creating a file costs several times
//! what a hard link costs, and far more where many files were just deleted (ext4 steps over each inode that was freed
//! in the last minutes). So files are copied once, into a pool beside the cache, and environments get hard links to
//! that copy; as long as one has them, no other gets the same. A copy is free again when nothing else links to it, and
//! is used again if it is what it was: same size, time and mode as in the cache. Else it is copied anew, and what was
//! changed stays where it was changed.
//!
//! Where the file system shares blocks by itself, or the cache is on another one, there is no pool.

use std::fs::{File, FileTimes, Metadata, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rattler_conda_types::package::PathType;

use super::contents::Contents;

/// Where the pool is, below the cache.
const FOLDER: &str = "sidewinder/copies";
/// Copies of one package at most; beyond that many environments at a time, files are copied into them.
const COPIES: usize = 16;

/// What the name of a copy begins with until it is whole.
const UNFINISHED: &str = ".new-";

/// Copies that one environment may take hard links of while this is held.
#[derive(Debug)]
pub(super) struct Lease {
    root: PathBuf,
    /// Keeps others from taking the same copies before they are linked.
    _lock: File,
}

impl Lease {
    /// A folder laid out like a package cache.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }
}

/// Finds or makes copies of packages that nothing is linked to; `None` where files have to be copied, or are better.
///
/// # Errors
/// When copying fails.
pub(super) fn lease(packages: &[Contents], cache: &Path, prefix: &Path) -> io::Result<Option<Lease>> {
    let Some(first) = packages.first() else { return Ok(None) };
    if !hard_links_work(&first.folder, prefix) || reflinks_work(&first.folder, prefix) {
        return Ok(None);
    }
    let pool = cache.join(FOLDER);
    fs_err::create_dir_all(&pool)?;
    // A folder that has all packages is better than the first one that is free.
    for complete in [true, false] {
        for number in 0..COPIES {
            let root = pool.join(number.to_string());
            if complete && !root.is_dir() {
                break;
            }
            let Some(lock) = try_lock(&pool.join(format!("{number}.lock")))? else { continue };
            match missing(packages, &root)? {
                Some(jobs) if jobs.packages.is_empty() || !complete => {
                    fs_err::create_dir_all(&root)?;
                    if !jobs.packages.is_empty() {
                        remove_unfinished(&root)?;
                    }
                    fill(jobs)?;
                    return Ok(Some(Lease { root, _lock: lock }));
                }
                _ => {}
            }
        }
    }
    Ok(None)
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

/// Removes copies that a process which was killed did not finish; the lock says that nobody is at it now.
fn remove_unfinished(root: &Path) -> io::Result<()> {
    for entry in fs_err::read_dir(root)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs_err::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// What has to be copied before a folder of the pool has good copies of all packages.
#[derive(Debug, Default)]
struct Jobs {
    packages: Vec<(PathBuf, PathBuf)>,
    files: Vec<(PathBuf, PathBuf)>,
}

/// What has to be copied; `None` when an environment has one of the copies.
fn missing(packages: &[Contents], root: &Path) -> io::Result<Option<Jobs>> {
    let mut jobs = Jobs::default();
    for package in packages {
        let Some(name) = package.folder.file_name() else { continue };
        let copy = root.join(name);
        let mut stale = Vec::new();
        for entry in package.paths.paths.iter().filter(|entry| entry.path_type == PathType::HardLink) {
            let (from, to) = (package.folder.join(&entry.relative_path), copy.join(&entry.relative_path));
            match std::fs::symlink_metadata(&to) {
                Ok(found) if links(&found) > 1 => return Ok(None),
                Ok(found) if is_same(&found, &std::fs::symlink_metadata(&from)?) => {}
                _ => stale.push((from, to)),
            }
        }
        // The file beside a package says which archive it came from.
        let archive = |folder: &Path| std::fs::read(sidecar(folder)).ok();
        if copy.is_dir() && archive(&copy) == archive(&package.folder) {
            jobs.files.append(&mut stale);
        } else {
            jobs.packages.push((package.folder.clone(), copy));
        }
    }
    Ok(Some(jobs))
}

fn fill(jobs: Jobs) -> io::Result<()> {
    let mut files = Vec::new();
    let mut unfinished = Vec::new();
    for (from, to) in &jobs.packages {
        if to.exists() {
            fs_err::remove_dir_all(to)?;
        }
        let parent = to.parent().unwrap_or(to);
        let new = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(parent)?;
        plan(from, new.path(), &mut files)?;
        unfinished.push((new, from, to));
    }
    files.extend(jobs.files);
    copy_all(&files)?;
    for (new, from, to) in unfinished {
        fs_err::rename(new.keep(), to)?;
        if sidecar(from).is_file() {
            fs_err::copy(sidecar(from), sidecar(to))?;
        }
    }
    Ok(())
}

/// Makes the folders and links of a package, and lists its files.
fn plan(from: &Path, to: &Path, files: &mut Vec<(PathBuf, PathBuf)>) -> io::Result<()> {
    for entry in fs_err::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            fs_err::create_dir(&to)?;
            plan(&from, &to, files)?;
        } else if kind.is_symlink() {
            #[cfg(unix)]
            fs_err::os::unix::fs::symlink(fs_err::read_link(&from)?, &to)?;
        } else {
            files.push((from, to));
        }
    }
    Ok(())
}

/// Copies files, several at a time.
fn copy_all(files: &[(PathBuf, PathBuf)]) -> io::Result<()> {
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(None);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(files.len().div_ceil(32));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((from, to)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(error) = copy(from, to) {
                        failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                        next.store(files.len(), Ordering::Relaxed);
                    }
                }
            });
        }
    });
    failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}

/// Copies a file with mode and time. What is there is replaced, not written into: others may have links to it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    match fs_err::remove_file(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    if let Some(parent) = to.parent() {
        fs_err::create_dir_all(parent)?;
    }
    fs_err::copy(from, to)?;
    let times = FileTimes::new().set_modified(std::fs::metadata(from)?.modified()?);
    File::open(to)?.set_times(times)
}

/// The file that the package cache keeps beside a package.
fn sidecar(package: &Path) -> PathBuf {
    let mut path = package.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}

fn is_same(a: &Metadata, b: &Metadata) -> bool {
    a.len() == b.len() && a.permissions() == b.permissions() && a.modified().ok() == b.modified().ok()
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
