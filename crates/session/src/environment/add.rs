//! Adding packages to an environment that is in use.

use std::collections::HashSet;
use std::path::Path;

use rattler_conda_types::{MatchSpec, Matches as _, PrefixRecord, RepoDataRecord, Subdir};

use sidewinder_installer::{Fetched, Request, Transaction, python_info};

use super::channels::gateway;
use super::installed::{EnvironmentChange, InstalledPackage, name_of, read_records};
use super::link::{fetch, link};
use super::shared_clients::SharedClients;
use super::solve::{Problem, SolveSettings, exclude_newer, parse_spec, solve, virtual_packages, with_nearest};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::progress::{Environment, Progress};

/// What is put after the name of a file that no package owns, when a package brings a file of that name.
const SAVED: &str = ".before-package";

/// Packages to add.
#[derive(Clone, Copy, Debug)]
pub struct AddRequest<'a> {
    /// Which environment.
    pub environment: Environment,
    /// Its prefix.
    pub prefix: &'a Path,
    /// The platform it was solved for: see [`super::Platforms`].
    pub platform: Subdir,
    /// Match specs of what to add.
    pub specs: &'a [String],
    /// The settings it was set up with, or others with other channels.
    pub settings: &'a SolveSettings,
    /// Whether packages are only chosen, and nothing is changed.
    pub dry_run: bool,
}

/// What adding did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// The packages that came, went and moved.
    pub change: EnvironmentChange,
    /// Whether the environment has to be activated again for all of it to take effect: what changed has activation
    /// scripts or environment variables of its own.
    pub activation_changed: bool,
}

/// Adds packages. What is installed stays as it is: a request that would move an installed package has no solution.
///
/// Files in the prefix that belong to no package stay. Where a new package brings a file of the same name, the old one
/// is kept next to it with `.before-package` after its name, and the log says so. Once linking has begun it is finished,
/// even when the cancel handle is used; when it fails, what was installed before is put back as far as possible.
///
/// # Errors
/// [`Error::InvalidSpec`], [`Error::Channel`], [`Error::Solve`], [`Error::Install`], [`Error::Io`],
/// [`Error::InvalidOption`], [`Error::Cancelled`].
pub async fn add_packages(
    request: AddRequest<'_>,
    services: &SharedClients,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Added> {
    cancel.check()?;
    let AddRequest { environment, prefix, platform, specs, .. } = request;
    let wanted: Vec<MatchSpec> = specs.iter().map(|spec| parse_spec(spec.trim())).collect::<Result<_>>()?;
    if wanted.is_empty() {
        return Ok(Added::default());
    }
    let installed = read_records(prefix).await?;
    let records = if wanted.iter().all(|spec| is_installed(spec, &installed)) {
        installed.iter().map(|record| record.repodata_record.clone()).collect()
    } else {
        choose(request, &wanted, &installed, services, progress, cancel).await?
    };
    if request.dry_run {
        return Ok(Added { change: planned(&installed, &records, &wanted), activation_changed: false });
    }
    let new: Vec<&RepoDataRecord> =
        records.iter().filter(|record| !installed.iter().any(|old| is_same(&old.repodata_record, record))).collect();
    let fetched = fetch_one(environment, prefix, new, services, progress, cancel).await?;
    cancel.check()?;

    let mut requested = wanted;
    for record in &installed {
        requested.extend(record.requested_specs.iter().filter_map(|spec| parse_spec(spec).ok()));
    }
    let sharing = services.sharing();
    let transaction = Transaction { prefix: prefix.to_path_buf(), platform, records, requested, installed, sharing };
    save_foreign_files(environment, &transaction, &fetched, services, progress).await?;
    let before = transaction.installed.clone();
    if let Err(error) = link(environment, transaction.clone(), &fetched, services, progress, cancel).await {
        put_back(environment, transaction, before, services, progress).await;
        return Err(error);
    }
    let after = read_records(prefix).await?;
    let list = |records: &[PrefixRecord]| records.iter().map(InstalledPackage::from).collect::<Vec<_>>();
    let change = EnvironmentChange::between(&list(&before), &list(&after));
    let moved = |record: &&PrefixRecord| {
        let name = name_of(record);
        change.added.iter().chain(&change.removed).any(|package| package.name == name)
            || change.changed.iter().any(|package| package.to.name == name)
    };
    let activation_changed = before.iter().chain(&after).filter(moved).any(has_activation);
    Ok(Added { change, activation_changed })
}

/// How an environment would change.
fn planned(installed: &[PrefixRecord], records: &[RepoDataRecord], wanted: &[MatchSpec]) -> EnvironmentChange {
    let is_requested = |record: &RepoDataRecord| {
        let name = record.package_record.name.as_normalized();
        wanted.iter().any(|spec| spec.name.as_exact().is_some_and(|wanted| wanted.as_normalized() == name))
    };
    let after = records
        .iter()
        .map(|record| InstalledPackage { requested: is_requested(record), ..InstalledPackage::from(record) });
    let before: Vec<_> = installed.iter().map(InstalledPackage::from).collect();
    EnvironmentChange::between(&before, &after.collect::<Vec<_>>())
}

/// Fetches packages for one environment.
pub(super) async fn fetch_one(
    environment: Environment,
    prefix: &Path,
    records: Vec<&RepoDataRecord>,
    services: &SharedClients,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Fetched> {
    fetch(&[(environment, Request { prefix, records })], services, progress, cancel).await
}

/// Solves with everything that is installed kept as it is, whether or not a channel still has it.
async fn choose(
    request: AddRequest<'_>,
    wanted: &[MatchSpec],
    installed: &[PrefixRecord],
    services: &SharedClients,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Vec<RepoDataRecord>> {
    let AddRequest { environment, platform, settings, .. } = request;
    let channels = settings.channels.now().await?;
    let mut specs = Vec::new();
    for record in installed {
        let package = &record.repodata_record.package_record;
        specs.push(parse_spec(&format!("{} =={} {}", name_of(record), package.version, package.build))?);
    }
    specs.extend(wanted.iter().cloned());
    let (virtual_packages, available) = cancel
        .run(async {
            tokio::try_join!(
                virtual_packages(platform, progress),
                gateway::records(services, &channels, platform, wanted, environment, progress)
            )
        })
        .await?;
    let problem = Problem {
        available,
        specs,
        favored: Vec::new(),
        pinned: installed.iter().map(|record| record.repodata_record.clone()).collect(),
        virtual_packages,
        priority: settings.priority,
        exclude_newer: exclude_newer(settings.exclude_newer.as_deref(), &channels)?,
    };
    match solve(problem, environment, progress, cancel).await {
        Err(error) => Err(with_nearest(error, services, &channels, platform).await),
        solved => solved,
    }
}

/// Whether a spec asks for no more than what is installed.
fn is_installed(spec: &MatchSpec, installed: &[PrefixRecord]) -> bool {
    let plain = spec.extras.is_none()
        && spec.condition.is_none()
        && spec.channel.is_none()
        && spec.subdir.is_none()
        && spec.url.is_none()
        && spec.file_name.is_none();
    plain && installed.iter().any(|record| spec.matches(&record.repodata_record))
}

pub(super) fn is_same(a: &RepoDataRecord, b: &RepoDataRecord) -> bool {
    let (a, b) = (&a.package_record, &b.package_record);
    a.name == b.name && a.version == b.version && a.build == b.build && a.sha256 == b.sha256
}

/// Whether a package takes part in activation.
fn has_activation(record: &PrefixRecord) -> bool {
    const FOLDERS: [&str; 3] = ["etc/conda/activate.d", "etc/conda/deactivate.d", "etc/conda/env_vars.d"];
    let paths = record.paths_data.paths.iter().map(|entry| &entry.relative_path);
    record.files.iter().chain(paths).any(|file| FOLDERS.iter().any(|folder| file.starts_with(folder)))
}

/// Moves files that no package owns out of the way of new packages.
pub(super) async fn save_foreign_files(
    environment: Environment,
    transaction: &Transaction,
    fetched: &Fetched,
    services: &SharedClients,
    progress: &Progress,
) -> Result<()> {
    let owned: HashSet<&Path> = transaction
        .installed
        .iter()
        .flat_map(|record| record.paths_data.paths.iter().map(|entry| entry.relative_path.as_path()))
        .collect();
    let python = python_info(&transaction.records, transaction.platform);
    let packages = services.installer().read_packages(transaction, fetched).await;
    for package in packages.map_err(|error| Error::from_installer(error, environment))? {
        let mut moved = Vec::new();
        for entry in &package.paths().paths {
            let file = package.target_path(entry, python.as_ref());
            let path = transaction.prefix.join(&file);
            let is_file = std::fs::symlink_metadata(&path).is_ok_and(|found| !found.is_dir());
            if is_file && !owned.contains(file.as_ref()) {
                let mut saved = path.clone().into_os_string();
                saved.push(SAVED);
                fs_err::rename(&path, &saved).map_err(Error::io("cannot move away", &path))?;
                moved.push(file.display().to_string());
            }
        }
        if !moved.is_empty() {
            let name = package.record().package_record.name.as_normalized();
            progress.warn(format!(
                "{name} brings files that were in the {} environment without belonging to a package; the old ones are \
                 kept as *{SAVED}: {}",
                environment,
                moved.join(", ")
            ));
        }
    }
    Ok(())
}

/// Puts back what was installed before a failed change, as far as that is possible.
async fn put_back(
    environment: Environment,
    failed: Transaction,
    before: Vec<PrefixRecord>,
    services: &SharedClients,
    progress: &Progress,
) {
    let Ok(installed) = read_records(&failed.prefix).await else { return };
    let requested =
        before.iter().flat_map(|record| &record.requested_specs).filter_map(|spec| parse_spec(spec).ok()).collect();
    let records = before.into_iter().map(|record| record.repodata_record).collect();
    let transaction = Transaction { records, requested, installed, ..failed };
    let new = transaction.new_records();
    let again = async {
        let cancel = Cancel::new();
        let missing = new.iter().collect();
        let fetched = fetch_one(environment, &transaction.prefix, missing, services, progress, &cancel).await?;
        link(environment, transaction.clone(), &fetched, services, progress, &cancel).await
    };
    if let Err(error) = again.await {
        progress.warn(format!("Cannot put back the environment as it was: {error}"));
    }
}
