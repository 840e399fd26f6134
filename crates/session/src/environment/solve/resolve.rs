//! From the requirements of a recipe to packages: build → host → run.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::FutureExt as _;
use rattler_conda_types::{GenericVirtualPackage, MatchSpec, RepoDataRecord, Subdir};
use rattler_repodata_gateway::RepoData;
use rattler_solve::ExcludeNewer;
use sidewinder_recipe::render::RenderedVariant;
use sidewinder_recipe::stage1::{Dependency, Requirements};
use sidewinder_recipe::variants::VariantValue;

use super::conflict::Conflict;
use super::existing::Existing;
use super::lock::{EnvironmentLock, LockReader, check_satisfied};
use super::nearest::with_nearest;
use super::platforms::Platforms;
use super::problem::Problem;
use super::report;
use super::run_dependencies::{FinalRunExports, RunDependencies};
use super::run_exports::{Direct, Ignored, for_run};
use super::solver::{exclude_newer, solve};
use super::specs::{FinalDependency, Known, match_specs};
use super::virtual_packages::virtual_packages;
use crate::cancel::Cancel;
use crate::environment::channels::gateway;
use crate::environment::channels::{Channels, CurrentChannels};
use crate::environment::shared_clients::SharedClients;
use crate::error::{Error, Result};
use crate::options::{ChannelPriority, SessionOptions};
use crate::progress::{Environment, Progress};

/// How environments are solved; the same when they are set up and when packages are added later.
#[derive(Clone, Debug)]
pub struct SolveSettings {
    /// Where packages come from.
    pub channels: Channels,
    /// How channels of lower priority are treated.
    pub priority: ChannelPriority,
    /// The moment after which packages are too new, as RFC 3339.
    pub exclude_newer: Option<String>,
    /// The exact packages to take, without solving.
    pub lock: Option<Arc<EnvironmentLock>>,
}

impl SolveSettings {
    /// The settings that a session's options ask for, or without `channels` the variant's `channel_sources`, with the packages of its output folder in front.
    ///
    /// Relative channel folders are taken from the current folder.
    ///
    /// # Errors
    /// [`crate::Error::Channel`], [`crate::Error::Io`].
    pub fn from_options(
        options: &SessionOptions,
        variant: &RenderedVariant,
        output_dir: &std::path::Path,
    ) -> Result<Self> {
        let root = std::env::current_dir().map_err(crate::Error::io("cannot find the current folder", "."))?;
        let channels = options.channels.clone().or_else(|| channel_sources(variant));
        Ok(Self {
            channels: Channels::parse(channels.as_deref(), &root)?.with_output_folder(output_dir),
            priority: options.channel_priority,
            exclude_newer: options.exclude_newer.clone(),
            lock: options.lock.clone().map(Arc::new),
        })
    }

    /// As it is after the set-up: packages are then chosen for what is installed, not by the lock.
    #[must_use]
    pub fn without_lock(&self) -> Self {
        Self { lock: None, ..self.clone() }
    }
}

/// The channels that the variant files of a feedstock name, highest priority first.
///
/// `channel_sources` is one text with commas in between: lists of variant files are alternatives.
#[must_use]
pub fn channel_sources(variant: &RenderedVariant) -> Option<Vec<String>> {
    let VariantValue::String(text) = variant.variant.get("channel_sources")? else { return None };
    let channels: Vec<_> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    (!channels.is_empty()).then_some(channels)
}

/// The packages of one environment.
#[derive(Clone, Debug)]
pub struct ResolvedEnvironment {
    /// The platform they are for.
    pub platform: Subdir,
    /// What was asked for.
    pub specs: Vec<FinalDependency>,
    /// The packages, dependencies before dependants.
    pub records: Vec<RepoDataRecord>,
}

impl ResolvedEnvironment {
    fn empty(platform: Subdir) -> Self {
        Self { platform, specs: Vec::new(), records: Vec::new() }
    }
}

/// Both environments and what the package will need.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The build environment; empty where build and host are one.
    pub build: ResolvedEnvironment,
    /// The host environment; with the build requirements where build and host are one.
    pub host: ResolvedEnvironment,
    /// What the package will need when installed.
    pub run: RunDependencies,
}

/// Chooses the packages of both environments and finalises the run dependencies.
///
/// Nothing is fetched for an environment without requirements. Reading indexes for host begins while build is solved.
///
/// # Errors
/// [`crate::Error::Channel`], [`crate::Error::InvalidSpec`], [`crate::Error::Pin`], [`crate::Error::Solve`],
/// [`crate::Error::RunExports`], [`crate::Error::InvalidVariant`], [`crate::Error::InvalidOption`],
/// [`crate::Error::Cancelled`].
pub async fn resolve(
    variant: &RenderedVariant,
    settings: &SolveSettings,
    services: &SharedClients,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Resolved> {
    resolve_on(variant, RunDependencies::default(), settings, services, progress, cancel).await
}

/// As [`resolve`], for a package that also needs what the staging output passes on that it builds on.
///
/// # Errors
/// Those of [`resolve`].
pub async fn resolve_on(
    variant: &RenderedVariant,
    inherited: RunDependencies,
    settings: &SolveSettings,
    services: &SharedClients,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Resolved> {
    let existing = Existing::default();
    // Boxed: callers' futures would otherwise be too deep for the compiler.
    resolve_with(variant, inherited, existing, settings, services, progress, cancel).boxed().await
}

/// As [`resolve_on`], for environments that exist and change as little as possible.
///
/// # Errors
/// Those of [`resolve`].
pub(in super::super) async fn resolve_with(
    variant: &RenderedVariant,
    inherited: RunDependencies,
    existing: Existing,
    settings: &SolveSettings,
    services: &SharedClients,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Resolved> {
    let requirements = &variant.recipe.requirements;
    let platforms = Platforms::of(variant)?;
    if let Some(lock) = &settings.lock {
        lock.check_platforms(platforms)?;
    }
    let needs_nothing = settings.lock.is_none()
        && requirements.build.is_empty()
        && requirements.host.is_empty()
        && existing.build.further.is_empty()
        && existing.host.further.is_empty();
    let channels = if needs_nothing { CurrentChannels::default() } else { settings.channels.now().await? };
    let solver = Solver {
        settings,
        exclude_newer: exclude_newer(settings.exclude_newer.as_deref(), &channels)?,
        channels,
        existing,
        services,
        progress,
        cancel,
    };
    let ignored = Ignored::of(&variant.recipe);
    let solved = if variant.recipe.build.merge_build_and_host_envs {
        solver.merged(variant, requirements, platforms, &ignored).await
    } else {
        solver.apart(variant, requirements, platforms, &ignored).await
    };
    let Environments { build, host, build_exports, host_exports } =
        solved.map_err(|error| with_siblings(error, variant))?;
    let known = Known { variant, solved: &[&host.records, &build.records] };
    let mut run = run_dependencies(&known, requirements)?;
    let noarch = variant.noarch.is_some() || variant.subdir == "noarch";
    let exported = for_run(&build_exports, &host_exports, noarch, &ignored);
    run.depends.extend(exported.depends);
    run.constrains.extend(exported.constrains);
    run.depends.extend(inherited.depends);
    run.constrains.extend(inherited.constrains);
    report::run_dependencies(progress, variant, &run);
    Ok(Resolved { build, host, run })
}

/// Says of outputs of the same recipe that were not found that they have to be built before.
fn with_siblings(error: Error, variant: &RenderedVariant) -> Error {
    let Error::Solve { environment, mut explanation, conflict, mut nearest } = error else { return error };
    // Those that have to be built before, and those that are only pinned.
    let siblings: BTreeSet<String> =
        variant.needs.iter().chain(variant.subpackages.keys()).map(|name| name.to_lowercase()).collect();
    let missing = conflict.as_deref().map(Conflict::missing_names).unwrap_or_default();
    nearest.retain(|near| !siblings.contains(&near.name));
    for name in siblings.iter().filter(|name| !name.eq_ignore_ascii_case(&variant.name) && missing.contains(*name)) {
        explanation.push_str(&format!(
            "\n`{name}` is an output of the same recipe: build it first, into the output folder or a channel"
        ));
    }
    Error::Solve { environment, explanation, conflict, nearest }
}

fn run_dependencies(known: &Known<'_>, requirements: &Requirements) -> Result<RunDependencies> {
    let exports = &requirements.run_exports;
    let extras = requirements.extras.iter().map(|(name, list)| Ok((name.clone(), known.for_package(list)?)));
    Ok(RunDependencies {
        depends: known.for_package(&requirements.run)?,
        constrains: known.for_package(&requirements.run_constraints)?,
        extras: extras.collect::<Result<_>>()?,
        run_exports: FinalRunExports {
            noarch: known.for_package(&exports.noarch)?,
            strong: known.for_package(&exports.strong)?,
            strong_constraints: known.for_package(&exports.strong_constraints)?,
            weak: known.for_package(&exports.weak)?,
            weak_constraints: known.for_package(&exports.weak_constraints)?,
        },
    })
}

struct Environments {
    build: ResolvedEnvironment,
    host: ResolvedEnvironment,
    build_exports: Direct,
    host_exports: Direct,
}

struct Solver<'a> {
    settings: &'a SolveSettings,
    channels: CurrentChannels,
    exclude_newer: Option<ExcludeNewer>,
    existing: Existing,
    services: &'a SharedClients,
    progress: &'a Progress,
    cancel: &'a Cancel,
}

impl Solver<'_> {
    async fn apart(
        &self,
        variant: &RenderedVariant,
        requirements: &Requirements,
        platforms: Platforms,
        ignored: &Ignored,
    ) -> Result<Environments> {
        let before = Known { variant, solved: &[] };
        let mut build_specs = before.for_environment(&requirements.build)?;
        build_specs.extend(self.existing.build.further());
        let host_before_build = if build_specs.is_empty() { &[] } else { requirements.host.as_slice() };
        let (build, ()) = tokio::join!(
            self.environment(Environment::Build, platforms.build, build_specs),
            self.look_ahead(&before, host_before_build, platforms.host),
        );
        let (build, build_exports) = build?;
        let solved: [&[RepoDataRecord]; 1] = [&build.records];
        let known = Known { variant, solved: if requirements.build.is_empty() { &[] } else { &solved } };
        let mut host_specs = known.for_environment(&requirements.host)?;
        host_specs.extend(self.existing.host.further());
        host_specs.extend(build_exports.for_host(ignored));
        let (host, host_exports) = self.environment(Environment::Host, platforms.host, host_specs).await?;
        Ok(Environments { build, host, build_exports, host_exports })
    }

    /// One environment for both. What its build requirements export strongly is part of it as well, so it is solved a
    /// second time where that adds something.
    async fn merged(
        &self,
        variant: &RenderedVariant,
        requirements: &Requirements,
        platforms: Platforms,
        ignored: &Ignored,
    ) -> Result<Environments> {
        let before = Known { variant, solved: &[] };
        let host_specs = before.for_environment(&requirements.host)?;
        let mut specs = host_specs.clone();
        specs.extend(before.for_environment(&requirements.build)?);
        specs.extend(self.existing.host.further());
        let (mut host, mut build_exports) = self.environment(Environment::Host, platforms.host, specs.clone()).await?;
        let mut host_exports = build_exports.split_off(&host_specs)?;
        let exported = build_exports.for_host(ignored);
        if !exported.is_empty() {
            specs.extend(exported);
            (host, build_exports) = self.environment(Environment::Host, platforms.host, specs).await?;
            host_exports = build_exports.split_off(&host_specs)?;
        }
        Ok(Environments { build: ResolvedEnvironment::empty(platforms.build), host, build_exports, host_exports })
    }

    async fn environment(
        &self,
        environment: Environment,
        platform: Subdir,
        specs: Vec<FinalDependency>,
    ) -> Result<(ResolvedEnvironment, Direct)> {
        if let Some(lock) = &self.settings.lock {
            return self.locked(lock, environment, platform, specs).boxed().await;
        }
        if specs.is_empty() {
            return Ok((ResolvedEnvironment::empty(platform), Direct::default()));
        }
        let Self { channels, services, progress, cancel, .. } = self;
        let wanted = match_specs(&specs)?;
        let (virtual_packages, available) = cancel
            .run(async {
                tokio::try_join!(virtual_packages(platform, progress), self.query(environment, platform, &wanted))
            })
            .await?;
        report::problem(progress, platform, &virtual_packages, channels, &specs);
        let keep = if environment == Environment::Build { &self.existing.build } else { &self.existing.host };
        let favored = keep.favored(&specs, &available)?;
        let mut records = self.solve(environment, platform, available, wanted, favored, virtual_packages).await?;
        report::solution(progress, &records);
        let direct = cancel.run(Direct::read(services, &mut records, &specs, progress)).await?;
        Ok((ResolvedEnvironment { platform, specs, records }, direct))
    }

    /// The packages that a lock names, in place of what the solver would choose.
    async fn locked(
        &self,
        lock: &EnvironmentLock,
        environment: Environment,
        platform: Subdir,
        specs: Vec<FinalDependency>,
    ) -> Result<(ResolvedEnvironment, Direct)> {
        let Self { channels, services, progress, cancel, .. } = self;
        progress.info(format!("Installing the {environment} environment from a lock"));
        let reader = LockReader { services, channels, platform, environment, progress };
        let mut records = cancel.run(reader.records(lock.packages(environment))).await?;
        check_satisfied(&match_specs(&specs)?, &records, environment)?;
        report::solution(progress, &records);
        let direct = cancel.run(Direct::read(services, &mut records, &specs, progress)).await?;
        Ok((ResolvedEnvironment { platform, specs, records }, direct))
    }

    async fn query(&self, environment: Environment, platform: Subdir, specs: &[MatchSpec]) -> Result<Vec<RepoData>> {
        gateway::records(self.services, &self.channels, platform, specs, environment, self.progress).await
    }

    async fn solve(
        &self,
        environment: Environment,
        platform: Subdir,
        available: Vec<RepoData>,
        specs: Vec<MatchSpec>,
        favored: Vec<RepoDataRecord>,
        virtual_packages: Vec<GenericVirtualPackage>,
    ) -> Result<Vec<RepoDataRecord>> {
        let problem = Problem {
            available,
            specs,
            favored,
            pinned: Vec::new(),
            virtual_packages,
            priority: self.settings.priority,
            exclude_newer: self.exclude_newer.clone(),
        };
        match solve(problem, environment, self.progress, self.cancel).await {
            Err(error) => Err(with_nearest(error, self.services, &self.channels, platform).await),
            solved => solved,
        }
    }

    /// Reads what host will need as far as it is known before build is solved, so that it is in memory then. Whatever
    /// goes wrong will go wrong again, and be reported, when it is needed.
    async fn look_ahead(&self, known: &Known<'_>, host: &[Dependency], platform: Subdir) {
        let without_compatible: Vec<Dependency> =
            host.iter().filter(|dependency| !matches!(dependency, Dependency::PinCompatible(_))).cloned().collect();
        let Ok(specs) = known.for_environment(&without_compatible).and_then(|specs| match_specs(&specs)) else {
            return;
        };
        if self.settings.lock.is_some() {
            return;
        }
        let _ = self.cancel.run(self.query(Environment::Host, platform, &specs)).await;
    }
}
