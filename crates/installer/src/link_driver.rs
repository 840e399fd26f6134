//! Links and unlinks packages with rattler's install driver: what [`crate::link_files`] cannot do.
//!
//! The driver removes packages, shares out files that several packages contain, and relinks `noarch: python` packages for
//! another Python. An empty folder that a package lists is created here: rattler would try to copy it like a file.

use std::path::PathBuf;
use std::sync::Arc;

use rattler::install::{InstallDriver, InstallOptions, link_package, unlink_package};
use rattler_conda_types::package::{PathType, PathsJson};
use rattler_conda_types::prefix::Prefix;
use rattler_conda_types::prefix_record::{Link, LinkType, PathsEntry};
use rattler_conda_types::{PrefixRecord, RepoDataRecord};

use crate::environment_record::{InstalledFile, LinkedPackage};
use crate::error::{Error, Result};
use crate::extracted_package::{ExtractedPackage, python_info};
use crate::file_fingerprint::Timestamp;
use crate::file_modes::deny_writing_to_others;
use crate::folder_handle::FolderHandle;
use crate::link_files::{LinkError, Linked, private_file, requested_specs, write_prefix_record};
use crate::package_key::PackageKey;
use crate::pool::{LinkMode, is_sharable};
use crate::pool_entry::{EntryLock, path_text};
use crate::reporter::{PackageAction, Reporter};
use crate::transaction::Transaction;

/// The operations of a transaction, as rattler finds them.
pub(crate) type Operations = rattler::install::Transaction<PrefixRecord, RepoDataRecord>;

/// Compares what is installed with what is to be installed.
pub(crate) fn operations(transaction: &Transaction) -> Result<Operations> {
    Operations::from_current_and_desired(
        transaction.installed.iter().cloned(),
        transaction.records.iter().cloned(),
        None,
        None,
        transaction.platform,
    )
    .map_err(|error| Error::package(Some(&transaction.prefix), None, error))
}

/// Carries the operations out.
pub(crate) async fn link_with_driver(
    packages: &Arc<Vec<ExtractedPackage>>,
    operations: &Operations,
    mode: LinkMode,
    transaction: &Transaction,
    reporter: &Arc<dyn Reporter>,
) -> Result<Linked, LinkError> {
    let prefix = Prefix::create(&transaction.prefix).map_err(Error::io("cannot create", &transaction.prefix))?;
    let removed: Vec<&PrefixRecord> = operations.removed_packages().collect();
    let driver = InstallDriver::builder()
        .execute_link_scripts(false)
        .with_prefix_records(operations.unchanged.iter().chain(removed.iter().copied()))
        .finish();
    let fail = |error: Box<dyn std::error::Error + Send + Sync>, package: Option<String>| {
        Error::package(Some(&transaction.prefix), package, Wrapped(error))
    };
    let total = u32::try_from(removed.len() + packages.len()).unwrap_or(u32::MAX);
    let mut done = 0;
    let mut report = |action, name: &str| {
        done += 1;
        reporter.package(action, name, done, total);
    };
    check_all(packages)?;
    driver.pre_process(operations, &transaction.prefix, None).map_err(|error| fail(Box::new(error), None))?;
    for record in removed {
        driver.clobber_registry().unregister_paths(record);
        let package = record.repodata_record.identifier.to_string();
        unlink_package(&prefix, record).await.map_err(|error| fail(Box::new(error), Some(package)))?;
        report(PackageAction::Unlinked, record.repodata_record.package_record.name.as_normalized());
    }
    driver
        .remove_empty_directories(&operations.operations, &operations.unchanged, &prefix)
        .map_err(|error| fail(Box::new(error), None))?;
    let mut records = Vec::new();
    for package in packages.iter() {
        records.push(link_one(package, mode, transaction, operations, &prefix, &driver).await?);
        report(PackageAction::Linked, package.record.package_record.name.as_normalized());
    }
    driver.post_process(operations, &prefix, None).map_err(|error| fail(Box::new(error), None))?;
    let packages = Arc::clone(packages);
    let transaction = transaction.clone();
    let reading = tokio::task::spawn_blocking(move || installed_files(&packages, mode, &transaction));
    let packages =
        reading.await.map_err(|error| Error::Internal { reason: format!("cannot read a prefix: {error}") })??;
    Ok(Linked { records, packages })
}

/// An error whose type is not known.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Wrapped(Box<dyn std::error::Error + Send + Sync>);

/// Checks the packages before any is linked: links to a damaged file would spread the damage.
fn check_all(packages: &[ExtractedPackage]) -> Result<(), LinkError> {
    let mut damaged = Vec::new();
    for (number, package) in packages.iter().enumerate() {
        let Some(entry) = package.entry.as_ref() else { continue };
        if !entry.is_intact().map_err(Error::io("cannot read", entry.folder()))? {
            damaged.push(number);
        }
    }
    if damaged.is_empty() { Ok(()) } else { Err(LinkError::Damaged(damaged)) }
}

async fn link_one(
    package: &ExtractedPackage,
    mode: LinkMode,
    transaction: &Transaction,
    operations: &Operations,
    prefix: &Prefix,
    driver: &InstallDriver,
) -> Result<PrefixRecord> {
    let ExtractedPackage { record, folder, .. } = package;
    let paths = package.paths();
    let file_name = record.identifier.to_string();
    let (folders, files): (Vec<_>, Vec<_>) =
        paths.paths.iter().cloned().partition(|entry| entry.path_type == PathType::Directory);
    let is_linked = mode == LinkMode::Hard && package.entry.is_some();
    let places = files.iter().map(|entry| package.target_path(entry, operations.python_info.as_ref()));
    let places: Vec<PathBuf> = places.map(|place| transaction.prefix.join(place)).collect();
    let options = InstallOptions {
        paths_json: Some(PathsJson { paths: files, paths_version: paths.paths_version }),
        index_json: Some(package.metadata.index.clone()),
        platform: Some(transaction.platform),
        python_info: operations.python_info.clone(),
        allow_symbolic_links: Some(true),
        allow_hard_links: Some(is_linked),
        allow_ref_links: if is_linked { Some(false) } else { None },
        ..InstallOptions::default()
    };
    let lock = lock(package)?;
    let mut entries = link_package(folder, prefix, driver, options)
        .await
        .map_err(|error| Error::package(Some(&transaction.prefix), Some(file_name), error))?;
    if is_linked {
        raise_checked(package).map_err(Error::io("cannot read", folder))?;
    }
    drop(lock);
    deny_writing_to_others(places).await?;
    for entry in folders {
        let relative_path = package.target_path(&entry, operations.python_info.as_ref()).into_owned();
        let path = prefix.path().join(&relative_path);
        fs_err::create_dir_all(&path).map_err(Error::io("cannot create", &path))?;
        entries.push(PathsEntry {
            relative_path,
            original_path: None,
            path_type: PathType::Directory.into(),
            no_link: entry.no_link,
            sha256: None,
            sha256_in_prefix: None,
            size_in_bytes: None,
            file_mode: None,
            prefix_placeholder: None,
        });
    }
    let link_type = if is_linked { LinkType::HardLink } else { LinkType::Copy };
    let installed = PrefixRecord {
        extracted_package_dir: Some(folder.clone()),
        link: Some(Link { source: folder.clone(), link_type: Some(link_type) }),
        requested_specs: requested_specs(&record.package_record.name, &transaction.requested),
        ..PrefixRecord::from_repodata_record(record.clone(), entries)
    };
    write_prefix_record(&installed, prefix.path())?;
    Ok(installed)
}

fn lock(package: &ExtractedPackage) -> Result<Option<EntryLock>> {
    let entry = package.entry.as_ref();
    entry.map(|entry| entry.lock().map_err(Error::io("cannot lock", entry.folder()))).transpose()
}

/// Raises the time up to which the files of a package were checked to that of its latest link.
fn raise_checked(package: &ExtractedPackage) -> std::io::Result<()> {
    let Some((entry, record)) = package.entry.as_ref().and_then(|entry| Some((entry, entry.record()?))) else {
        return Ok(());
    };
    let folder = FolderHandle::open(entry.folder())?;
    let mut latest: Timestamp = (0, 0);
    for file in &record.files {
        if let Some(now) = folder.fingerprint(std::path::Path::new(&file.path))? {
            latest = latest.max(now.changed);
        }
    }
    entry.set_checked(latest)
}

/// What each package brought. Of several packages with the same file one wins; the others have none.
fn installed_files(
    packages: &[ExtractedPackage],
    mode: LinkMode,
    transaction: &Transaction,
) -> Result<Vec<LinkedPackage>> {
    let python = python_info(&transaction.records, transaction.platform);
    let prefix = FolderHandle::open(&transaction.prefix).map_err(Error::io("cannot open", &transaction.prefix))?;
    let mut all = Vec::new();
    for package in packages {
        let record = package.entry.as_ref().filter(|_| mode == LinkMode::Hard).and_then(|entry| entry.record());
        let mut files = Vec::new();
        for entry in package.paths().paths.iter().filter(|entry| entry.path_type != PathType::Directory) {
            let place = package.target_path(entry, python.as_ref());
            let Some(file) = private_file(&prefix, &place) else { continue };
            let source = path_text(&entry.relative_path);
            let pooled = source.as_ref().and_then(|source| record.as_ref()?.get(source));
            let is_shared = is_sharable(entry)
                && pooled
                    .is_some_and(|pooled| file.private.is_some_and(|found| found.inode == pooled.fingerprint.inode));
            let source = source.filter(|source| *source != file.place);
            files.push(if is_shared { InstalledFile { source, private: None, ..file } } else { file });
        }
        all.push(LinkedPackage {
            name: package.record.package_record.name.as_normalized().to_owned(),
            key: package.entry.as_ref().and_then(|_| PackageKey::of(&package.record)),
            files,
        });
    }
    Ok(all)
}
