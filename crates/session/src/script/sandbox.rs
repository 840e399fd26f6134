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
    pub write: Vec<PathBuf>,
    /// Whether it may reach the network; overrides the session's `network`.
    pub network: Option<bool>,
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
