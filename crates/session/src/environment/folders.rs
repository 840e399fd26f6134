//! Packages that carry folders of their own, which the installer cannot link.
//!
//! A package lists an empty folder as an entry of the kind `directory`. The installer of rattler tries to copy it like
//! a file, and fails. Such packages are linked here, before it, file by file with its own functions; to the installer
//! they are then packages that were there already.

use rattler::install::{InstallDriver, InstallOptions, Transaction, TransactionOperation, link_package};
use rattler_conda_types::package::{PathType, PathsJson};
use rattler_conda_types::prefix::Prefix;
use rattler_conda_types::prefix_record::{Link, LinkType, PathsEntry};
use rattler_conda_types::{PrefixRecord, RepoDataRecord};

use super::contents::{Contents, python};
use super::fetch::install_error;
use super::link::Target;
use crate::error::{Error, Result};

/// Links packages of a target that carry folders, and gives their records.
///
/// # Errors
/// [`Error::Install`], naming the package, and [`Error::Io`].
pub(super) async fn link_packages_with_folders(special: &[Contents], target: &Target) -> Result<Vec<PrefixRecord>> {
    if special.is_empty() {
        return Ok(Vec::new());
    }
    let prefix = Prefix::create(&target.prefix).map_err(Error::io("cannot create", &target.prefix))?;
    let driver = InstallDriver::builder().with_prefix_records(&target.installed).finish();
    let mut linked = Vec::new();
    for contents in special {
        linked.push(link_one(contents, target, &prefix, &driver).await?);
    }
    let transaction = Transaction::<PrefixRecord, RepoDataRecord> {
        operations: special.iter().map(|contents| TransactionOperation::Install(contents.record.clone())).collect(),
        python_info: None,
        current_python_info: None,
        platform: target.platform,
        unchanged: Vec::new(),
    };
    driver
        .post_process(&transaction, &prefix, None)
        .map_err(|error| install_error(target.environment, None, &error))?;
    Ok(linked)
}

async fn link_one(
    contents: &Contents,
    target: &Target,
    prefix: &Prefix,
    driver: &InstallDriver,
) -> Result<PrefixRecord> {
    let Contents { record, folder, .. } = contents;
    let paths = contents.paths();
    let package = record.identifier.to_string();
    let python = python(&target.records, target.platform);
    let (folders, files): (Vec<_>, Vec<_>) =
        paths.paths.iter().cloned().partition(|entry| entry.path_type == PathType::Directory);
    let options = InstallOptions {
        paths_json: Some(PathsJson { paths: files, paths_version: paths.paths_version }),
        platform: Some(target.platform),
        python_info: python.clone(),
        allow_hard_links: Some(false),
        ..InstallOptions::default()
    };
    let mut entries = link_package(folder, prefix, driver, options)
        .await
        .map_err(|error| install_error(target.environment, Some(package), &error))?;
    for entry in folders {
        let relative_path = contents.target_path(&entry, python.as_ref()).into_owned();
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
