//! What all installations of a process share.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rattler_cache::PACKAGE_CACHE_DIR;
use rattler_cache::ensure_cache_dir;
use rattler_cache::package_cache::PackageCache;
use rattler_networking::LazyClient;
use tokio::sync::Semaphore;

use crate::error::{Error, Result};
use crate::package_metadata::MetadataCache;
use crate::pool::Pool;

/// Fetches packages and links them into prefixes; clones share everything.
#[derive(Clone)]
pub struct Installer {
    pub(crate) cache_dir: PathBuf,
    /// The package cache that the machine's conda clients share.
    pub(crate) shared_cache: PackageCache,
    pub(crate) pool: Pool,
    pub(crate) metadata: MetadataCache,
    pub(crate) client: LazyClient,
    /// Permits for requests.
    pub(crate) requests: Arc<Semaphore>,
}

impl fmt::Debug for Installer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Installer").field("cache_dir", &self.cache_dir).finish_non_exhaustive()
    }
}

impl Installer {
    /// An installer that keeps packages below a cache folder. Nothing is read or written yet.
    ///
    /// `requests` limits how many requests run at the same time; whoever uses the same client can share it.
    #[must_use]
    pub fn new(cache_dir: &Path, client: LazyClient, requests: Arc<Semaphore>) -> Self {
        Self {
            cache_dir: cache_dir.to_path_buf(),
            shared_cache: PackageCache::new(cache_dir.join(PACKAGE_CACHE_DIR)),
            pool: Pool::new(cache_dir),
            metadata: MetadataCache::default(),
            client,
            requests,
        }
    }

    /// The package cache that the machine's conda clients share.
    #[must_use]
    pub fn shared_cache(&self) -> &PackageCache {
        &self.shared_cache
    }

    /// Creates the cache folder, with the mark that keeps it out of backups.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be created.
    pub fn ensure_cache_dir(&self) -> Result<()> {
        ensure_cache_dir(&self.cache_dir).map_err(Error::io("cannot create", &self.cache_dir))
    }
}
