//! Gives a copy of a prefix the same links to the pool.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::copy_file::copy;
use crate::environment_record::{InstalledFile, LinkedPackage};
use crate::error::{Error, Result};
use crate::folder_handle::FolderHandle;
use crate::installer::Installer;
use crate::link_files::private_file;
use crate::parallel::in_parallel;
use crate::pool::LinkMode;

/// The files of a prefix that are hard links to the pool.
#[derive(Clone, Debug, Default)]
pub struct SharedFiles {
    places: HashSet<PathBuf>,
}

impl SharedFiles {
    /// Whether a file, by its path relative to the prefix, is shared. Whoever copies the prefix leaves it out.
    #[must_use]
    pub fn contains(&self, path: &Path) -> bool {
        self.places.contains(path)
    }

    /// How many files are shared.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether no file is shared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

impl Installer {
    /// The files of a prefix that a copy of it can share. To be called right after [`Installer::check`]: files that were
    /// edited are no longer shared then.
    #[must_use]
    pub fn shared_files(&self, prefix: &Path) -> SharedFiles {
        let Some(record) = self.pool.environments().get(prefix) else { return SharedFiles::default() };
        let files = record.packages.iter().flat_map(|package| &package.files);
        SharedFiles { places: files.filter(|file| file.is_shared()).map(|file| PathBuf::from(&file.place)).collect() }
    }

    /// Adds the shared files of one prefix to a copy of it that has everything else, and records the copy.
    ///
    /// # Errors
    /// [`Error::Io`] when a file can be neither linked nor copied.
    pub fn link_shared(&self, from: &Path, to: &Path) -> Result<()> {
        let environments = self.pool.environments();
        let Some(mut record) = environments.get(from) else { return Ok(()) };
        record.prefix = to.to_path_buf();
        let planned = record.clone();
        environments
            .update(to, |current| {
                *current = Some(planned);
                Ok(())
            })
            .map_err(Error::io("cannot record", to))?;
        let source = FolderHandle::open(from).map_err(Error::io("cannot open", from))?;
        let target = FolderHandle::open(to).map_err(Error::io("cannot open", to))?;
        let mode = self.pool.link_mode(to);
        let packages =
            in_parallel(&record.packages, |package| self.link_package_again(package, mode, &source, &target));
        record.packages = packages.map_err(Error::io("cannot link files into", to))?;
        environments
            .update(to, |current| {
                *current = Some(record);
                Ok(())
            })
            .map_err(Error::io("cannot record", to))
    }

    fn link_package_again(
        &self,
        package: &LinkedPackage,
        mode: LinkMode,
        source: &FolderHandle,
        target: &FolderHandle,
    ) -> std::io::Result<LinkedPackage> {
        let entry = package.key.as_ref().map(|key| self.pool.entry_of(key));
        let lock = entry.as_ref().map(|entry| entry.lock()).transpose()?;
        let pooled = entry.as_ref().filter(|_| mode == LinkMode::Hard).and_then(|entry| {
            Some((entry, entry.record()?, FolderHandle::open(entry.folder()).ok()?, entry.checked()))
        });
        let mut linked = LinkedPackage { files: Vec::with_capacity(package.files.len()), ..package.clone() };
        let mut last = None;
        for file in &package.files {
            let place = Path::new(&file.place);
            if !file.is_shared() {
                linked.files.extend(private_file(target, place));
                continue;
            }
            let Some(now) = source.fingerprint(place)? else { continue };
            let shared = pooled.as_ref().and_then(|(entry, record, folder, checked)| {
                let pooled = record.get(file.source()).filter(|pooled| pooled.fingerprint.inode == now.inode)?;
                let is_unchanged = entry.is_unchanged(pooled, folder, *checked).unwrap_or(false);
                is_unchanged.then_some((folder, pooled))
            });
            match shared {
                Some((folder, pooled)) if target.link(folder, Path::new(&pooled.path), place).is_ok() => {
                    last = Some(pooled.path.clone());
                    linked.files.push(InstalledFile::clone(file));
                }
                _ => {
                    copy(&source.path().join(place), &target.path().join(place), &mut Vec::new())?;
                    linked.files.extend(private_file(target, place));
                }
            }
        }
        if let (Some((entry, _, folder, _)), Some(last)) = (&pooled, last)
            && let Some(now) = folder.fingerprint(Path::new(&last))?
        {
            entry.set_checked(now.changed)?;
        }
        drop(lock);
        Ok(linked)
    }
}
