//! What rules report, with byte positions.

use sidewinder_recipe::Span;
use sidewinder_recipe::diagnostic::TextIndex;

use super::rule::{Rule, Selection};
use super::subject::Subject;
use super::{LintFinding, LintFix, LintSeverity};
use crate::edits::Replacement;

/// One broken rule.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    rule: &'static Rule,
    severity: LintSeverity,
    conda_forge: Option<&'static str>,
    span: Option<Span>,
    message: String,
    help: Option<String>,
    pub(super) fix: Option<Fix>,
}

/// A fix with byte positions.
#[derive(Clone, Debug)]
pub(super) struct Fix {
    title: String,
    pub(super) is_safe: bool,
    pub(super) replacements: Vec<Replacement>,
}

/// Collects the problems of one rule.
pub(super) struct Report<'p> {
    rule: &'static Rule,
    problems: &'p mut Vec<Problem>,
}

impl Report<'_> {
    /// Reports a problem; the result takes help and a fix.
    pub(super) fn add(&mut self, span: Span, message: impl Into<String>) -> &mut Problem {
        self.add_anywhere(Some(span), message)
    }

    /// Reports a problem that may concern no place.
    pub(super) fn add_anywhere(&mut self, span: Option<Span>, message: impl Into<String>) -> &mut Problem {
        let rule = self.rule;
        let index = self.problems.len();
        self.problems.push(Problem {
            rule,
            severity: rule.severity,
            conda_forge: rule.conda_forge,
            span,
            message: message.into(),
            help: None,
            fix: None,
        });
        &mut self.problems[index]
    }
}

impl Problem {
    /// Adds what to do about it.
    pub(super) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Replaces the severity of the rule.
    pub(super) fn severity(&mut self, severity: LintSeverity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// Replaces the rule's id at conda-forge, for rules that are several there.
    pub(super) fn conda_forge(&mut self, id: &'static str) -> &mut Self {
        self.conda_forge = Some(id);
        self
    }

    /// Adds a fix after which the recipe renders to the same packages.
    pub(super) fn fix(&mut self, title: impl Into<String>, replacements: Vec<Replacement>) -> &mut Self {
        self.fix = Some(Fix { title: title.into(), is_safe: true, replacements });
        self
    }

    /// Adds a fix that changes what is built, or that has to be reviewed for another reason.
    pub(super) fn proposal(&mut self, title: impl Into<String>, replacements: Vec<Replacement>) -> &mut Self {
        self.fix = Some(Fix { title: title.into(), is_safe: false, replacements });
        self
    }

    pub(super) fn finding(&self, index: &TextIndex<'_>) -> LintFinding {
        LintFinding {
            rule: self.rule.id.to_owned(),
            severity: self.severity,
            message: self.message.clone(),
            span: self.span.map(|span| index.position(span)),
            help: self.help.clone(),
            conda_forge: self.conda_forge.map(str::to_owned),
            fix: self.fix.as_ref().map(|fix| LintFix {
                title: fix.title.clone(),
                safe: fix.is_safe,
                edits: fix.replacements.iter().map(|replacement| replacement.as_edit(index)).collect(),
            }),
        }
    }
}

/// Applies the selected rules, and sorts what they report by place.
pub(super) fn problems(subject: &Subject<'_>, selection: &Selection) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in selection.rules() {
        (rule.check)(subject, &mut Report { rule, problems: &mut problems });
    }
    problems.sort_by_key(|problem| problem.span.map_or(0, |span| span.start));
    problems
}
