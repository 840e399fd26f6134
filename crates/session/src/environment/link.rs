//! Fetches packages and links them into the environments of a session, with their link scripts.

use std::path::Path;
use std::sync::Arc;

use rattler::install::link_script::LinkScriptType;
use rattler_conda_types::{PackageRecord, PrefixRecord, RepoDataRecord, Subdir};
use sidewinder_installer::{Fetched, Reporter, Request, Transaction};

use super::link_scripts::run_link_scripts;
use super::shared_clients::SharedClients;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::progress::{Environment, Phase, Progress};

/// Fetches packages for environments, each given with its prefix.
///
/// # Errors
/// [`Error::Install`], naming the package, and [`Error::Cancelled`].
pub(super) async fn fetch(
    wanted: &[(Environment, Request<'_>)],
    clients: &SharedClients,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Fetched> {
    let _phase =
        wanted.iter().any(|(_, request)| !request.records.is_empty()).then(|| progress.phase(Phase::Download, None));
    let requests: Vec<Request<'_>> = wanted.iter().map(|(_, request)| request.clone()).collect();
    let reporter: Arc<dyn Reporter> = Arc::new(progress.clone());
    Box::pin(clients.installer().fetch(&requests, &reporter, cancel)).await.map_err(|error| {
        let environment = environment_of(error.prefix(), wanted);
        Error::from_installer(error, environment)
    })
}

/// The environment that has a prefix. An error without a prefix is about what all environments share.
fn environment_of(prefix: Option<&Path>, wanted: &[(Environment, Request<'_>)]) -> Environment {
    let of_prefix = wanted.iter().find(|(_, request)| Some(request.prefix) == prefix);
    of_prefix.or(wanted.first()).map_or(Environment::Build, |(environment, _)| *environment)
}

/// Links and unlinks packages until the prefix contains exactly the packages of the transaction, and runs link scripts.
///
/// Linking cannot be cancelled half-way, and takes no longer than copying the files would; link scripts can.
///
/// # Errors
/// [`Error::Install`], naming the package where one is to blame; [`Error::Cancelled`].
pub(super) async fn link(
    environment: Environment,
    transaction: Transaction,
    fetched: &Fetched,
    clients: &SharedClients,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<()> {
    let scripts = LinkScripts::of(&transaction);
    scripts.run_before(progress, cancel).await?;
    let prefix = transaction.prefix.clone();
    let phase = progress.phase(Phase::Link, Some(environment));
    let reporter: Arc<dyn Reporter> = Arc::new(progress.clone());
    let linked = Box::pin(clients.installer().link(transaction, fetched, reporter, cancel)).await;
    linked.map_err(|error| Error::from_installer(error, environment))?;
    let ran = scripts.run_after(progress, cancel).await;
    if !matches!(ran, Ok(false)) {
        // What link scripts edit belongs to the environment.
        let accepted = clients.installer().accept(&prefix).await;
        accepted.map_err(|error| Error::from_installer(error, environment))?;
    }
    ran?;
    drop(phase);
    progress.info(format!("✔ Successfully updated the {environment} environment"));
    Ok(())
}

/// The packages whose link scripts run, with dependencies before dependants.
struct LinkScripts {
    prefix: std::path::PathBuf,
    platform: Subdir,
    removed: Vec<PackageRecord>,
    added: Vec<PackageRecord>,
}

impl LinkScripts {
    fn of(transaction: &Transaction) -> Self {
        let is_installed = |record: &&RepoDataRecord| {
            transaction.installed.iter().any(|old| old.repodata_record.identifier == record.identifier)
        };
        let stays = |old: &&PrefixRecord| {
            transaction.records.iter().any(|record| record.identifier == old.repodata_record.identifier)
        };
        let added = transaction.records.iter().filter(|record| !is_installed(record));
        let removed = transaction.installed.iter().filter(|old| !stays(old));
        Self {
            prefix: transaction.prefix.clone(),
            platform: transaction.platform,
            removed: removed.map(|old| old.repodata_record.package_record.clone()).collect(),
            added: added.map(|record| record.package_record.clone()).collect(),
        }
    }

    async fn run_before(&self, progress: &Progress, cancel: &Cancel) -> Result<bool> {
        run_link_scripts(LinkScriptType::PreUnlink, &self.removed, &self.prefix, self.platform, progress, cancel).await
    }

    async fn run_after(&self, progress: &Progress, cancel: &Cancel) -> Result<bool> {
        run_link_scripts(LinkScriptType::PostLink, &self.added, &self.prefix, self.platform, progress, cancel).await
    }
}
