//! One package → each of the places where an environment wants it unpacked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rattler_cache::package_cache::{CacheMetadata, CacheReporter, PackageCache, PackageCacheError};
use rattler_conda_types::RepoDataRecord;
use rattler_networking::retry_policies::default_retry_policy;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::fetch::install_error;
use super::listing::check_readable;
use super::pool::{Lease, Wish, entry, lease};
use super::services::Services;
use crate::error::{Error, Result};
use crate::progress::{Environment, Progress, ProgressEvent};

/// An unpacked package.
#[derive(Debug)]
pub(super) struct Unpacked {
    /// Where it is.
    pub(super) folder: PathBuf,
    /// What the package cache read of it, if it did.
    pub(super) cached: Option<CacheMetadata>,
}

/// Where the packages of an environment are unpacked.
pub(super) struct Store {
    pub(super) environment: Environment,
    pub(super) cache: PackageCache,
    pub(super) lease: Option<Arc<Lease>>,
}

impl Store {
    /// Chooses. To be done while the package cache is locked: nothing else changes the pool then.
    pub(super) fn choose(
        environment: Environment,
        prefix: &Path,
        wishes: Option<Vec<Wish>>,
        services: &Services,
    ) -> Self {
        let leased = wishes.map_or(Ok(None), |wishes| lease(&wishes, environment, services.cache_dir(), prefix));
        let lease = leased.unwrap_or_else(|error| {
            tracing::warn!("cannot use the pool of packages: {error}");
            None
        });
        let cache = match &lease {
            Some(lease) => PackageCache::new(lease.root()),
            None => services.packages().clone(),
        };
        Self { environment, cache, lease: lease.map(Arc::new) }
    }

    /// The lease, and what it calls a package.
    pub(super) fn leased(&self, record: &RepoDataRecord) -> Option<(&Arc<Lease>, Wish)> {
        Some((self.lease.as_ref()?, Wish::of(record)?))
    }
}

/// A package, and the numbers of the stores that it is to come into.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub(super) record: &'a RepoDataRecord,
    pub(super) stores: Vec<usize>,
}

/// Where the package cache of the machine's conda clients has an entry of this name.
pub(super) fn cached_folder(record: &RepoDataRecord, services: &Services) -> Option<PathBuf> {
    let entry = entry(&record.package_record);
    services.packages().layers().iter().map(|layer| layer.path().join(&entry)).find(|folder| folder.is_dir())
}

/// What all fetches share.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) stores: &'a [Store],
    pub(super) services: &'a Services,
    pub(super) progress: &'a Progress,
    pub(super) stop: &'a CancellationToken,
    /// Permits to unpack or copy.
    pub(super) unpacking: &'a Semaphore,
}

impl Work<'_> {
    /// Brings a package into all stores that it is to come into; `None` when it was stopped.
    pub(super) async fn bring(&self, job: &Job<'_>) -> Option<Result<Vec<(usize, Unpacked)>>> {
        let mut done: Vec<(usize, Unpacked)> = Vec::new();
        for &number in &job.stores {
            let store = self.stores.get(number)?;
            let result = match store.leased(job.record) {
                None => self.unpack(job.record, store).await?,
                Some((lease, wish)) => {
                    let from = done.first().map(|(_, unpacked)| unpacked.folder.as_path());
                    self.bring_into_pool(job.record, store, lease, wish, from).await?
                }
            };
            match result {
                Ok(unpacked) => done.push((number, unpacked)),
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Ok(done))
    }

    /// Brings a package to its place in the pool: what is there already, or a copy of what was unpacked before, here or
    /// by other conda clients, or from its channel.
    async fn bring_into_pool(
        &self,
        record: &RepoDataRecord,
        store: &Store,
        lease: &Arc<Lease>,
        wish: Wish,
        from: Option<&Path>,
    ) -> Option<Result<Unpacked>> {
        let ready = Unpacked { folder: lease.folder(&wish), cached: None };
        if lease.is_ready(&wish) {
            return Some(Ok(ready));
        }
        let run = |work: fn(&Lease, &Wish, &Path) -> std::io::Result<bool>, from: PathBuf| {
            let (lease, wish) = (Arc::clone(lease), wish.clone());
            async move {
                let _permit = self.unpacking.acquire().await;
                if self.stop.is_cancelled() {
                    return None;
                }
                let fail = |error| install_error(store.environment, Some(record.identifier.to_string()), &error);
                let worked = blocking(move || work(&lease, &wish, &from)).await;
                Some(worked.and_then(|worked| worked.map_err(fail)))
            }
        };
        let copy = |lease: &Lease, wish: &Wish, from: &Path| lease.copy(wish, from).map(|()| true);
        if let Some(from) = from {
            return Some(run(copy, from.to_path_buf()).await?.map(|_| ready));
        }
        // What the cache itself would read without end is as good as not there.
        if cached_folder(record, self.services).is_some_and(|cached| check_readable(&cached).is_ok()) {
            let shared = match self.unpack_into(self.services.packages(), record).await? {
                Ok(shared) => shared.path().to_path_buf(),
                Err(error) => return Some(Err(self.failure(store, record, &error))),
            };
            return Some(run(copy, shared).await?.map(|_| ready));
        }
        if let Some(from) = lease.elsewhere(&wish) {
            let copy = |lease: &Lease, wish: &Wish, from: &Path| lease.copy_from_pool(wish, from);
            match run(copy, from).await? {
                Ok(true) => return Some(Ok(ready)),
                Ok(false) => {}
                Err(error) => return Some(Err(error)),
            }
        }
        let clear = |lease: &Lease, wish: &Wish, _: &Path| lease.make_room(wish).map(|()| true);
        if let Err(error) = run(clear, PathBuf::new()).await? {
            return Some(Err(error));
        }
        let unpacked = match self.unpack(record, store).await? {
            Ok(unpacked) => unpacked,
            Err(error) => return Some(Err(error)),
        };
        let settle = |lease: &Lease, wish: &Wish, _: &Path| lease.settle(wish).map(|()| true);
        Some(run(settle, PathBuf::new()).await?.map(|_| unpacked))
    }

    /// Unpacks a package into the cache of a store.
    async fn unpack(&self, record: &RepoDataRecord, store: &Store) -> Option<Result<Unpacked>> {
        if store.lease.is_none()
            && let Some(cached) = cached_folder(record, self.services)
            && check_readable(&cached).is_err()
        {
            // The cache itself would read it without end.
            let _ = crate::layout::remove_tree(&cached);
        }
        let unpacked = self.unpack_into(&store.cache, record).await?;
        Some(match unpacked {
            Ok(cached) => Ok(Unpacked { folder: cached.path().to_path_buf(), cached: Some(cached) }),
            Err(error) => Err(self.failure(store, record, &error)),
        })
    }

    fn failure(&self, store: &Store, record: &RepoDataRecord, error: &PackageCacheError) -> Error {
        install_error(store.environment, Some(record.identifier.to_string()), error)
    }

    /// Unpacks a package into a package cache, or checks what that has; `None` when it was stopped.
    async fn unpack_into(
        &self,
        cache: &PackageCache,
        record: &RepoDataRecord,
    ) -> Option<Result<CacheMetadata, PackageCacheError>> {
        let reporter: Arc<dyn CacheReporter> =
            Arc::new(TransferReporter { name: record.identifier.to_string(), progress: self.progress.clone() });
        if record.url.scheme() == "file"
            && let Ok(path) = record.url.to_file_path()
        {
            let _permit = self.unpacking.acquire().await;
            if self.stop.is_cancelled() {
                return None;
            }
            // Unpacking runs on a thread that cannot be stopped: it is waited for.
            let fetched = cache.get_or_fetch_from_path(&path, Some(&record.package_record), Some(reporter));
            return Some(fetched.await);
        }
        let fetched = cache.get_or_fetch_from_url_with_retry(
            &record.package_record,
            record.url.clone(),
            self.services.client().clone(),
            default_retry_policy(),
            Some(reporter),
            Some(self.services.requests()),
        );
        tokio::select! {
            biased;
            () = self.stop.cancelled() => None,
            result = fetched => Some(result),
        }
    }
}

/// Does what waits for the file system where that holds nobody up.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let result = tokio::task::spawn_blocking(work).await;
    result.map_err(|error| Error::Internal { reason: format!("cannot unpack packages: {error}") })
}

/// Passes on how far the download of a package is.
pub(super) struct TransferReporter {
    pub(super) name: String,
    pub(super) progress: Progress,
}

impl CacheReporter for TransferReporter {
    fn on_validate_start(&self) -> usize {
        0
    }

    fn on_validate_complete(&self, _index: usize) {}

    fn on_download_start(&self) -> usize {
        0
    }

    fn on_download_progress(&self, _index: usize, bytes: u64, total: Option<u64>) {
        self.progress.emit(ProgressEvent::Transfer { name: self.name.clone(), bytes, total });
    }

    fn on_download_completed(&self, _index: usize) {}
}
