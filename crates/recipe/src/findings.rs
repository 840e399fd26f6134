//! Everything that is wrong with a recipe: what shows when its text is read, and what shows when it is rendered.

use std::collections::HashSet;

use serde::Serialize;

use crate::diagnostic::{Code, Diagnostic, DiagnosticRecord, Diagnostics, Severity, TextIndex, Undefined};
use crate::model::RenderConfig;
use crate::recipe::{ParsedRecipe, missing_files};
use crate::render;
use crate::variants::VariantConfig;

/// What was found in a recipe.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Findings {
    /// Errors and warnings, in the order of their places.
    pub diagnostics: Vec<DiagnosticRecord>,
    /// Whether variant files might define some of the variables that have no value.
    pub needs_variants: bool,
    /// Files that `load_from_file` asked for and that `RenderConfig::files` does not have.
    #[serde(skip)]
    pub missing_files: Vec<String>,
}

impl ParsedRecipe {
    /// All errors and warnings of the recipe, including those that only show when it is rendered.
    ///
    /// Without `variants` the recipe is rendered without any. A variable that has no value is then only a warning, once
    /// for each name, because it may be a variant key. Broken `zip_keys` do not hide the problems of the recipe:
    /// [`VariantConfig::zip_errors`] reports them.
    ///
    /// # Example: check a recipe before its variant files are known
    /// ```
    /// use sidewinder_recipe::{ParsedRecipe, RenderConfig};
    ///
    /// let text = "package:\n  name: demo\n  version: ${{ version }}\n";
    /// # let Ok(recipe) = ParsedRecipe::parse(text, None, Default::default()) else { return };
    /// let findings = recipe.findings(None, &RenderConfig::default());
    /// assert!(findings.needs_variants);
    /// assert_eq!(findings.diagnostics[0].message, "undefined variable `version`");
    /// ```
    #[must_use]
    pub fn findings(&self, variants: Option<&VariantConfig>, config: &RenderConfig) -> Findings {
        let usable = variants.cloned().unwrap_or_default().without_zip_errors();
        let problems = match render::render(self.stage0(), &usable, config) {
            Ok(rendered) => rendered.warnings,
            Err(problems) => problems,
        };
        let missing_files = missing_files(problems.items());
        let problems = if variants.is_some() { problems } else { without_variants(problems) };
        let needs_variants =
            variants.is_none() && problems.items().iter().any(|p| p.undefined == Some(Undefined::Variable));
        let index = TextIndex::new(self.text());
        let rendering = problems.into_sorted();
        let rendering = rendering.iter().map(|problem| DiagnosticRecord::new(problem, &index, self.path()));
        let mut diagnostics = self.warnings().to_vec();
        for record in rendering {
            let known = diagnostics
                .iter()
                .any(|other| (&other.code, &other.message, other.span) == (&record.code, &record.message, record.span));
            if !known {
                diagnostics.push(record);
            }
        }
        diagnostics.sort_by_key(|record| record.span.map_or(-1, |span| i64::from(span.offset)));
        Findings { diagnostics, needs_variants, missing_files }
    }
}

/// Of the variables that may be variant keys, the first place of each, as a warning.
fn without_variants(problems: Diagnostics) -> Diagnostics {
    let mut seen = HashSet::new();
    let mut out = Diagnostics::default();
    for problem in problems.into_sorted() {
        let may_be_key = problem.undefined == Some(Undefined::Variable) && problem.code == Code::UndefinedVariable;
        if !may_be_key {
            out.push(problem);
        } else if problem.severity == Severity::Error && seen.insert(problem.message.clone()) {
            out.push(Diagnostic { severity: Severity::Warning, ..problem });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]
    use indexmap::IndexMap;

    use super::*;
    use crate::model::VariantValue;

    fn parse(rest: &str) -> ParsedRecipe {
        ParsedRecipe::parse(&format!("package: {{name: demo, version: '1'}}\n{rest}"), None, Default::default())
            .unwrap()
    }

    fn shown(findings: &Findings) -> Vec<String> {
        findings.diagnostics.iter().map(|d| format!("{:?} {}", d.severity, d.message)).collect()
    }

    fn config(key: &str, value: &str) -> VariantConfig {
        let values = IndexMap::from([(key.to_owned(), vec![VariantValue::String(value.to_owned())])]);
        VariantConfig { values, ..VariantConfig::default() }
    }

    #[test]
    fn without_variants_an_undefined_variable_is_a_warning_once() {
        let recipe =
            parse("requirements:\n  host: ['a ==${{ nope }}']\n  run: ['b ==${{ nope }}', 'c ==${{ nope2 }}']\n");
        let findings = recipe.findings(None, &RenderConfig::default());
        assert_eq!(shown(&findings), ["Warning undefined variable `nope`", "Warning undefined variable `nope2`"]);
        assert!(findings.needs_variants);
        let findings = recipe.findings(Some(&config("x", "1")), &RenderConfig::default());
        assert_eq!(findings.diagnostics.len(), 3);
        assert!(findings.diagnostics.iter().all(|d| d.severity == Severity::Error) && !findings.needs_variants);
    }

    #[test]
    fn names_of_conda_build_are_errors_without_variants_too() {
        let recipe = parse("build:\n  string: py_${{ PKG_HASH }}\n");
        let findings = recipe.findings(None, &RenderConfig::default());
        assert_eq!(shown(&findings), ["Error undefined variable `PKG_HASH`"]);
        assert_eq!(findings.diagnostics[0].help.as_deref(), Some("write `hash`"));
        assert!(!findings.needs_variants);
    }

    #[test]
    fn match_on_a_name_that_nobody_defines_is_a_warning_where_variants_are_known() {
        let recipe = parse("requirements:\n  host: [python]\n  run:\n    - if: match(pyton, '>=3.8')\n      then: a\n");
        assert_eq!(shown(&recipe.findings(None, &RenderConfig::default())), Vec::<String>::new());
        let findings = recipe.findings(Some(&config("python", "3.12")), &RenderConfig::default());
        assert_eq!(shown(&findings), ["Warning `pyton` is undefined, so `match(pyton, …)` is always true"]);
        assert_eq!(findings.diagnostics[0].help.as_deref(), Some("did you mean `python`?"));
    }

    #[test]
    fn broken_zip_keys_do_not_hide_what_is_wrong_with_a_recipe() {
        let value = |text: &str| VariantValue::String(text.to_owned());
        let variants = VariantConfig {
            values: IndexMap::from([
                ("python".to_owned(), vec![value("3.12"), value("3.13")]),
                ("numpy".to_owned(), vec![value("2")]),
            ]),
            zip_keys: vec![vec!["python".to_owned(), "numpy".to_owned()]],
            ..VariantConfig::default()
        };
        let recipe = parse("requirements:\n  host: [python, numpy, '${{ nope }}']\n");
        let findings = recipe.findings(Some(&variants), &RenderConfig::default());
        assert_eq!(shown(&findings), ["Error undefined variable `nope`"]);
    }

    #[test]
    fn missing_files_are_reported_whatever_computes_their_names() {
        let recipe = parse("about:\n  summary: ${{ load_from_file('data' ~ '.json').summary }}\n");
        let mut config = RenderConfig { experimental: true, ..RenderConfig::default() };
        assert_eq!(recipe.findings(None, &config).missing_files, ["data.json"]);
        config.files.insert("data.json".to_owned(), "{\"summary\": \"s\"}".to_owned());
        assert_eq!(recipe.findings(None, &config), Findings::default());
    }
}
