//! Extracted packages → a prefix.

use std::path::PathBuf;
use std::sync::Arc;

use rattler::install::{InstallerError, LinkOptions};
use rattler_conda_types::PrefixRecord;

use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::extracted_package::{ExtractedPackage, python_info};
use crate::fetch::Fetched;
use crate::file_modes::deny_writing_to_others;
use crate::installer::Installer;
use crate::link_files::link_files;
use crate::link_plan::LinkPlan;
use crate::link_reporter::LinkReporter;
use crate::packages_with_folders::link_packages_with_folders;
use crate::read_packages::read_packages;
use crate::redact_prefix_records::redact_prefix_records;
use crate::reporter::Reporter;
use crate::transaction::Transaction;

impl Installer {
    /// Reads and validates the new packages of a transaction without linking them.
    ///
    /// # Errors
    /// [`Error::Package`] for a package whose list of files cannot be read, or that fails validation.
    pub async fn read_packages(&self, transaction: &Transaction, fetched: &Fetched) -> Result<Vec<ExtractedPackage>> {
        read_packages(transaction, fetched, &self.metadata).await
    }

    /// Links and unlinks packages until the prefix contains exactly the packages of the transaction. Link scripts are not
    /// run.
    ///
    /// No file is shared with the package cache of other conda clients: a script that edits an installed file in place
    /// would change it for all environments of the machine.
    ///
    /// Linking cannot be cancelled half-way; the handle is checked before it begins.
    ///
    /// # Errors
    /// [`Error::Package`], naming the package where one is to blame, [`Error::Io`] and [`Error::Cancelled`].
    pub async fn link(
        &self,
        mut transaction: Transaction,
        fetched: &Fetched,
        reporter: Arc<dyn Reporter>,
        cancel: &Cancel,
    ) -> Result<()> {
        cancel.check()?;
        let packages = Arc::new(read_packages(&transaction, fetched, &self.metadata).await?);
        let (linked, is_all) = match link_to_pool(&packages, &transaction, fetched, &reporter).await? {
            Some(linked) => (linked, true),
            None => {
                let special: Vec<_> = packages.iter().filter(|package| package.has_folders()).cloned().collect();
                (link_packages_with_folders(&special, &transaction).await?, false)
            }
        };
        let is_done = is_all && transaction.installed.is_empty();
        transaction.installed.extend(linked.iter().cloned());
        if !is_done {
            // Also records the requested specs with packages that were already installed.
            self.run_rattler(&transaction, fetched, reporter).await?;
        }
        redact_prefix_records(&transaction.prefix, &transaction.records)?;
        if !is_all {
            let python = python_info(&transaction.records, transaction.platform);
            let of = |package: &ExtractedPackage| -> Vec<PathBuf> {
                let entries = package.paths().paths.iter();
                entries.map(|entry| transaction.prefix.join(package.target_path(entry, python.as_ref()))).collect()
            };
            deny_writing_to_others(packages.iter().flat_map(of).collect()).await?;
        }
        Ok(())
    }

    /// Has rattler's installer do what is left to do; files are copied.
    async fn run_rattler(
        &self,
        transaction: &Transaction,
        fetched: &Fetched,
        reporter: Arc<dyn Reporter>,
    ) -> Result<()> {
        let Transaction { prefix, platform, records, requested, installed } = transaction.clone();
        let installer = rattler::install::Installer::new()
            .with_package_cache(fetched.cache().clone())
            .with_download_client(self.client.clone())
            .with_concurrent_requests_semaphore(Arc::clone(&self.requests))
            .with_target_platform(platform)
            .with_installed_packages(installed)
            .with_requested_specs(requested)
            .with_execute_link_scripts(false)
            .with_link_options(LinkOptions {
                allow_hard_links: Some(false),
                allow_ref_links: None,
                allow_symbolic_links: None,
            })
            .with_reporter(LinkReporter::new(reporter));
        // rattler's futures are deep: polled on the caller's thread they could overflow its stack.
        let runtime = tokio::runtime::Handle::current();
        let target = prefix.clone();
        let linking = tokio::task::spawn_blocking(move || runtime.block_on(installer.install(target, records)));
        linking
            .await
            .map_err(|error| Error::Internal { reason: format!("the installer stopped: {error}") })?
            .map_err(|error| match &error {
                InstallerError::Cancelled => crate::cancel::Cancelled.into(),
                InstallerError::FailedToFetch(package, _)
                | InstallerError::LinkError(package, _)
                | InstallerError::UnlinkError(package, _) => {
                    let package = package.clone();
                    Error::package(Some(&prefix), Some(package), error)
                }
                _ => Error::package(Some(&prefix), None, error),
            })
            .map(drop)
    }
}

/// Links new packages from the pool; `None` without a pool, and where more than adding files has to be done.
async fn link_to_pool(
    packages: &Arc<Vec<ExtractedPackage>>,
    transaction: &Transaction,
    fetched: &Fetched,
    reporter: &Arc<dyn Reporter>,
) -> Result<Option<Vec<PrefixRecord>>> {
    if packages.is_empty() {
        return Ok(Some(Vec::new()));
    }
    if fetched.slot().is_none() {
        return Ok(None);
    }
    let planning = tokio::task::spawn_blocking({
        let (packages, transaction) = (Arc::clone(packages), transaction.clone());
        move || LinkPlan::of(&packages, &transaction)
    });
    let plan = planning.await.map_err(|error| Error::Internal { reason: format!("cannot plan packages: {error}") })?;
    let Some(plan) = plan else { return Ok(None) };
    link_files(Arc::clone(packages), plan, transaction, reporter).await.map(Some)
}
