//! The HTTP client: credentials, retries, offline mode.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rattler_networking::authentication_storage::backends::file::FileStorage;
use rattler_networking::{AuthenticationMiddleware, AuthenticationStorage, LazyClient, OfflineMiddleware};
use reqwest::redirect::Policy;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware};
use url::Url;

use super::retry::RetryMiddleware;
use crate::error::{Error, Result};
use crate::redact::{chain, redact};

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
        .redirect(redirects())
        // It would tell another host the token in a channel's path.
        .referer(false)
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

/// Up to ten redirects. Credentials in headers go to no other host; an address that has secrets itself is not left for
/// one that everybody on the way can read.
fn redirects() -> Policy {
    Policy::custom(|attempt| {
        let opens = attempt.previous().last().is_some_and(|from| opens_secrets(from, attempt.url()));
        if opens { attempt.error(OpensSecrets) } else { Policy::default().redirect(attempt) }
    })
}

fn opens_secrets(from: &Url, to: &Url) -> bool {
    from.scheme() == "https" && to.scheme() != "https" && redact(from.as_str()) != from.as_str()
}

/// Why a redirect is not followed.
#[derive(Debug, thiserror::Error)]
#[error("the server sends an address with credentials on from https to http")]
struct OpensSecrets;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn an_address_with_secrets_is_not_left_for_one_without_encryption() {
        for (from, to, opens) in [
            ("https://h.org/t/tk-1/c/a.conda", "http://h.org/a.conda", true),
            ("https://h.org/a.tar.gz?token=x", "http://other.org/a.tar.gz", true),
            ("https://h.org/t/tk-1/c/a.conda", "https://cdn.org/a.conda", false),
            ("https://h.org/a.tar.gz", "http://mirror.org/a.tar.gz", false),
            ("http://h.org/t/tk-1/c/a.conda", "http://h.org/a.conda", false),
        ] {
            assert_eq!(opens_secrets(&from.parse().unwrap(), &to.parse().unwrap()), opens, "{from} {to}");
        }
    }
}
