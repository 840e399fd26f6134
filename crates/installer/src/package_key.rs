//! What identifies an extracted package: its folder's name and the archive that it came from.

use std::path::{Component, Path};

use rattler_conda_types::package::DistArchiveType;
use rattler_conda_types::{PackageRecord, RepoDataRecord};
use serde::{Deserialize, Serialize};

/// A package as the pool knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct PackageKey {
    /// The name of its folder.
    pub(crate) folder_name: String,
    /// The checksum of its archive: two archives can have the same name, version and build.
    archive: Vec<u8>,
}

impl PackageKey {
    /// `None` for packages that the pool does not keep: those whose channel lists no checksum.
    pub(crate) fn of(record: &RepoDataRecord) -> Option<Self> {
        let folder_name = folder_name(&record.package_record);
        let is_conda = matches!(record.identifier.archive_type, DistArchiveType::Conda(_));
        let PackageRecord { sha256, md5, .. } = &record.package_record;
        let archive = sha256.map(|hash| hash.to_vec()).or_else(|| md5.map(|hash| hash.to_vec()))?;
        (is_conda && is_file_name(&folder_name) && !folder_name.starts_with('.'))
            .then_some(Self { folder_name, archive })
    }

    /// A key for tests.
    #[cfg(test)]
    pub(crate) fn new(folder_name: &str, archive: &[u8]) -> Self {
        Self { folder_name: folder_name.to_owned(), archive: archive.to_vec() }
    }

    /// The name of its place in the pool: the checksum in hexadecimal digits.
    pub(crate) fn archive_name(&self) -> String {
        self.archive.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The name of a package's folder in a package cache, the same as in the caches of all conda clients.
pub(crate) fn folder_name(package: &PackageRecord) -> String {
    format!("{}-{}-{}", package.name.as_normalized(), package.version, package.build)
}

/// Whether a text is one plain file name, which leads to no other folder.
pub(crate) fn is_file_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(part)), None) if part == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_leads_to_no_other_folder() {
        assert!(is_file_name("tabulate") && !is_file_name("../x") && !is_file_name("a/b") && !is_file_name(""));
    }
}
