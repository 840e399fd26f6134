//! Variant keys with their values and zip keys.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::combinations::Choices;
use super::file_templates::FileTemplates;
use super::key::normalize_key;
use super::origin::{Origin, Origins};
use super::{VariantValue, build_config, file};
use crate::diagnostic::{DiagnosticRecord, Diagnostics, Failure, Span, TextIndex};
use crate::model::{Combination, RenderConfig};

/// Variant keys in file order, each with its values; and groups of keys whose values go together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "VariantConfigData"))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct VariantConfig {
    /// Normalized key (`-` and `.` are `_`) → values.
    pub values: IndexMap<String, Vec<VariantValue>>,
    /// Groups of normalized keys that are walked index by index.
    pub zip_keys: Vec<Vec<String>>,
    /// Where the keys were written.
    #[serde(skip)]
    #[cfg_attr(feature = "typescript", ts(skip))]
    pub origins: Origins,
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

/// What was read of a file.
pub(super) struct Read {
    /// Nothing where a problem leaves nothing to return.
    pub(super) variants: Option<VariantConfig>,
    /// Where its keys are.
    pub(super) spans: KeySpans,
    pub(super) diagnostics: Diagnostics,
}

/// Where the keys of a file are.
#[derive(Default)]
pub(super) struct KeySpans {
    pub(super) keys: Vec<(String, Span)>,
    pub(super) zip_keys: Option<Span>,
}

impl Read {
    pub(super) fn new(variants: VariantConfig, spans: KeySpans, diagnostics: Diagnostics) -> Self {
        let failed = diagnostics.has_errors();
        Self { variants: (!failed).then_some(variants), spans, diagnostics }
    }

    pub(super) fn failed(diagnostics: Diagnostics) -> Self {
        Self { variants: None, spans: KeySpans::default(), diagnostics }
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
        let config = Self { values, zip_keys, origins: Origins::default() }.normalized();
        Choices::new(&config)
            .check_zip_keys()
            .map_err(|diagnostic| Failure::new(vec![DiagnosticRecord::new(&diagnostic, &TextIndex::new(""), None)]))?;
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
        variants.ok_or(Failure::new(diagnostics))
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
        let Read { mut variants, spans, diagnostics } = match format {
            VariantFormat::Variants => file::read_variants(text, &templates),
            VariantFormat::CondaBuildConfig => build_config::read_build_config(text, &templates),
        };
        let index = TextIndex::new(text);
        if let Some(variants) = &mut variants {
            let origin = |span| Origin { file: path.map(str::to_owned), span: index.position(span) };
            variants.origins.keys = spans.keys.into_iter().map(|(key, span)| (key, origin(span))).collect();
            variants.origins.zip_keys = spans.zip_keys.map(origin);
        }
        let records = diagnostics.into_sorted().iter().map(|d| DiagnosticRecord::new(d, &index, path)).collect();
        (variants, records)
    }

    /// This configuration with another one on top: its keys replace those here, its zip keys, where it has any, all of
    /// those here.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.values.extend(other.values);
        self.origins.merge(other.origins);
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
        Self { values: values.collect(), zip_keys: zip_keys.collect(), origins: self.origins }
    }
}
