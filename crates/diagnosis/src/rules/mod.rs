//! What tools print when something is missing or broken: one file per family of tools.
//!
//! A rule has a literal that each matching line contains, and a pattern. Only rules whose literal occurs in a line are
//! tried on it, so that long logs are read quickly even without a regex engine made for that.
//!
//! Patterns name groups: `s` is the subject, `r` and `f` the required and the found version, `file` and `line` the place
//! of the error. Rules read lines without colors, indentation and CI prefixes, and with all quotes written as `'`.

mod autotools;
mod cmake;
mod compiler;
mod files;
mod git;
mod go;
mod java;
mod linker;
mod meson;
mod node;
mod perl;
mod pkg_config;
mod project;
mod python;
mod r;
mod ruby;
mod rule;
mod rust;
mod shell;
mod syntax;
mod system;
mod tests;

use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use regex::Regex;

pub(crate) use self::rule::{Place, Rule, Scope};

/// In the order in which they are tried: the first that matches counts.
const FAMILIES: &[&[Rule]] = &[
    system::RULES,
    cmake::RULES,
    meson::RULES,
    autotools::RULES,
    pkg_config::RULES,
    linker::RULES,
    perl::RULES,
    r::RULES,
    python::RULES,
    rust::RULES,
    go::RULES,
    node::RULES,
    ruby::RULES,
    java::RULES,
    git::RULES,
    syntax::RULES,
    shell::RULES,
    tests::RULES,
    compiler::RULES,
    files::RULES,
    project::RULES,
];

/// All rules, and an automaton that finds those whose literal is in a text.
pub(crate) struct Rules {
    rules: Vec<(&'static Rule, OnceLock<Option<Regex>>)>,
    automaton: Option<AhoCorasick>,
    /// The rule of each literal of the automaton.
    owners: Vec<usize>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let rules: Vec<_> = FAMILIES.iter().copied().flatten().map(|rule| (rule, OnceLock::new())).collect();
    let mut literals = Vec::new();
    let mut owners = Vec::new();
    for (index, (rule, _)) in rules.iter().enumerate() {
        for literal in rule.literals.split('|') {
            literals.push(literal);
            owners.push(index);
        }
    }
    Rules { rules, automaton: AhoCorasick::new(&literals).ok(), owners }
});

/// A rule that matches, and what its groups hold.
pub(crate) struct Match<'t> {
    pub(crate) rule: &'static Rule,
    /// Where the match begins.
    pub(crate) start: usize,
    pub(crate) subject: Option<&'t str>,
    pub(crate) required: Option<&'t str>,
    pub(crate) found: Option<&'t str>,
    pub(crate) file: Option<&'t str>,
    pub(crate) line: Option<u32>,
}

impl Rules {
    pub(crate) fn get() -> &'static Self {
        &RULES
    }

    /// The first rule that matches a text and that `applies`.
    pub(crate) fn read<'t>(&self, text: &'t str, applies: impl Fn(&Rule) -> bool) -> Option<Match<'t>> {
        let automaton = self.automaton.as_ref()?;
        let mut candidates: Vec<usize> = automaton
            .find_overlapping_iter(text)
            .filter_map(|hit| self.owners.get(hit.pattern().as_usize()).copied())
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates.into_iter().find_map(|index| {
            let (rule, regex) = self.rules.get(index)?;
            if !applies(rule) {
                return None;
            }
            let captures = regex.get_or_init(|| rule.compile().ok()).as_ref()?.captures(text)?;
            let group =
                |name: &str| captures.name(name).map(|group| group.as_str().trim()).filter(|text| !text.is_empty());
            Some(Match {
                rule,
                start: captures.get(0).map_or(0, |whole| whole.start()),
                subject: group("s").or(rule.subject),
                required: group("r"),
                found: group("f"),
                file: group("file"),
                line: group("line").and_then(|line| line.parse().ok()),
            })
        })
    }
}

#[cfg(test)]
mod checks {
    use super::*;

    #[test]
    fn all_patterns_compile_and_have_what_their_messages_name() {
        for rule in FAMILIES.iter().copied().flatten() {
            let regex = rule.compile();
            assert!(regex.is_ok(), "{}: {regex:?}", rule.pattern);
            assert!(
                !rule.literals.is_empty() && rule.literals.split('|').all(|literal| literal.len() > 1),
                "{}",
                rule.pattern
            );
            for (name, group) in [("{s}", "<s>"), ("{r}", "<r>"), ("{f}", "<f>")] {
                let has = rule.pattern.contains(group) || (name == "{s}" && rule.subject.is_some());
                assert!(has || !rule.message.contains(name), "{name} in {}", rule.pattern);
            }
        }
    }
}
