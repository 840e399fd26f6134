//! Variant keys with their values and zip keys.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::VariantValue;
use crate::recipe::Failure;
use crate::render::RenderConfig;

/// Variant keys in file order, each with its values; and groups of keys whose values go together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "VariantConfigData"))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct VariantConfig {
    /// Normalised key (`-` and `.` are `_`) → values.
    pub values: IndexMap<String, Vec<VariantValue>>,
    /// Groups of normalised keys that are walked index by index.
    pub zip_keys: Vec<Vec<String>>,
}

/// Which rules a variant file follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum VariantFormat {
    /// `variants.yaml`.
    #[default]
    Variants,
    /// `conda_build_config.yaml`.
    CondaBuildConfig,
}

impl VariantConfig {
    /// Reads a variant file's text. `path` is only named in diagnostics.
    ///
    /// # Errors
    /// All problems of the text.
    pub fn from_yaml(
        _text: &str,
        _format: VariantFormat,
        _config: &RenderConfig,
        _path: Option<&str>,
    ) -> Result<Self, Failure> {
        Ok(Self::default())
    }

    /// This configuration with another one on top: its keys replace those here, its zip keys, where it has any, all of
    /// those here.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.values.extend(other.values);
        if !other.zip_keys.is_empty() {
            self.zip_keys = other.zip_keys;
        }
        self
    }
}
