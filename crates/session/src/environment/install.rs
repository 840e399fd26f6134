//! Resolved packages → prefixes.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use sidewinder_installer::{Fetched, Request, Transaction, init_prefix, python_info};

use super::link::{fetch, link};
use super::shared_clients::SharedClients;
use super::solve::{
    FinalDependency, Origin, Resolved, ResolvedEnvironment, RunDependencies, SolveSettings, resolve_on,
};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::progress::{Environment, Progress};
use sidewinder_recipe::render::RenderedVariant;

/// Clobbered files that a warning names.
const CLOBBERED_SHOWN: usize = 5;

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
    services: &SharedClients,
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
    services: &SharedClients,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Resolved> {
    let resolved = resolve_on(variant, inherited, settings, services, progress, cancel).await?;
    install(&resolved, prefixes, services, progress, cancel).await?;
    Ok(resolved)
}

/// Installs packages into two new prefixes.
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
    services: &SharedClients,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<()> {
    cancel.check()?;
    let mut environments = vec![(Environment::Host, prefixes.host, &resolved.host)];
    if prefixes.build != prefixes.host {
        environments.insert(0, (Environment::Build, prefixes.build, &resolved.build));
    }
    let mut new = Vec::new();
    for (environment, prefix, _) in &environments {
        if is_empty(prefix)? {
            new.push(*prefix);
        }
        init_prefix(prefix).map_err(|error| Error::from_installer(error, *environment))?;
    }
    let result = install_packages(&environments, services, progress, cancel).await;
    if result.is_err() {
        for prefix in new {
            services.forget_prefix(prefix).await;
            clear(prefix)?;
        }
    }
    result
}

async fn install_packages(
    environments: &[(Environment, &Path, &ResolvedEnvironment)],
    services: &SharedClients,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<()> {
    let wanted: Vec<_> = environments
        .iter()
        .map(|(environment, prefix, resolved)| {
            (*environment, Request { prefix, records: resolved.records.iter().collect() })
        })
        .collect();
    let fetched = fetch(&wanted, services, progress, cancel).await?;
    let mut linking = Vec::new();
    let fetched = &fetched;
    for (environment, prefix, resolved) in environments {
        if resolved.records.is_empty() {
            progress.info(format!("✔ Successfully updated the {environment} environment"));
            continue;
        }
        let requested_specs = resolved.specs.iter().filter(|spec| !matches!(spec.origin, Origin::RunExport { .. }));
        let transaction = Transaction {
            prefix: prefix.to_path_buf(),
            platform: resolved.platform,
            records: resolved.records.clone(),
            requested: requested_specs.map(FinalDependency::match_spec).collect::<Result<_>>()?,
            installed: Vec::new(),
            sharing: services.sharing(),
        };
        warn_of_clobbering(*environment, &transaction, fetched, services, progress).await?;
        linking.push(async {
            cancel.check()?;
            link(*environment, transaction, fetched, services, progress, cancel).await
        });
    }
    // All are waited for, even when one fails: nothing may still write when this returns.
    for result in futures::future::join_all(linking).await {
        result?;
    }
    Ok(cancel.check()?)
}

/// Says which files several packages of an environment contain: only one of them can be in the prefix.
async fn warn_of_clobbering(
    environment: Environment,
    transaction: &Transaction,
    fetched: &Fetched,
    services: &SharedClients,
    progress: &Progress,
) -> Result<()> {
    let packages = services.installer().read_packages(transaction, fetched).await;
    let packages = packages.map_err(|error| Error::from_installer(error, environment))?;
    let python = python_info(&transaction.records, transaction.platform);
    let mut owners: HashMap<PathBuf, &str> = HashMap::new();
    let mut clobbered: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for package in &packages {
        let name = package.record().package_record.name.as_normalized();
        for entry in &package.paths().paths {
            let path = package.target_path(entry, python.as_ref()).into_owned();
            match owners.get(&path) {
                Some(owner) => clobbered.entry((*owner, name)).or_default().push(path.display().to_string()),
                None => {
                    owners.insert(path, name);
                }
            }
        }
    }
    for ((one, other), files) in clobbered {
        let shown = files.iter().take(CLOBBERED_SHOWN).cloned().collect::<Vec<_>>().join(", ");
        let more = files.len().saturating_sub(CLOBBERED_SHOWN);
        let more = if more == 0 { String::new() } else { format!(", and {more} more") };
        progress
            .warn(format!("{one} and {other} in the {environment} environment contain the same files: {shown}{more}"));
    }
    Ok(())
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
