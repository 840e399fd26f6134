//! The address of a repository, and the credentials that a recipe has in it.

use url::Url;

use super::program::Git;
use crate::error::{Error, Result};
use crate::redact::redact;

/// Variables of the environment in which the credential helper finds what it answers.
const USERNAME: &str = "SIDEWINDER_GIT_USERNAME";
const PASSWORD: &str = "SIDEWINDER_GIT_PASSWORD";

/// Where a repository comes from.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    /// As git is given it, without credentials: command lines and configuration files can be read by others.
    pub(super) url: String,
    /// For messages.
    pub(super) shown: String,
    credentials: Option<Credentials>,
}

#[derive(Clone)]
struct Credentials {
    /// Scheme, host and port that they are for.
    scope: String,
    username: String,
    password: Option<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Credentials").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl Remote {
    /// Takes the credentials out of an address.
    ///
    /// # Errors
    /// [`Error::Source`] for credentials with control characters, which could add lines to the helper's answer.
    pub(super) fn new(address: &str) -> Result<Self> {
        let shown = redact(address);
        let plain = Self { url: address.to_owned(), shown: shown.clone(), credentials: None };
        let Ok(mut url) = Url::parse(address) else { return Ok(plain) };
        // The user of an `ssh` address is not a secret, and ssh takes no password from it.
        if !matches!(url.scheme(), "http" | "https") || url.username().is_empty() && url.password().is_none() {
            return Ok(plain);
        }
        let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (username, password) = (decoded(url.username()), url.password().map(decoded));
        if [Some(&username), password.as_ref()].into_iter().flatten().any(|text| text.contains(char::is_control)) {
            let reason = "the credentials in the URL contain control characters".to_owned();
            return Err(Error::Source { location: shown, reason, http: None });
        }
        let removed = url.set_username("").and_then(|()| url.set_password(None));
        removed.map_err(|()| Error::Internal { reason: "cannot remove credentials from a URL".to_owned() })?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let scope = format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default());
        Ok(Self { url: url.into(), shown, credentials: Some(Credentials { scope, username, password }) })
    }

    /// Lets a command use the credentials: a helper answers with them, from variables that only the user can read.
    pub(super) fn authorize<'a>(&self, git: Git<'a>) -> Git<'a> {
        let Some(Credentials { scope, username, password }) = &self.credentials else { return git };
        let helper = format!(
            "!f() {{ test \"$1\" = get && echo \"username=${USERNAME}\" && echo \"password=${PASSWORD}\"; }}; f"
        );
        // With a password the user's helpers are not asked, and not given the password to keep. Without one they may
        // know it; a token as the user name needs none.
        let git = if password.is_some() { git.setting(&format!("credential.{scope}.helper=")) } else { git };
        git.setting(&format!("credential.{scope}.helper={helper}"))
            .variable(USERNAME, username)
            .variable(PASSWORD, password.as_deref().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn credentials_are_taken_out_of_addresses() {
        let remote = Remote::new("https://me:p%40ss@host.org:8443/a.git").unwrap();
        assert_eq!(remote.url, "https://host.org:8443/a.git");
        let credentials = remote.credentials.as_ref().unwrap();
        assert_eq!(
            (credentials.scope.as_str(), credentials.password.as_deref()),
            ("https://host.org:8443", Some("p@ss"))
        );
        assert!(!format!("{remote:?}").contains("p@ss"));
        for address in ["ssh://git@host.org/a", "git@host.org:a/b", "https://host.org/a.git", "/a/b"] {
            assert_eq!(Remote::new(address).unwrap().url, address);
        }
        assert!(Remote::new("https://me:a%0Ahost=x@host.org/a").is_err());
    }
}
