//! Which sessions there are on this machine, and removing what dead ones left.
//!
//! Each session has a file in the cache folder, written before the first folder of the session is made, and a lock next to
//! it that ends with the session's process, in whatever way that ends. So what a killed process left is found, and
//! nothing of a living session is taken for it.

use std::collections::VecDeque;
use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sidewinder_recipe::RenderedVariant;

use crate::cancel::Cancel;
use crate::error::{Error, ErrorRecord, Result};
use crate::layout::{BuildFolder, is_build_dir, is_temporary_root, remove_tree};
use crate::progress::Progress;
use crate::script::end_processes_of;

/// Sessions whose folders are removed at the same time.
const REMOVED_AT_A_TIME: usize = 8;
/// Files of entries that are not finished after this time belong to a process that was killed.
const UNFINISHED_FOR: Duration = Duration::from_secs(60);

/// The files of all sessions, below a cache folder.
#[derive(Clone, Debug)]
pub(super) struct Registry {
    folder: PathBuf,
    cache_dir: PathBuf,
}

/// What is written down about a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    build_dir: PathBuf,
    /// The temporary folder around it, where the session made one.
    temporary_root: Option<PathBuf>,
    name: String,
    version: String,
    build_string: String,
    /// Seconds since 1970.
    created: u64,
    process: u32,
    /// Whether it was closed and left on purpose.
    kept: bool,
}

/// A session's place in the registry; the session counts as alive as long as this is there.
#[derive(Debug)]
pub(super) struct Registered {
    file: PathBuf,
    entry: Entry,
    /// Missing while another process looks at the entry; then the lock on the build folder decides.
    _alive: Option<File>,
}

/// A session that is, or was, on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SessionInfo {
    /// Its build folder: what `attach` takes.
    pub dir: PathBuf,
    /// Name of the package.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its build string.
    pub build_string: String,
    /// When it was made, as RFC 3339.
    pub created: String,
    /// The process that had it last.
    pub process: u32,
    /// What became of it.
    pub state: SessionState,
}

/// What became of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum SessionState {
    /// A process has it.
    Live,
    /// It was closed, and its folder was left on purpose.
    Kept,
    /// Its process ended without closing it.
    Dead,
}

/// What became of a session that [`crate::session::DebugSession::prune`] was to remove.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PrunedSession {
    /// The session.
    #[serde(flatten)]
    pub session: SessionInfo,
    /// Whether its folders are gone.
    pub removed: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub error: Option<ErrorRecord>,
}

/// Where sessions are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct ListOptions {
    /// The cache folder that the sessions were made with. Default: that of all conda tools.
    pub cache_dir: Option<PathBuf>,
}

/// Which sessions are removed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct PruneOptions {
    /// The cache folder that the sessions were made with. Default: that of all conda tools.
    pub cache_dir: Option<PathBuf>,
    /// Also those that were closed and left on purpose.
    pub kept: bool,
    /// Only those that were made before this moment, as RFC 3339.
    pub older_than: Option<String>,
}

impl Registry {
    pub(super) fn new(cache_dir: &Path) -> Self {
        Self { folder: cache_dir.join("sidewinder").join("sessions"), cache_dir: cache_dir.to_path_buf() }
    }

    /// Enters a new session. Its folders need not be there yet. `None` where the cache folder cannot be written to: that
    /// must not keep anybody from working.
    pub(super) fn enter(
        &self,
        build_dir: &Path,
        temporary_root: Option<&Path>,
        variant: &RenderedVariant,
    ) -> Option<Registered> {
        entered(self.write_entry(build_dir, temporary_root, variant, false))
    }

    /// As [`Registry::enter`], for a session that is taken up again. One that was left on purpose stays that, also when
    /// this process is killed.
    pub(super) fn enter_again(
        &self,
        build_dir: &Path,
        temporary_root: Option<&Path>,
        variant: &RenderedVariant,
    ) -> Option<Registered> {
        let before = read(&self.file(temporary_root.unwrap_or(build_dir)));
        // One that nobody entered was made by another program, or with another cache.
        entered(self.write_entry(build_dir, temporary_root, variant, before.is_none_or(|before| before.kept)))
    }

    /// Strikes a session out whose set-up failed.
    pub(super) fn forget(&self, build_dir_or_temporary_root: &Path) {
        forget(&self.file(build_dir_or_temporary_root));
    }

    fn write_entry(
        &self,
        build_dir: &Path,
        temporary_root: Option<&Path>,
        variant: &RenderedVariant,
        kept: bool,
    ) -> Result<Registered> {
        fs_err::create_dir_all(&self.folder).map_err(Error::io("cannot create", &self.folder))?;
        let file = self.file(temporary_root.unwrap_or(build_dir));
        let alive = lock(&file.with_extension("lock"))?;
        let entry = Entry {
            build_dir: build_dir.to_path_buf(),
            temporary_root: temporary_root.map(Path::to_path_buf),
            name: variant.name.clone(),
            version: variant.version.clone(),
            build_string: variant.build_string.clone(),
            created: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()),
            process: std::process::id(),
            kept,
        };
        write(&file, &entry)?;
        Ok(Registered { file, entry, _alive: alive })
    }

    /// All sessions whose folders are there, the latest first.
    pub(super) fn list(&self) -> Vec<SessionInfo> {
        let files = self.files();
        let mut found: Vec<_> = files.iter().filter_map(|file| Some(read(file)?.info(is_alive(file)))).collect();
        found.retain(|session| session.dir.is_dir());
        found.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.dir.cmp(&b.dir)));
        found
    }

    /// Removes the folders of sessions that no process has, several at a time. One that cannot be removed does not keep
    /// the others; the result says why.
    ///
    /// # Errors
    /// [`Error::InvalidOption`], [`Error::Cancelled`].
    pub(super) fn prune(
        &self,
        options: &PruneOptions,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Vec<PrunedSession>> {
        let before = options.older_than.as_deref().map(moment).transpose()?;
        self.remove_leftovers();
        let files = self.files();
        let done = AtomicU32::new(0);
        let total = files.len();
        let prune = |file: PathBuf| -> Option<PrunedSession> {
            if cancel.is_cancelled() {
                return None;
            }
            let pruned = prune_one(&file, &self.cache_dir, options, before);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if let Some(PrunedSession { session, removed: true, .. }) = &pruned {
                progress.info(format!("Removed {} ({done} of {total})", session.dir.display()));
            }
            pruned
        };
        // What takes the time is waiting for the file system.
        let pruned = in_threads(files, REMOVED_AT_A_TIME, &prune);
        cancel.check()?;
        Ok(pruned.into_iter().flatten().collect())
    }

    /// Removes files that processes left which were killed while they wrote an entry.
    fn remove_leftovers(&self) {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path());
        for path in entries {
            let is_old = || {
                let modified = std::fs::metadata(&path).and_then(|metadata| metadata.modified());
                modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > UNFINISHED_FOR))
            };
            let extension = path.extension().and_then(|extension| extension.to_str());
            let is_left = match extension {
                Some("new") => is_old(),
                // A lock without an entry: held until the entry is written.
                Some("lock") => !path.with_extension("json").exists() && is_old() && existing_lock(&path).is_some(),
                _ => false,
            };
            if is_left {
                let _ = std::fs::remove_file(&path);
            }
        }
    }

    fn file(&self, folder: &Path) -> PathBuf {
        let digest = hex::encode(Sha256::digest(folder.as_os_str().as_encoded_bytes()));
        self.folder.join(format!("{}.json", digest.get(..16).unwrap_or(&digest)))
    }

    fn files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
            .collect();
        files.sort();
        files
    }
}

/// Removes what one entry names, if it may be removed. `None` if it stays for a reason that is not a failure, and if
/// it was gone already.
fn prune_one(file: &Path, cache_dir: &Path, options: &PruneOptions, before: Option<u64>) -> Option<PrunedSession> {
    // Held while its folders go, so that nobody else sees it as dead meanwhile.
    let _alone = existing_lock(&file.with_extension("lock"))?;
    let entry = read(file)?;
    let was_there = entry.temporary_root.as_ref().unwrap_or(&entry.build_dir).exists();
    if !was_there && !BuildFolder::new(&entry.build_dir).exists() {
        // Whoever removed it did not strike it out: by hand, or with another cache.
        forget(file);
        return None;
    }
    if (entry.kept && !options.kept) || before.is_some_and(|before| entry.created >= before) {
        return None;
    }
    let session = entry.info(false);
    if was_there && !entry.is_own() {
        let path = entry.build_dir;
        let reason = "it does not look like the folder of a session, and was not removed".to_owned();
        let error = Some(Error::NotASession { path, reason }.record());
        return Some(PrunedSession { session, removed: false, error });
    }
    match entry.remove(cache_dir) {
        Ok(true) => {
            forget(file);
            was_there.then_some(PrunedSession { session, removed: true, error: None })
        }
        // Another session has taken the build folder.
        Ok(false) => None,
        Err(error) => Some(PrunedSession { session, removed: false, error: Some(error.record()) }),
    }
}

/// Does work on items in several threads, or in this one where no other can be started. Results are in the order of the
/// items.
fn in_threads<T: Send, R: Send>(items: Vec<T>, threads: usize, work: &(impl Fn(T) -> R + Sync)) -> Vec<R> {
    let threads = threads.min(items.len());
    let queue = Mutex::new(items.into_iter().enumerate().collect::<VecDeque<_>>());
    let results = Mutex::new(Vec::new());
    let take = || {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some((index, item)) = next else { return };
            let result = work(item);
            results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            // A machine that has no threads left still has this one.
            let _ = std::thread::Builder::new().spawn_scoped(scope, take);
        }
        take();
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

impl Registered {
    /// Names the build folder, which was not known before.
    pub(super) fn at(mut self, build_dir: &Path) -> Self {
        self.entry.build_dir = build_dir.to_path_buf();
        self.rewrite();
        self
    }

    /// The session is closed and its folder stays.
    pub(super) fn keep(mut self) {
        self.entry.kept = true;
        self.rewrite();
    }

    /// The session is closed and its folder is gone.
    pub(super) fn forget(self) {
        forget(&self.file);
    }

    fn rewrite(&self) {
        if let Err(error) = write(&self.file, &self.entry) {
            tracing::warn!("the session is not in the registry: {error}");
        }
    }
}

fn entered(registered: Result<Registered>) -> Option<Registered> {
    registered.inspect_err(|error| tracing::warn!("the session is not in the registry: {error}")).ok()
}

impl Entry {
    fn info(&self, alive: bool) -> SessionInfo {
        let created = i64::try_from(self.created).ok().and_then(|at| jiff::Timestamp::from_second(at).ok());
        let state = match (alive, self.kept) {
            (true, _) => SessionState::Live,
            (false, true) => SessionState::Kept,
            (false, false) => SessionState::Dead,
        };
        SessionInfo {
            dir: self.build_dir.clone(),
            name: self.name.clone(),
            version: self.version.clone(),
            build_string: self.build_string.clone(),
            created: created.unwrap_or_default().to_string(),
            process: self.process,
            state,
        }
    }

    /// Whether the folders are ones that a session made: an entry is a file that anybody may have changed.
    fn is_own(&self) -> bool {
        match &self.temporary_root {
            // Whatever the set-up had made of it: its name and its place are enough.
            Some(root) => is_temporary_root(root, &self.build_dir),
            None => is_build_dir(&self.build_dir),
        }
    }

    /// Removes the folders; `false` when another session has taken the build folder.
    fn remove(&self, cache_dir: &Path) -> Result<bool> {
        // Before the build folder has a name it is the temporary one.
        let folder = BuildFolder::new(&self.build_dir);
        let has_name = self.temporary_root.as_ref() != Some(&self.build_dir);
        if has_name && folder.exists() {
            match folder.lock() {
                Ok(lock) => {
                    // What ran when the session's process was killed.
                    end_processes_of(&self.build_dir.join("work"));
                    if let Err(error) = sidewinder_installer::release_below(cache_dir, &self.build_dir) {
                        // Costs the next session time, no more.
                        tracing::warn!("cannot release the packages of a session: {error}");
                    }
                    folder.remove()?;
                    drop(lock);
                }
                Err(Error::Busy { .. }) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        if let Some(root) = &self.temporary_root {
            remove_tree(root).map_err(Error::io("cannot remove", root))?;
        }
        Ok(true)
    }
}

fn read(file: &Path) -> Option<Entry> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

fn write(file: &Path, entry: &Entry) -> Result<()> {
    let json = serde_json::to_vec(entry).map_err(|error| Error::Internal { reason: error.to_string() })?;
    let folder = file.parent().unwrap_or(file);
    let mut new =
        tempfile::Builder::new().suffix(".new").tempfile_in(folder).map_err(Error::io("cannot write", file))?;
    new.write_all(&json).map_err(Error::io("cannot write", file))?;
    new.persist(file).map_err(|error| error.error).map_err(Error::io("cannot write", file))?;
    Ok(())
}

/// Takes a lock that nobody else should have; `None` while somebody looks at it.
fn lock(path: &Path) -> Result<Option<File>> {
    let file = File::options().create(true).truncate(false).write(true).open(path);
    let file = file.map_err(Error::io("cannot open", path))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(Error::Io { action: "cannot lock", path: path.to_path_buf(), source }),
    }
}

fn existing_lock(path: &Path) -> Option<File> {
    let file = File::options().write(true).open(path).ok()?;
    file.try_lock().ok().map(|()| file)
}

fn is_alive(file: &Path) -> bool {
    // Shared, so that several may look at the same time.
    File::open(file.with_extension("lock"))
        .is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

fn forget(file: &Path) {
    // Whatever stays is found to have no folder, and goes with the next `prune`.
    let _ = std::fs::remove_file(file);
    let _ = std::fs::remove_file(file.with_extension("lock"));
}

fn moment(text: &str) -> Result<u64> {
    let invalid = |reason: String| Error::InvalidOption { option: "olderThan", reason };
    let moment: jiff::Timestamp =
        text.parse().map_err(|error| invalid(format!("`{text}` is no RFC 3339 time: {error}")))?;
    u64::try_from(moment.as_second()).map_err(|_| invalid(format!("`{text}` is before 1970")))
}
