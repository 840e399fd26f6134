//! Applying the fixes of findings.

use serde::{Deserialize, Serialize};
use sidewinder_recipe::diagnostic::TextIndex;
use sidewinder_recipe::stage0;

use super::report::{Problem, problems};
use super::rule::{Selection, UnknownRule};
use super::subject::Subject;
use super::{LintFinding, LintOptions};
use crate::edits::{Replacement, replaced};

/// A text after its safe fixes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "LintFixResult"))]
#[serde(rename_all = "camelCase")]
pub struct Fixed {
    /// The new text; the old one if there was nothing to fix.
    pub text: String,
    /// What was fixed, in the order in which it was done. Places are those of the text before each round of fixes.
    pub fixed: Vec<LintFinding>,
    /// What is left in the new text.
    pub findings: Vec<LintFinding>,
}

/// A fix may make another one possible, but none undoes another: this many rounds are never needed.
const MAX_ROUNDS: usize = 20;

/// Applies all safe fixes, until none is left.
///
/// Comments, order and quoting of everything else stay. Applied to its own result it changes nothing.
///
/// # Errors
/// An option names a rule that does not exist.
///
/// # Example: remove a duplicate
/// ```
/// use sidewinder_recipe_tools::{LintOptions, lint::fix};
///
/// let text = "package:\n  name: demo\n  version: \"1.0\"\nrequirements:\n  run:\n    - python  # 3.10 or newer\n    - python\n";
/// let options = LintOptions { rules: vec!["duplicate-dependency".to_owned()], ..LintOptions::default() };
/// let fixed = fix(text, &options).unwrap();
/// assert!(fixed.text.ends_with("    - python  # 3.10 or newer\n"));
/// assert!(fixed.findings.is_empty());
/// ```
pub fn fix(text: &str, options: &LintOptions) -> Result<Fixed, UnknownRule> {
    let selection = Selection::new(options)?;
    let mut text = text.to_owned();
    let mut fixed = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let Some(subject) = Subject::read(&text, options) else { break };
        let found = problems(&subject, &selection);
        let index = TextIndex::new(&text);
        let Some((next, applied)) = applied(&subject, &found) else { break };
        fixed.extend(applied.iter().map(|problem| problem.finding(&index)));
        text = next;
    }
    let findings = super::lint(&text, options)?;
    Ok(Fixed { text, fixed, findings })
}

/// The text after as many safe fixes as do not overlap, and the problems that they are for.
fn applied<'p>(subject: &Subject<'_>, found: &'p [Problem]) -> Option<(String, Vec<&'p Problem>)> {
    let mut chosen: Vec<Replacement> = Vec::new();
    let mut applied = Vec::new();
    for problem in found {
        let Some(fix) = problem.fix.as_ref().filter(|fix| fix.is_safe) else { continue };
        let mut candidate = chosen.clone();
        candidate.extend(fix.replacements.iter().cloned());
        // Fixes that touch each other are made one after the other.
        if overlap(&candidate) || !is_sound(subject, &candidate) {
            continue;
        }
        chosen = candidate;
        applied.push(problem);
    }
    let text = replaced(subject.text, &chosen)?;
    (text != subject.text).then_some((text, applied))
}

fn overlap(replacements: &[Replacement]) -> bool {
    let mut spans: Vec<_> = replacements.iter().map(|replacement| replacement.span).collect();
    spans.sort_by_key(|span| (span.start, span.end));
    spans.windows(2).any(|pair| matches!(pair, [a, b] if a.end >= b.start))
}

/// Whether the changed text has no error that the text did not have.
fn is_sound(subject: &Subject<'_>, replacements: &[Replacement]) -> bool {
    let Some(text) = replaced(subject.text, replacements) else { return false };
    let (recipe, diagnostics) = stage0::parse(&text, subject.options.repodata_revision);
    let errors = |items: &[sidewinder_recipe::Diagnostic]| {
        items.iter().filter(|item| item.severity == sidewinder_recipe::Severity::Error).count()
    };
    recipe.is_some() == subject.stage0.is_some() && errors(diagnostics.items()) <= errors(&subject.diagnostics)
}
