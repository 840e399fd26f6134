//! Packages → unpacked where environments can be linked from: the pool, or the package cache where there is none.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use rattler_cache::package_cache::{CacheMetadata, CacheReporter, PackageCache, PackageCacheError};
use rattler_conda_types::RepoDataRecord;
use rattler_networking::retry_policies::default_retry_policy;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::pool::{Lease, Wish, entry, lease};
use super::services::Services;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::http_failure::HttpFailure;
use crate::progress::{Environment, PackageAction, Phase, Progress, ProgressEvent};
use crate::redact::chain;

/// The packages that an environment is to get.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) environment: Environment,
    pub(super) prefix: &'a Path,
    pub(super) records: Vec<&'a RepoDataRecord>,
}

/// The unpacked packages of one environment. No other environment gets the same as long as this is held.
#[derive(Clone)]
pub(super) struct Fetched {
    by_url: Arc<HashMap<Url, Unpacked>>,
    cache: PackageCache,
    lease: Option<Arc<Lease>>,
}

/// An unpacked package.
#[derive(Debug)]
pub(super) struct Unpacked {
    /// Where it is.
    pub(super) folder: PathBuf,
    /// What the package cache read of it, if it did.
    pub(super) cached: Option<CacheMetadata>,
}

impl Fetched {
    /// Where a package is, and what it lists.
    pub(super) fn get(&self, record: &RepoDataRecord) -> Option<&Unpacked> {
        self.by_url.get(&record.url)
    }

    /// The cache that the packages are in.
    pub(super) fn cache(&self) -> &PackageCache {
        &self.cache
    }

    /// The right to link to the packages; `None` where they have to be copied.
    pub(super) fn lease(&self) -> Option<&Arc<Lease>> {
        self.lease.as_ref()
    }
}

/// Where the packages of an environment are unpacked.
struct Store {
    environment: Environment,
    cache: PackageCache,
    lease: Option<Arc<Lease>>,
}

impl Store {
    /// Chooses. To be done while the package cache is locked: nothing else changes the pool then.
    fn choose(environment: Environment, prefix: &Path, wishes: Option<Vec<Wish>>, services: &Services) -> Self {
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
    fn leased(&self, record: &RepoDataRecord) -> Option<(&Arc<Lease>, Wish)> {
        Some((self.lease.as_ref()?, Wish::of(record)?))
    }
}

/// A package, and the numbers of the stores that it is to come into.
#[derive(Debug)]
struct Job<'a> {
    record: &'a RepoDataRecord,
    stores: Vec<usize>,
}

/// Downloads and unpacks what is not there yet, all at the same time, and checks what is. For each of the environments
/// there is one result, in their order.
///
/// Done apart from linking, so that it can be stopped at any point, and so that a package that several environments want
/// is downloaded once.
///
/// # Errors
/// [`Error::Install`], naming the package, and [`Error::Cancelled`].
pub(super) async fn fetch(
    wanted: Vec<Wanted<'_>>,
    services: &Services,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Vec<Fetched>> {
    cancel.check()?;
    if wanted.iter().all(|wanted| wanted.records.is_empty()) {
        let nothing = || Fetched { by_url: Arc::default(), cache: services.packages().clone(), lease: None };
        return Ok(wanted.iter().map(|_| nothing()).collect());
    }
    let _phase = progress.phase(Phase::Download, None);
    services.ensure_cache_dir()?;
    // The cache is shared with other processes; so is this lock, which is also the one on the pool.
    let lock = services.packages().acquire_global_lock();
    let _lock =
        cancel.run(async { lock.await.map_err(|error| install_error(Environment::Build, None, &error)) }).await?;
    let stores = stores(&wanted, services).await?;
    let jobs = jobs(&wanted);
    let new: HashSet<&Url> =
        jobs.iter().filter(|job| !is_there(job, &stores, services)).map(|job| &job.record.url).collect();
    let stop = cancel.token().child_token();
    let unpacking = Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from));
    let work = Work { stores: &stores, services, progress, stop: &stop, unpacking: &unpacking };
    let mut fetches: FuturesUnordered<_> = jobs.iter().map(|job| async move { (job, work.fetch(job).await) }).collect();
    let mut by_url: Vec<HashMap<Url, Unpacked>> = stores.iter().map(|_| HashMap::new()).collect();
    let mut failed = None;
    let mut done = 0;
    // After a failure the others are stopped, and waited for: nothing may still write when this returns.
    while let Some((job, result)) = fetches.next().await {
        match result {
            Some(Ok(unpacked)) => {
                for (number, unpacked) in unpacked {
                    if let Some(by_url) = by_url.get_mut(number) {
                        by_url.insert(job.record.url.clone(), unpacked);
                    }
                }
                if new.contains(&job.record.url) {
                    let name = job.record.package_record.name.as_normalized().to_owned();
                    let total = u32::try_from(new.len()).unwrap_or(u32::MAX);
                    done += 1;
                    progress.emit(ProgressEvent::Package { action: PackageAction::Downloaded, name, done, total });
                }
            }
            Some(Err(error)) => {
                stop.cancel();
                failed.get_or_insert(error);
            }
            None => {}
        }
    }
    drop(fetches);
    cancel.check()?;
    if let Some(error) = failed {
        return Err(error);
    }
    let fetched = stores.into_iter().zip(by_url);
    Ok(fetched.map(|(Store { cache, lease, .. }, by_url)| Fetched { by_url: Arc::new(by_url), cache, lease }).collect())
}

/// Chooses where the packages of each environment are unpacked.
async fn stores(wanted: &[Wanted<'_>], services: &Services) -> Result<Vec<Store>> {
    let asked: Vec<_> = wanted
        .iter()
        .map(|Wanted { environment, prefix, records }| {
            (*environment, prefix.to_path_buf(), records.iter().map(|record| Wish::of(record)).collect())
        })
        .collect();
    let services = services.clone();
    blocking(move || {
        asked
            .into_iter()
            .map(|(environment, prefix, wishes)| Store::choose(environment, &prefix, wishes, &services))
            .collect()
    })
    .await
}

/// Each package once, large ones first, so that none of them is waited for alone at the end.
fn jobs<'a>(wanted: &[Wanted<'a>]) -> Vec<Job<'a>> {
    let mut jobs: Vec<Job<'a>> = Vec::new();
    let mut known: HashMap<&Url, usize> = HashMap::new();
    for (store, wanted) in wanted.iter().enumerate() {
        for &record in &wanted.records {
            let number = *known.entry(&record.url).or_insert(jobs.len());
            match jobs.get_mut(number) {
                Some(job) if job.stores.contains(&store) => {}
                Some(job) => job.stores.push(store),
                None => jobs.push(Job { record, stores: vec![store] }),
            }
        }
    }
    jobs.sort_by_key(|job| std::cmp::Reverse(job.record.package_record.size));
    jobs
}

/// Whether a package need not come from its channel; for counting only.
fn is_there(job: &Job<'_>, stores: &[Store], services: &Services) -> bool {
    let is_in_pool = job.stores.iter().filter_map(|number| stores.get(*number)).any(|store| {
        let leased = store.leased(job.record);
        leased.is_some_and(|(lease, wish)| lease.is_ready(&wish) || lease.elsewhere(&wish).is_some())
    });
    is_in_pool || is_cached(job.record, services)
}

/// Whether the package cache of the machine's conda clients has an entry of this name.
fn is_cached(record: &RepoDataRecord, services: &Services) -> bool {
    let entry = entry(&record.package_record);
    services.packages().layers().iter().any(|layer| layer.path().join(&entry).is_dir())
}

/// What all fetches share.
#[derive(Clone, Copy)]
struct Work<'a> {
    stores: &'a [Store],
    services: &'a Services,
    progress: &'a Progress,
    stop: &'a CancellationToken,
    unpacking: &'a Semaphore,
}

impl Work<'_> {
    /// Brings a package into all stores that it is to come into; `None` when it was stopped.
    async fn fetch(&self, job: &Job<'_>) -> Option<Result<Vec<(usize, Unpacked)>>> {
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
        if is_cached(record, self.services) {
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
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let result = tokio::task::spawn_blocking(work).await;
    result.map_err(|error| Error::Internal { reason: format!("cannot unpack packages: {error}") })
}

pub(super) fn install_error(
    environment: Environment,
    package: Option<String>,
    error: &(dyn std::error::Error + 'static),
) -> Error {
    let reason = chain(error);
    let reason = match &package {
        Some(package) if !reason.contains(package.as_str()) => format!("{package}: {reason}"),
        _ => reason,
    };
    Error::Install { environment, package, reason, http: HttpFailure::find(error) }
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
