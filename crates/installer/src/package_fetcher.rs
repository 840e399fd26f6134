//! One package → each of the places where an environment wants it unpacked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rattler_cache::package_cache::{CacheMetadata, CacheReporter, PackageCache, PackageCacheError};
use rattler_conda_types::RepoDataRecord;
use rattler_networking::retry_policies::default_retry_policy;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::error::{Error, Result};
use crate::installer::Installer;
use crate::package_key::{PackageKey, folder_name};
use crate::package_metadata::check_readable;
use crate::pool::{PoolSlot, slot};
use crate::reporter::{Reporter, TransferReporter};

/// An unpacked package.
#[derive(Debug)]
pub(crate) struct Extracted {
    /// Where it is.
    pub(crate) folder: PathBuf,
    /// What the package cache read of it, if it did.
    pub(crate) cached: Option<CacheMetadata>,
}

/// Where the packages of an environment are unpacked.
pub(crate) struct Store {
    pub(crate) prefix: PathBuf,
    pub(crate) cache: PackageCache,
    pub(crate) slot: Option<Arc<PoolSlot>>,
}

impl Store {
    /// Chooses. To be done while the package cache is locked: nothing else changes the pool then.
    pub(crate) fn choose(number: usize, prefix: &Path, keys: Option<Vec<PackageKey>>, installer: &Installer) -> Self {
        let slotted = keys.map_or(Ok(None), |keys| slot(&keys, number, &installer.cache_dir, prefix));
        let slot = slotted.unwrap_or_else(|error| {
            tracing::warn!("cannot use the pool of packages: {error}");
            None
        });
        let cache = match &slot {
            Some(slot) => PackageCache::new(slot.root()),
            None => installer.shared_cache.clone(),
        };
        Self { prefix: prefix.to_path_buf(), cache, slot: slot.map(Arc::new) }
    }

    /// The slot, and what it calls a package.
    pub(crate) fn slotted(&self, record: &RepoDataRecord) -> Option<(&Arc<PoolSlot>, PackageKey)> {
        Some((self.slot.as_ref()?, PackageKey::of(record)?))
    }
}

/// A package, and the numbers of the stores that it is to come into.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    pub(crate) record: &'a RepoDataRecord,
    pub(crate) stores: Vec<usize>,
}

/// Where the package cache of the machine's conda clients has an entry of this name.
pub(crate) fn cached_folder(record: &RepoDataRecord, installer: &Installer) -> Option<PathBuf> {
    let name = folder_name(&record.package_record);
    installer.shared_cache.layers().iter().map(|layer| layer.path().join(&name)).find(|folder| folder.is_dir())
}

/// What all fetches share.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) stores: &'a [Store],
    pub(crate) installer: &'a Installer,
    pub(crate) reporter: &'a Arc<dyn Reporter>,
    pub(crate) stop: &'a CancellationToken,
    /// Permits to unpack or copy.
    pub(crate) unpacking: &'a Semaphore,
}

impl Work<'_> {
    /// Brings a package into all stores that it is to come into; `None` when it was stopped.
    pub(crate) async fn fetch(&self, job: &Job<'_>) -> Option<Result<Vec<(usize, Extracted)>>> {
        let mut done: Vec<(usize, Extracted)> = Vec::new();
        for &number in &job.stores {
            let store = self.stores.get(number)?;
            let result = match store.slotted(job.record) {
                None => self.unpack(job.record, store).await?,
                Some((slot, key)) => {
                    let from = done.first().map(|(_, unpacked)| unpacked.folder.as_path());
                    self.fetch_into_pool(job.record, store, slot, key, from).await?
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
    async fn fetch_into_pool(
        &self,
        record: &RepoDataRecord,
        store: &Store,
        slot: &Arc<PoolSlot>,
        key: PackageKey,
        from: Option<&Path>,
    ) -> Option<Result<Extracted>> {
        let ready = Extracted { folder: slot.folder(&key), cached: None };
        if slot.is_ready(&key) {
            return Some(Ok(ready));
        }
        let run = |work: fn(&PoolSlot, &PackageKey, &Path) -> std::io::Result<bool>, from: PathBuf| {
            let (slot, key) = (Arc::clone(slot), key.clone());
            async move {
                let _permit = self.unpacking.acquire().await;
                if self.stop.is_cancelled() {
                    return None;
                }
                let fail = |error| Error::package(Some(&store.prefix), Some(record.identifier.to_string()), error);
                let worked = blocking(move || work(&slot, &key, &from)).await;
                Some(worked.and_then(|worked| worked.map_err(fail)))
            }
        };
        let copy = |slot: &PoolSlot, key: &PackageKey, from: &Path| slot.copy(key, from).map(|()| true);
        if let Some(from) = from {
            return Some(run(copy, from.to_path_buf()).await?.map(|_| ready));
        }
        // What the cache itself would read without end is as good as not there.
        if cached_folder(record, self.installer).is_some_and(|cached| check_readable(&cached).is_ok()) {
            let shared = match self.unpack_into(&self.installer.shared_cache, record).await? {
                Ok(shared) => shared.path().to_path_buf(),
                Err(error) => return Some(Err(self.failure(store, record, error))),
            };
            return Some(run(copy, shared).await?.map(|_| ready));
        }
        if let Some(from) = slot.find_in_other_slot(&key) {
            let copy = |slot: &PoolSlot, key: &PackageKey, from: &Path| slot.copy_from_pool(key, from);
            match run(copy, from).await? {
                Ok(true) => return Some(Ok(ready)),
                Ok(false) => {}
                Err(error) => return Some(Err(error)),
            }
        }
        let clear = |slot: &PoolSlot, key: &PackageKey, _: &Path| slot.evict(key).map(|()| true);
        if let Err(error) = run(clear, PathBuf::new()).await? {
            return Some(Err(error));
        }
        let unpacked = match self.unpack(record, store).await? {
            Ok(unpacked) => unpacked,
            Err(error) => return Some(Err(error)),
        };
        let finalize = |slot: &PoolSlot, key: &PackageKey, _: &Path| slot.finalize(key).map(|()| true);
        Some(run(finalize, PathBuf::new()).await?.map(|_| unpacked))
    }

    /// Unpacks a package into the cache of a store.
    async fn unpack(&self, record: &RepoDataRecord, store: &Store) -> Option<Result<Extracted>> {
        if store.slot.is_none()
            && let Some(cached) = cached_folder(record, self.installer)
            && check_readable(&cached).is_err()
        {
            // The cache itself would read it without end.
            let _ = crate::remove_tree::remove_tree(&cached);
        }
        let unpacked = self.unpack_into(&store.cache, record).await?;
        Some(match unpacked {
            Ok(cached) => Ok(Extracted { folder: cached.path().to_path_buf(), cached: Some(cached) }),
            Err(error) => Err(self.failure(store, record, error)),
        })
    }

    fn failure(&self, store: &Store, record: &RepoDataRecord, error: PackageCacheError) -> Error {
        Error::package(Some(&store.prefix), Some(record.identifier.to_string()), error)
    }

    /// Unpacks a package into a package cache, or checks what that has; `None` when it was stopped.
    async fn unpack_into(
        &self,
        cache: &PackageCache,
        record: &RepoDataRecord,
    ) -> Option<Result<CacheMetadata, PackageCacheError>> {
        let reporter: Arc<dyn CacheReporter> =
            Arc::new(TransferReporter { package: record.identifier.to_string(), reporter: Arc::clone(self.reporter) });
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

/// Does what waits for the file system where that holds nobody up.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let result = tokio::task::spawn_blocking(work).await;
    result.map_err(|error| Error::Internal { reason: format!("cannot extract packages: {error}") })
}
