//! Packages → the package cache.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use rattler_cache::package_cache::{CacheMetadata, CacheReporter, PackageCacheError};
use rattler_conda_types::RepoDataRecord;
use rattler_networking::retry_policies::default_retry_policy;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::services::Services;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::http_failure::HttpFailure;
use crate::progress::{Environment, PackageAction, Phase, Progress, ProgressEvent};
use crate::redact::chain;

/// Packages in the cache.
#[derive(Clone, Debug, Default)]
pub(super) struct Fetched {
    by_url: Arc<HashMap<Url, CacheMetadata>>,
}

impl Fetched {
    /// Where a package is, and what it lists.
    pub(super) fn get(&self, record: &RepoDataRecord) -> Option<&CacheMetadata> {
        self.by_url.get(&record.url)
    }
}

/// Downloads and unpacks what is not in the cache yet, all at the same time, and checks what is.
///
/// Done apart from linking, so that it can be stopped at any point, and so that several environments share it.
///
/// # Errors
/// [`Error::Install`], naming the package, and [`Error::Cancelled`].
pub(super) async fn fetch(
    records: Vec<(Environment, &RepoDataRecord)>,
    services: &Services,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Fetched> {
    cancel.check()?;
    let mut wanted = records;
    wanted.sort_by(|(_, a), (_, b)| a.url.cmp(&b.url));
    wanted.dedup_by(|(_, a), (_, b)| a.url == b.url);
    if wanted.is_empty() {
        return Ok(Fetched::default());
    }
    let _phase = progress.phase(Phase::Download, None);
    services.ensure_cache_dir()?;
    // The cache is shared with other processes; so is this lock.
    let lock = services.packages().acquire_global_lock();
    let _lock =
        cancel.run(async { lock.await.map_err(|error| install_error(Environment::Build, None, &error)) }).await?;
    // Large packages first, so that none of them is waited for alone at the end.
    wanted.sort_by_key(|(_, record)| std::cmp::Reverse(record.package_record.size));
    let new: HashSet<&Url> =
        wanted.iter().filter(|(_, record)| !is_cached(services, record)).map(|(_, record)| &record.url).collect();
    let stop = cancel.token().child_token();
    let unpacking = Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from));
    let mut fetches: FuturesUnordered<_> = wanted
        .iter()
        .map(|(environment, record)| {
            let (stop, unpacking) = (&stop, &unpacking);
            async move { (*environment, *record, fetch_one(record, services, progress, stop, unpacking).await) }
        })
        .collect();
    let mut by_url = HashMap::new();
    let mut failed = None;
    let mut done = 0;
    // After a failure the others are stopped, and waited for: nothing may still write when this returns.
    while let Some((environment, record, result)) = fetches.next().await {
        match result {
            Some(Ok(cached)) => {
                by_url.insert(record.url.clone(), cached);
                if new.contains(&record.url) {
                    let name = record.package_record.name.as_normalized().to_owned();
                    let total = u32::try_from(new.len()).unwrap_or(u32::MAX);
                    done += 1;
                    progress.emit(ProgressEvent::Package { action: PackageAction::Downloaded, name, done, total });
                }
            }
            Some(Err(error)) => {
                stop.cancel();
                failed.get_or_insert_with(|| install_error(environment, Some(record.identifier.to_string()), &error));
            }
            None => {}
        }
    }
    cancel.check()?;
    failed.map_or(Ok(Fetched { by_url: Arc::new(by_url) }), Err)
}

/// Whether the cache has an entry of this name; for counting only.
fn is_cached(services: &Services, record: &RepoDataRecord) -> bool {
    let package = &record.package_record;
    let entry = format!("{}-{}-{}", package.name.as_normalized(), package.version, package.build);
    services.packages().layers().iter().any(|layer| layer.path().join(&entry).is_dir())
}

/// Fetches one package; `None` when it was stopped.
async fn fetch_one(
    record: &RepoDataRecord,
    services: &Services,
    progress: &Progress,
    stop: &CancellationToken,
    unpacking: &Semaphore,
) -> Option<Result<CacheMetadata, PackageCacheError>> {
    let reporter: Arc<dyn CacheReporter> =
        Arc::new(TransferReporter { name: record.identifier.to_string(), progress: progress.clone() });
    if record.url.scheme() == "file"
        && let Ok(path) = record.url.to_file_path()
    {
        let _permit = unpacking.acquire().await;
        if stop.is_cancelled() {
            return None;
        }
        // Unpacking runs on a thread that cannot be stopped: it is waited for.
        let fetched = services.packages().get_or_fetch_from_path(&path, Some(&record.package_record), Some(reporter));
        return Some(fetched.await);
    }
    let fetched = services.packages().get_or_fetch_from_url_with_retry(
        &record.package_record,
        record.url.clone(),
        services.client().clone(),
        default_retry_policy(),
        Some(reporter),
        Some(services.requests()),
    );
    tokio::select! {
        biased;
        () = stop.cancelled() => None,
        result = fetched => Some(result),
    }
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
