//! What rendering depends on besides the recipe and the variants: all of it is passed in.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// Settings of a rendering. Platforms are conda subdirs such as `linux-64`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct RenderConfig {
    /// Platform the package is for. Default: `linux-64`; the SDK gives the machine's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_platform: Option<String>,
    /// Platform of the host environment. Default: the target platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_platform: Option<String>,
    /// Platform the build runs on. Default: `linux-64`; the SDK gives the machine's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_platform: Option<String>,
    /// Whether experimental features may be used.
    pub experimental: bool,
    /// Which package format features may be used.
    pub repodata_revision: RepodataRevision,
    /// Further context variables; hashed where they are used, never multiplied.
    pub extra_context: IndexMap<String, serde_json::Value>,
    /// What `env.get` sees.
    pub env: BTreeMap<String, String>,
    /// What `load_from_file` sees: path relative to the recipe → text.
    pub files: BTreeMap<String, String>,
    /// What `git.*` sees: source → answers, read by the caller.
    pub git: BTreeMap<String, GitFacts>,
    /// Build number in place of the recipe's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_number_override: Option<u64>,
    /// Goes before the default build string, with `_`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_string_prefix: Option<String>,
    /// Names of variables that the build sets: variant keys with these names always take part. Default: those of the
    /// two platforms, as the reference takes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_environment_names: Option<Vec<String>>,
}

/// Which package format features may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum RepodataRevision {
    /// What all conda tools read.
    #[default]
    Legacy,
    /// With extras, flags and conditional dependencies.
    V3,
}

/// What `git.*` answers for one source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct GitFacts {
    /// Commit of HEAD.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_rev: Option<String>,
    /// Commit of the latest tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_tag_rev: Option<String>,
    /// The latest tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_tag: Option<String>,
    /// Commits since the latest tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_tag_distance: Option<String>,
}
