//! The HTTP client: credentials, retries, offline mode.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rattler_networking::authentication_storage::backends::file::FileStorage;
use rattler_networking::{AuthenticationMiddleware, AuthenticationStorage, LazyClient, OfflineMiddleware};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};

use super::retry::RetryMiddleware;
use crate::error::{Error, Result};
use crate::redact::chain;

const USER_AGENT: &str = concat!("sidewinder/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// A download may take long, but not stand still.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// Makes the client; it connects to nothing before it is used.
///
/// Credentials come from `auth_file` alone where it is given, else from where conda tools share them: the file that
/// `RATTLER_AUTH_FILE` names, the rattler store and `.netrc`.
///
/// # Errors
/// [`Error::InvalidOption`] when the credentials cannot be read.
pub(super) fn client(auth_file: Option<&Path>, offline: bool) -> Result<LazyClient> {
    let credentials = credentials(auth_file)?;
    Ok(LazyClient::new(move || build(credentials, offline)))
}

fn credentials(auth_file: Option<&Path>) -> Result<AuthenticationStorage> {
    let unreadable = |error: &(dyn std::error::Error + 'static)| Error::InvalidOption {
        option: "auth",
        reason: format!("cannot read credentials: {}", chain(error)),
    };
    let Some(file) = auth_file else {
        return AuthenticationStorage::from_env_and_defaults().map_err(|error| unreadable(&error));
    };
    if !file.is_file() {
        return Err(Error::InvalidOption { option: "auth", reason: format!("no such file: `{}`", file.display()) });
    }
    let mut storage = AuthenticationStorage::empty();
    let backend = FileStorage::from_path(file.to_path_buf()).map_err(|error| unreadable(&error))?;
    storage.add_backend(Arc::new(backend));
    Ok(storage)
}

fn build(credentials: AuthenticationStorage, offline: bool) -> ClientWithMiddleware {
    let client = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        // Channels serve compressed files as they are; decoding on the way would hide their sizes.
        .no_gzip()
        .build()
        .unwrap_or_else(|error| {
            tracing::error!("cannot set up HTTP as wanted, using defaults: {}", chain(&error));
            reqwest::Client::default()
        });
    let mut builder = ClientBuilder::new(client);
    if offline {
        builder = builder.with(OfflineMiddleware);
    }
    builder.with(RetryMiddleware).with(AuthenticationMiddleware::from_auth_storage(credentials)).build()
}
