//! The clients that sessions of one process share: HTTP, repodata in memory, installer.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use rattler_cache::REPODATA_CACHE_DIR;
use rattler_cache::package_cache::PackageCache;
use rattler_conda_types::{Channel, ChannelUrl, Subdir};
use rattler_networking::LazyClient;
use rattler_repodata_gateway::fetch::CacheAction;
use rattler_repodata_gateway::{ChannelConfig, Gateway, SourceConfig};
use sidewinder_installer::{EditedFile, Installer, Reporter, RunGuard, Sharing};
use tokio::sync::Semaphore;

use super::network::{Freshness, Network, client};
use crate::error::{Error, Result};
use crate::options::{PackageSharing, SessionOptions};
use crate::progress::Environment;

/// Requests at the same time.
const REQUESTS: usize = 50;
/// SharedClients of one cache folder that are kept for the next session; each change of a credentials file makes new ones.
const SHARED_AT_MAX: usize = 8;

/// What decides whether two sessions can share their services.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    cache_dir: PathBuf,
    network: Network,
}

/// The names of all packages that a channel has for a platform.
type NamesByPlatform = HashMap<(ChannelUrl, Subdir), Arc<Vec<String>>>;

static SHARED: LazyLock<Mutex<HashMap<Key, SharedClients>>> = LazyLock::new(Mutex::default);

/// HTTP client, repodata and package cache; clones share them.
#[derive(Clone)]
pub struct SharedClients {
    inner: Arc<Inner>,
    /// Whether the environments of this session share files with others.
    sharing: Sharing,
}

struct Inner {
    client: LazyClient,
    gateway: Gateway,
    /// Gateways that leave the more compact forms of an index alone; made when one of those is broken.
    plainer: OnceLock<Vec<Gateway>>,
    installer: Installer,
    cache_dir: PathBuf,
    offline: bool,
    notes: Vec<String>,
    requests: Arc<Semaphore>,
    freshness: Mutex<Freshness>,
    /// Channels that have no `noarch`, with the names each platform of theirs has.
    without_noarch: Mutex<NamesByPlatform>,
    seen_notices: Mutex<HashSet<(String, String)>>,
}

impl fmt::Debug for SharedClients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedClients").field("cache_dir", &self.inner.cache_dir).finish_non_exhaustive()
    }
}

impl SharedClients {
    /// The services that all sessions with the same caches and the same way to the network share in this process. A file
    /// of credentials that was changed since makes new ones.
    ///
    /// # Errors
    /// Those of [`SharedClients::new`].
    pub fn shared(options: &SessionOptions) -> Result<Self> {
        let (key, notes) = Key::of(options)?;
        let mut shared = lock(&SHARED);
        if let Some(services) = shared.get(&key) {
            return Ok(Self { sharing: sharing(options), ..services.clone() });
        }
        let services = Self { sharing: sharing(options), ..Self::from_key(&key, notes)? };
        if shared.keys().filter(|other| other.cache_dir == key.cache_dir).count() >= SHARED_AT_MAX {
            // Sessions that use them keep them.
            shared.retain(|other, _| other.cache_dir != key.cache_dir);
        }
        shared.insert(key, services.clone());
        Ok(services)
    }

    /// New services, shared with nobody yet. Nothing is read or written but the credentials.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] when there is no cache folder to use or the credentials cannot be read.
    pub fn new(options: &SessionOptions) -> Result<Self> {
        let (key, notes) = Key::of(options)?;
        Ok(Self { sharing: sharing(options), ..Self::from_key(&key, notes)? })
    }

    fn from_key(key: &Key, mut notes: Vec<String>) -> Result<Self> {
        let offline = key.network.offline;
        sidewinder_installer::threads::ensure_thread_pool()
            .map_err(|source| Error::Spawn { program: "a thread".to_owned(), source })?;
        let client = client::client(&key.network, &mut notes)?;
        let requests = Arc::new(Semaphore::new(REQUESTS));
        let installer = Installer::new(&key.cache_dir, client.clone(), Arc::clone(&requests));
        let gateway = gateway(&client, installer.shared_cache(), &requests, &key.cache_dir, source(offline));
        Ok(Self {
            sharing: Sharing::Shared,
            inner: Arc::new(Inner {
                client,
                gateway,
                plainer: OnceLock::new(),
                installer,
                cache_dir: key.cache_dir.clone(),
                offline,
                notes,
                requests,
                freshness: Mutex::default(),
                without_noarch: Mutex::default(),
                seen_notices: Mutex::default(),
            }),
        })
    }

    /// The HTTP client, with credentials and retries; refuses everything in offline mode.
    #[must_use]
    pub fn client(&self) -> &LazyClient {
        &self.inner.client
    }

    /// Where packages, repodata and sources are kept.
    #[must_use]
    pub fn cache_dir(&self) -> &Path {
        &self.inner.cache_dir
    }

    /// Whether nothing but caches and local channels is used.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.inner.offline
    }

    /// What is odd about the settings of the network, and no error; without secrets.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.inner.notes
    }

    /// What fetches and links packages.
    #[must_use]
    pub fn installer(&self) -> &Installer {
        &self.inner.installer
    }

    /// Whether the environments of this session share files with others.
    pub(super) fn sharing(&self) -> Sharing {
        self.sharing
    }

    /// Releases a prefix that could not be set up.
    pub(super) async fn forget_prefix(&self, prefix: &Path) {
        let released = self.inner.installer.release(prefix, &self.silent()).await;
        if let Err(error) = released {
            tracing::warn!("cannot release `{}`: {error}", prefix.display());
        }
    }

    /// Marks environments as having a script running, until the guard is dropped.
    pub(crate) fn begin_run(&self, prefixes: &[&Path]) -> Option<RunGuard> {
        let begun = self.inner.installer.begin_run(prefixes);
        begun.inspect_err(|error| tracing::warn!("cannot record that a script is running: {error}")).ok()
    }

    /// The installed files that were edited since the last check.
    ///
    /// # Errors
    /// [`Error::Io`] when an environment or the package pool cannot be read or written.
    pub(crate) async fn edited_files(&self, prefixes: &[&Path]) -> Result<Vec<EditedFile>> {
        let checked = self.inner.installer.check(prefixes, &self.silent()).await;
        checked.map_err(|error| Error::from_installer(error, Environment::Host))
    }

    /// As [`Self::edited_files`], but reads all files that environments share and compares their checksums.
    ///
    /// # Errors
    /// [`Error::Io`] when an environment or the package pool cannot be read or written.
    pub(crate) async fn verify_files(&self, prefixes: &[&Path]) -> Result<Vec<EditedFile>> {
        let verified = self.inner.installer.verify(prefixes, &self.silent()).await;
        verified.map_err(|error| Error::from_installer(error, Environment::Host))
    }

    /// Takes environments out of use before they are removed.
    ///
    /// # Errors
    /// [`Error::Io`] when an environment or the package pool cannot be read or written.
    pub(crate) async fn release(&self, prefixes: &[&Path]) -> Result<()> {
        for prefix in prefixes {
            let released = self.inner.installer.release(prefix, &self.silent()).await;
            released.map_err(|error| Error::from_installer(error, Environment::Host))?;
        }
        Ok(())
    }

    fn silent(&self) -> Arc<dyn Reporter> {
        Arc::new(sidewinder_installer::Silent)
    }

    /// The repodata of all channels, after forgetting what is out of date.
    pub(super) fn gateway<'a>(&self, channels: impl IntoIterator<Item = &'a Channel>) -> &Gateway {
        let mut freshness = lock(&self.inner.freshness);
        for channel in channels {
            if freshness.is_stale(channel) {
                freshness.forget(&self.inner.gateway, channel);
                self.inner.plainer.get().into_iter().flatten().for_each(|gateway| freshness.forget(gateway, channel));
                lock(&self.inner.without_noarch).retain(|(url, _), _| *url != channel.base_url);
            }
        }
        &self.inner.gateway
    }

    /// Gateways for when a form of an index is broken, each with one form less than the one before.
    pub(super) fn plainer_gateways(&self) -> &[Gateway] {
        let Inner { client, installer, requests, cache_dir, offline, .. } = &*self.inner;
        self.inner.plainer.get_or_init(|| {
            let unsharded = SourceConfig { sharded_enabled: false, ..source(*offline) };
            let without_zstd = SourceConfig { zstd_enabled: false, ..unsharded.clone() };
            let plain = SourceConfig { bz2_enabled: false, ..without_zstd.clone() };
            let forms = [unsharded, without_zstd, plain];
            forms.into_iter().map(|form| gateway(client, installer.shared_cache(), requests, cache_dir, form)).collect()
        })
    }

    /// Forgets what is in memory of channels: after a failure it may be only half of what there is.
    pub(super) fn forget<'a>(&self, channels: impl IntoIterator<Item = &'a Channel>) {
        let mut freshness = lock(&self.inner.freshness);
        for channel in channels {
            freshness.forget(&self.inner.gateway, channel);
            self.inner.plainer.get().into_iter().flatten().for_each(|gateway| freshness.forget(gateway, channel));
            lock(&self.inner.without_noarch).retain(|(url, _), _| *url != channel.base_url);
        }
    }

    /// The names in a platform of a channel that is known to have no `noarch`.
    pub(super) fn names_without_noarch(&self, channel: &Channel, platform: Subdir) -> Option<Arc<Vec<String>>> {
        lock(&self.inner.without_noarch).get(&(channel.base_url.clone(), platform)).cloned()
    }

    /// Records that a channel has no `noarch`.
    pub(super) fn remember_without_noarch(&self, channel: &Channel, platform: Subdir, names: Vec<String>) {
        lock(&self.inner.without_noarch).insert((channel.base_url.clone(), platform), Arc::new(names));
    }

    /// Whether a channel's notice was not shown before; it counts as shown from now on.
    pub(super) fn is_new_notice(&self, channel: &str, id: &str) -> bool {
        lock(&self.inner.seen_notices).insert((channel.to_owned(), id.to_owned()))
    }
}

impl Key {
    fn of(options: &SessionOptions) -> Result<(Self, Vec<String>)> {
        let cache_dir = cache_dir(options.cache_dir.as_deref())?;
        let (network, mut notes) = Network::of(options)?;
        if options.cache_dir.is_none() && rattler::default_cache_dir().ok().as_ref() != Some(&cache_dir) {
            notes.push(format!(
                "The default cache folder cannot be written to; using `{}` instead. Choose one with `cacheDir`",
                cache_dir.display()
            ));
        }
        Ok((Self { cache_dir, network }, notes))
    }
}

fn sharing(options: &SessionOptions) -> Sharing {
    match options.packages {
        PackageSharing::Shared => Sharing::Shared,
        PackageSharing::Private => Sharing::Private,
    }
}

/// The cache folder that was given, or the one that conda tools share. Where that one cannot be written to (without a
/// home folder, or with a read-only one), a folder of the user's own among the temporary ones.
///
/// # Errors
/// [`Error::InvalidOption`] when there is none to use.
pub fn cache_dir(given: Option<&Path>) -> Result<PathBuf> {
    if let Some(dir) = given {
        return std::path::absolute(dir).map_err(Error::io("cannot find", dir));
    }
    match rattler::default_cache_dir() {
        Ok(dir) if dir.is_absolute() && can_write(&dir) => Ok(dir),
        _ => fallback_cache_dir(),
    }
}

/// Whether files can be created in a folder, or in the one that it would be created in.
fn can_write(dir: &Path) -> bool {
    let Some(existing) = dir.ancestors().find(|dir| dir.exists()) else { return false };
    #[cfg(unix)]
    let is_writable = rustix::fs::access(existing, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok();
    #[cfg(not(unix))]
    let is_writable = !existing.metadata().is_ok_and(|metadata| metadata.permissions().readonly());
    existing.is_dir() && is_writable
}

/// A cache folder among the temporary ones, which only the user can enter.
fn fallback_cache_dir() -> Result<PathBuf> {
    #[cfg(unix)]
    let name = format!("sidewinder-cache-{}", rustix::process::getuid().as_raw());
    #[cfg(not(unix))]
    let name = "sidewinder-cache";
    let dir = crate::layout::temporary_folder().join(name);
    let fails = |reason: String| Error::InvalidOption {
        option: "cacheDir",
        reason: format!("the default cache folder cannot be written to, and neither can `{}`: {reason}", dir.display()),
    };
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(&dir) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(fails(error.to_string())),
        _ => {}
    }
    let metadata = std::fs::symlink_metadata(&dir).map_err(|error| fails(error.to_string()))?;
    #[cfg(unix)]
    let is_own = std::os::unix::fs::MetadataExt::uid(&metadata) == rustix::process::getuid().as_raw();
    #[cfg(not(unix))]
    let is_own = true;
    // Anybody can create folders among the temporary ones.
    if metadata.is_dir() && is_own && can_write(&dir) {
        Ok(dir)
    } else {
        Err(fails("it belongs to somebody else".to_owned()))
    }
}

fn gateway(
    client: &LazyClient,
    packages: &PackageCache,
    requests: &Arc<Semaphore>,
    cache_dir: &Path,
    form: SourceConfig,
) -> Gateway {
    Gateway::builder()
        .with_client(client.clone())
        .with_cache_dir(cache_dir.join(REPODATA_CACHE_DIR))
        .with_package_cache(packages.clone())
        .with_channel_config(ChannelConfig { default: form, per_channel: HashMap::new() })
        .with_max_concurrent_requests(Arc::clone(requests))
        .finish()
}

/// How repodata is read: sharded, else zstd, bzip2 or plain, kept in the cache.
fn source(offline: bool) -> SourceConfig {
    SourceConfig {
        cache_action: if offline { CacheAction::ForceCacheOnly } else { CacheAction::CacheOrFetch },
        // Offline, a package that was never looked up is one that cannot be had.
        missing_shards_are_empty: offline,
        ..SourceConfig::default()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
