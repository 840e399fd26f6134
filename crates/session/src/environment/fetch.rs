//! Packages → unpacked where environments can be linked from: the pool, or the package cache where there is none.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use rattler_cache::package_cache::{CacheGlobalLock, PackageCache};
use rattler_conda_types::RepoDataRecord;
use tokio::sync::Semaphore;
use url::Url;

use super::bring::{Job, Store, Unpacked, Work, blocking, cached_folder};
use super::pool::{Lease, Wish};
use super::services::Services;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::http_failure::HttpFailure;
use crate::progress::{Environment, PackageAction, Phase, Progress, ProgressEvent};
use crate::redact::chain;

/// After this, waiting for others is worth a word.
const PATIENCE: Duration = Duration::from_secs(2);

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
    let _lock = cancel.run(lock_cache(services, progress)).await?;
    let stores = stores(&wanted, services).await?;
    let jobs = jobs(&wanted);
    let new: HashSet<&Url> =
        jobs.iter().filter(|job| !is_there(job, &stores, services)).map(|job| &job.record.url).collect();
    let stop = cancel.token().child_token();
    let unpacking = Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from));
    let work = Work { stores: &stores, services, progress, stop: &stop, unpacking: &unpacking };
    let mut fetches: FuturesUnordered<_> = jobs.iter().map(|job| async move { (job, work.bring(job).await) }).collect();
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

/// Locks the cache. It is shared with other processes; so is this lock, which is also the one on the pool.
async fn lock_cache(services: &Services, progress: &Progress) -> Result<CacheGlobalLock> {
    let lock = services.packages().acquire_global_lock();
    tokio::pin!(lock);
    let locked = match tokio::time::timeout(PATIENCE, &mut lock).await {
        Ok(locked) => locked,
        Err(_) => {
            progress.info("Waiting for another process that fetches packages into the same cache");
            lock.await
        }
    };
    locked.map_err(|error| install_error(Environment::Build, None, &error))
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
    is_in_pool || cached_folder(job.record, services).is_some()
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
