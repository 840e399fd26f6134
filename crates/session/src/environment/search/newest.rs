//! Records of a channel, by package and version.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use rattler_conda_types::RepoDataRecord;

use super::result::{FoundBuild, FoundVersion};
use crate::redact::redact;

/// Records by the name of their package, newest first: by version, build number and time.
pub(super) fn by_name(records: Vec<Arc<RepoDataRecord>>) -> BTreeMap<String, Vec<Arc<RepoDataRecord>>> {
    let mut packages: BTreeMap<String, Vec<Arc<RepoDataRecord>>> = BTreeMap::new();
    for record in records {
        packages.entry(record.package_record.name.as_normalized().to_owned()).or_default().push(record);
    }
    for records in packages.values_mut() {
        records.sort_by(|a, b| {
            let (a, b) = (&a.package_record, &b.package_record);
            let newest = |record: &rattler_conda_types::PackageRecord| {
                Reverse((record.version.clone(), record.build_number, record.timestamp))
            };
            newest(a).cmp(&newest(b)).then_with(|| a.build.cmp(&b.build))
        });
    }
    packages
}

/// Versions with their builds, in the order of the records.
pub(super) fn versions<'r>(records: impl IntoIterator<Item = &'r Arc<RepoDataRecord>>) -> Vec<FoundVersion> {
    let mut versions: Vec<FoundVersion> = Vec::new();
    for record in records {
        let version = record.package_record.version.to_string();
        let build = build(record);
        match versions.last_mut() {
            Some(last) if last.version == version => last.builds.push(build),
            _ => versions.push(FoundVersion { version, builds: vec![build] }),
        }
    }
    versions
}

/// Number of versions in records that are sorted by version.
pub(super) fn version_count(records: &[Arc<RepoDataRecord>]) -> usize {
    records.chunk_by(|a, b| a.package_record.version == b.package_record.version).count()
}

fn build(record: &RepoDataRecord) -> FoundBuild {
    let package = &record.package_record;
    FoundBuild {
        build: package.build.to_string(),
        build_number: package.build_number,
        subdir: package.subdir.to_string(),
        url: redact(record.url.as_str()),
        size: package.size,
        depends: package.depends.iter().map(ToString::to_string).collect(),
    }
}
