//! What unpacked packages say of themselves, read once.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use rattler_cache::package_cache::CacheMetadata;
use rattler_conda_types::package::{IndexJson, LinkJson, NoArchLinks, PackageFile as _, PathsJson};

use crate::redact::chain;

/// Entries of all lists that are kept in memory; a large package has some ten thousand.
const MOST_ENTRIES: usize = 200_000;

/// The files in `info` that are read, here or by the installer.
const READ: [&str; 7] = ["index.json", "paths.json", "link.json", "run_exports.json", "files", "has_prefix", "no_link"];
/// Bytes of such a file; that of a package with a hundred thousand files has some tens of millions.
const LARGEST: u64 = 512 << 20;

/// What a package says of itself.
#[derive(Debug)]
pub(super) struct Listing {
    /// Which package it is.
    pub(super) index: IndexJson,
    /// Its files.
    pub(super) paths: PathsJson,
    /// Names of the commands that it brings for Python.
    pub(super) commands: Vec<String>,
    /// Where it has links, whether it lists them or not.
    pub(super) links: HashSet<PathBuf>,
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

/// Whether what a package says of itself can be read: these are files, and not larger than any is.
///
/// # Errors
/// Why not, as a text.
pub(super) fn check_readable(folder: &Path) -> Result<(), String> {
    let info = folder.join("info");
    let is_folder = |path: &Path| std::fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    if !is_folder(folder) || !is_folder(&info) {
        return Err("it says nothing of itself".to_owned());
    }
    let entries = std::fs::read_dir(&info).map_err(|error| format!("cannot read what package it is: {error}"))?;
    for entry in entries.flatten() {
        // Packages also have folders and links of their own there, which nobody reads.
        let name = entry.file_name();
        if !READ.iter().any(|read| name == *read) {
            continue;
        }
        let found = entry.metadata().map_err(|error| error.to_string())?;
        if !found.is_file() || found.len() > LARGEST {
            let name = name.to_string_lossy();
            return Err(format!("its `info/{name}` is no file, or larger than {} MiB", LARGEST >> 20));
        }
    }
    Ok(())
}

/// The links in a package.
fn links(folder: &Path) -> std::io::Result<HashSet<PathBuf>> {
    let mut links = HashSet::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(inside) = pending.pop() {
        for entry in std::fs::read_dir(folder.join(&inside))? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let path = inside.join(entry.file_name());
            if kind.is_dir() {
                pending.push(path);
            } else if kind.is_symlink() {
                links.insert(path);
            }
        }
    }
    Ok(links)
}

fn read(folder: &Path, cached: Option<&CacheMetadata>) -> Result<Listing, String> {
    check_readable(folder)?;
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
    let links = links(folder).map_err(|error| format!("cannot read what it brings: {error}"))?;
    Ok(Listing { index, paths, commands, links })
}
