//! What a package output takes from a staging output.

use serde::{Deserialize, Serialize};

use super::{Requirements, Script, Source, Step};

/// A staging output: built once, taken by several package outputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StagingCache {
    /// Its name.
    pub name: String,
    /// Its script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<StagingBuild>,
    /// What it needs.
    #[serde(default, skip_serializing_if = "super::is_default")]
    pub requirements: Requirements,
    /// Its sources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<Source>,
}

/// The `build` section of a staging output.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StagingBuild {
    /// Always null: a staging output has no build string.
    #[serde(default)]
    pub string: Option<String>,
    /// The script.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<Script>,
    /// The steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<Step>>,
}

/// How an output builds on a staging output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct InheritsFrom {
    /// Name of the staging output.
    pub cache_name: String,
    /// Whether its run exports are taken.
    pub inherit_run_exports: bool,
}
