//! Passes on what rattler's installer reports.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rattler::install::{Reporter, Transaction};
use rattler_conda_types::{PrefixRecord, RepoDataRecord};

use crate::reporter::{PackageAction, Reporter as ProgressReporter};

/// Passes on what is linked and unlinked.
#[derive(Debug)]
pub(crate) struct LinkReporter {
    reporter: Arc<dyn ProgressReporter>,
    names: Mutex<Vec<String>>,
    total: AtomicU32,
    done: AtomicU32,
}

impl LinkReporter {
    pub(crate) fn new(reporter: Arc<dyn ProgressReporter>) -> Self {
        Self { reporter, names: Mutex::default(), total: AtomicU32::new(0), done: AtomicU32::new(0) }
    }

    fn remember(&self, name: &str) -> usize {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.push(name.to_owned());
        names.len() - 1
    }

    fn name(&self, index: usize) -> String {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).get(index).cloned().unwrap_or_default()
    }

    fn finished(&self, action: PackageAction, index: usize) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let total = self.total.load(Ordering::Relaxed);
        self.reporter.package(action, &self.name(index), done, total);
    }
}

impl Reporter for LinkReporter {
    fn on_transaction_start(&self, transaction: &Transaction<PrefixRecord, RepoDataRecord>) {
        let count = transaction.installed_packages().count() + transaction.removed_packages().count();
        self.total.store(u32::try_from(count).unwrap_or(u32::MAX), Ordering::Relaxed);
    }

    fn on_unlink_start(&self, _operation: usize, record: &PrefixRecord) -> usize {
        self.remember(record.repodata_record.package_record.name.as_normalized())
    }

    fn on_unlink_complete(&self, index: usize) {
        self.finished(PackageAction::Unlinked, index);
    }

    fn on_link_start(&self, _operation: usize, record: &RepoDataRecord) -> usize {
        self.remember(record.package_record.name.as_normalized())
    }

    fn on_link_complete(&self, index: usize) {
        self.finished(PackageAction::Linked, index);
    }

    fn on_post_link_start(&self, package_name: &str, _script_path: &str) -> usize {
        self.reporter.info(format!("Running post-link script for {package_name}"));
        0
    }

    fn on_pre_unlink_start(&self, package_name: &str, _script_path: &str) -> usize {
        self.reporter.info(format!("Running pre-unlink script for {package_name}"));
        0
    }

    // Fetching is reported where it is done, before linking.
    fn on_transaction_operation_start(&self, _operation: usize) {}
    fn on_populate_cache_start(&self, _operation: usize, _record: &RepoDataRecord) -> usize {
        0
    }
    fn on_validate_start(&self, _cache_entry: usize) -> usize {
        0
    }
    fn on_validate_complete(&self, _validate_idx: usize) {}
    fn on_download_start(&self, _cache_entry: usize) -> usize {
        0
    }
    fn on_download_progress(&self, _download_idx: usize, _progress: u64, _total: Option<u64>) {}
    fn on_download_completed(&self, _download_idx: usize) {}
    fn on_populate_cache_complete(&self, _cache_entry: usize) {}
    fn on_transaction_operation_complete(&self, _operation: usize) {}
    fn on_transaction_complete(&self) {}
    fn on_post_link_complete(&self, _index: usize, _success: bool) {}
    fn on_pre_unlink_complete(&self, _index: usize, _success: bool) {}
}
