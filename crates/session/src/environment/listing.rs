//! What unpacked packages say of themselves, read once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use rattler_cache::package_cache::CacheMetadata;
use rattler_conda_types::package::{IndexJson, LinkJson, NoArchLinks, PackageFile as _, PathsJson};

use crate::redact::chain;

/// Entries of all lists that are kept in memory; a large package has some ten thousand.
const MOST_ENTRIES: usize = 200_000;

/// What a package says of itself.
#[derive(Debug)]
pub(super) struct Listing {
    /// Which package it is.
    pub(super) index: IndexJson,
    /// Its files.
    pub(super) paths: PathsJson,
    /// Names of the commands that it brings for Python.
    pub(super) commands: Vec<String>,
}

/// What packages say of themselves, kept for the next environment; clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Listings {
    kept: Arc<Mutex<HashMap<PathBuf, Kept>>>,
}

#[derive(Debug)]
struct Kept {
    listing: Arc<Listing>,
    files: Stamp,
}

/// When and how large the files were that a list was read from.
type Stamp = [Option<(SystemTime, u64)>; 3];

impl Listings {
    /// Reads an unpacked package, or gives what was read before if its files are the same still.
    ///
    /// # Errors
    /// Why it cannot be read, as a text.
    pub(super) fn read(&self, folder: &Path, cached: Option<&CacheMetadata>) -> Result<Arc<Listing>, String> {
        let files = stamp(folder);
        if let Some(kept) = self.lock().get(folder).filter(|kept| kept.files == files) {
            return Ok(Arc::clone(&kept.listing));
        }
        let listing = Arc::new(read(folder, cached).inspect_err(|_| {
            // Whatever is wrong with it, the next one to ask gets it from its channel again.
            let _ = crate::layout::remove_tree(folder);
        })?);
        let mut kept = self.lock();
        let entries: usize = kept.values().map(|kept| kept.listing.paths.paths.len()).sum();
        if entries + listing.paths.paths.len() > MOST_ENTRIES {
            kept.clear();
        }
        kept.insert(folder.to_path_buf(), Kept { listing: Arc::clone(&listing), files });
        Ok(listing)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stamp(folder: &Path) -> Stamp {
    [PathsJson::package_path(), IndexJson::package_path(), LinkJson::package_path()].map(|file| {
        let found = std::fs::symlink_metadata(folder.join(file)).ok()?;
        Some((found.modified().ok()?, found.len()))
    })
}

fn read(folder: &Path, cached: Option<&CacheMetadata>) -> Result<Listing, String> {
    let index = match cached.and_then(CacheMetadata::index_json) {
        Some(index) => index.clone(),
        None => IndexJson::from_package_directory(folder)
            .map_err(|error| format!("cannot read what package it is: {}", chain(&error)))?,
    };
    let paths = match cached.and_then(CacheMetadata::paths_json) {
        Some(paths) => paths.clone(),
        None => PathsJson::from_package_directory_with_deprecated_fallback(folder)
            .map_err(|error| format!("cannot read its list of files: {}", chain(&error)))?,
    };
    let commands = match LinkJson::from_package_directory(folder) {
        Ok(LinkJson { noarch: NoArchLinks::Python(python), .. }) => {
            python.entry_points.into_iter().map(|entry| entry.command).collect()
        }
        _ => Vec::new(),
    };
    Ok(Listing { index, paths, commands })
}
