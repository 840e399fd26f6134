//! What identifies an extracted package: its folder's name and the archive that it came from.

use std::path::{Component, Path};

use rattler_conda_types::package::DistArchiveType;
use rattler_conda_types::{PackageRecord, RepoDataRecord};

/// A package as the pool knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PackageKey {
    /// The name of its folder.
    pub(crate) folder_name: String,
    /// The checksum of its archive. A package without one is extracted again each time: two archives can have the same
    /// name, version and build.
    pub(crate) archive: Vec<u8>,
}

impl PackageKey {
    /// `None` for packages that the pool does not keep.
    pub(crate) fn of(record: &RepoDataRecord) -> Option<Self> {
        let folder_name = folder_name(&record.package_record);
        let is_conda = matches!(record.identifier.archive_type, DistArchiveType::Conda(_));
        let PackageRecord { sha256, md5, .. } = &record.package_record;
        let archive = sha256.map(|hash| hash.to_vec()).or_else(|| md5.map(|hash| hash.to_vec())).unwrap_or_default();
        (is_conda && is_file_name(&folder_name) && !folder_name.starts_with('.'))
            .then_some(Self { folder_name, archive })
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
