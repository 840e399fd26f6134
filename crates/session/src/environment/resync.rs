//! Environments that are in use → the packages that a changed recipe requires.

use std::collections::BTreeSet;
use std::path::PathBuf;

use rattler_conda_types::{MatchSpec, PrefixRecord, RepoDataRecord, Subdir};
use sidewinder_recipe::RenderedVariant;

use sidewinder_installer::{Fetched, Transaction};

use super::add::{fetch_one, is_same, save_foreign_files};
use super::install::Prefixes;
use super::installed::{EnvironmentChange, InstalledPackage, name_of, read_records};
use super::link::link;
use super::shared_clients::SharedClients;
use super::solve::{
    Existing, FinalDependency, Keep, Origin, Resolved, ResolvedEnvironment, RunDependencies, SolveSettings, parse_spec,
    resolve_with,
};
use crate::cancel::Cancel;
use crate::error::Result;
use crate::progress::{Environment, Progress};

/// What the environments of a session are to become.
#[derive(Clone, Copy, Debug)]
pub struct ResyncRequest<'a> {
    /// The recipe as it is now.
    pub variant: &'a RenderedVariant,
    /// What was added to the environments by hand.
    pub added: &'a AddedSpecs,
    /// The settings that the session was set up with.
    pub settings: &'a SolveSettings,
    /// Where the environments are.
    pub prefixes: Prefixes<'a>,
}

/// Match specs that were added to the environments by hand; they stay when the recipe changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct AddedSpecs {
    /// To the build environment.
    pub build: Vec<String>,
    /// To the host environment.
    pub host: Vec<String>,
}

impl AddedSpecs {
    /// Those of one environment.
    pub fn of(&mut self, environment: Environment) -> &mut Vec<String> {
        match environment {
            Environment::Build => &mut self.build,
            Environment::Host => &mut self.host,
        }
    }
}

/// Packages that are chosen and fetched, and nothing of the environments changed yet.
pub struct Resync {
    environments: Vec<Planned>,
    /// What the environments were solved for, and what the package needs.
    pub(crate) dependencies: SolvedDependencies,
}

/// What environments were solved for, and what the package needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SolvedDependencies {
    pub(crate) build: Vec<FinalDependency>,
    pub(crate) host: Vec<FinalDependency>,
    pub(crate) run: RunDependencies,
}

/// What one environment becomes.
struct Planned {
    environment: Environment,
    prefix: PathBuf,
    platform: Subdir,
    /// All packages.
    records: Vec<RepoDataRecord>,
    /// Those that are installed and stay.
    kept: Vec<RepoDataRecord>,
    requested: Vec<MatchSpec>,
    before: Vec<PrefixRecord>,
    fetched: Fetched,
}

/// Chooses and fetches the packages that a changed recipe requires. Installed packages stay in the version they have as
/// long as that satisfies everything, except those whose own requirement was changed.
///
/// # Errors
/// As [`super::resolve`] and [`super::install`]; nothing in the environments has changed then.
pub async fn plan_resync(
    request: ResyncRequest<'_>,
    services: &SharedClients,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Resync> {
    let ResyncRequest { variant, added, settings, prefixes } = request;
    let is_merged = prefixes.build == prefixes.host;
    let host = read_records(prefixes.host).await?;
    let build = if is_merged { Vec::new() } else { read_records(prefixes.build).await? };
    let existing = Existing { build: keep(&build, &added.build), host: keep(&host, &added.host) };
    let inherited = RunDependencies::default();
    let Resolved { build: new_build, host: new_host, run } =
        resolve_with(variant, inherited, existing, settings, services, progress, cancel).await?;
    let dependencies = SolvedDependencies { build: new_build.specs.clone(), host: new_host.specs.clone(), run };
    let mut environments = Vec::new();
    if !is_merged {
        let (environment, prefix) = (Environment::Build, prefixes.build);
        environments.push(Planned::new(environment, prefix, new_build, build, services, progress, cancel).await?);
    }
    let (environment, prefix) = (Environment::Host, prefixes.host);
    environments.push(Planned::new(environment, prefix, new_host, host, services, progress, cancel).await?);
    Ok(Resync { environments, dependencies })
}

/// What stays of an environment. What was added and then removed by other means, such as a checkpoint, is not added again.
fn keep(installed: &[PrefixRecord], added: &[String]) -> Keep {
    let is_installed = |spec: &&String| {
        let name = parse_spec(spec).ok().and_then(|spec| spec.name.as_exact().cloned());
        name.is_some_and(|name| installed.iter().any(|record| name_of(record) == name.as_normalized()))
    };
    Keep { installed: installed.to_vec(), further: added.iter().filter(is_installed).cloned().collect() }
}

impl Planned {
    async fn new(
        environment: Environment,
        prefix: &std::path::Path,
        resolved: ResolvedEnvironment,
        before: Vec<PrefixRecord>,
        services: &SharedClients,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Self> {
        let ResolvedEnvironment { platform, specs, records } = resolved;
        let requested_specs = specs.iter().filter(|spec| !matches!(spec.origin, Origin::RunExport { .. }));
        let requested = requested_specs.map(FinalDependency::match_spec).collect::<Result<_>>()?;
        let relinks = python_version(&before.iter().map(|old| &old.repodata_record).collect::<Vec<_>>())
            != python_version(&records.iter().collect::<Vec<_>>());
        let stays = |record: &&RepoDataRecord| {
            // Packages for any Python are linked for one version of it.
            let is_linked_anew = relinks && record.package_record.noarch.is_python();
            !is_linked_anew && before.iter().any(|old| is_same(&old.repodata_record, record))
        };
        let (kept, new): (Vec<_>, Vec<_>) = records.iter().partition(stays);
        let kept = kept.into_iter().cloned().collect();
        let fetched = fetch_one(environment, prefix, new, services, progress, cancel).await?;
        Ok(Self { environment, prefix: prefix.to_path_buf(), platform, records, kept, requested, before, fetched })
    }

    fn change(&self) -> EnvironmentChange {
        let requested: BTreeSet<_> =
            self.requested.iter().filter_map(|spec| spec.name.as_exact()).map(|name| name.as_normalized()).collect();
        let before: Vec<_> = self.before.iter().map(InstalledPackage::from).collect();
        let after: Vec<_> = self
            .records
            .iter()
            .map(|record| {
                let package = InstalledPackage::from(record);
                InstalledPackage { requested: requested.contains(package.name.as_str()), ..package }
            })
            .collect();
        EnvironmentChange::between(&before, &after)
    }

    /// Whether the prefix is what it is to be already, what is written down in it too.
    fn is_done(&self) -> bool {
        let texts = |specs: &mut dyn Iterator<Item = String>| specs.collect::<BTreeSet<_>>();
        let recorded = self.before.iter().flat_map(|record| &record.requested_specs);
        let recorded = texts(&mut recorded.filter_map(|spec| Some(parse_spec(spec).ok()?.to_string())));
        let requested = texts(&mut self.requested.iter().map(ToString::to_string));
        self.kept.len() == self.records.len() && self.kept.len() == self.before.len() && recorded == requested
    }

    async fn apply(&self, services: &SharedClients, progress: &Progress, cancel: &Cancel) -> Result<()> {
        if self.is_done() {
            return Ok(());
        }
        let (records, requested) = (self.records.clone(), self.requested.clone());
        self.change_to(records, requested, &self.kept, &self.fetched, services, progress, cancel).await
    }

    /// Puts back what was installed before.
    async fn undo(&self, services: &SharedClients, progress: &Progress) -> Result<()> {
        let cancel = Cancel::new();
        let records: Vec<_> = self.before.iter().map(|record| record.repodata_record.clone()).collect();
        let specs = self.before.iter().flat_map(|record| &record.requested_specs);
        let requested = specs.filter_map(|spec| parse_spec(spec).ok()).collect();
        let installed = read_records(&self.prefix).await?;
        let stays = |record: &&RepoDataRecord| installed.iter().any(|now| is_same(&now.repodata_record, record));
        let (kept, missing): (Vec<_>, Vec<_>) = records.iter().partition(stays);
        let kept: Vec<_> = kept.into_iter().cloned().collect();
        let fetched = fetch_one(self.environment, &self.prefix, missing, services, progress, &cancel).await?;
        self.change_to(records.clone(), requested, &kept, &fetched, services, progress, &cancel).await
    }

    #[expect(clippy::too_many_arguments, reason = "what is installed, what is to be, and the clients")]
    async fn change_to(
        &self,
        records: Vec<RepoDataRecord>,
        requested: Vec<MatchSpec>,
        kept: &[RepoDataRecord],
        fetched: &Fetched,
        services: &SharedClients,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<()> {
        let transaction = |records: Vec<RepoDataRecord>, installed: Vec<PrefixRecord>| Transaction {
            prefix: self.prefix.clone(),
            platform: self.platform,
            records,
            requested: requested.clone(),
            installed,
            sharing: services.sharing(),
        };
        let installed = read_records(&self.prefix).await?;
        // What goes, goes first: what comes is then checked and linked as in a new environment.
        if kept.len() < installed.len() {
            let removal = transaction(kept.to_vec(), installed);
            link(self.environment, removal, fetched, services, progress, cancel).await?;
        }
        let addition = transaction(records, read_records(&self.prefix).await?);
        save_foreign_files(self.environment, &addition, fetched, services, progress).await?;
        link(self.environment, addition, fetched, services, progress, cancel).await
    }
}

impl Resync {
    /// How an environment will change.
    #[must_use]
    pub fn change(&self, environment: Environment) -> EnvironmentChange {
        let planned = self.environments.iter().find(|planned| planned.environment == environment);
        planned.map(Planned::change).unwrap_or_default()
    }

    /// Changes the environments. Once linking has begun it is finished, even when the cancel handle is used.
    ///
    /// # Errors
    /// [`crate::Error::Install`], [`crate::Error::Io`], [`crate::Error::Cancelled`] in a link script; the environments may
    /// then be half changed: see [`Resync::undo`].
    pub async fn apply(&self, services: &SharedClients, progress: &Progress, cancel: &Cancel) -> Result<()> {
        for planned in &self.environments {
            planned.apply(services, progress, cancel).await?;
        }
        Ok(())
    }

    /// Puts back what was installed before, as far as possible.
    pub async fn undo(&self, services: &SharedClients, progress: &Progress) {
        for planned in &self.environments {
            if !planned.is_done()
                && let Err(error) = planned.undo(services, progress).await
            {
                let environment = planned.environment;
                progress.warn(format!("failed to restore the packages of the {environment} environment: {error}"));
            }
        }
    }
}

/// Major and minor version of the Python among packages.
fn python_version(records: &[&RepoDataRecord]) -> Option<(u64, u64)> {
    let python = records.iter().find(|record| record.package_record.name.as_normalized() == "python")?;
    python.package_record.version.as_major_minor()
}
