//! Unpacked packages → a prefix.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rattler::install::link_script::LinkScriptType;
use rattler::install::{Installer, InstallerError, LinkOptions};
use rattler_conda_types::prefix::Prefix;
use rattler_conda_types::{MatchSpec, PackageRecord, PrefixRecord, RepoDataRecord, Subdir};

use super::contents::{Contents, contents, python};
use super::fetch::{Fetched, install_error};
use super::folders::link_packages_with_folders;
use super::link_files::link_files;
use super::link_reporter::LinkReporter;
use super::link_scripts::run_link_scripts;
use super::modes::close;
use super::plan::Plan;
use super::records::forget_secrets;
use super::services::Services;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::progress::{Environment, Phase, Progress};

/// What a prefix is to hold.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) environment: Environment,
    pub(super) prefix: PathBuf,
    pub(super) platform: Subdir,
    /// All packages.
    pub(super) records: Vec<RepoDataRecord>,
    /// What was asked for, recorded with the packages that it names.
    pub(super) requested: Vec<MatchSpec>,
    /// The packages that are there now.
    pub(super) installed: Vec<PrefixRecord>,
}

impl Target {
    /// The packages that are not installed yet, in any build.
    pub(super) fn new_records(&self) -> Vec<RepoDataRecord> {
        let is_new = |record: &&RepoDataRecord| {
            let name = &record.package_record.name;
            !self.installed.iter().any(|old| old.repodata_record.package_record.name == *name)
        };
        self.records.iter().filter(is_new).cloned().collect()
    }
}

/// Makes a prefix without packages: `conda-meta/history` and the mark that keeps it out of backups.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn skeleton(prefix: &Path) -> Result<()> {
    Prefix::create(prefix).map(drop).map_err(Error::io("cannot create", prefix))
}

/// Links and unlinks packages until the prefix holds what it is to hold, then runs link scripts.
///
/// No file is shared with the package cache, unless the file system copies it on the first write. Hard links to the
/// cache, which conda clients prefer, would let a script that edits an installed file in place change it, and with it all
/// environments of the machine; so files are linked to those of packages that no other environment has (see the pool), or
/// copied.
///
/// Linking cannot be stopped half-way, and takes no longer than the files take to be copied; link scripts can.
///
/// # Errors
/// [`Error::Install`], naming the package where one is to blame; [`Error::Cancelled`].
pub(super) async fn link(
    mut target: Target,
    fetched: &Fetched,
    services: &Services,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<()> {
    let environment = target.environment;
    let scripts = Scripts::of(&target);
    scripts.before(progress, cancel).await?;
    let phase = progress.phase(Phase::Link, Some(environment));
    let contents = Arc::new(contents(&target, fetched, services.listings()).await?);
    let (linked, is_all) = match link_to_pool(&contents, &target, fetched, progress).await? {
        Some(linked) => (linked, true),
        None => {
            let special: Vec<_> = contents.iter().filter(|package| package.has_folders()).cloned().collect();
            (link_packages_with_folders(&special, &target).await?, false)
        }
    };
    let is_done = is_all && target.installed.is_empty();
    target.installed.extend(linked.iter().cloned());
    if !is_done {
        // Also records what was asked for with packages that were there already.
        install(&target, fetched, services, progress).await?;
    }
    forget_secrets(&target.prefix, &target.records)?;
    if !is_all {
        let python = python(&target.records, target.platform);
        let of = |package: &Contents| -> Vec<PathBuf> {
            let entries = package.paths().paths.iter();
            entries.map(|entry| target.prefix.join(package.target_path(entry, python.as_ref()))).collect()
        };
        close(contents.iter().flat_map(of).collect()).await?;
    }
    scripts.after(progress, cancel).await?;
    drop(phase);
    progress.info(format!("✔ Successfully updated the {environment} environment"));
    Ok(())
}

/// Links to new packages in the pool; `None` where there is none, or where more has to be done than adding files.
async fn link_to_pool(
    contents: &Arc<Vec<Contents>>,
    target: &Target,
    fetched: &Fetched,
    progress: &Progress,
) -> Result<Option<Vec<PrefixRecord>>> {
    if contents.is_empty() {
        return Ok(Some(Vec::new()));
    }
    if fetched.lease().is_none() {
        return Ok(None);
    }
    let planning = tokio::task::spawn_blocking({
        let (contents, target) = (Arc::clone(contents), target.clone());
        move || Plan::of(&contents, &target)
    });
    let plan = planning.await.map_err(|error| Error::Internal { reason: format!("cannot plan packages: {error}") })?;
    let Some(plan) = plan else { return Ok(None) };
    link_files(Arc::clone(contents), plan, target, progress).await.map(Some)
}

/// Has rattler's installer do what is left to do; files are copied.
async fn install(target: &Target, fetched: &Fetched, services: &Services, progress: &Progress) -> Result<()> {
    let Target { environment, prefix, platform, records, requested, installed } = target.clone();
    let installer = Installer::new()
        .with_package_cache(fetched.cache().clone())
        .with_download_client(services.client().clone())
        .with_concurrent_requests_semaphore(services.requests())
        .with_target_platform(platform)
        .with_installed_packages(installed)
        .with_requested_specs(requested)
        .with_execute_link_scripts(false)
        .with_link_options(LinkOptions {
            allow_hard_links: Some(false),
            allow_ref_links: None,
            allow_symbolic_links: None,
        })
        .with_reporter(LinkReporter::new(progress.clone()));
    // Deep futures and files: not for the caller's thread.
    let runtime = tokio::runtime::Handle::current();
    let linking = tokio::task::spawn_blocking(move || runtime.block_on(installer.install(prefix, records)));
    linking
        .await
        .map_err(|error| Error::Internal { reason: format!("the installer stopped: {error}") })?
        .map_err(|error| match &error {
            InstallerError::Cancelled => Error::Cancelled,
            InstallerError::FailedToFetch(package, _)
            | InstallerError::LinkError(package, _)
            | InstallerError::UnlinkError(package, _) => install_error(environment, Some(package.clone()), &error),
            _ => install_error(environment, None, &error),
        })
        .map(drop)
}

/// The packages whose link scripts run, with dependencies before dependants.
struct Scripts {
    prefix: PathBuf,
    platform: Subdir,
    going: Vec<PackageRecord>,
    coming: Vec<PackageRecord>,
}

impl Scripts {
    fn of(target: &Target) -> Self {
        let is_installed = |record: &&RepoDataRecord| {
            target.installed.iter().any(|old| old.repodata_record.identifier == record.identifier)
        };
        let stays = |old: &&PrefixRecord| {
            target.records.iter().any(|record| record.identifier == old.repodata_record.identifier)
        };
        let coming = target.records.iter().filter(|record| !is_installed(record));
        let going = target.installed.iter().filter(|old| !stays(old));
        Self {
            prefix: target.prefix.clone(),
            platform: target.platform,
            going: going.map(|old| old.repodata_record.package_record.clone()).collect(),
            coming: coming.map(|record| record.package_record.clone()).collect(),
        }
    }

    async fn before(&self, progress: &Progress, cancel: &Cancel) -> Result<()> {
        run_link_scripts(LinkScriptType::PreUnlink, &self.going, &self.prefix, self.platform, progress, cancel).await
    }

    async fn after(&self, progress: &Progress, cancel: &Cancel) -> Result<()> {
        run_link_scripts(LinkScriptType::PostLink, &self.coming, &self.prefix, self.platform, progress, cancel).await
    }
}
