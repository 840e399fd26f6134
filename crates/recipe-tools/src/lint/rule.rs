//! The table of rules, and which of them are applied.

use serde::Serialize;

use super::report::Report;
use super::rules::ALL;
use super::subject::Subject;
use super::{LintOptions, LintSeverity};

/// A rule.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// Its stable id in kebab case.
    pub id: &'static str,
    /// Its id in conda-forge's linter (conda-smithy), if it has one.
    pub conda_forge: Option<&'static str>,
    /// How much its findings matter, unless a finding says otherwise.
    pub severity: LintSeverity,
    /// Whether it only matters for recipes of conda-forge.
    pub only_conda_forge: bool,
    /// What the rule says and why, in one or two sentences.
    pub summary: &'static str,
    /// A recipe that breaks it.
    pub example: &'static str,
    /// Applies it.
    #[serde(skip)]
    pub(super) check: fn(&Subject<'_>, &mut Report<'_>),
}

/// Name of the group of rules that only matter for recipes of conda-forge.
const GROUP: &str = "conda-forge";

/// All rules, in the order of the documentation.
#[must_use]
pub fn rules() -> Vec<&'static Rule> {
    ALL.iter().flat_map(|group| group.iter()).collect()
}

impl Rule {
    fn is_named(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(self.id)
            || self.conda_forge.is_some_and(|id| id.eq_ignore_ascii_case(name))
            || (name == GROUP && self.only_conda_forge)
    }
}

/// An option names a rule that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRule {
    /// The name.
    pub name: String,
    /// Which option it is in: `rules` or `ignore`.
    pub option: &'static str,
}

impl std::fmt::Display for UnknownRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unknown rule `{}`", self.name)
    }
}

impl std::error::Error for UnknownRule {}

/// The rules that are applied.
pub struct Selection(Vec<&'static Rule>);

impl Selection {
    /// The rules that the options choose.
    ///
    /// # Errors
    /// A name is not that of a rule.
    pub fn new(options: &LintOptions) -> Result<Self, UnknownRule> {
        let all = rules();
        for (option, names) in [("rules", &options.rules), ("ignore", &options.ignore)] {
            if let Some(name) = names.iter().find(|name| !all.iter().any(|rule| rule.is_named(name))) {
                return Err(UnknownRule { name: name.clone(), option });
            }
        }
        let named = |rule: &Rule, names: &[String]| names.iter().any(|name| rule.is_named(name));
        Ok(Self(
            all.into_iter()
                .filter(|rule| options.rules.is_empty() || named(rule, &options.rules))
                .filter(|rule| !named(rule, &options.ignore))
                .collect(),
        ))
    }

    pub(super) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        self.0.iter().copied()
    }
}
