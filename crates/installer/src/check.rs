//! Finds installed files that a script edited, and takes prefixes out of use.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rattler_conda_types::{PrefixRecord, RepoDataRecord};

use crate::environment_record::{EnvironmentRecord, InstalledFile, LinkedPackage, RunGuard};
use crate::error::{Error, Result};
use crate::file_fingerprint::{Comparison, Timestamp};
use crate::folder_handle::FolderHandle;
use crate::installer::Installer;
use crate::parallel::in_parallel;
use crate::pool::Pool;
use crate::pool_entry::{PoolEntry, PoolRecord};
use crate::reporter::Reporter;

/// Files that one thread looks at in one go.
const CHUNK: usize = 1024;

/// An installed file that a script edited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EditedFile {
    /// The name of its package.
    pub package: String,
    /// Its path in the prefix, with `/`.
    pub path: String,
    /// The prefix.
    pub prefix: PathBuf,
}

impl Installer {
    /// Marks prefixes as having a script running until the guard is dropped. Another session that finds an edited file
    /// meanwhile leaves their files alone: the script may be the one that edited it.
    ///
    /// # Errors
    /// [`Error::Io`] when the mark cannot be written.
    pub fn begin_run(&self, prefixes: &[&Path]) -> Result<RunGuard> {
        self.pool.environments().begin_run(prefixes).map_err(Error::io("cannot write to", self.pool.folder()))
    }

    /// Finds the installed files of prefixes that were edited or replaced since the last check. Files that no longer exist
    /// are not reported.
    ///
    /// A file that was edited in place becomes private to the prefix: the pool and all other prefixes get the original
    /// back. To be called after each run, and before the prefix is removed.
    ///
    /// # Errors
    /// [`Error::Io`] when a prefix or the pool cannot be read or written.
    pub async fn check(&self, prefixes: &[&Path], reporter: &Arc<dyn Reporter>) -> Result<Vec<EditedFile>> {
        self.check_with(prefixes, Thoroughness::Fingerprints, reporter).await
    }

    /// As [`Installer::check`], but reads every file that is shared with the pool and compares its checksum: finds also
    /// what leaves no trace in the metadata, such as a failing disk.
    ///
    /// # Errors
    /// Those of [`Installer::check`].
    pub async fn verify(&self, prefixes: &[&Path], reporter: &Arc<dyn Reporter>) -> Result<Vec<EditedFile>> {
        self.check_with(prefixes, Thoroughness::Checksums, reporter).await
    }

    async fn check_with(
        &self,
        prefixes: &[&Path],
        thoroughness: Thoroughness,
        reporter: &Arc<dyn Reporter>,
    ) -> Result<Vec<EditedFile>> {
        let mut edited = BTreeSet::new();
        let mut damaged: Vec<(PathBuf, LinkedPackage)> = Vec::new();
        for prefix in prefixes {
            let (installer, prefix) = (self.clone(), prefix.to_path_buf());
            let checking = tokio::task::spawn_blocking(move || installer.check_prefix(&prefix, thoroughness));
            let found = checking.await.map_err(|error| Error::Internal { reason: error.to_string() })??;
            edited.extend(found.edited);
            damaged.extend(found.damaged);
        }
        for (prefix, package) in damaged {
            self.repair_installed(&prefix, &package, prefixes, reporter).await?;
        }
        Ok(edited.into_iter().collect())
    }

    /// Takes the files of a prefix as they are now, so that the next check does not report what replaced them. Files that
    /// were edited in place become private to the prefix all the same.
    ///
    /// To be called after something else than a script changed the prefix.
    ///
    /// # Errors
    /// [`Error::Io`] when the prefix or the pool cannot be read or written.
    pub async fn accept(&self, prefix: &Path) -> Result<()> {
        let reporter: Arc<dyn Reporter> = Arc::new(crate::reporter::Silent);
        self.check(&[prefix], &reporter).await.map(drop)
    }

    /// Checks a prefix that is about to be removed, removes the files that it shares, and forgets it.
    ///
    /// Whoever removes a prefix in another way costs the next session that links the same packages time: it has to read
    /// the files, as it cannot tell an edit from a removed link.
    ///
    /// # Errors
    /// [`Error::Io`] when the prefix or the pool cannot be read or written.
    pub async fn release(&self, prefix: &Path, reporter: &Arc<dyn Reporter>) -> Result<Vec<EditedFile>> {
        let edited = self.check(&[prefix], reporter).await?;
        let (installer, prefix) = (self.clone(), prefix.to_path_buf());
        let releasing = tokio::task::spawn_blocking(move || release_prefix(&installer.pool, &prefix));
        releasing.await.map_err(|error| Error::Internal { reason: error.to_string() })??;
        Ok(edited)
    }

    async fn repair_installed(
        &self,
        prefix: &Path,
        package: &LinkedPackage,
        editors: &[&Path],
        reporter: &Arc<dyn Reporter>,
    ) -> Result<()> {
        let (folder, name) = (prefix.to_path_buf(), package.name.clone());
        let reading = tokio::task::spawn_blocking(move || repodata_record(&folder, &name));
        let record = reading.await.map_err(|error| Error::Internal { reason: error.to_string() })?;
        match record {
            Some(record) => Box::pin(self.repair(&record, editors, reporter)).await,
            // Without its record nobody knows where the archive is: it is fetched when it is next needed.
            None => {
                let Some(entry) = package.key.as_ref().map(|key| self.pool.entry_of(key)) else { return Ok(()) };
                let clear = move || entry.lock().and_then(|_lock| entry.clear());
                let clearing = tokio::task::spawn_blocking(clear);
                let cleared = clearing.await.map_err(|error| Error::Internal { reason: error.to_string() })?;
                cleared.map_err(Error::io("cannot remove a package from", self.pool.folder()))
            }
        }
    }

    fn check_prefix(&self, prefix: &Path, thoroughness: Thoroughness) -> Result<Found> {
        let environments = self.pool.environments();
        let Some(record) = environments.get(prefix) else { return Ok(Found::default()) };
        let folder = match FolderHandle::open(prefix) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::default()),
            opened => opened.map_err(Error::io("cannot open", prefix))?,
        };
        let chunks: Vec<Chunk<'_>> = record.packages.iter().flat_map(|package| self.chunks(package)).collect();
        let checked = in_parallel(&chunks, |chunk| chunk.check(&folder, thoroughness));
        let checked = checked.map_err(Error::io("cannot check the files of", prefix))?;
        let mut found = Found::default();
        let mut replacements = Vec::new();
        for (chunk, outcome) in chunks.iter().zip(checked) {
            if outcome.is_damaged && !found.damaged.iter().any(|(_, package)| package.name == chunk.package.name) {
                found.damaged.push((prefix.to_path_buf(), chunk.package.clone()));
            }
            for path in outcome.edited {
                let package = chunk.package.name.clone();
                found.edited.push(EditedFile { package, path, prefix: prefix.to_path_buf() });
            }
            replacements.extend(outcome.private.into_iter().map(|file| (chunk.package.name.clone(), file)));
        }
        drop(chunks);
        if !replacements.is_empty() {
            let updated = environments.update(prefix, |record| {
                record.iter_mut().for_each(|record| apply(record, &replacements));
                Ok(())
            });
            updated.map_err(Error::io("cannot record", prefix))?;
        }
        Ok(found)
    }

    /// The files of a package in pieces, for several threads.
    fn chunks<'a>(&self, package: &'a LinkedPackage) -> Vec<Chunk<'a>> {
        let entry = package.key.as_ref().map(|key| self.pool.entry_of(key));
        let pooled = entry.and_then(|entry| Some((entry.record()?, entry.checked(), entry)));
        package.files.chunks(CHUNK).map(|files| Chunk { package, files, pooled: pooled.clone() }).collect()
    }
}

/// Releases all prefixes that are folders of a folder, without checking them: an edit is found by the next session that
/// links the file.
///
/// # Errors
/// [`Error::Io`] when a prefix or the pool cannot be read or written.
pub fn release_below(cache_dir: &Path, folder: &Path) -> Result<()> {
    let pool = Pool::new(cache_dir);
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    let mut folders = entries.flatten().map(|entry| entry.path());
    folders.try_for_each(|prefix| release_prefix(&pool, &prefix))
}

/// Removes the files that a prefix shares, and forgets it.
fn release_prefix(pool: &Pool, prefix: &Path) -> Result<()> {
    let environments = pool.environments();
    let Some(record) = environments.get(prefix) else { return Ok(()) };
    if let Ok(folder) = FolderHandle::open(prefix) {
        in_parallel(&record.packages, |package| unlink_shared(pool, package, &folder))
            .map_err(Error::io("cannot remove files of", prefix))?;
    }
    environments.remove(prefix).map_err(Error::io("cannot forget", prefix))
}

/// Removes the links to one package. Those to files that are not as recorded stay for whoever removes the prefix.
fn unlink_shared(pool: &Pool, package: &LinkedPackage, prefix: &FolderHandle) -> std::io::Result<()> {
    let shared: Vec<&InstalledFile> = package.files.iter().filter(|file| file.is_shared()).collect();
    let Some(entry) = package.key.as_ref().map(|key| pool.entry_of(key)) else { return Ok(()) };
    if shared.is_empty() {
        return Ok(());
    }
    let _lock = entry.lock()?;
    let (Some(record), Ok(folder)) = (entry.record(), FolderHandle::open(entry.folder())) else { return Ok(()) };
    let checked = entry.checked();
    let mut last = None;
    let mut is_complete = true;
    for file in shared {
        let Some(pooled) = record.get(file.source()) else { continue };
        let place = Path::new(&file.place);
        let is_unchanged = entry.is_unchanged(pooled, &folder, checked)?;
        is_complete &= is_unchanged;
        let now = prefix.fingerprint(place)?;
        if is_unchanged && now.is_some_and(|now| now.inode == pooled.fingerprint.inode) && prefix.remove(place).is_ok()
        {
            last = Some(pooled);
        }
    }
    let Some(last) = last.filter(|_| is_complete) else { return Ok(()) };
    match folder.fingerprint(Path::new(&last.path))? {
        Some(now) => entry.set_checked(now.changed),
        None => Ok(()),
    }
}

/// How files are compared with what is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thoroughness {
    /// By size, times, mode, owner and inode. A file is read only where just its `ctime` is new.
    Fingerprints,
    /// By content as well.
    Checksums,
}

/// What checking a prefix found.
#[derive(Debug, Default)]
struct Found {
    edited: Vec<EditedFile>,
    /// Packages with a file that was edited in place.
    damaged: Vec<(PathBuf, LinkedPackage)>,
}

/// Some files of one package.
struct Chunk<'a> {
    package: &'a LinkedPackage,
    files: &'a [InstalledFile],
    pooled: Option<(Arc<PoolRecord>, Timestamp, PoolEntry)>,
}

#[derive(Default)]
struct Outcome {
    edited: Vec<String>,
    is_damaged: bool,
    /// Files that are private now, or look different now.
    private: Vec<InstalledFile>,
}

impl Chunk<'_> {
    fn check(&self, prefix: &FolderHandle, thoroughness: Thoroughness) -> std::io::Result<Outcome> {
        let mut outcome = Outcome::default();
        for file in self.files {
            let Some(now) = prefix.fingerprint(Path::new(&file.place))? else { continue };
            let is_own = InstalledFile { private: Some(now), ..file.clone() };
            if let Some(before) = file.private {
                if before.compare(&now, (0, 0)) != Comparison::Same {
                    outcome.edited.push(file.place.clone());
                    outcome.private.push(is_own);
                }
                continue;
            }
            let Some((record, checked, entry)) = &self.pooled else { continue };
            let Some(pooled) = record.get(file.source()) else { continue };
            if now.inode != pooled.fingerprint.inode {
                // Replaced, as `sed -i` and installers do: the pool is untouched.
                outcome.edited.push(file.place.clone());
                outcome.private.push(is_own);
                continue;
            }
            let is_unchanged = match pooled.fingerprint.compare(&now, *checked) {
                Comparison::Same if thoroughness == Thoroughness::Fingerprints => true,
                // The files of the pool and of the prefix are the same inode.
                Comparison::Same => entry.has_content(pooled)?,
                Comparison::Different => false,
                // Another session may just be linking it: under the lock the times are those of the last link.
                Comparison::Touched => {
                    let _lock = entry.lock()?;
                    let folder = FolderHandle::open(entry.folder())?;
                    entry.is_unchanged(pooled, &folder, entry.checked())?
                }
            };
            if !is_unchanged {
                outcome.edited.push(file.place.clone());
                outcome.is_damaged = true;
            }
        }
        Ok(outcome)
    }
}

/// Records files that are private now.
fn apply(record: &mut EnvironmentRecord, replacements: &[(String, InstalledFile)]) {
    let by_place: HashMap<(&str, &str), &InstalledFile> =
        replacements.iter().map(|(name, file)| ((name.as_str(), file.place.as_str()), file)).collect();
    for package in &mut record.packages {
        for file in &mut package.files {
            if let Some(new) = by_place.get(&(package.name.as_str(), file.place.as_str())) {
                *file = (*new).clone();
            }
        }
    }
}

/// The channel record of an installed package.
fn repodata_record(prefix: &Path, name: &str) -> Option<RepoDataRecord> {
    let entries = std::fs::read_dir(prefix.join("conda-meta")).ok()?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| {
        path.extension().is_some_and(|extension| extension == "json")
            && path.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name))
    });
    let mut records = files.iter().filter_map(|path| PrefixRecord::from_path(path).ok());
    records
        .find(|record| record.repodata_record.package_record.name.as_normalized() == name)
        .map(|record| record.repodata_record)
}
