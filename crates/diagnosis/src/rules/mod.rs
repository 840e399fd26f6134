//! What tools write when something is missing or broken: one pattern a line of output, one file a family of tools.
//!
//! A pattern may name three groups: `subject`, what is missing or broken; `file` and `line`, the script that was being
//! read and its line. Patterns see one line without colors and without white space at its end.

/// Quotes around a name, as tools of all locales write them.
macro_rules! quoted {
    ($inside:literal) => {
        concat!("['\"`‘“](?P<subject>", $inside, ")['\"`’”]")
    };
    () => {
        quoted!("[^'\"`’”]+")
    };
}

mod compiler;
#[cfg(test)]
mod examples;
mod packages;
mod python;
mod shell;
mod system;
mod tests_of_projects;

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use crate::finding::FindingKind;

/// How a line of output tells of a cause.
pub(crate) struct Rule {
    pub(crate) kind: FindingKind,
    pattern: &'static str,
    /// The sentence; `{}` stands for the subject.
    pub(crate) says: &'static str,
    /// What is missing, where the line does not name it.
    pub(crate) subject: Option<&'static str>,
}

const fn rule(kind: FindingKind, pattern: &'static str, says: &'static str) -> Rule {
    Rule { kind, pattern, says, subject: None }
}

const fn about(kind: FindingKind, subject: &'static str, pattern: &'static str, says: &'static str) -> Rule {
    Rule { kind, pattern, says, subject: Some(subject) }
}

/// All rules; where several fit a line, the first counts.
pub(crate) struct Rules {
    rules: Vec<(&'static Rule, Regex)>,
    set: RegexSet,
}

/// What a rule found in a line.
pub(crate) struct Match<'l> {
    pub(crate) rule: &'static Rule,
    pub(crate) subject: Option<&'l str>,
    pub(crate) file: Option<&'l str>,
    pub(crate) line: Option<u32>,
}

/// In the order in which they are asked.
const FAMILIES: [&[Rule]; 7] = [
    shell::RULES,
    compiler::RULES,
    packages::RULES,
    python::RULES,
    tests_of_projects::RULES,
    system::RULES,
    shell::LAST_RULES,
];

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    // A pattern that is none is left out here; a test holds that there is no such pattern.
    let rules: Vec<_> =
        FAMILIES.into_iter().flatten().filter_map(|rule| Some((rule, Regex::new(rule.pattern).ok()?))).collect();
    let set = RegexSet::new(rules.iter().map(|(rule, _)| rule.pattern)).unwrap_or_else(|_| RegexSet::empty());
    Rules { rules, set }
});

impl Rules {
    pub(crate) fn get() -> &'static Self {
        &RULES
    }

    /// What a line tells, if anything.
    pub(crate) fn read<'l>(&self, line: &'l str) -> Option<Match<'l>> {
        let index = self.set.matches(line).iter().next()?;
        let (rule, regex) = self.rules.get(index)?;
        let captures = regex.captures(line)?;
        let group = |name: &str| captures.name(name).map(|group| group.as_str());
        Some(Match {
            rule,
            subject: group("subject").or(rule.subject),
            file: group("file"),
            line: group("line").and_then(|line| line.parse().ok()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        for rule in FAMILIES.into_iter().flatten() {
            let regex = Regex::new(rule.pattern);
            assert!(regex.is_ok(), "{}: {regex:?}", rule.pattern);
            let names_subject = rule.pattern.contains("?P<subject>") || rule.subject.is_some();
            assert!(names_subject || !rule.says.contains("{}"), "nothing to say: {}", rule.pattern);
        }
        assert!(!Rules::get().set.is_empty());
        assert_eq!(Rules::get().rules.len(), FAMILIES.iter().map(|family| family.len()).sum::<usize>());
    }
}
