//! Links fetched packages into a prefix.

use std::sync::Arc;

use rattler_conda_types::{PrefixRecord, RepoDataRecord};

use crate::cancel::Cancel;
use crate::environment_record::{InstalledFile, LinkedPackage};
use crate::error::{Error, Result};
use crate::extracted_package::ExtractedPackage;
use crate::fetch::{Fetched, Request};
use crate::installer::Installer;
use crate::link_driver::{link_with_driver, operations};
use crate::link_files::{LinkError, Linked, link_files, requested_specs, write_prefix_record};
use crate::link_plan::{LinkPlan, Place};
use crate::package_key::PackageKey;
use crate::parallel::in_parallel;
use crate::pool::LinkMode;
use crate::pool_entry::path_text;
use crate::read_packages::read_packages;
use crate::redact_prefix_records::redact_prefix_records;
use crate::reporter::{Reporter, Silent};
use crate::transaction::{Sharing, Transaction};

/// How often packages of the pool are repaired before linking gives up. Each time another session must have edited a
/// file in the meantime.
const MAX_REPAIRS: usize = 5;

impl Installer {
    /// Reads and validates the new packages of a transaction without linking them.
    ///
    /// # Errors
    /// [`Error::Package`] for a package whose list of files cannot be read, or that fails validation.
    pub async fn read_packages(&self, transaction: &Transaction, fetched: &Fetched) -> Result<Vec<ExtractedPackage>> {
        let reporter: Arc<dyn Reporter> = Arc::new(Silent);
        self.read_intact(transaction.new_records(), transaction, fetched, &reporter).await
    }

    /// Reads packages. Those that cannot be read because somebody damaged them in the pool are repaired first.
    async fn read_intact(
        &self,
        records: Vec<RepoDataRecord>,
        transaction: &Transaction,
        fetched: &Fetched,
        reporter: &Arc<dyn Reporter>,
    ) -> Result<Vec<ExtractedPackage>> {
        let failed = match read_packages(records.clone(), transaction, fetched, &self.metadata).await {
            Err(error @ Error::Package { .. }) => error,
            read => return read,
        };
        let (pool, checked) = (self.pool.clone(), records.clone());
        let checking = tokio::task::spawn_blocking(move || -> std::io::Result<_> {
            let mut damaged = Vec::new();
            for record in checked {
                if let Some(entry) = pool.entry(&record)
                    && !entry.is_intact()?
                {
                    damaged.push(record);
                }
            }
            Ok(damaged)
        });
        let damaged = checking.await.map_err(|error| Error::Internal { reason: error.to_string() })?;
        let damaged = damaged.map_err(Error::io("cannot check the packages in", self.pool.folder()))?;
        if damaged.is_empty() {
            return Err(failed);
        }
        for record in &damaged {
            Box::pin(self.repair(record, &[], reporter)).await?;
        }
        read_packages(records, transaction, fetched, &self.metadata).await
    }

    /// Links and unlinks packages until the prefix contains exactly the packages of the transaction. Packages that were
    /// not fetched are fetched now. Link scripts are not run.
    ///
    /// With [`Sharing::Shared`], files are hard links to the pool. Each is checked before it is linked: what another
    /// session edited is repaired first. Only files with the text of their prefix are copied.
    ///
    /// Linking cannot be cancelled half-way; the handle is checked before it begins.
    ///
    /// # Errors
    /// [`Error::Package`], naming the package where one is to blame, [`Error::Io`] and [`Error::Cancelled`].
    pub async fn link(
        &self,
        transaction: Transaction,
        fetched: &Fetched,
        reporter: Arc<dyn Reporter>,
        cancel: &Cancel,
    ) -> Result<()> {
        cancel.check()?;
        let operations = operations(&transaction)?;
        let records: Vec<RepoDataRecord> = operations.installed_packages().cloned().collect();
        let missing: Vec<&RepoDataRecord> = records.iter().filter(|record| fetched.get(record).is_none()).collect();
        let request = Request { prefix: &transaction.prefix, records: missing };
        let fetched = fetched.extended(&Box::pin(self.fetch(&[request], &reporter, cancel)).await?);
        let packages = Arc::new(self.read_intact(records, &transaction, &fetched, &reporter).await?);
        let mode = match transaction.sharing {
            Sharing::Shared => self.pool.link_mode(&transaction.prefix),
            Sharing::Private => LinkMode::Copy,
        };
        let mut repairs = 0;
        let mut is_driven = false;
        let linked = loop {
            let plan = plan(&packages, &transaction).await?;
            is_driven |= plan.is_none();
            self.register(&packages, plan.as_ref(), mode, &transaction)?;
            let done = match plan {
                Some(plan) => Box::pin(link_files(Arc::clone(&packages), plan, mode, &transaction, &reporter)).await,
                None => Box::pin(link_with_driver(&packages, &operations, mode, &transaction, &reporter)).await,
            };
            match done {
                Ok(linked) => break linked,
                Err(LinkError::Failed(error)) => return Err(error),
                Err(LinkError::Damaged(numbers)) if repairs < MAX_REPAIRS => {
                    repairs += 1;
                    for package in numbers.iter().filter_map(|number| packages.get(*number)) {
                        Box::pin(self.repair(&package.record, &[], &reporter)).await?;
                    }
                }
                Err(LinkError::Damaged(numbers)) => {
                    let package = numbers.first().and_then(|number| packages.get(*number));
                    let name = package.map(|package| package.record.identifier.to_string()).unwrap_or_default();
                    let reason = "its files in the package pool are edited again and again by another session";
                    return Err(Error::refused(&transaction.prefix, name, reason));
                }
            }
        };
        self.complete(linked, &transaction)?;
        if is_driven {
            // Files that two packages contain changed places: nobody edited them.
            self.accept(&transaction.prefix).await?;
        }
        redact_prefix_records(&transaction.prefix, &transaction.records)
    }

    /// Records which files a prefix is about to share, so that a repair at the same time reaches them.
    fn register(
        &self,
        packages: &[ExtractedPackage],
        plan: Option<&LinkPlan>,
        mode: LinkMode,
        transaction: &Transaction,
    ) -> Result<()> {
        let (Some(plan), LinkMode::Hard) = (plan, mode) else { return Ok(()) };
        let planned = packages.iter().zip(&plan.places).map(|(package, places)| {
            let links = package.paths().paths.iter().zip(places).filter_map(|(entry, place)| match place {
                Place::Link(place) => {
                    let (source, place) = (path_text(&entry.relative_path)?, path_text(place)?);
                    Some(InstalledFile { source: (source != place).then_some(source), place, private: None })
                }
                _ => None,
            });
            LinkedPackage {
                name: package.record.package_record.name.as_normalized().to_owned(),
                key: package.entry.as_ref().and_then(|_| PackageKey::of(&package.record)),
                files: links.collect(),
            }
        });
        self.update_record(transaction, planned.collect())
    }

    /// Records what was linked, and with the packages that were already installed what is asked for now.
    fn complete(&self, linked: Linked, transaction: &Transaction) -> Result<()> {
        let is_new = |old: &&PrefixRecord| {
            let name = &old.repodata_record.package_record.name;
            !linked.records.iter().any(|new| new.repodata_record.package_record.name == *name)
                && transaction.records.iter().any(|record| record.package_record.name == *name)
        };
        let kept: Vec<&PrefixRecord> = transaction.installed.iter().filter(is_new).collect();
        in_parallel(&kept, |old| {
            let specs = requested_specs(&old.repodata_record.package_record.name, &transaction.requested);
            #[expect(deprecated, reason = "older clients wrote it")]
            let is_same = old.requested_specs == specs && old.requested_spec.is_none();
            if is_same {
                return Ok(());
            }
            let mut record = (*old).clone();
            record.requested_specs = specs;
            #[expect(deprecated, reason = "older clients wrote it")]
            {
                record.requested_spec = None;
            }
            write_prefix_record(&record, &transaction.prefix)
        })?;
        self.update_record(transaction, linked.packages)
    }

    /// Adds packages to the record of a prefix, and removes those that are no longer installed.
    fn update_record(&self, transaction: &Transaction, packages: Vec<LinkedPackage>) -> Result<()> {
        let prefix = &transaction.prefix;
        let is_installed =
            |name: &str| transaction.records.iter().any(|record| record.package_record.name.as_normalized() == name);
        let updated = self.pool.environments().update(prefix, |record| {
            let record = record.get_or_insert_default();
            record.prefix.clone_from(prefix);
            record.packages.retain(|old| is_installed(&old.name) && !packages.iter().any(|new| new.name == old.name));
            record.packages.extend(packages);
            Ok(())
        });
        updated.map_err(Error::io("cannot record", prefix))
    }
}

/// Plans where files go; `None` where more than adding files has to be done.
async fn plan(packages: &Arc<Vec<ExtractedPackage>>, transaction: &Transaction) -> Result<Option<LinkPlan>> {
    let (packages, transaction) = (Arc::clone(packages), transaction.clone());
    let planning = tokio::task::spawn_blocking(move || LinkPlan::of(&packages, &transaction));
    planning.await.map_err(|error| Error::Internal { reason: format!("cannot plan packages: {error}") })
}
