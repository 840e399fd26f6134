//! An extracted package: where it is and which files it brings.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rattler::install::PythonInfo;
use rattler_conda_types::package::{PathsEntry, PathsJson};
use rattler_conda_types::{RepoDataRecord, Subdir};

use crate::package_metadata::PackageMetadata;
use crate::pool_entry::PoolEntry;

/// An extracted package that passed validation.
#[derive(Clone, Debug)]
pub struct ExtractedPackage {
    pub(crate) record: RepoDataRecord,
    /// The folder that it is extracted into.
    pub(crate) folder: PathBuf,
    /// Its place in the pool; `None` in the package cache that conda clients share, whose files are only copied.
    pub(crate) entry: Option<PoolEntry>,
    /// The contents of its `info` folder.
    pub(crate) metadata: Arc<PackageMetadata>,
}

impl ExtractedPackage {
    /// The package's record in its channel's index.
    #[must_use]
    pub fn record(&self) -> &RepoDataRecord {
        &self.record
    }

    /// The files that it lists.
    #[must_use]
    pub fn paths(&self) -> &PathsJson {
        &self.metadata.paths
    }

    /// Where an entry of [`ExtractedPackage::paths`] goes, relative to the prefix.
    pub fn target_path<'a>(&self, entry: &'a PathsEntry, python: Option<&PythonInfo>) -> Cow<'a, Path> {
        match python {
            Some(python) if self.record.package_record.noarch.is_python() => {
                python.get_python_noarch_target_path(&entry.relative_path)
            }
            _ => Cow::Borrowed(&entry.relative_path),
        }
    }
}

/// The Python of an environment, which `noarch: python` packages are linked for.
#[must_use]
pub fn python_info(records: &[RepoDataRecord], platform: Subdir) -> Option<PythonInfo> {
    let python = records.iter().find(|record| record.package_record.name.as_normalized() == "python")?;
    PythonInfo::from_python_record(&python.package_record, platform).ok()
}
