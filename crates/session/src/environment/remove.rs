//! Removing packages from an environment that is in use.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rattler_conda_types::{PrefixRecord, Subdir};
use sidewinder_installer::Transaction;

use super::add::fetch_one;
use super::installed::{EnvironmentChange, InstalledPackage, name_of, read_records};
use super::link::link;
use super::shared_clients::SharedClients;
use super::solve::parse_spec;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::progress::{Environment, Progress};

/// Packages to remove.
#[derive(Clone, Copy, Debug)]
pub struct RemoveRequest<'a> {
    /// Which environment.
    pub environment: Environment,
    /// Its prefix.
    pub prefix: &'a Path,
    /// The platform it was solved for: see [`super::Platforms`].
    pub platform: Subdir,
    /// Names of packages.
    pub names: &'a [String],
    /// Whether nothing is changed.
    pub dry_run: bool,
}

/// Removes packages, and the dependencies that nothing else needs. Files that belong to no package stay.
///
/// # Errors
/// [`Error::InvalidOption`] for a package that is not installed or that another one depends on; [`Error::Install`],
/// [`Error::Io`], [`Error::Cancelled`].
pub async fn remove_packages(
    request: RemoveRequest<'_>,
    services: &SharedClients,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<EnvironmentChange> {
    cancel.check()?;
    let RemoveRequest { environment, prefix, platform, names, dry_run } = request;
    let installed = read_records(prefix).await?;
    let names: BTreeSet<String> = names.iter().map(|name| name.trim().to_lowercase()).collect();
    for name in &names {
        if !installed.iter().any(|record| name_of(record) == name) {
            return Err(refused(format!("`{name}` is not installed in the {environment} environment")));
        }
    }
    let kept = kept(&installed, &names)?;
    let list = |records: &[PrefixRecord]| records.iter().map(InstalledPackage::from).collect::<Vec<_>>();
    let change = EnvironmentChange::between(&list(&installed), &list(&kept));
    if dry_run || change.is_empty() {
        return Ok(change);
    }
    let specs = kept.iter().flat_map(|record| &record.requested_specs);
    let requested = specs.filter_map(|spec| parse_spec(spec).ok()).collect();
    let records = kept.iter().map(|record| record.repodata_record.clone()).collect();
    let fetched = fetch_one(environment, prefix, Vec::new(), services, progress, cancel).await?;
    let sharing = services.sharing();
    let transaction = Transaction { prefix: prefix.to_path_buf(), platform, records, requested, installed, sharing };
    link(environment, transaction, &fetched, services, progress, cancel).await?;
    Ok(change)
}

/// What stays: everything that was asked for or that nothing depended on, and what that depends on.
fn kept(installed: &[PrefixRecord], names: &BTreeSet<String>) -> Result<Vec<PrefixRecord>> {
    let by_name: BTreeMap<&str, &PrefixRecord> = installed.iter().map(|record| (name_of(record), record)).collect();
    let needed: BTreeSet<&str> = installed.iter().flat_map(dependencies).collect();
    let is_root = |record: &&PrefixRecord| {
        let name = name_of(record);
        !names.contains(name) && (!record.requested_specs.is_empty() || !needed.contains(name))
    };
    let mut pending: Vec<&PrefixRecord> = installed.iter().filter(is_root).collect();
    let mut kept = BTreeMap::new();
    while let Some(record) = pending.pop() {
        if kept.insert(name_of(record), record.clone()).is_some() {
            continue;
        }
        for name in dependencies(record) {
            if names.contains(name) && by_name.contains_key(name) {
                return Err(refused(format!("`{}` depends on `{name}`: remove it too", name_of(record))));
            }
            pending.extend(by_name.get(name).copied());
        }
    }
    Ok(kept.into_values().collect())
}

/// Names of the packages that a package depends on.
fn dependencies(record: &PrefixRecord) -> impl Iterator<Item = &str> {
    let depends = &record.repodata_record.package_record.depends;
    depends.iter().filter_map(|spec| spec.split(|c: char| c.is_whitespace() || "<>=!~[".contains(c)).next())
}

fn refused(reason: String) -> Error {
    Error::InvalidOption { option: "names", reason }
}
