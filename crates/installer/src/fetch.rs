//! Fetches the packages of several prefixes into the pool, all at the same time.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use rattler_conda_types::RepoDataRecord;
use tokio::sync::Semaphore;
use url::Url;

use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::installer::Installer;
use crate::package_fetcher::{Extracted, Fetcher, cached_folder};
use crate::reporter::{PackageAction, Reporter};

/// The packages to fetch for one prefix.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Where they are going to be linked.
    pub prefix: &'a Path,
    /// The packages.
    pub records: Vec<&'a RepoDataRecord>,
}

/// Extracted packages, ready to be linked.
#[derive(Clone, Debug, Default)]
pub struct Fetched {
    by_url: Arc<HashMap<Url, Extracted>>,
}

impl Fetched {
    pub(crate) fn get(&self, record: &RepoDataRecord) -> Option<&Extracted> {
        self.by_url.get(&record.url)
    }

    /// Adds what was fetched later.
    pub(crate) fn extended(&self, other: &Self) -> Self {
        let both = self.by_url.iter().chain(other.by_url.iter());
        Self { by_url: Arc::new(both.map(|(url, extracted)| (url.clone(), extracted.clone())).collect()) }
    }
}

impl Installer {
    /// Downloads and extracts the packages of several prefixes that are not in the pool yet, all at the same time.
    ///
    /// This is separate from linking so that it can be cancelled at any point, and so that a package that two prefixes
    /// need is downloaded once.
    ///
    /// # Errors
    /// [`Error::Package`] when a package cannot be downloaded or extracted, and [`Error::Cancelled`].
    pub async fn fetch(
        &self,
        requests: &[Request<'_>],
        reporter: &Arc<dyn Reporter>,
        cancel: &Cancel,
    ) -> Result<Fetched> {
        cancel.check()?;
        let jobs = jobs(requests);
        if jobs.is_empty() {
            return Ok(Fetched::default());
        }
        self.ensure_cache_dir()?;
        self.pool.create().map_err(Error::io("cannot create", self.pool.folder()))?;
        let new: HashSet<&Url> =
            jobs.iter().filter(|job| !self.is_there(job.record)).map(|job| &job.record.url).collect();
        let stop = cancel.token().child_token();
        let extracting = Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from));
        let fetcher = Fetcher { installer: self, reporter, stop: &stop, extracting: &extracting };
        let fetches = jobs.iter().map(|job| async move { (job, fetcher.fetch(job.record, job.prefix).await) });
        let mut fetches: FuturesUnordered<_> = fetches.collect();
        let mut by_url = HashMap::new();
        let mut failed = None;
        let mut done = 0;
        // After a failure the others are stopped, and waited for: nothing may still write when this returns.
        while let Some((job, result)) = fetches.next().await {
            match result {
                Some(Ok(extracted)) => {
                    by_url.insert(job.record.url.clone(), extracted);
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
        match failed {
            Some(error) => Err(error),
            None => Ok(Fetched { by_url: Arc::new(by_url) }),
        }
    }

    /// Whether a package need not come from its channel; for counting only.
    fn is_there(&self, record: &RepoDataRecord) -> bool {
        self.pool.entry(record).is_some_and(|entry| entry.record().is_some()) || cached_folder(record, self).is_some()
    }
}

/// A package, and the first prefix that needs it.
#[derive(Clone, Copy, Debug)]
struct Job<'a> {
    record: &'a RepoDataRecord,
    prefix: &'a Path,
}

/// Each package once, large ones first, so that no large one is waited for alone at the end.
fn jobs<'a>(requests: &[Request<'a>]) -> Vec<Job<'a>> {
    let mut known = HashSet::new();
    let mut jobs = Vec::new();
    for request in requests {
        for &record in &request.records {
            if known.insert(&record.url) {
                jobs.push(Job { record, prefix: request.prefix });
            }
        }
    }
    jobs.sort_by_key(|job| std::cmp::Reverse(job.record.package_record.size));
    jobs
}
