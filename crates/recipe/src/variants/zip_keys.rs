//! Groups of keys whose values are paired by index: what can be wrong with them.

use super::VariantConfig;
use super::origin::Origin;
use crate::diagnostic::{Code, Diagnostic, DiagnosticRecord, RelatedRecord, Severity};

/// A group of `zip_keys` that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BrokenGroup<'v> {
    /// It has fewer than two keys.
    TooFewKeys(&'v [String]),
    /// Its keys have different numbers of values.
    UnequalLengths(Vec<(&'v str, usize)>),
}

impl BrokenGroup<'_> {
    /// The problem of a group, if it has one. `values` is the number of values of a key, `None` where it has none.
    ///
    /// The reference ignores groups with a key that has no values: such keys are often defined for some platforms only.
    pub(super) fn of(group: &[String], values: impl Fn(&str) -> Option<usize>) -> Option<BrokenGroup<'_>> {
        if group.len() < 2 {
            return Some(BrokenGroup::TooFewKeys(group));
        }
        let lengths: Vec<_> = group.iter().map(|key| Some((key.as_str(), values(key)?))).collect::<Option<_>>()?;
        let (_, first) = lengths.first()?;
        lengths.iter().any(|(_, length)| length != first).then_some(BrokenGroup::UnequalLengths(lengths))
    }

    /// The problem without a place.
    pub(super) fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::TooFewKeys(keys) => {
                let message = match keys.first() {
                    Some(key) => format!("expected two or more keys in a group of `zip_keys`, found only `{key}`"),
                    None => "expected two or more keys in a group of `zip_keys`, found none".to_owned(),
                };
                Diagnostic::error(Code::InvalidZipKeys, message, None)
                    .with_help("write `zip_keys` as a list of lists: `zip_keys: [[python, numpy]]`")
            }
            Self::UnequalLengths(lengths) => {
                let counts: Vec<_> = lengths.iter().map(|(key, length)| format!("`{key}` has {length}")).collect();
                let message = format!("keys in `zip_keys` have different numbers of values: {}", counts.join(", "));
                Diagnostic::error(Code::InvalidZipKeys, message, None)
                    .with_help("give every key of the group the same number of values")
            }
        }
    }

    fn keys(&self) -> Vec<(&str, Option<usize>)> {
        match self {
            Self::TooFewKeys(keys) => keys.iter().map(|key| (key.as_str(), None)).collect(),
            Self::UnequalLengths(lengths) => lengths.iter().map(|(key, length)| (*key, Some(*length))).collect(),
        }
    }
}

impl VariantConfig {
    /// The groups of `zip_keys` that cannot be used, each with the places of its keys.
    #[must_use]
    pub fn zip_errors(&self) -> Vec<DiagnosticRecord> {
        let values = |key: &str| self.get(key).map(<[_]>::len);
        let broken = self.zip_keys.iter().filter_map(|group| BrokenGroup::of(group, values));
        broken.map(|group| self.record(group.diagnostic(), self.origins.zip_keys.as_ref(), &group.keys())).collect()
    }

    /// This configuration without the groups that [`VariantConfig::zip_errors`] reports: keys are cut to the shortest
    /// number of values, so that recipes can be checked all the same.
    #[must_use]
    pub fn without_zip_errors(mut self) -> Self {
        let values = |key: &str| self.get(key).map(<[_]>::len);
        let mut cuts = Vec::new();
        let mut kept = Vec::with_capacity(self.zip_keys.len());
        for group in &self.zip_keys {
            match BrokenGroup::of(group, values) {
                Some(BrokenGroup::TooFewKeys(_)) => continue,
                Some(BrokenGroup::UnequalLengths(lengths)) => {
                    let shortest = lengths.iter().map(|(_, length)| *length).min().unwrap_or(0);
                    cuts.extend(group.iter().map(|key| (key.clone(), shortest)));
                }
                None => {}
            }
            kept.push(group.clone());
        }
        for (key, length) in cuts {
            if let Some(values) = self.values.get_mut(&key) {
                values.truncate(length);
            }
        }
        self.zip_keys = kept;
        self
    }

    /// A diagnostic at an origin, with the places of keys and how many values each has.
    pub(super) fn record(
        &self,
        diagnostic: Diagnostic,
        origin: Option<&Origin>,
        keys: &[(&str, Option<usize>)],
    ) -> DiagnosticRecord {
        let file = origin.and_then(|origin| origin.file.clone());
        let related = keys.iter().filter_map(|(key, length)| {
            let at = self.origins.keys.get(*key)?;
            let message = match length {
                Some(1) => format!("`{key}` has 1 value"),
                Some(length) => format!("`{key}` has {length} values"),
                None => format!("`{key}` is defined here"),
            };
            let other_file = at.file.clone().filter(|_| at.file != file);
            Some(RelatedRecord { message, file: other_file, span: at.span })
        });
        DiagnosticRecord {
            severity: diagnostic.severity,
            code: diagnostic.code.as_str().to_owned(),
            message: diagnostic.message,
            related: related.collect(),
            span: origin.map(|origin| origin.span),
            file,
            help: diagnostic.help,
        }
    }

    /// Warnings about the whole configuration, after all files are merged.
    ///
    /// `target_platform` is the platform that was asked for, if any.
    #[must_use]
    pub fn warnings(&self, target_platform: Option<&str>) -> Vec<DiagnosticRecord> {
        let mut warnings = Vec::new();
        for key in self.zip_keys.iter().flatten().filter(|key| !self.values.contains_key(*key)) {
            let message = format!("`{key}` in `zip_keys` is not a variant key");
            let mut warning = Diagnostic::warning(Code::InvalidZipKeys, message, None);
            let near = crate::diagnostic::nearest(key, self.values.keys().map(String::as_str));
            warning.help = Some(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("give `{key}` values, or remove it: the whole group has no effect without it"),
            });
            warnings.push(self.record(warning, self.origins.zip_keys.as_ref(), &[]));
        }
        if let (Some(asked), Some(values)) = (target_platform, self.get("target_platform"))
            && let Some(other) = values.iter().map(super::VariantValue::printed).find(|value| value != asked)
        {
            let message = format!("`target_platform` is `{other}` here, which overrides the requested `{asked}`");
            let warning =
                Diagnostic { severity: Severity::Warning, ..Diagnostic::error(Code::PlatformConflict, message, None) };
            let warning = warning.with_help("remove the key, or request that platform");
            warnings.push(self.record(warning, self.origins.keys.get("target_platform"), &[]));
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]
    use super::*;
    use crate::RenderConfig;

    fn read(text: &str, path: &str) -> VariantConfig {
        VariantConfig::from_yaml(text, super::super::VariantFormat::of_path(path), &RenderConfig::default(), Some(path))
            .unwrap()
    }

    fn places(record: &DiagnosticRecord) -> Vec<String> {
        record
            .related
            .iter()
            .map(|related| {
                let file = related.file.as_deref().or(record.file.as_deref()).unwrap_or_default();
                format!("{file}:{}: {}", related.span.line, related.message)
            })
            .collect()
    }

    #[test]
    fn unequal_zip_keys_are_named_with_file_line_and_length() {
        let merged = read("python: ['3.12', '3.13']\n\nnumpy: ['1', '2']\nzip_keys: [[python, numpy]]\n", "a.yaml")
            .merge(read("# later\nnumpy:\n  - '1'\n  - '2'\n  - '3'  # [linux]\n", "b/conda_build_config.yaml"));
        let errors = merged.zip_errors();
        assert_eq!(errors.len(), 1);
        assert_eq!(
            errors[0].message,
            "keys in `zip_keys` have different numbers of values: `python` has 2, `numpy` has 3"
        );
        assert_eq!((errors[0].file.as_deref(), errors[0].span.unwrap().line), (Some("a.yaml"), 4));
        assert_eq!(
            places(&errors[0]),
            ["a.yaml:1: `python` has 2 values", "b/conda_build_config.yaml:2: `numpy` has 3 values"]
        );
        let repaired = merged.without_zip_errors();
        assert!(repaired.zip_errors().is_empty());
        assert_eq!(repaired.values["numpy"].len(), 2);
    }

    #[test]
    fn a_group_needs_two_keys_and_unknown_keys_are_warned_about() {
        let config = read("python: ['3.12']\nnumpy: ['1']\nzip_keys: [[python], [numpy, pyton]]\n", "v.yaml");
        assert_eq!(
            config.zip_errors()[0].message,
            "expected two or more keys in a group of `zip_keys`, found only `python`"
        );
        let warnings = config.warnings(None);
        assert_eq!(warnings.len(), 1);
        assert_eq!(warnings[0].message, "`pyton` in `zip_keys` is not a variant key");
        assert_eq!(warnings[0].help.as_deref(), Some("did you mean `python`?"));
        assert!(config.without_zip_errors().zip_errors().is_empty());
    }

    #[test]
    fn a_platform_of_the_file_that_is_not_the_requested_one_is_warned_about() {
        let config = read("target_platform: ['osx-arm64']\n", "v.yaml");
        assert!(config.warnings(None).is_empty());
        assert!(config.warnings(Some("osx-arm64")).is_empty());
        let warnings = config.warnings(Some("linux-64"));
        assert_eq!(warnings[0].code, "platform-conflict");
        assert_eq!(warnings[0].span.unwrap().line, 1);
    }
}
