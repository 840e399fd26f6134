//! What a prefix holds, and what changed in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rattler_conda_types::{PrefixRecord, RepoDataRecord};
use serde::{Deserialize, Serialize};

use super::solve::{EnvironmentLock, Platforms};
use crate::error::{Error, Result};
use crate::redact::redact;

/// A package in an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct InstalledPackage {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its build string.
    pub build: String,
    /// The channel it came from, without secrets.
    pub channel: String,
    /// The platform it is for, or `noarch`.
    pub subdir: String,
    /// Whether it was asked for; else it came in as a dependency.
    pub requested: bool,
}

/// How an environment changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentChange {
    /// Packages that were not installed before.
    pub added: Vec<InstalledPackage>,
    /// Packages that are no longer there.
    pub removed: Vec<InstalledPackage>,
    /// Packages that are installed in another build or version.
    pub changed: Vec<PackageChange>,
}

/// A package that is installed in another build or version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PackageChange {
    /// What it was.
    pub from: InstalledPackage,
    /// What it is.
    pub to: InstalledPackage,
}

/// The packages in a prefix, sorted by name; empty where it is none.
///
/// # Errors
/// [`Error::Io`].
pub async fn packages(prefix: &Path) -> Result<Vec<InstalledPackage>> {
    Ok(read_records(prefix).await?.iter().map(InstalledPackage::from).collect())
}

/// The packages in both prefixes of a session, as a lock.
///
/// # Errors
/// [`Error::Io`].
pub async fn lock_installed(build: &Path, host: &Path, platforms: Platforms) -> Result<EnvironmentLock> {
    let host_records = read_records(host).await?;
    let build_records = if build == host { Vec::new() } else { read_records(build).await? };
    let [build, host] = [&build_records, &host_records]
        .map(|records| records.iter().map(|record| &record.repodata_record).collect::<Vec<_>>());
    Ok(EnvironmentLock::new(platforms, &build, &host))
}

/// What is recorded of the packages in a prefix, sorted by name.
pub(crate) async fn read_records(prefix: &Path) -> Result<Vec<PrefixRecord>> {
    let folder = prefix.to_path_buf();
    let read = tokio::task::spawn_blocking(move || {
        PrefixRecord::collect_from_prefix::<PrefixRecord>(&folder).map_err(|error| {
            // Which of them it is, is not told.
            let place = unreadable_record(&folder).unwrap_or(folder);
            Error::io("cannot read what is installed from", &place)(error)
        })
    });
    let mut records =
        read.await.map_err(|error| Error::Internal { reason: format!("cannot read a prefix: {error}") })??;
    records.sort_by(|a, b| name_of(a).cmp(name_of(b)));
    Ok(records)
}

/// The record that cannot be read.
fn unreadable_record(prefix: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(prefix.join("conda-meta")).ok()?.flatten().map(|entry| entry.path());
    let mut records = entries.filter(|path| path.extension().is_some_and(|kind| kind == "json"));
    records.find(|path| PrefixRecord::from_path(path).is_err())
}

pub(super) fn name_of(record: &PrefixRecord) -> &str {
    record.repodata_record.package_record.name.as_normalized()
}

impl From<&PrefixRecord> for InstalledPackage {
    fn from(record: &PrefixRecord) -> Self {
        #[expect(deprecated, reason = "older clients wrote it")]
        let requested = !record.requested_specs.is_empty() || record.requested_spec.is_some();
        Self { requested, ..Self::from(&record.repodata_record) }
    }
}

impl From<&RepoDataRecord> for InstalledPackage {
    fn from(record: &RepoDataRecord) -> Self {
        let package = &record.package_record;
        Self {
            name: package.name.as_normalized().to_owned(),
            version: package.version.to_string(),
            build: package.build.to_string(),
            channel: record.channel.as_deref().map(redact).unwrap_or_default(),
            subdir: package.subdir.clone(),
            requested: false,
        }
    }
}

impl EnvironmentChange {
    /// What is different between two states of an environment; that a package is now asked for is none.
    #[must_use]
    pub fn between(before: &[InstalledPackage], after: &[InstalledPackage]) -> Self {
        let by_name = |list: &[InstalledPackage]| -> BTreeMap<String, InstalledPackage> {
            list.iter().map(|package| (package.name.clone(), package.clone())).collect()
        };
        let (mut before, after) = (by_name(before), by_name(after));
        let mut change = Self::default();
        for (name, to) in after {
            match before.remove(&name) {
                None => change.added.push(to),
                Some(from) => {
                    let same = InstalledPackage { requested: to.requested, ..from.clone() };
                    if same != to {
                        change.changed.push(PackageChange { from, to });
                    }
                }
            }
        }
        change.removed.extend(before.into_values());
        change
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str) -> InstalledPackage {
        InstalledPackage { name: name.to_owned(), version: version.to_owned(), ..InstalledPackage::default() }
    }

    #[test]
    fn a_change_names_what_came_went_and_moved() {
        let change = EnvironmentChange::between(
            &[package("a", "1"), package("b", "1"), package("c", "1")],
            &[InstalledPackage { requested: true, ..package("a", "1") }, package("b", "2"), package("d", "1")],
        );
        assert_eq!(change.added, [package("d", "1")]);
        assert_eq!(change.removed, [package("c", "1")]);
        assert_eq!(change.changed, [PackageChange { from: package("b", "1"), to: package("b", "2") }]);
    }
}
