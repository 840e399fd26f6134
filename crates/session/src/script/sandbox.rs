//! What a script in a sandbox may do: Landlock rules and a view of the file systems that is read-only elsewhere.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Whether and how scripts are confined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum Sandbox {
    /// Confined with defaults, or not at all.
    Enabled(bool),
    /// Confined with these rules.
    Rules(SandboxRules),
}

/// What a script in a sandbox may do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct SandboxRules {
    /// Folders that it may read, besides the session's own and temporary ones. Default: everything.
    pub read: Option<Vec<PathBuf>>,
    /// Folders that it may write to, besides the session's own and temporary ones. Default: none.
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<PathBuf>>", optional))]
    pub write: Vec<PathBuf>,
    /// What it may reach of the network: everything, nothing, or only these hosts; overrides the session's `network`.
    pub network: Option<NetworkAccess>,
}

/// What a script in a sandbox may reach of the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum NetworkAccess {
    /// Everything, or nothing but a loopback of its own.
    Open(bool),
    /// These hosts, through an HTTP proxy that `http_proxy` and `https_proxy` name: `example.org`, `example.org:8080`, or
    /// `*.example.org` for all hosts below. Without a port, 80 and 443 are allowed.
    Hosts(Vec<String>),
}

impl NetworkAccess {
    /// Whether the script shares the network of this process.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open(true))
    }

    /// The hosts that may be reached through the proxy, if there is a list.
    #[must_use]
    pub fn hosts(&self) -> Option<&[String]> {
        match self {
            Self::Open(_) => None,
            Self::Hosts(hosts) => Some(hosts),
        }
    }
}

impl Sandbox {
    /// The rules, if there is a sandbox.
    #[must_use]
    pub fn rules(&self) -> Option<SandboxRules> {
        match self {
            Self::Enabled(false) => None,
            Self::Enabled(true) => Some(SandboxRules::default()),
            Self::Rules(rules) => Some(rules.clone()),
        }
    }
}
