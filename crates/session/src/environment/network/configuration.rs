//! What the configuration files of rattler's tools say of the network.

use std::path::Path;

use rattler_config::ConfigBase;
use rattler_config::config::{Config as _, LoadError};
use rattler_config::locations::config_search_paths;
use url::Url;

use super::stamp::Stamped;
use crate::error::{Error, Result};

/// The name under which sidewinder has files of its own, next to those that all tools share.
const TOOL: &str = "sidewinder";

/// The settings that sessions know, of all files together.
pub(super) struct Configuration {
    pub(super) mirrors: Vec<(Url, Vec<Url>)>,
    pub(super) proxies: Option<Proxies>,
    pub(super) auth_file: Option<Stamped>,
    pub(super) verify: bool,
}

/// The proxies of the configuration; those of the environment are known to the client itself and go before.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(in super::super) struct Proxies {
    http: Option<Url>,
    https: Option<Url>,
    without: Vec<String>,
}

impl Configuration {
    /// Reads the files there are, from the least to the most specific: of the machine, then of the user, and each time
    /// those that all tools share before those of sidewinder.
    ///
    /// # Errors
    /// [`Error::InvalidOption`], naming the file, without its content: addresses may hold secrets.
    pub(super) fn read() -> Result<Self> {
        let mut all = ConfigBase::<rattler_config::NoExtension>::default();
        for location in config_search_paths(TOOL).into_iter().filter(|location| location.path.is_file()) {
            let path = location.path.clone();
            let config = ConfigBase::load_from_locations([location]).map_err(|error| unreadable(&path, &error))?;
            all = all
                .merge_config(&config)
                .map_err(|error| unreadable(&path, &LoadError::MergeError(error, path.clone())))?;
        }
        let common = all.common;
        let proxy = common.proxy_config;
        let proxies = (!proxy.is_default() && !environment_has_proxies()).then_some(Proxies {
            http: proxy.http,
            https: proxy.https,
            without: proxy.non_proxy_hosts,
        });
        Ok(Self {
            mirrors: common.mirrors.into_iter().collect(),
            proxies,
            auth_file: common.authentication_override_file.map(Stamped::new),
            verify: !common.tls_no_verify.unwrap_or(false),
        })
    }
}

impl Proxies {
    /// As the client takes them.
    ///
    /// # Errors
    /// When an address is none of a proxy.
    pub(in super::super) fn to_client(&self) -> reqwest::Result<Vec<reqwest::Proxy>> {
        rattler_networking::proxy::proxies_from_config(&rattler_config::config::proxy::ProxyConfig {
            http: self.http.clone(),
            https: self.https.clone(),
            non_proxy_hosts: self.without.clone(),
        })
    }
}

fn environment_has_proxies() -> bool {
    ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn unreadable(path: &Path, error: &LoadError) -> Error {
    let reason = match error {
        // The message of the parser may show the value.
        LoadError::ParseError(error) => {
            let line = error.span().and_then(|span| line_of(path, span.start));
            line.map_or_else(
                || "invalid TOML or an unknown value".to_owned(),
                |line| format!("line {line}: invalid TOML or an unknown value"),
            )
        }
        LoadError::IoError(error) => error.to_string(),
        LoadError::MergeError(error, _) => error.to_string(),
        LoadError::ValidationError(error) => error.to_string(),
    };
    Error::InvalidOption { option: "config.toml", reason: format!("cannot use `{}`: {reason}", path.display()) }
}

fn line_of(path: &Path, at: usize) -> Option<usize> {
    let text = fs_err::read(path).ok()?;
    Some(text.get(..at)?.iter().filter(|byte| **byte == b'\n').count() + 1)
}
