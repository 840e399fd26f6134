//! Fetches one package into the pool.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rattler_cache::package_cache::{CacheMetadata, CacheReporter, PackageCache, PackageCacheError};
use rattler_conda_types::RepoDataRecord;
use rattler_networking::retry_policies::default_retry_policy;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::error::{Error, Result};
use crate::installer::Installer;
use crate::package_key::folder_name;
use crate::package_metadata::{PackageMetadata, check_readable};
use crate::pool_entry::{EntryLock, PoolEntry};
use crate::reporter::{Reporter, TransferReporter};

/// Waiting for another process longer than this is reported.
const REPORT_WAITING_AFTER: Duration = Duration::from_secs(2);
/// How often a lock that another process holds is tried.
const LOCK_POLL: Duration = Duration::from_millis(20);

/// An extracted package.
#[derive(Clone, Debug)]
pub(crate) struct Extracted {
    /// The folder of its files.
    pub(crate) folder: PathBuf,
    /// Its place in the pool; `None` in the package cache that conda clients share, whose files are only copied.
    pub(crate) entry: Option<PoolEntry>,
}

/// What all fetches of one call share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fetcher<'a> {
    pub(crate) installer: &'a Installer,
    pub(crate) reporter: &'a Arc<dyn Reporter>,
    pub(crate) stop: &'a CancellationToken,
    /// Permits to extract or copy.
    pub(crate) extracting: &'a Semaphore,
}

/// Where the package cache of other conda clients has an entry of this name.
pub(crate) fn cached_folder(record: &RepoDataRecord, installer: &Installer) -> Option<PathBuf> {
    let name = folder_name(&record.package_record);
    installer.shared_cache.layers().iter().map(|layer| layer.path().join(&name)).find(|folder| folder.is_dir())
}

impl Fetcher<'_> {
    /// Fetches a package that is not in the pool yet; `None` when it was stopped. Errors name the prefix.
    pub(crate) async fn fetch(&self, record: &RepoDataRecord, prefix: &Path) -> Option<Result<Extracted>> {
        let fail = |error| Error::package(Some(prefix), Some(record.identifier.to_string()), error);
        let Some(entry) = self.installer.pool.entry(record) else {
            // Without a checksum nothing shows whether the package in the pool is the same.
            let extracted = self.fetch_into(&self.installer.shared_cache, record).await?;
            let extracted = extracted.map(|cached| Extracted { folder: cached.path().to_path_buf(), entry: None });
            return Some(extracted.map_err(fail));
        };
        let extracted = Extracted { folder: entry.folder().to_path_buf(), entry: Some(entry.clone()) };
        if entry.record().is_some() {
            return Some(Ok(extracted));
        }
        let _lock = match self.lock(&entry).await? {
            Ok(lock) => lock,
            Err(error) => return Some(Err(Error::package(Some(prefix), Some(record.identifier.to_string()), error))),
        };
        if entry.record().is_some() {
            return Some(Ok(extracted));
        }
        Some(self.fill(&entry, record, prefix).await?.map(|()| extracted))
    }

    /// Puts a package into its empty place in the pool, while the lock is held: copied from another client's package
    /// cache, or extracted from its archive.
    async fn fill(&self, entry: &PoolEntry, record: &RepoDataRecord, prefix: &Path) -> Option<Result<()>> {
        let package = || Some(record.identifier.to_string());
        let fail_io = |error: std::io::Error| Error::package(Some(prefix), package(), error);
        // What a killed process left.
        let cleared = self.blocking(entry, |entry| entry.clear()).await?;
        if let Err(error) = cleared {
            return Some(Err(fail_io(error)));
        }
        let mut cached_metadata = None;
        if cached_folder(record, self.installer).is_some_and(|cached| check_readable(&cached).is_ok()) {
            let shared = match self.fetch_into(&self.installer.shared_cache, record).await? {
                Ok(shared) => shared,
                Err(error) => return Some(Err(Error::package(Some(prefix), package(), error))),
            };
            let from = shared.path().to_path_buf();
            if let Err(error) = self.blocking(entry, move |entry| entry.import(&from)).await? {
                return Some(Err(fail_io(error)));
            }
        } else {
            match self.fetch_into(&PackageCache::new(entry.root()), record).await? {
                Ok(extracted) => cached_metadata = Some(extracted),
                Err(error) => return Some(Err(Error::package(Some(prefix), package(), error))),
            }
        }
        let finalize = move |entry: &PoolEntry| -> Result<std::io::Result<()>, String> {
            let metadata = PackageMetadata::read(entry.folder(), cached_metadata.as_ref())?;
            Ok(entry.finalize(&metadata))
        };
        Some(match self.blocking(entry, finalize).await? {
            Ok(finalized) => finalized.map_err(fail_io),
            Err(reason) => Err(Error::refused(prefix, record.identifier.to_string(), &reason)),
        })
    }

    /// Waits for the lock of an entry, and says so if that takes long; `None` when it was stopped.
    async fn lock(&self, entry: &PoolEntry) -> Option<std::io::Result<EntryLock>> {
        let started = Instant::now();
        let mut is_reported = false;
        loop {
            match entry.try_lock() {
                Ok(Some(lock)) => return Some(Ok(lock)),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
            if !is_reported && started.elapsed() > REPORT_WAITING_AFTER {
                self.reporter.info("Waiting for another process that fetches packages into the same cache".to_owned());
                is_reported = true;
            }
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return None,
                () = tokio::time::sleep(LOCK_POLL) => {}
            }
        }
    }

    /// Does file work on an entry with a permit; `None` when it was stopped before.
    async fn blocking<T: Send + 'static>(
        &self,
        entry: &PoolEntry,
        work: impl FnOnce(&PoolEntry) -> T + Send + 'static,
    ) -> Option<T> {
        let _permit = self.extracting.acquire().await;
        if self.stop.is_cancelled() {
            return None;
        }
        let entry = entry.clone();
        // An error means that the runtime shuts down.
        tokio::task::spawn_blocking(move || work(&entry)).await.ok()
    }

    /// Extracts a package into a package cache, or validates an existing one; `None` when it was stopped.
    pub(crate) async fn fetch_into(
        &self,
        cache: &PackageCache,
        record: &RepoDataRecord,
    ) -> Option<Result<CacheMetadata, PackageCacheError>> {
        let reporter: Arc<dyn CacheReporter> =
            Arc::new(TransferReporter { package: record.identifier.to_string(), reporter: Arc::clone(self.reporter) });
        if record.url.scheme() == "file"
            && let Ok(path) = record.url.to_file_path()
        {
            let _permit = self.extracting.acquire().await;
            if self.stop.is_cancelled() {
                return None;
            }
            // Extraction runs on a thread that cannot be stopped: it is waited for.
            let fetched = cache.get_or_fetch_from_path(&path, Some(&record.package_record), Some(reporter));
            return Some(fetched.await);
        }
        let fetched = cache.get_or_fetch_from_url_with_retry(
            &record.package_record,
            record.url.clone(),
            self.installer.client.clone(),
            default_retry_policy(),
            Some(reporter),
            Some(Arc::clone(&self.installer.requests)),
        );
        tokio::select! {
            biased;
            () = self.stop.cancelled() => None,
            result = fetched => Some(result),
        }
    }
}
