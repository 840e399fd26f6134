//! Resolved packages → prefixes.

use std::path::Path;

use super::fetch::{Wanted, fetch};
use super::link::{Target, link, skeleton};
use super::resolve::{Resolved, ResolvedEnvironment, RunDependencies, SolveSettings, resolve_on};
use super::services::Services;
use super::specs::Origin;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::progress::{Environment, Progress};
use sidewinder_recipe::render::RenderedVariant;

/// Where the environments go. The two are the same where a recipe merges them.
#[derive(Clone, Copy, Debug)]
pub struct Prefixes<'a> {
    /// The build prefix.
    pub build: &'a Path,
    /// The host prefix.
    pub host: &'a Path,
}

/// Chooses packages and installs them: [`super::resolve`] and [`install`] in one go.
///
/// # Errors
/// Those of both.
pub async fn set_up(
    variant: &RenderedVariant,
    settings: &SolveSettings,
    prefixes: Prefixes<'_>,
    services: &Services,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Resolved> {
    set_up_on(variant, RunDependencies::default(), settings, prefixes, services, progress, cancel).await
}

/// As [`set_up`], for a package that also needs what the staging output passes on that it builds on.
///
/// # Errors
/// Those of [`set_up`].
pub async fn set_up_on(
    variant: &RenderedVariant,
    inherited: RunDependencies,
    settings: &SolveSettings,
    prefixes: Prefixes<'_>,
    services: &Services,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Resolved> {
    let resolved = resolve_on(variant, inherited, settings, services, progress, cancel).await?;
    install(&resolved, prefixes, services, progress, cancel).await?;
    Ok(resolved)
}

/// Brings packages into two new prefixes.
///
/// Both are prefixes afterwards even where they hold no package; then nothing is fetched. Do not drop the future to
/// stop it, use the cancel handle: what cannot be stopped at once is waited for, and prefixes that were new are empty
/// afterwards, as after any error.
///
/// # Errors
/// [`Error::Install`], naming the package, [`Error::Io`] and [`Error::Cancelled`].
pub async fn install(
    resolved: &Resolved,
    prefixes: Prefixes<'_>,
    services: &Services,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<()> {
    cancel.check()?;
    let mut environments = vec![(Environment::Host, prefixes.host, &resolved.host)];
    if prefixes.build != prefixes.host {
        environments.insert(0, (Environment::Build, prefixes.build, &resolved.build));
    }
    let mut new = Vec::new();
    for (_, prefix, _) in &environments {
        if is_empty(prefix)? {
            new.push(*prefix);
        }
        skeleton(prefix)?;
    }
    let result = bring_in(&environments, services, progress, cancel).await;
    if result.is_err() {
        for prefix in new {
            clear(prefix)?;
        }
    }
    result
}

async fn bring_in(
    environments: &[(Environment, &Path, &ResolvedEnvironment)],
    services: &Services,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<()> {
    let wanted = environments.iter().map(|(environment, prefix, resolved)| Wanted {
        environment: *environment,
        prefix,
        records: resolved.records.iter().collect(),
    });
    let fetched = fetch(wanted.collect(), services, progress, cancel).await?;
    let mut linking = Vec::new();
    for ((environment, prefix, resolved), fetched) in environments.iter().zip(&fetched) {
        if resolved.records.is_empty() {
            progress.info(format!("✔ Successfully updated the {environment} environment"));
            continue;
        }
        let asked = resolved.specs.iter().filter(|spec| !matches!(spec.origin, Origin::RunExport { .. }));
        let target = Target {
            environment: *environment,
            prefix: prefix.to_path_buf(),
            platform: resolved.platform,
            records: resolved.records.clone(),
            requested: asked.map(super::specs::FinalDependency::match_spec).collect::<Result<_>>()?,
            installed: Vec::new(),
        };
        linking.push(async {
            cancel.check()?;
            link(target, fetched, services, progress, cancel).await
        });
    }
    // All are waited for, even when one fails: nothing may still write when this returns.
    for result in futures::future::join_all(linking).await {
        result?;
    }
    cancel.check()
}

fn is_empty(prefix: &Path) -> Result<bool> {
    match fs_err::read_dir(prefix) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(Error::io("cannot read", prefix)(error)),
    }
}

/// Removes everything in a prefix.
fn clear(prefix: &Path) -> Result<()> {
    fs_err::remove_dir_all(prefix)
        .and_then(|()| fs_err::create_dir_all(prefix))
        .map_err(Error::io("cannot clear", prefix))
}
