//! Restores files of the pool that a script edited in place.
//!
//! The prefix whose script edited a file keeps what it has, as a file of its own; so do prefixes in which a script is
//! running, as it may have been that one. The pool gets the original from the archive, and all other prefixes get a link
//! to it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rattler_cache::package_cache::PackageCache;
use rattler_conda_types::RepoDataRecord;
use tokio::sync::Semaphore;

use crate::cancel::Cancel;
use crate::copy_file::copy;
use crate::environment_record::{EnvironmentRecord, Environments};
use crate::error::{Error, Result};
use crate::file_fingerprint::FileFingerprint;
use crate::folder_handle::FolderHandle;
use crate::installer::Installer;
use crate::package_fetcher::{Fetcher, cached_folder};
use crate::package_key::{PackageKey, folder_name};
use crate::package_metadata::check_readable;
use crate::pool_entry::{PoolEntry, PoolRecord};
use crate::reporter::Reporter;
use crate::tree_copy::copy_tree;

/// The name of a file while it takes the place of another one.
const NEW: &str = ".sidewinder-new";

impl Installer {
    /// Restores the damaged files of a package in the pool. The prefixes in `editors` keep what they have; without any,
    /// nobody knows who edited the files, and all prefixes keep theirs.
    ///
    /// A package that is not complete is extracted again.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Package`] when the pool cannot be written. When the archive cannot be read or downloaded
    /// again, the package is removed from the pool, so that it is fetched when it is next needed.
    pub(crate) async fn repair(
        &self,
        record: &RepoDataRecord,
        editors: &[&Path],
        reporter: &Arc<dyn Reporter>,
    ) -> Result<()> {
        let Some(key) = PackageKey::of(record) else { return Ok(()) };
        let entry = self.pool.entry_of(&key);
        if entry.record().is_some() {
            let pristine = self.pristine(record, &key, reporter).await;
            if let Err(error) = &pristine {
                tracing::warn!(package = %record.identifier, "cannot restore a package of the pool: {error}");
            }
            let pristine = pristine.ok();
            let repair = Repair {
                entry: entry.clone(),
                key,
                environments: self.pool.environments(),
                editors: editors.iter().map(|prefix| prefix.to_path_buf()).collect(),
                pristine: pristine.as_ref().map(|(folder, _)| folder.clone()),
            };
            let repairing = tokio::task::spawn_blocking(move || repair.run());
            let repaired = repairing.await.map_err(|error| Error::Internal { reason: error.to_string() })?;
            repaired.map_err(Error::io("cannot restore", entry.folder()))?;
            drop(pristine);
        }
        if entry.record().is_none() {
            let prefix = editors.first().copied().unwrap_or(self.pool.folder());
            let request = crate::fetch::Request { prefix, records: vec![record] };
            self.fetch(&[request], reporter, &Cancel::new()).await?;
        }
        Ok(())
    }

    /// A copy of the package that nobody has links to, and the temporary folder that it is in.
    async fn pristine(
        &self,
        record: &RepoDataRecord,
        key: &PackageKey,
        reporter: &Arc<dyn Reporter>,
    ) -> Result<(PathBuf, tempfile::TempDir)> {
        let prefix = format!(".{}-", key.archive_name());
        let temporary = tempfile::Builder::new().prefix(&prefix).tempdir_in(self.pool.folder());
        let temporary = temporary.map_err(Error::io("cannot create a folder in", self.pool.folder()))?;
        let stop = tokio_util::sync::CancellationToken::new();
        let extracting = Semaphore::new(1);
        let fetcher = Fetcher { installer: self, reporter, stop: &stop, extracting: &extracting };
        // Another client's cache has it without a download.
        let cached = cached_folder(record, self).filter(|cached| check_readable(cached).is_ok());
        let cache = match &cached {
            Some(_) => self.shared_cache.clone(),
            None => PackageCache::new(temporary.path()),
        };
        let fetched = fetcher.fetch_into(&cache, record).await;
        let fetched = fetched.ok_or(crate::cancel::Cancelled)?;
        let fetched = fetched.map_err(|error| Error::package(None, Some(record.identifier.to_string()), error))?;
        let folder = match cached {
            // Under a lock of its own: somebody else may edit or remove that.
            Some(_) => {
                let (from, to) =
                    (fetched.path().to_path_buf(), temporary.path().join(folder_name(&record.package_record)));
                let copying = tokio::task::spawn_blocking({
                    let to = to.clone();
                    move || copy_tree(&from, &to)
                });
                let copied = copying.await.map_err(|error| Error::Internal { reason: error.to_string() })?;
                copied.map_err(Error::io("cannot copy to", &to))?;
                to
            }
            None => fetched.path().to_path_buf(),
        };
        Ok((folder, temporary))
    }
}

/// A file of the pool that was edited.
struct Edit {
    path: String,
    original: FileFingerprint,
    edited: FileFingerprint,
    is_restored: bool,
}

/// The work on the files.
struct Repair {
    entry: PoolEntry,
    key: PackageKey,
    environments: Environments,
    editors: Vec<PathBuf>,
    /// The original; `None` when it cannot be had.
    pristine: Option<PathBuf>,
}

impl Repair {
    fn run(self) -> io::Result<()> {
        let _lock = self.entry.lock()?;
        let Some(record) = self.entry.record() else { return Ok(()) };
        let folder = match FolderHandle::open(self.entry.folder()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return self.entry.clear(),
            opened => opened?,
        };
        let checked = self.entry.checked();
        let mut damaged = Vec::new();
        for (number, file) in record.files.iter().enumerate() {
            if !self.entry.is_unchanged(file, &folder, checked)? {
                damaged.push(number);
            }
        }
        if damaged.is_empty() {
            return Ok(());
        }
        let mut restored = PoolRecord::clone(&record);
        let mut edits = Vec::new();
        for number in damaged {
            let Some(file) = restored.files.get_mut(number) else { continue };
            let path = PathBuf::from(&file.path);
            let edited = folder.fingerprint(&path)?;
            let original = file.fingerprint;
            let is_restored = match &self.pristine {
                Some(pristine) => self.restore(&pristine.join(&path), &folder, &path)?,
                None => false,
            };
            if let (true, Some(now)) = (is_restored, folder.fingerprint(&path)?) {
                file.fingerprint = now;
            }
            edits.extend(edited.map(|edited| Edit { path: file.path.clone(), original, edited, is_restored }));
        }
        let is_complete = edits.iter().all(|edit| edit.is_restored);
        for prefix in self.environments.with_package(&self.key) {
            self.environments.update(&prefix, |record| match record {
                Some(record) => edits.iter().try_for_each(|edit| self.separate(record, edit, &folder)),
                None => Ok(()),
            })?;
        }
        if !is_complete {
            // What is left of it goes: the next session fetches the package again.
            return self.entry.clear();
        }
        let latest = self.latest(&restored, &folder)?;
        self.entry.write(restored)?;
        self.entry.set_checked(latest)
    }

    /// Puts the original in the place of a file of the pool.
    fn restore(&self, from: &Path, folder: &FolderHandle, path: &Path) -> io::Result<bool> {
        match std::fs::symlink_metadata(from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
            Ok(found) if found.is_symlink() => {
                crate::tree_copy::copy_link(from, &folder.path().join(NEW))?;
            }
            Ok(_) => copy(from, &folder.path().join(NEW), &mut Vec::new())?,
        }
        folder.rename(Path::new(NEW), path)?;
        Ok(true)
    }

    /// Gives a prefix that has the edited file a file of its own, or the restored one.
    fn separate(&self, environment: &mut EnvironmentRecord, edit: &Edit, folder: &FolderHandle) -> io::Result<()> {
        let prefix_path = environment.prefix.clone();
        let is_editor = self.editors.contains(&prefix_path);
        let may_be_editor = self.editors.is_empty() || self.environments.is_running(&prefix_path);
        let keeps = is_editor || may_be_editor || !edit.is_restored;
        let Ok(prefix) = FolderHandle::open(&prefix_path) else { return Ok(()) };
        let packages = environment.packages.iter_mut().filter(|package| package.key.as_ref() == Some(&self.key));
        for file in packages.flat_map(|package| &mut package.files) {
            if !file.is_shared() || file.source() != edit.path {
                continue;
            }
            let place = PathBuf::from(&file.place);
            let now = prefix.fingerprint(&place)?;
            if now.is_none_or(|now| now.inode != edit.edited.inode) {
                continue;
            }
            let new = place.with_file_name(NEW);
            if keeps {
                copy(&prefix_path.join(&place), &prefix_path.join(&new), &mut Vec::new())?;
                prefix.rename(&new, &place)?;
                // Without an editor that was told so, the next check reports it: the file does not look like this.
                file.private = if is_editor { prefix.fingerprint(&place)? } else { Some(edit.original) };
            } else {
                prefix.link(folder, Path::new(&edit.path), &new)?;
                prefix.rename(&new, &place)?;
            }
        }
        Ok(())
    }

    /// The latest change of any file of the package.
    fn latest(&self, record: &PoolRecord, folder: &FolderHandle) -> io::Result<crate::file_fingerprint::Timestamp> {
        let mut latest = (0, 0);
        for file in &record.files {
            if let Some(now) = folder.fingerprint(Path::new(&file.path))? {
                latest = latest.max(now.changed);
            }
        }
        Ok(latest)
    }
}
