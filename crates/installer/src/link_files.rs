//! Files of new packages → a prefix, by links to the pool.
//!
//! The installer of rattler can do what this cannot: remove packages, and share out files that several packages bring.
//! But it links the files of a package one after the other, and after each package it waits until the disk has what it
//! wrote about it. An environment that can be set up again at any time need not survive a power cut, and most files are
//! nothing but a link: these are made here, many at a time. Files that each environment gets with its own text, links and
//! commands are made with rattler's functions.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rattler::install::{InstallDriver, InstallOptions, PythonInfo, link_package};
use rattler_conda_types::package::{PathType, PathsJson};
use rattler_conda_types::prefix::Prefix;
use rattler_conda_types::prefix_record::{Link, LinkType, PathsEntry};
use rattler_conda_types::{MatchSpec, PrefixRecord};
use rattler_digest::Sha256;

use crate::error::{Error, Result};
use crate::extracted_package::ExtractedPackage;
use crate::file_modes::deny_writing_to_others;
use crate::link_plan::{LinkPlan, Place, is_python};
use crate::parallel::in_parallel;
use crate::pool::is_linked;
use crate::reporter::{PackageAction, Reporter};
use crate::transaction::Transaction;

/// Files that are linked in one go.
const CHUNK: usize = 128;

/// Links all packages, and writes down what it did as all conda clients do. After an error nothing of them is left.
///
/// # Errors
/// [`Error::Package`], naming the package, and [`Error::Io`].
pub(crate) async fn link_files(
    packages: Arc<Vec<ExtractedPackage>>,
    plan: LinkPlan,
    transaction: &Transaction,
    reporter: &Arc<dyn Reporter>,
) -> Result<Vec<PrefixRecord>> {
    let python = plan.python.clone();
    let linked = link_all(Arc::clone(&packages), plan, transaction, reporter).await;
    if linked.is_err() {
        let transaction = transaction.clone();
        let undoing = tokio::task::spawn_blocking(move || undo(&packages, python.as_ref(), &transaction));
        let _ = undoing.await;
    }
    linked
}

/// Removes all that packages would bring. Nothing else is at these places: see [`LinkPlan::of`].
fn undo(packages: &[ExtractedPackage], python: Option<&PythonInfo>, transaction: &Transaction) {
    let Ok(prefix) = Linker::open(&transaction.prefix) else { return };
    for package in packages {
        let entries = package.paths().paths.iter().filter(|entry| entry.path_type != PathType::Directory);
        for entry in entries {
            // Most are not there, or not yet.
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
    transaction: &Transaction,
    reporter: &Arc<dyn Reporter>,
) -> Result<Vec<PrefixRecord>> {
    let prefix = Prefix::create(&transaction.prefix).map_err(Error::io("cannot create", &transaction.prefix))?;
    let python = plan.python.clone();
    let linking = tokio::task::spawn_blocking({
        let (packages, transaction) = (Arc::clone(&packages), transaction.clone());
        move || plain_files(&packages, &plan, &transaction)
    });
    let own_texts = async {
        let driver = InstallDriver::builder().finish();
        let mut made = Vec::with_capacity(packages.len());
        for package in packages.iter() {
            let options = InstallOptions { python_info: python.clone(), ..InstallOptions::default() };
            made.push(special_files(package, transaction, &prefix, &driver, options).await?);
        }
        Ok::<_, Error>(made)
    };
    let (linked, made) = tokio::join!(linking, own_texts);
    let linked = linked.map_err(|error| Error::Internal { reason: format!("cannot link packages: {error}") })??;
    let entries: Vec<Vec<PathsEntry>> = linked.into_iter().zip(made?).map(|(a, b)| [a, b].concat()).collect();
    let recording = tokio::task::spawn_blocking({
        let (transaction, reporter) = (transaction.clone(), Arc::clone(reporter));
        move || write_records(&packages, entries, &transaction, &reporter)
    });
    recording.await.map_err(|error| Error::Internal { reason: format!("cannot record packages: {error}") })?
}

/// Makes the folders, and the files that are nothing but links.
fn plain_files(
    packages: &[ExtractedPackage],
    plan: &LinkPlan,
    transaction: &Transaction,
) -> Result<Vec<Vec<PathsEntry>>> {
    for folder in &plan.folders {
        let folder = transaction.prefix.join(folder);
        match std::fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(Error::io("cannot create", &folder)(error));
            }
            _ => {}
        }
    }
    let linker = Linker::open(&transaction.prefix).map_err(Error::io("cannot open", &transaction.prefix))?;
    let mut chunks = Vec::new();
    for (package, (packages, places)) in packages.iter().zip(&plan.places).enumerate() {
        let from = Arc::new(Linker::open(&packages.folder));
        let files: Vec<_> = packages.paths().paths.iter().zip(places).collect();
        for start in (0..files.len()).step_by(CHUNK) {
            let files = files.get(start..files.len().min(start + CHUNK)).unwrap_or_default().to_vec();
            chunks.push((package, Arc::clone(&from), files));
        }
    }
    let linked = in_parallel(&chunks, |(package, from, files)| {
        let fail = |path: &Path, error: io::Error| {
            let name = packages.get(*package).map(|package| package.record.identifier.to_string());
            match Error::package(Some(&transaction.prefix), name, error) {
                Error::Package { prefix, package, reason, cause } => {
                    Error::Package { prefix, package, reason: format!("{reason} (`{}`)", path.display()), cause }
                }
                error => error,
            }
        };
        let mut entries = Vec::with_capacity(files.len());
        for (entry, place) in files {
            let (place, is_link) = match place {
                Place::Link(place) => (place, true),
                Place::Folder(place) => (place, false),
                Place::Special => continue,
            };
            let (mut sha256, mut size) = (None, None);
            if is_link {
                let from = from.as_ref().as_ref().map_err(|error| fail(place, io::Error::from(error.kind())))?;
                linker.link(from, &entry.relative_path, place).map_err(|error| fail(place, error))?;
                let path = || transaction.prefix.join(place);
                let digest = || rattler_digest::compute_file_digest::<Sha256>(path());
                sha256 = Some(entry.sha256.map_or_else(digest, Ok).map_err(|error| fail(place, error))?);
                size = entry.size_in_bytes.or_else(|| std::fs::metadata(path()).ok().map(|file| file.len()));
            }
            entries.push(PathsEntry {
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
        Ok::<_, Error>(entries)
    })?;
    let mut of_packages = vec![Vec::new(); packages.len()];
    for ((package, _, _), entries) in chunks.iter().zip(linked) {
        if let Some(all) = of_packages.get_mut(*package) {
            all.extend(entries);
        }
    }
    Ok(of_packages)
}

/// Makes what is more than a link to a file of the package.
async fn special_files(
    package: &ExtractedPackage,
    transaction: &Transaction,
    prefix: &Prefix,
    driver: &InstallDriver,
    options: InstallOptions,
) -> Result<Vec<PathsEntry>> {
    let entries = package.paths().paths.iter();
    let paths: Vec<_> =
        entries.filter(|entry| !is_linked(entry) && entry.path_type != PathType::Directory).cloned().collect();
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

/// Writes down what each package brought.
fn write_records(
    packages: &[ExtractedPackage],
    entries: Vec<Vec<PathsEntry>>,
    transaction: &Transaction,
    reporter: &Arc<dyn Reporter>,
) -> Result<Vec<PrefixRecord>> {
    let packages: Vec<_> = packages.iter().zip(entries).collect();
    let total = u32::try_from(packages.len()).unwrap_or(u32::MAX);
    let done = std::sync::atomic::AtomicU32::new(0);
    in_parallel(&packages, |(package, entries)| {
        let mut entries = entries.clone();
        entries.sort_by(|a, b| a.relative_path.cmp(&b.relative_path));
        let name = &package.record.package_record.name;
        let record = PrefixRecord {
            extracted_package_dir: Some(package.folder.clone()),
            link: Some(Link { source: package.folder.clone(), link_type: Some(LinkType::HardLink) }),
            requested_specs: requested(name, &transaction.requested),
            ..PrefixRecord::from_repodata_record(package.record.clone(), entries)
        };
        let path = transaction.prefix.join("conda-meta").join(record.file_name());
        let text = serde_json::to_vec(&record).map_err(|error| Error::Internal { reason: error.to_string() })?;
        write_whole(&path, &text).map_err(Error::io("cannot write", &path))?;
        let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        reporter.package(PackageAction::Linked, name.as_normalized(), done, total);
        Ok(record)
    })
}

/// Writes a file that is there with all of its text, or not at all: also where the disk is full.
fn write_whole(path: &Path, text: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    let written = std::fs::write(&new, text).and_then(|()| std::fs::rename(&new, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&new);
    }
    written
}

/// The specs that name a package.
fn requested(name: &rattler_conda_types::PackageName, specs: &[MatchSpec]) -> Vec<String> {
    specs.iter().filter(|spec| spec.name.as_exact() == Some(name)).map(ToString::to_string).collect()
}

/// A folder that files are linked from or into.
#[derive(Debug)]
struct Linker {
    #[cfg(unix)]
    folder: std::fs::File,
    #[cfg(not(unix))]
    folder: std::path::PathBuf,
}

impl Linker {
    #[cfg(unix)]
    fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self { folder: std::fs::File::open(folder)? })
    }

    #[cfg(not(unix))]
    fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self { folder: folder.to_path_buf() })
    }

    /// Makes a hard link; what is in its place is replaced.
    fn link(&self, from: &Self, file: &Path, place: &Path) -> io::Result<()> {
        match self.link_new(from, file, place) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.remove(place)?;
                self.link_new(from, file, place)
            }
            result => result,
        }
    }

    #[cfg(unix)]
    fn link_new(&self, from: &Self, file: &Path, place: &Path) -> io::Result<()> {
        // Paths below open folders: the long path of a prefix need not be walked for each file.
        Ok(rustix::fs::linkat(&from.folder, file, &self.folder, place, rustix::fs::AtFlags::empty())?)
    }

    #[cfg(unix)]
    fn remove(&self, place: &Path) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.folder, place, rustix::fs::AtFlags::empty())?)
    }

    #[cfg(not(unix))]
    fn link_new(&self, from: &Self, file: &Path, place: &Path) -> io::Result<()> {
        std::fs::hard_link(from.folder.join(file), self.folder.join(place))
    }

    #[cfg(not(unix))]
    fn remove(&self, place: &Path) -> io::Result<()> {
        std::fs::remove_file(self.folder.join(place))
    }
}
