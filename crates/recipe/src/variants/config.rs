//! Variant keys with their values and zip keys.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::combinations::Choices;
use super::file_templates::FileTemplates;
use super::key::normalize_key;
use super::{VariantValue, build_config, file};
use crate::diagnostic::{DiagnosticRecord, TextIndex};
use crate::recipe::Failure;
use crate::render::RenderConfig;
use crate::stage1::Combination;

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

impl VariantFormat {
    /// The format of a file with this path: only files named `conda_build_config.yaml` have the older one.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        if name == "conda_build_config.yaml" { Self::CondaBuildConfig } else { Self::Variants }
    }
}

impl VariantConfig {
    /// A configuration from values that a program gives.
    ///
    /// Keys come into their normal form; of two that become the same, the last one wins. A number with a fraction
    /// becomes its text (`1.5` → `"1.5"`), as in the reference; whole numbers stay numbers.
    ///
    /// # Errors
    /// `invalid-zip-keys` where groups do not fit.
    pub fn new(values: IndexMap<String, Vec<VariantValue>>, zip_keys: Vec<Vec<String>>) -> Result<Self, Failure> {
        let config = Self { values, zip_keys }.normalized();
        Choices::new(&config).check_zip_keys().map_err(|diagnostic| Failure {
            diagnostics: vec![DiagnosticRecord::new(&diagnostic, &TextIndex::new(""), None)],
        })?;
        Ok(config)
    }

    /// Reads a variant file's text. `path` is only named in diagnostics. Templates, conditions and selectors see the
    /// platforms and the environment of `config`.
    ///
    /// # Errors
    /// All problems of the text.
    pub fn from_yaml(
        text: &str,
        format: VariantFormat,
        config: &RenderConfig,
        path: Option<&str>,
    ) -> Result<Self, Failure> {
        let (variants, diagnostics) = Self::read(text, format, config, path);
        variants.ok_or(Failure { diagnostics })
    }

    /// As [`VariantConfig::from_yaml`], with the warnings as well.
    #[must_use]
    pub fn read(
        text: &str,
        format: VariantFormat,
        config: &RenderConfig,
        path: Option<&str>,
    ) -> (Option<Self>, Vec<DiagnosticRecord>) {
        let nothing = Combination::new();
        let templates = FileTemplates::new(config, &nothing);
        let (variants, diagnostics) = match format {
            VariantFormat::Variants => file::read_variants(text, &templates),
            VariantFormat::CondaBuildConfig => build_config::read_build_config(text, &templates),
        };
        let index = TextIndex::new(text);
        let records = diagnostics.into_sorted().iter().map(|d| DiagnosticRecord::new(d, &index, path)).collect();
        (variants, records)
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

    /// Keys in normal form, fractions as text.
    pub(crate) fn normalized(self) -> Self {
        let values = self.values.into_iter().map(|(key, values)| {
            let values = values.into_iter().map(|value| match value {
                VariantValue::Float(_) => VariantValue::String(value.printed()),
                other => other,
            });
            (normalize_key(&key).into_owned(), values.collect())
        });
        let zip_keys =
            self.zip_keys.into_iter().map(|group| group.iter().map(|key| normalize_key(key).into_owned()).collect());
        Self { values: values.collect(), zip_keys: zip_keys.collect() }
    }
}
