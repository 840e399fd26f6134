//! Links the files of new packages into a prefix.
//!
//! rattler can do what this cannot: remove packages, and share out files that several packages contain. But it links the
//! files of a package one after the other, and syncs the record of each package to disk before it goes on. An environment
//! that can be set up again at any time need not survive a power cut, and most files are nothing but a link: these are
//! made here, many at a time. Files with the text of their prefix, symbolic links and entry points are made with rattler's
//! functions, and are private to the prefix.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rattler::install::{InstallDriver, InstallOptions, PythonInfo, link_package};
use rattler_conda_types::package::{PathType, PathsJson};
use rattler_conda_types::prefix::Prefix;
use rattler_conda_types::prefix_record::{Link, LinkType, PathsEntry};
use rattler_conda_types::{MatchSpec, PackageName, PrefixRecord};
use rattler_digest::Sha256;

use crate::copy_file::copy;
use crate::environment_record::{InstalledFile, LinkedPackage};
use crate::error::{Error, Result};
use crate::extracted_package::ExtractedPackage;
use crate::file_fingerprint::Timestamp;
use crate::file_modes::deny_writing_to_others;
use crate::folder_handle::FolderHandle;
use crate::link_plan::{LinkPlan, Place, is_python};
use crate::package_key::PackageKey;
use crate::parallel::in_parallel;
use crate::pool::{LinkMode, is_sharable};
use crate::pool_entry::{PoolRecord, path_text};
use crate::reporter::{PackageAction, Reporter};
use crate::transaction::Transaction;

/// Files that are linked by one thread in one go.
const CHUNK: usize = 256;

/// Why packages were not linked.
#[derive(Debug)]
pub(crate) enum LinkError {
    /// These packages, by their number, are not as they were extracted: they have to be repaired first.
    Damaged(Vec<usize>),
    Failed(Error),
}

impl From<Error> for LinkError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// What was linked.
#[derive(Debug)]
pub(crate) struct Linked {
    pub(crate) records: Vec<PrefixRecord>,
    pub(crate) packages: Vec<LinkedPackage>,
}

/// Links all packages, and records them as all conda clients do. After an error nothing of them is left.
pub(crate) async fn link_files(
    packages: Arc<Vec<ExtractedPackage>>,
    plan: LinkPlan,
    mode: LinkMode,
    transaction: &Transaction,
    reporter: &Arc<dyn Reporter>,
) -> Result<Linked, LinkError> {
    let python = plan.python.clone();
    let linked = link_all(Arc::clone(&packages), plan, mode, transaction, reporter).await;
    if linked.is_err() {
        let transaction = transaction.clone();
        let undoing = tokio::task::spawn_blocking(move || undo(&packages, python.as_ref(), &transaction));
        let _ = undoing.await;
    }
    linked
}

/// Removes everything that packages would bring. Nothing else is at these places: see [`LinkPlan::of`].
fn undo(packages: &[ExtractedPackage], python: Option<&PythonInfo>, transaction: &Transaction) {
    let Ok(prefix) = FolderHandle::open(&transaction.prefix) else { return };
    for package in packages {
        let entries = package.paths().paths.iter().filter(|entry| entry.path_type != PathType::Directory);
        for entry in entries {
            // Most do not exist, or not yet.
            let _ = prefix.remove(&package.target_path(entry, python));
        }
        for command in package.metadata.entry_points.iter().filter(|_| is_python(package)) {
            let _ = python.map(|python| prefix.remove(&python.bin_dir.join(command)));
        }
    }
}

async fn link_all(
    packages: Arc<Vec<ExtractedPackage>>,
    plan: LinkPlan,
    mode: LinkMode,
    transaction: &Transaction,
    reporter: &Arc<dyn Reporter>,
) -> Result<Linked, LinkError> {
    let prefix = Prefix::create(&transaction.prefix).map_err(Error::io("cannot create", &transaction.prefix))?;
    let python = plan.python.clone();
    let linking = tokio::task::spawn_blocking({
        let (packages, transaction) = (Arc::clone(&packages), transaction.clone());
        move || plain_files(&packages, &plan, mode, &transaction)
    });
    let special = async {
        let driver = InstallDriver::builder().finish();
        let mut made = Vec::with_capacity(packages.len());
        for package in packages.iter() {
            let options = InstallOptions { python_info: python.clone(), ..InstallOptions::default() };
            made.push(special_files(package, transaction, &prefix, &driver, options).await?);
        }
        Ok::<_, Error>(made)
    };
    let (linked, made) = tokio::join!(linking, special);
    let linked = linked.map_err(|error| Error::Internal { reason: format!("cannot link packages: {error}") })??;
    let recording = tokio::task::spawn_blocking({
        let (transaction, reporter, made) = (transaction.clone(), Arc::clone(reporter), made?);
        move || record_all(&packages, linked, made, &transaction, &reporter)
    });
    let recorded = recording.await;
    Ok(recorded.map_err(|error| Error::Internal { reason: format!("cannot record packages: {error}") })??)
}

/// The plain files of one package that were linked.
#[derive(Debug, Default)]
struct PlainFiles {
    entries: Vec<PathsEntry>,
    files: Vec<InstalledFile>,
}

/// Creates the folders, and the files that are nothing but links.
fn plain_files(
    packages: &[ExtractedPackage],
    plan: &LinkPlan,
    mode: LinkMode,
    transaction: &Transaction,
) -> Result<Vec<PlainFiles>, LinkError> {
    for folder in &plan.folders {
        let folder = transaction.prefix.join(folder);
        match std::fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(Error::io("cannot create", &folder)(error).into());
            }
            _ => {}
        }
    }
    let prefix = FolderHandle::open(&transaction.prefix).map_err(Error::io("cannot open", &transaction.prefix))?;
    // Large packages first: the chunks of one are shared out among the threads, small ones are done by one each.
    let mut numbered: Vec<_> = packages.iter().zip(&plan.places).enumerate().collect();
    numbered.sort_by_key(|(_, (package, _))| std::cmp::Reverse(package.paths().paths.len()));
    let results = in_parallel(&numbered, |(number, (package, places))| {
        let linker = PackageLinker { package, mode, prefix: &prefix };
        match linker.link(places) {
            Ok(files) => Ok((*number, Some(files))),
            Err(Failure::Damaged) => Ok((*number, None)),
            Err(Failure::Io(path, error)) => {
                let name = package.record.identifier.to_string();
                Err(LinkError::Failed(match Error::package(Some(&transaction.prefix), Some(name), error) {
                    Error::Package { prefix, package, reason, cause } => {
                        Error::Package { prefix, package, reason: format!("{reason} (`{}`)", path.display()), cause }
                    }
                    error => error,
                }))
            }
        }
    })?;
    let mut all: Vec<PlainFiles> = Vec::new();
    all.resize_with(packages.len(), PlainFiles::default);
    let mut damaged = Vec::new();
    for (number, files) in results {
        match (files, all.get_mut(number)) {
            (Some(files), Some(place)) => *place = files,
            _ => damaged.push(number),
        }
    }
    if damaged.is_empty() { Ok(all) } else { Err(LinkError::Damaged(damaged)) }
}

/// Why one package was not linked.
enum Failure {
    Damaged,
    Io(PathBuf, io::Error),
}

/// Links the plain files of one package.
struct PackageLinker<'a> {
    package: &'a ExtractedPackage,
    mode: LinkMode,
    prefix: &'a FolderHandle,
}

impl PackageLinker<'_> {
    /// Checks each file of the package, and links those that are nothing but a link, while its place in the pool is
    /// locked.
    fn link(&self, places: &[Place]) -> Result<PlainFiles, Failure> {
        let package = self.package;
        let fail = |error| Failure::Io(package.folder.clone(), error);
        let Some(entry) = &package.entry else {
            let from = FolderHandle::open(&package.folder).map_err(fail)?;
            return self.link_chunks(places, &from, &|_| Ok(true)).map(|(files, _)| files);
        };
        let _lock = entry.lock().map_err(fail)?;
        let record = entry.record().ok_or(Failure::Damaged)?;
        let from = match FolderHandle::open(entry.folder()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Failure::Damaged),
            opened => opened.map_err(fail)?,
        };
        let checked = entry.checked();
        let is_unchanged = |path: &str| match record.get(path) {
            Some(file) => entry.is_unchanged(file, &from, checked),
            None => Ok(false),
        };
        self.check_others(places, &record, &is_unchanged)?;
        let (files, latest) = self.link_chunks(places, &from, &is_unchanged)?;
        if self.mode == LinkMode::Hard {
            entry.set_checked(latest).map_err(fail)?;
        }
        Ok(files)
    }

    /// Checks the files that are not linked: `info`, and what is copied with another prefix.
    fn check_others(
        &self,
        places: &[Place],
        record: &PoolRecord,
        is_unchanged: &impl Fn(&str) -> io::Result<bool>,
    ) -> Result<(), Failure> {
        let entries = self.package.paths().paths.iter().zip(places);
        let linked = entries.filter(|(_, place)| matches!(place, Place::Link(_)));
        let linked: HashSet<String> = linked.filter_map(|(entry, _)| path_text(&entry.relative_path)).collect();
        for file in record.files.iter().filter(|file| !linked.contains(&file.path)) {
            if !is_unchanged(&file.path).map_err(|error| Failure::Io(PathBuf::from(&file.path), error))? {
                return Err(Failure::Damaged);
            }
        }
        Ok(())
    }

    /// Links the files, and returns the latest time at which a link was added.
    fn link_chunks(
        &self,
        places: &[Place],
        from: &FolderHandle,
        is_unchanged: &(impl Fn(&str) -> io::Result<bool> + Sync),
    ) -> Result<(PlainFiles, Timestamp), Failure> {
        let entries: Vec<_> = self.package.paths().paths.iter().zip(places).collect();
        let chunks: Vec<_> = entries.chunks(CHUNK).collect();
        let linked = in_parallel(&chunks, |entries| {
            let mut done = PlainFiles::default();
            let mut buffer = Vec::new();
            let mut last = None;
            for (entry, place) in *entries {
                let (place, is_link) = match place {
                    Place::Link(place) => (place, true),
                    Place::Folder(place) => (place, false),
                    Place::Special => continue,
                };
                let fail = |error| Failure::Io(place.clone(), error);
                let (mut sha256, mut size) = (None, None);
                if is_link {
                    let source = path_text(&entry.relative_path).ok_or(Failure::Damaged)?;
                    if !is_unchanged(&source).map_err(fail)? {
                        return Err(Failure::Damaged);
                    }
                    let is_shared = self.place_file(from, &entry.relative_path, place, &mut buffer).map_err(fail)?;
                    if is_shared {
                        last = Some(entry.relative_path.as_path());
                    }
                    let path = || self.prefix.path().join(place);
                    let digest = || rattler_digest::compute_file_digest::<Sha256>(path());
                    sha256 = Some(entry.sha256.map_or_else(digest, Ok).map_err(fail)?);
                    size = entry.size_in_bytes.or_else(|| std::fs::metadata(path()).ok().map(|file| file.len()));
                    let private = match is_shared {
                        true => None,
                        false => self.prefix.fingerprint(place).map_err(fail)?,
                    };
                    if let Some(place) = path_text(place) {
                        let source = (source != place).then_some(source);
                        done.files.push(InstalledFile { place, source, private });
                    }
                }
                done.entries.push(PathsEntry {
                    relative_path: place.clone(),
                    original_path: None,
                    path_type: entry.path_type.into(),
                    no_link: entry.no_link,
                    sha256,
                    sha256_in_prefix: None,
                    size_in_bytes: size,
                    file_mode: None,
                    prefix_placeholder: None,
                });
            }
            // Links are added in order, so that the last one has the latest time.
            let latest = last.and_then(|last| from.fingerprint(last).ok()?).map_or((0, 0), |found| found.changed);
            Ok((done, latest))
        })?;
        let mut all = PlainFiles::default();
        let mut latest = (0, 0);
        for (mut files, time) in linked {
            all.entries.append(&mut files.entries);
            all.files.append(&mut files.files);
            latest = latest.max(time);
        }
        Ok((all, latest))
    }

    /// Links or copies one file; returns whether it is shared now.
    fn place_file(&self, from: &FolderHandle, file: &Path, place: &Path, buffer: &mut Vec<u8>) -> io::Result<bool> {
        if self.mode == LinkMode::Hard && self.package.entry.is_some() {
            match self.prefix.link(from, file, place) {
                Ok(()) => return Ok(true),
                // Linux refuses links to files of other users (`fs.protected_hardlinks`), and each file system has a
                // limit: 65,000 on ext4.
                Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::TooManyLinks) => {
                }
                Err(error) => return Err(error),
            }
        }
        copy(&from.path().join(file), &self.prefix.path().join(place), buffer)?;
        Ok(false)
    }
}

/// Creates what is more than a link to a file of the package.
async fn special_files(
    package: &ExtractedPackage,
    transaction: &Transaction,
    prefix: &Prefix,
    driver: &InstallDriver,
    options: InstallOptions,
) -> Result<Vec<PathsEntry>> {
    let entries = package.paths().paths.iter();
    let paths: Vec<_> =
        entries.filter(|entry| !is_sharable(entry) && entry.path_type != PathType::Directory).cloned().collect();
    if paths.is_empty() && !is_python(package) {
        return Ok(Vec::new());
    }
    let places = paths.iter().map(|entry| package.target_path(entry, options.python_info.as_ref()));
    let files: Vec<_> = places.map(|place| transaction.prefix.join(place)).collect();
    let options = InstallOptions {
        paths_json: Some(PathsJson { paths, paths_version: package.paths().paths_version }),
        index_json: Some(package.metadata.index.clone()),
        platform: Some(transaction.platform),
        allow_symbolic_links: Some(true),
        allow_hard_links: Some(false),
        allow_ref_links: Some(false),
        ..options
    };
    let made = link_package(&package.folder, prefix, driver, options).await.map_err(|error| {
        Error::package(Some(&transaction.prefix), Some(package.record.identifier.to_string()), error)
    })?;
    deny_writing_to_others(files).await?;
    Ok(made)
}

/// Records what each package brought: in `conda-meta`, and for the pool.
fn record_all(
    packages: &[ExtractedPackage],
    linked: Vec<PlainFiles>,
    made: Vec<Vec<PathsEntry>>,
    transaction: &Transaction,
    reporter: &Arc<dyn Reporter>,
) -> Result<Linked> {
    let all: Vec<_> = packages.iter().zip(linked.into_iter().zip(made)).collect();
    let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let done = std::sync::atomic::AtomicU32::new(0);
    let prefix = FolderHandle::open(&transaction.prefix).map_err(Error::io("cannot open", &transaction.prefix))?;
    let recorded = in_parallel(&all, |(package, (plain, made))| {
        let mut entries = [plain.entries.as_slice(), made].concat();
        entries.sort_by(|a, b| a.relative_path.cmp(&b.relative_path));
        let name = &package.record.package_record.name;
        let record = PrefixRecord {
            extracted_package_dir: Some(package.folder.clone()),
            link: Some(Link { source: package.folder.clone(), link_type: Some(LinkType::HardLink) }),
            requested_specs: requested_specs(name, &transaction.requested),
            ..PrefixRecord::from_repodata_record(package.record.clone(), entries)
        };
        write_prefix_record(&record, &transaction.prefix)?;
        let mut files = plain.files.clone();
        files.extend(made.iter().filter_map(|entry| private_file(&prefix, &entry.relative_path)));
        let linked = LinkedPackage {
            name: name.as_normalized().to_owned(),
            key: package.entry.as_ref().and_then(|_| PackageKey::of(&package.record)),
            files,
        };
        let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        reporter.package(PackageAction::Linked, name.as_normalized(), done, total);
        Ok::<_, Error>((record, linked))
    })?;
    let (records, packages) = recorded.into_iter().unzip();
    Ok(Linked { records, packages })
}

/// A file that only this prefix has, as it looks now.
pub(crate) fn private_file(prefix: &FolderHandle, place: &Path) -> Option<InstalledFile> {
    let fingerprint = prefix.fingerprint(place).ok().flatten()?;
    Some(InstalledFile { place: path_text(place)?, source: None, private: Some(fingerprint) })
}

/// Writes the record of a package in `conda-meta`: whole or not at all, also where the disk is full.
pub(crate) fn write_prefix_record(record: &PrefixRecord, prefix: &Path) -> Result<()> {
    let path = prefix.join("conda-meta").join(record.file_name());
    let text = serde_json::to_vec(record).map_err(|error| Error::Internal { reason: error.to_string() })?;
    let new = path.with_extension("new");
    let written = std::fs::write(&new, text).and_then(|()| std::fs::rename(&new, &path));
    if written.is_err() {
        let _ = std::fs::remove_file(&new);
    }
    written.map_err(Error::io("cannot write", path))
}

/// The specs that name a package.
pub(crate) fn requested_specs(name: &PackageName, specs: &[MatchSpec]) -> Vec<String> {
    specs.iter().filter(|spec| spec.name.as_exact() == Some(name)).map(ToString::to_string).collect()
}
