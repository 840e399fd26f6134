//! Credentials, where conda tools keep them.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use http::Extensions;
use rattler_networking::AuthenticationStorage;
use rattler_networking::authentication_storage::backends::file::{FileStorage, FileStorageError};
use rattler_networking::authentication_storage::backends::keyring::KeyringAuthenticationStorage;
use rattler_networking::authentication_storage::backends::netrc::NetRcStorage;
use reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next};

use super::stamp::Stamped;
use crate::error::{Error, Result};

/// The files that credentials are read from.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Credentials {
    /// This file and nothing else.
    Only(Stamped),
    /// Everything that conda tools share.
    Shared {
        /// Files that were named, the most important first.
        named: Vec<Stamped>,
        /// The store that `auth login` writes to where there is no keyring.
        store: Option<Stamped>,
        netrc: Option<Netrc>,
    },
}

/// The file of names and passwords that curl, git and requests share.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Netrc {
    file: Stamped,
    /// It was asked for by the variable `NETRC`, so it has to be there.
    is_named: bool,
}

impl Credentials {
    /// `only` is the caller's file, `configured` that of a configuration file.
    pub(super) fn of(only: Option<&Path>, configured: Option<Stamped>) -> Self {
        if let Some(only) = only {
            return Self::Only(Stamped::new(only));
        }
        let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
        let netrc_name = if cfg!(windows) { "_netrc" } else { ".netrc" };
        let netrc = match Stamped::named_by("NETRC") {
            Some(file) => Some(Netrc { file, is_named: true }),
            None => home.as_ref().map(|home| Netrc { file: Stamped::new(home.join(netrc_name)), is_named: false }),
        };
        Self::Shared {
            named: Stamped::named_by("RATTLER_AUTH_FILE").into_iter().chain(configured).collect(),
            store: home.map(|home| Stamped::new(home.join(".rattler").join("credentials.json"))),
            netrc,
        }
    }

    /// Reads the files. The keyring is asked when a request needs it.
    pub(super) fn open(&self, notes: &mut Vec<String>) -> Result<AuthenticationStorage> {
        let mut storage = AuthenticationStorage::empty();
        match self {
            Self::Only(file) if !file.exists() => {
                return Err(unreadable(format!("no such file: `{}`", file.path.display())));
            }
            Self::Only(file) => storage.add_backend(Arc::new(read(file)?)),
            Self::Shared { named, store, netrc } => {
                for file in named {
                    if !file.exists() {
                        notes.push(format!("Credentials file not found: `{}`", file.path.display()));
                    }
                    storage.add_backend(Arc::new(read(file)?));
                }
                if keyring_can_be_asked() {
                    storage.add_backend(Arc::new(KeyringAuthenticationStorage::default()));
                }
                if let Some(file) = store {
                    match FileStorage::from_path(file.path.clone()) {
                        Ok(file) => storage.add_backend(Arc::new(file)),
                        // Nobody asked for it: the home folder may be another user's.
                        Err(FileStorageError::IOError(error)) => {
                            notes.push(format!("Credentials are left out that cannot be read: {error}"));
                        }
                        Err(error) => return Err(unreadable_file(error)),
                    }
                }
                if let Some(netrc) = netrc.as_ref().filter(|netrc| netrc.is_named || netrc.file.exists()) {
                    match NetRcStorage::from_path(&netrc.file.path) {
                        Ok(file) => storage.add_backend(Arc::new(file)),
                        // Its own message would show the value.
                        Err(_) => notes.push(format!("Cannot read the netrc file `{}`", netrc.file.path.display())),
                    }
                }
            }
        }
        Ok(storage)
    }
}

/// Whether a message bus is known, by which a keyring is reached on Linux and its like: without one the library would start
/// a bus of its own, and nothing would be found there.
fn keyring_can_be_asked() -> bool {
    if cfg!(any(windows, target_vendor = "apple")) {
        return true;
    }
    let named = |variable: &str| std::env::var_os(variable).filter(|value| !value.is_empty());
    named("DBUS_SESSION_BUS_ADDRESS").is_some()
        || named("XDG_RUNTIME_DIR").is_some_and(|folder| Path::new(&folder).join("bus").exists())
}

/// A file of credentials by host; a missing one has none.
fn read(file: &Stamped) -> Result<FileStorage> {
    FileStorage::from_path(file.path.clone()).map_err(unreadable_file)
}

fn unreadable_file(error: FileStorageError) -> Error {
    unreadable(match error {
        // The message of the parser would show the value.
        FileStorageError::JSONError(path, error) => {
            format!("cannot read credentials: invalid JSON in `{}`, line {}", path.display(), error.line())
        }
        FileStorageError::IOError(error) => format!("cannot read credentials: {error}"),
    })
}

fn unreadable(reason: String) -> Error {
    Error::InvalidOption { option: "auth", reason }
}

/// Asks for the credentials of a host on a thread that may wait, before the request needs them: a keyring may ask its user
/// to unlock it, and a request that is stopped meanwhile must not wait for that. What was found is kept by the
/// storage.
pub(in super::super) struct AskedApart {
    storage: AuthenticationStorage,
    hosts: Mutex<HashSet<String>>,
}

impl AskedApart {
    pub(in super::super) fn new(storage: AuthenticationStorage) -> Self {
        Self { storage, hosts: Mutex::default() }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl Middleware for AskedApart {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let host = request.url().host_str().unwrap_or_default().to_owned();
        if !self.known().contains(&host) {
            let (storage, url) = (self.storage.clone(), request.url().clone());
            // Without credentials the server says what it thinks of that.
            let _ = tokio::task::spawn_blocking(move || storage.get_by_url(url).is_ok()).await;
            self.known().insert(host);
        }
        next.run(request, extensions).await
    }
}
