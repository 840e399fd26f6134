//! Packages that carry folders of their own, which the installer cannot link.
//!
//! A package lists an empty folder as an entry of the kind `directory`. The installer of rattler tries to copy it like
//! a file, and fails. Such packages are linked here, before it, file by file with its own functions; to the installer
//! they are then packages that were there already.

use rattler::install::{InstallDriver, InstallOptions, TransactionOperation, link_package};
use rattler_conda_types::package::{PathType, PathsJson};
use rattler_conda_types::prefix::Prefix;
use rattler_conda_types::prefix_record::{Link, LinkType, PathsEntry};
use rattler_conda_types::{PrefixRecord, RepoDataRecord};

use crate::error::{Error, Result};
use crate::extracted_package::{ExtractedPackage, python_info};
use crate::transaction::Transaction;

/// Links packages of a transaction that carry folders, and gives their records.
///
/// # Errors
/// [`Error::Package`], naming the package, and [`Error::Io`].
pub(crate) async fn link_packages_with_folders(
    special: &[ExtractedPackage],
    transaction: &Transaction,
) -> Result<Vec<PrefixRecord>> {
    if special.is_empty() {
        return Ok(Vec::new());
    }
    let prefix = Prefix::create(&transaction.prefix).map_err(Error::io("cannot create", &transaction.prefix))?;
    let driver = InstallDriver::builder().with_prefix_records(&transaction.installed).finish();
    let mut linked = Vec::new();
    for package in special {
        linked.push(link_one(package, transaction, &prefix, &driver).await?);
    }
    let operations = rattler::install::Transaction::<PrefixRecord, RepoDataRecord> {
        operations: special.iter().map(|package| TransactionOperation::Install(package.record.clone())).collect(),
        python_info: None,
        current_python_info: None,
        platform: transaction.platform,
        unchanged: Vec::new(),
    };
    driver
        .post_process(&operations, &prefix, None)
        .map_err(|error| Error::package(Some(&transaction.prefix), None, error))?;
    Ok(linked)
}

async fn link_one(
    package: &ExtractedPackage,
    transaction: &Transaction,
    prefix: &Prefix,
    driver: &InstallDriver,
) -> Result<PrefixRecord> {
    let ExtractedPackage { record, folder, .. } = package;
    let paths = package.paths();
    let file_name = record.identifier.to_string();
    let python = python_info(&transaction.records, transaction.platform);
    let (folders, files): (Vec<_>, Vec<_>) =
        paths.paths.iter().cloned().partition(|entry| entry.path_type == PathType::Directory);
    let options = InstallOptions {
        paths_json: Some(PathsJson { paths: files, paths_version: paths.paths_version }),
        platform: Some(transaction.platform),
        python_info: python.clone(),
        allow_hard_links: Some(false),
        ..InstallOptions::default()
    };
    let mut entries = link_package(folder, prefix, driver, options)
        .await
        .map_err(|error| Error::package(Some(&transaction.prefix), Some(file_name), error))?;
    for entry in folders {
        let relative_path = package.target_path(&entry, python.as_ref()).into_owned();
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
    let installed = PrefixRecord {
        extracted_package_dir: Some(folder.clone()),
        link: Some(Link { source: folder.clone(), link_type: Some(LinkType::Copy) }),
        ..PrefixRecord::from_repodata_record(record.clone(), entries)
    };
    let file = prefix.path().join("conda-meta").join(installed.file_name());
    installed.write_to_path(&file, true).map_err(Error::io("cannot write", &file))?;
    Ok(installed)
}
