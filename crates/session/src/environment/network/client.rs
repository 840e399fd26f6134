//! The HTTP client: credentials, mirrors, retries, offline mode.

use std::time::Duration;

use http::Extensions;
use rattler_networking::{AuthenticationMiddleware, AuthenticationStorage, LazyClient, OfflineMiddleware};
use reqwest::redirect::Policy;
use reqwest::{Client, Request, Response};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Middleware, Next};
use url::Url;

use super::retry::RetryMiddleware;
use super::{AskedApart, Mirrors, Network};
use crate::error::Result;
use crate::redact::{chain, redact};

const USER_AGENT: &str = concat!("sidewinder/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// A download may take long, but not stand still.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// Makes the client; it connects to nothing, and reads no certificates, before it is used.
///
/// # Errors
/// [`Error::InvalidOption`](crate::Error::InvalidOption) when the credentials cannot be read.
pub(in super::super) fn client(network: &Network, notes: &mut Vec<String>) -> Result<LazyClient> {
    let credentials = network.credentials(notes)?;
    let network = network.clone();
    Ok(LazyClient::new(move || build(&network, credentials)))
}

fn build(network: &Network, credentials: AuthenticationStorage) -> ClientWithMiddleware {
    let client = match plain(network) {
        Ok(client) => client,
        Err(reason) => return refusing(reason),
    };
    let mirrors = (!network.mirrors.is_empty()).then(|| Mirrors::new(&network.mirrors, &client));
    let mut builder = ClientBuilder::new(client);
    if network.offline {
        builder = builder.with(OfflineMiddleware);
    }
    builder = builder.with(RetryMiddleware);
    // Credentials are those of the mirror, so they come after it was chosen.
    if let Some(mirrors) = mirrors {
        builder = builder.with(mirrors);
    }
    builder
        .with(AskedApart::new(credentials.clone()))
        .with(AuthenticationMiddleware::from_auth_storage(credentials))
        .build()
}

/// The client by itself, or why there cannot be one.
fn plain(network: &Network) -> Result<Client, String> {
    let mut builder = Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .redirect(redirects())
        // It would tell another host the token in a channel's path.
        .referer(false)
        // Channels serve compressed files as they are; decoding in transit would hide their sizes.
        .no_gzip();
    builder = if network.verify {
        network.certificates.trusted_by(builder)?
    } else {
        builder.tls_danger_accept_invalid_certs(true)
    };
    for proxy in network.proxies.iter().map(|proxies| proxies.to_client()) {
        for proxy in
            proxy.map_err(|error| format!("the proxy of the configuration cannot be used: {}", chain(&error)))?
        {
            builder = builder.proxy(proxy);
        }
    }
    builder.build().map_err(|error| format!("HTTP cannot be set up: {}", chain(&error)))
}

/// A client that says why it sends nothing.
fn refusing(reason: String) -> ClientWithMiddleware {
    // Without authorities nothing has to be read, so nothing can fail.
    let unused = Client::builder().tls_certs_only([]).no_proxy().build().unwrap_or_default();
    ClientBuilder::new(unused).with(Refusing(reason)).build()
}

struct Refusing(String);

#[async_trait::async_trait]
impl Middleware for Refusing {
    async fn handle(&self, _: Request, _: &mut Extensions, _: Next<'_>) -> reqwest_middleware::Result<Response> {
        Err(reqwest_middleware::Error::middleware(CannotSend(self.0.clone())))
    }
}

/// Why nothing can be sent.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct CannotSend(String);

/// Up to ten redirects. Credentials in headers go to no other host; an address that has secrets itself is not left for
/// one that everybody in between can read.
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
