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

use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::installer::Installer;
use crate::package_fetcher::{Extracted, Job, Store, Work, blocking, cached_folder};
use crate::package_key::PackageKey;
use crate::pool::PoolSlot;
use crate::reporter::{PackageAction, Reporter};

/// Waiting for another process longer than this is reported.
const REPORT_WAITING_AFTER: Duration = Duration::from_secs(2);

/// The packages to fetch for one prefix.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Where they are going to be linked.
    pub prefix: &'a Path,
    /// The packages.
    pub records: Vec<&'a RepoDataRecord>,
}

/// The unpacked packages of one environment. No other environment gets the same as long as this is held.
#[derive(Clone)]
pub struct Fetched {
    by_url: Arc<HashMap<Url, Extracted>>,
    cache: PackageCache,
    slot: Option<Arc<PoolSlot>>,
}

impl Fetched {
    /// Where a package is, and what it lists.
    pub(crate) fn get(&self, record: &RepoDataRecord) -> Option<&Extracted> {
        self.by_url.get(&record.url)
    }

    /// The cache that the packages are in.
    pub(crate) fn cache(&self) -> &PackageCache {
        &self.cache
    }

    /// The right to link to the packages; `None` where they have to be copied.
    pub(crate) fn slot(&self) -> Option<&Arc<PoolSlot>> {
        self.slot.as_ref()
    }
}

/// Downloads and unpacks what is not there yet, all at the same time, and checks what is. For each of the environments
/// there is one result, in their order.
///
/// Done apart from linking, so that it can be stopped at any point, and so that a package that several environments want
/// is downloaded once.
///
/// # Errors
/// [`Error::Package`], naming the package, and [`Error::Cancelled`].
pub(crate) async fn fetch(
    installer: &Installer,
    requests: &[Request<'_>],
    reporter: &Arc<dyn Reporter>,
    cancel: &Cancel,
) -> Result<Vec<Fetched>> {
    cancel.check()?;
    if requests.iter().all(|request| request.records.is_empty()) {
        let nothing = || Fetched { by_url: Arc::default(), cache: installer.shared_cache.clone(), slot: None };
        return Ok(requests.iter().map(|_| nothing()).collect());
    }
    installer.ensure_cache_dir()?;
    let _lock = cancel.run(lock_cache(installer, reporter)).await?;
    let stores = stores(requests, installer).await?;
    let jobs = jobs(requests);
    let new: HashSet<&Url> =
        jobs.iter().filter(|job| !is_there(job, &stores, installer)).map(|job| &job.record.url).collect();
    let stop = cancel.token().child_token();
    let unpacking = Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from));
    let work = Work { stores: &stores, installer, reporter, stop: &stop, unpacking: &unpacking };
    let mut fetches: FuturesUnordered<_> = jobs.iter().map(|job| async move { (job, work.fetch(job).await) }).collect();
    let mut by_url: Vec<HashMap<Url, Extracted>> = stores.iter().map(|_| HashMap::new()).collect();
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
                    let name = job.record.package_record.name.as_normalized();
                    let total = u32::try_from(new.len()).unwrap_or(u32::MAX);
                    done += 1;
                    reporter.package(PackageAction::Downloaded, name, done, total);
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
    Ok(fetched.map(|(Store { cache, slot, .. }, by_url)| Fetched { by_url: Arc::new(by_url), cache, slot }).collect())
}

/// Locks the cache. It is shared with other processes; so is this lock, which is also the one on the pool.
async fn lock_cache(installer: &Installer, reporter: &Arc<dyn Reporter>) -> Result<CacheGlobalLock> {
    let lock = installer.shared_cache.acquire_global_lock();
    tokio::pin!(lock);
    let locked = match tokio::time::timeout(REPORT_WAITING_AFTER, &mut lock).await {
        Ok(locked) => locked,
        Err(_) => {
            reporter.info("Waiting for another process that fetches packages into the same cache".to_owned());
            lock.await
        }
    };
    locked.map_err(|error| Error::package(None, None, error))
}

/// Chooses where the packages of each prefix are extracted.
async fn stores(requests: &[Request<'_>], installer: &Installer) -> Result<Vec<Store>> {
    let requests: Vec<_> = requests
        .iter()
        .map(|Request { prefix, records }| {
            (prefix.to_path_buf(), records.iter().map(|record| PackageKey::of(record)).collect())
        })
        .collect();
    let installer = installer.clone();
    blocking(move || {
        let requests = requests.into_iter().enumerate();
        requests.map(|(number, (prefix, keys))| Store::choose(number, &prefix, keys, &installer)).collect()
    })
    .await
}

/// Each package once, large ones first, so that none of them is waited for alone at the end.
fn jobs<'a>(requests: &[Request<'a>]) -> Vec<Job<'a>> {
    let mut jobs: Vec<Job<'a>> = Vec::new();
    let mut known: HashMap<&Url, usize> = HashMap::new();
    for (store, request) in requests.iter().enumerate() {
        for &record in &request.records {
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
fn is_there(job: &Job<'_>, stores: &[Store], installer: &Installer) -> bool {
    let is_in_pool = job.stores.iter().filter_map(|number| stores.get(*number)).any(|store| {
        let slotted = store.slotted(job.record);
        slotted.is_some_and(|(slot, key)| slot.is_ready(&key) || slot.find_in_other_slot(&key).is_some())
    });
    is_in_pool || cached_folder(job.record, installer).is_some()
}
