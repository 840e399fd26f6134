//! The whole evaluated recipe and its `package` section.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{About, Build, InheritsFrom, Requirements, Source, StagingCache, Test, is_default};

/// The evaluated recipe of one output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Stage1Recipe"))]
pub struct Recipe {
    /// Version of the format, always 1.
    pub schema_version: u32,
    /// The recipe's own context variables, evaluated, in file order.
    pub context: IndexMap<String, serde_json::Value>,
    /// Name and version.
    pub package: Package,
    /// Where the sources come from, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<Source>,
    /// How it is built.
    #[serde(default, skip_serializing_if = "is_default")]
    pub build: Build,
    /// What it needs.
    #[serde(default)]
    pub requirements: Requirements,
    /// How it is tested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<Test>,
    /// What it is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub about: About,
    /// Free data.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// The staging output that this one builds on, with what it needs; at most one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub staging_caches: Vec<StagingCache>,
    /// How it builds on the staging output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inherits_from: Option<InheritsFrom>,
}

/// The `package` section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Package {
    /// Name as written; compared in lower case.
    pub name: String,
    /// Version as written.
    pub version: String,
}
