//! Rules for recipes: what renders, but should be written differently.
//!
//! Rules look at the YAML tree, because they are about how a recipe is written. A finding may carry a fix, which is a list of
//! text edits that keep comments, order and quoting of everything else.

mod fix;
mod items;
mod layout;
mod report;
mod rule;
mod rules;
mod subject;

use serde::{Deserialize, Serialize};
use sidewinder_recipe::diagnostic::{Position, TextIndex};
use sidewinder_recipe::render::RepodataRevision;

use crate::edits::TextEdit;

pub use fix::{Fixed, fix};
pub use rule::{Rule, Selection, UnknownRule, rules};
use subject::Subject;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum LintSeverity {
    /// Should be changed.
    Warning,
    /// Worth considering.
    Hint,
}

/// Which rules are applied, and what they know about the recipe besides its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct LintOptions {
    /// Only these rules: ids such as `unused-context`, ids of conda-forge's linter such as `R-001`, or `conda-forge` for all
    /// rules that only matter there. Default: all rules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// Rules that are left out, named in the same way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// Names of the files next to the recipe.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// The platform that the recipe is for; rules that do not matter there are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_platform: Option<String>,
    /// Which package format features the recipe may use.
    pub repodata_revision: RepodataRevision,
}

/// One place in a recipe that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct LintFinding {
    /// The id of the rule, e.g. `unused-context`.
    pub rule: String,
    /// How much it matters.
    pub severity: LintSeverity,
    /// One sentence that names the thing.
    pub message: String,
    /// Where it is; absent if it concerns the whole recipe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<Position>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The id of the same rule in conda-forge's linter (conda-smithy), e.g. `R-019`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conda_forge: Option<String>,
    /// A change that removes the finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<LintFix>,
}

/// A change that removes a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LintFix {
    /// What it does, in the imperative.
    pub title: String,
    /// Whether the recipe renders to the same packages afterwards. Other fixes are proposals that need review.
    pub safe: bool,
    /// Replacements in the text, which do not overlap.
    pub edits: Vec<TextEdit>,
}

/// All findings in a recipe's text, in the order of their places.
///
/// A text that is not YAML has none: [`sidewinder_recipe::check`] reports why. Errors in single fields do not keep the
/// rules from being applied to the rest.
///
/// # Errors
/// An option names a rule that does not exist.
///
/// # Example: a source without a checksum
/// ```
/// use sidewinder_recipe_tools::{LintOptions, lint};
///
/// let text = "package:\n  name: demo\n  version: 1.0\nsource:\n  url: https://example.org/demo.tar.gz\n";
/// let options = LintOptions { rules: vec!["missing-checksum".to_owned()], ..LintOptions::default() };
/// let findings = lint(text, &options).unwrap();
/// assert_eq!(findings[0].message, "source without a checksum");
/// assert_eq!(findings[0].conda_forge.as_deref(), Some("R-019"));
/// ```
pub fn lint(text: &str, options: &LintOptions) -> Result<Vec<LintFinding>, UnknownRule> {
    let selection = Selection::new(options)?;
    let Some(subject) = Subject::read(text, options) else { return Ok(Vec::new()) };
    let index = TextIndex::new(text);
    let problems = report::problems(&subject, &selection);
    Ok(problems.iter().map(|problem| problem.finding(&index)).collect())
}

#[cfg(test)]
mod tests;
