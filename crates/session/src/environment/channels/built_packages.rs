//! Packages that were built into the session's output folder, as a channel of their own.
//!
//! A sibling output that a build left there is what its dependants must be set up with. The folder is read, never
//! written: the records come straight out of the package files, so that it needs no index, and a folder without
//! packages costs one look at its subfolders.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rattler_conda_types::package::{CondaArchiveIdentifier, DistArchiveIdentifier, IndexJson};
use rattler_conda_types::{Channel, PackageName, PackageRecord, RepoDataRecord, Subdir};
use rattler_digest::{Md5, Sha256};
use rattler_repodata_gateway::{GatewayError, RepoDataSource};
use url::Url;

use crate::error::{Error, Result};
use crate::redact::chain;

type Records = BTreeMap<String, Vec<Arc<RepoDataRecord>>>;

/// The packages in an output folder.
#[derive(Debug)]
pub(in super::super) struct BuiltPackages {
    channel: Channel,
    records: BTreeMap<&'static str, Records>,
    unreadable: Vec<String>,
}

impl BuiltPackages {
    /// Reads the packages below `<output folder>/<subdir>`; `None` when there are none.
    ///
    /// A file that cannot be read is left out: a build that runs at the same time may be writing it.
    ///
    /// # Errors
    /// [`Error::Channel`] when the folder's path cannot be a channel.
    pub(in super::super) fn read(output_dir: &Path) -> Result<Option<Self>> {
        let mut found = Vec::new();
        for subdir in Subdir::all() {
            let Ok(entries) = fs_err::read_dir(output_dir.join(subdir.as_str())) else { continue };
            let mut files: Vec<PathBuf> =
                entries.flatten().map(|entry| entry.path()).filter(|path| is_package(path)).collect();
            files.sort();
            found.extend(files.into_iter().map(|file| (subdir, file)));
        }
        if found.is_empty() {
            return Ok(None);
        }
        let channel = Channel::try_from_directory(output_dir).map_err(|error| Error::Channel {
            channel: output_dir.display().to_string(),
            reason: chain(&error),
            http: None,
        })?;
        let mut built = Self { channel, records: BTreeMap::new(), unreadable: Vec::new() };
        for (subdir, file) in found {
            match read_package_file(&file, built.channel.base_url.as_str()) {
                Ok(record) => {
                    let name = record.package_record.name.as_normalized().to_owned();
                    let of_subdir = built.records.entry(subdir.as_str()).or_default();
                    of_subdir.entry(name).or_default().push(Arc::new(record));
                }
                Err(reason) => built.unreadable.push(format!("{}: {reason}", file.display())),
            }
        }
        Ok(Some(built))
    }

    /// The folder as a channel.
    pub(in super::super) fn channel(&self) -> &Channel {
        &self.channel
    }

    /// How many packages there are.
    pub(in super::super) fn count(&self) -> usize {
        self.records.values().flat_map(BTreeMap::values).map(Vec::len).sum()
    }

    /// The files that were left out, and why.
    pub(in super::super) fn unreadable(&self) -> &[String] {
        &self.unreadable
    }
}

#[async_trait::async_trait]
impl RepoDataSource for BuiltPackages {
    async fn fetch_package_records(
        &self,
        platform: Subdir,
        name: &PackageName,
    ) -> Result<Vec<Arc<RepoDataRecord>>, GatewayError> {
        let records = self.records.get(platform.as_str()).and_then(|records| records.get(name.as_normalized()));
        Ok(records.cloned().unwrap_or_default())
    }

    fn package_names(&self, platform: Subdir) -> Vec<String> {
        self.records.get(platform.as_str()).map(|records| records.keys().cloned().collect()).unwrap_or_default()
    }
}

fn is_package(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    CondaArchiveIdentifier::try_from_filename(name).is_some() && path.is_file()
}

/// The record of a package file, as the index of its channel would have it.
///
/// # Errors
/// Why the file cannot be read.
pub(in super::super) fn read_package_file(file: &Path, channel: &str) -> Result<RepoDataRecord, String> {
    let index: IndexJson = rattler_package_streaming::seek::read_package_file(file).map_err(|error| chain(&error))?;
    let size = fs_err::metadata(file).map_err(|error| error.to_string())?.len();
    // By the hash, the package cache sees that a package was built again under the same name.
    let sha256 = rattler_digest::compute_file_digest::<Sha256>(file).map_err(|error| error.to_string())?;
    let md5 = rattler_digest::compute_file_digest::<Md5>(file).map_err(|error| error.to_string())?;
    let package_record =
        PackageRecord::from_index_json(index, Some(size), Some(sha256), Some(md5)).map_err(|error| chain(&error))?;
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let identifier: DistArchiveIdentifier = name.parse().map_err(|error: String| error)?;
    let url = Url::from_file_path(file).map_err(|()| "the path is not absolute".to_owned())?;
    Ok(RepoDataRecord { package_record, identifier, url, channel: Some(channel.to_owned()) })
}
