//! Packages → the package cache.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use rattler_cache::package_cache::{CacheReporter, PackageCacheError};
use rattler_conda_types::RepoDataRecord;
use rattler_networking::retry_policies::default_retry_policy;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::redact::chain;
use super::services::Services;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::progress::{Environment, PackageAction, Phase, Progress, ProgressEvent};

/// Downloads and unpacks what is not in the cache yet, all at the same time.
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
) -> Result<()> {
    cancel.check()?;
    let mut missing: Vec<(Environment, &RepoDataRecord)> =
        records.into_iter().filter(|(_, record)| !is_cached(services, record)).collect();
    missing.sort_by(|(_, a), (_, b)| a.url.cmp(&b.url));
    missing.dedup_by(|(_, a), (_, b)| a.url == b.url);
    if missing.is_empty() {
        return Ok(());
    }
    let _phase = progress.phase(Phase::Download, None);
    services.ensure_cache_dir()?;
    // The cache is shared with other processes; so is this lock.
    let lock = services.packages().acquire_global_lock();
    let _lock =
        cancel.run(async { lock.await.map_err(|error| install_error(Environment::Build, None, &error)) }).await?;
    let total = u32::try_from(missing.len()).unwrap_or(u32::MAX);
    let done = AtomicU32::new(0);
    let stop = cancel.token().child_token();
    let unpacking = Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));
    // Large packages first, so that none of them is waited for alone at the end.
    missing.sort_by_key(|(_, record)| std::cmp::Reverse(record.package_record.size));
    let mut fetches: FuturesUnordered<_> = missing
        .into_iter()
        .map(|(environment, record)| {
            let (stop, unpacking) = (&stop, &unpacking);
            async move { (environment, record, fetch_one(record, services, progress, stop, unpacking).await) }
        })
        .collect();
    let mut failed = None;
    // After a failure the others are stopped, and waited for: nothing may still write when this returns.
    while let Some((environment, record, result)) = fetches.next().await {
        match result {
            Some(Ok(())) => {
                let name = record.package_record.name.as_normalized().to_owned();
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                progress.emit(ProgressEvent::Package { action: PackageAction::Downloaded, name, done, total });
            }
            Some(Err(error)) => {
                stop.cancel();
                failed.get_or_insert_with(|| install_error(environment, Some(record.identifier.to_string()), &error));
            }
            None => {}
        }
    }
    cancel.check()?;
    failed.map_or(Ok(()), Err)
}

/// Fetches one package; `None` when it was stopped.
async fn fetch_one(
    record: &RepoDataRecord,
    services: &Services,
    progress: &Progress,
    stop: &CancellationToken,
    unpacking: &Semaphore,
) -> Option<Result<(), PackageCacheError>> {
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
        return Some(fetched.await.map(drop));
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
        result = fetched => Some(result.map(drop)),
    }
}

/// Whether the cache has an entry of this name. Whether it is the right one is checked when it is linked.
fn is_cached(services: &Services, record: &RepoDataRecord) -> bool {
    let package = &record.package_record;
    let entry = format!("{}-{}-{}", package.name.as_normalized(), package.version, package.build);
    services.packages().layers().iter().any(|layer| layer.path().join(&entry).join("info/index.json").is_file())
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
    Error::Install { environment, package, reason }
}

struct TransferReporter {
    name: String,
    progress: Progress,
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
