//! The `info` folder of extracted packages, parsed once per process.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use rattler_cache::package_cache::CacheMetadata;
use rattler_conda_types::package::{IndexJson, LinkJson, NoArchLinks, PackageFile as _, PathsJson};

use crate::redact::chain;

/// Entries of all file lists that are kept in memory; a large package has some ten thousand.
const MAX_ENTRIES: usize = 200_000;

/// The files in `info` that are read, here or by rattler.
const READ: [&str; 7] = ["index.json", "paths.json", "link.json", "run_exports.json", "files", "has_prefix", "no_link"];
/// `paths.json` of a package with a hundred thousand files has some 30 MB.
const MAX_INFO_FILE_BYTES: u64 = 512 << 20;

/// The parsed `info` folder of a package.
#[derive(Debug)]
pub(crate) struct PackageMetadata {
    /// `info/index.json`: name, version and build.
    pub(crate) index: IndexJson,
    /// `info/paths.json`: its files.
    pub(crate) paths: PathsJson,
    /// Names of its Python entry points, from `info/link.json`.
    pub(crate) entry_points: Vec<String>,
    /// Its symbolic links, whether `paths.json` lists them or not.
    pub(crate) links: HashSet<PathBuf>,
}

/// Parsed metadata by folder; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct MetadataCache {
    by_folder: Arc<Mutex<HashMap<PathBuf, Cached>>>,
}

#[derive(Debug)]
struct Cached {
    metadata: Arc<PackageMetadata>,
    files: Versions,
}

/// Time and size of the files that the metadata was read from.
type Versions = [Option<(SystemTime, u64)>; 3];

impl MetadataCache {
    /// Reads the metadata of an extracted package, or returns the cached copy if its files are unchanged.
    ///
    /// # Errors
    /// Why it cannot be read, as text.
    pub(crate) fn read(&self, folder: &Path) -> Result<Arc<PackageMetadata>, String> {
        let files = versions(folder);
        if let Some(cached) = self.lock().get(folder).filter(|cached| cached.files == files) {
            return Ok(Arc::clone(&cached.metadata));
        }
        let metadata = Arc::new(PackageMetadata::read(folder, None).inspect_err(|_| {
            // A damaged folder is removed, so that the next attempt fetches the package again.
            let _ = crate::remove_tree::remove_tree(folder);
        })?);
        let mut by_folder = self.lock();
        let entries: usize = by_folder.values().map(|cached| cached.metadata.paths.paths.len()).sum();
        if entries + metadata.paths.paths.len() > MAX_ENTRIES {
            by_folder.clear();
        }
        by_folder.insert(folder.to_path_buf(), Cached { metadata: Arc::clone(&metadata), files });
        Ok(metadata)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, Cached>> {
        self.by_folder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn versions(folder: &Path) -> Versions {
    [PathsJson::package_path(), IndexJson::package_path(), LinkJson::package_path()].map(|file| {
        let found = std::fs::symlink_metadata(folder.join(file)).ok()?;
        Some((found.modified().ok()?, found.len()))
    })
}

/// Checks that the files in `info` are regular files of a plausible size. A pipe or a huge file would otherwise be read
/// without end, by this crate or by rattler.
///
/// # Errors
/// Why not, as text.
pub(crate) fn check_readable(folder: &Path) -> Result<(), String> {
    let info = folder.join("info");
    let is_folder = |path: &Path| std::fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    if !is_folder(folder) || !is_folder(&info) {
        return Err("it has no `info` folder".to_owned());
    }
    let entries = std::fs::read_dir(&info).map_err(|error| format!("cannot read its `info` folder: {error}"))?;
    for entry in entries.flatten() {
        // Packages also have folders and links there, which nobody reads.
        let name = entry.file_name();
        if !READ.iter().any(|read| name == *read) {
            continue;
        }
        let found = entry.metadata().map_err(|error| error.to_string())?;
        if !found.is_file() || found.len() > MAX_INFO_FILE_BYTES {
            let name = name.to_string_lossy();
            return Err(format!("its `info/{name}` is not a file, or larger than {} MiB", MAX_INFO_FILE_BYTES >> 20));
        }
    }
    Ok(())
}

/// The symbolic links in a package.
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

impl PackageMetadata {
    /// Parses the `info` folder of an extracted package; `cached` is what the package cache has parsed of it.
    ///
    /// # Errors
    /// Why it cannot be read, as text.
    pub(crate) fn read(folder: &Path, cached: Option<&CacheMetadata>) -> Result<Self, String> {
        check_readable(folder)?;
        let index = match cached.and_then(CacheMetadata::index_json) {
            Some(index) => index.clone(),
            None => IndexJson::from_package_directory(folder)
                .map_err(|error| format!("cannot read `info/index.json`: {}", chain(&error)))?,
        };
        let paths = match cached.and_then(CacheMetadata::paths_json) {
            Some(paths) => paths.clone(),
            None => PathsJson::from_package_directory_with_deprecated_fallback(folder)
                .map_err(|error| format!("cannot read `info/paths.json`: {}", chain(&error)))?,
        };
        let entry_points = match LinkJson::from_package_directory(folder) {
            Ok(LinkJson { noarch: NoArchLinks::Python(python), .. }) => {
                python.entry_points.into_iter().map(|entry| entry.command).collect()
            }
            _ => Vec::new(),
        };
        let links = links(folder).map_err(|error| format!("cannot list its files: {error}"))?;
        Ok(Self { index, paths, entry_points, links })
    }
}
