//! The order of sections.

use sidewinder_recipe::stage0;

use crate::edits::replaced;
use crate::lint::LintSeverity::Hint;
use crate::lint::layout::reordered;
use crate::lint::report::{Problem, Report};
use crate::lint::rule::Rule;
use crate::lint::subject::Subject;
use sidewinder_recipe::yaml::Mapping;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "section-order",
        conda_forge: Some("R-001"),
        severity: Hint,
        only_conda_forge: false,
        summary: "The sections of the recipe are not in the usual order: `schema_version`, `context`, `package` or `recipe`, \
                  `source`, `build`, `requirements`, `outputs`, `tests`, `about`, `extra`.",
        example: "about:\n  license: MIT\npackage:\n  name: demo\n  version: \"1.0\"\n",
        check: sections,
    },
    Rule {
        id: "requirements-order",
        conda_forge: Some("R-009"),
        severity: Hint,
        only_conda_forge: false,
        summary: "The sections of `requirements` are not in the order `build`, `host`, `run`, `run_constraints`.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nrequirements:\n  run:\n    - python\n  host:\n    - python\n",
        check: requirements,
    },
];

const SECTIONS: &[&str] = &[
    "$schema",
    "schema_version",
    "context",
    "recipe",
    "package",
    "version",
    "source",
    "build",
    "requirements",
    "outputs",
    "tests",
    "about",
    "extra",
];
const REQUIREMENTS: &[&str] =
    &["build", "host", "run", "run_constraints", "run_exports", "ignore_run_exports", "extras"];

fn sections(subject: &Subject<'_>, report: &mut Report<'_>) {
    // conda-forge puts the tests of several outputs before or behind them.
    let order: Vec<&str> = SECTIONS.iter().copied().filter(|key| !(subject.is_multi() && *key == "tests")).collect();
    check(subject, &subject.root, &order, "the sections are not in the usual order", report);
}

fn requirements(subject: &Subject<'_>, report: &mut Report<'_>) {
    for output in subject.outputs() {
        if let Some(mapping) = output.section("requirements") {
            // Only the lists of dependencies have an order that everyone keeps.
            let known = REQUIREMENTS.get(..4).unwrap_or_default();
            check(subject, mapping, known, "the requirements are not in the usual order", report);
        }
    }
}

fn check(subject: &Subject<'_>, mapping: &Mapping, order: &[&str], message: &str, report: &mut Report<'_>) {
    let rank = |key: &str| order.iter().position(|known| *known == key);
    let present: Vec<usize> = mapping.entries.iter().filter_map(|entry| rank(&entry.key.text)).collect();
    if present.is_sorted() {
        return;
    }
    // The first one that comes too late.
    let mut last = 0;
    let late = mapping.entries.iter().find(|entry| match rank(&entry.key.text) {
        Some(rank) if rank < last => true,
        Some(rank) => {
            last = rank;
            false
        }
        None => false,
    });
    let Some(late) = late else { return };
    let mut sorted = present.clone();
    sorted.sort_unstable();
    let expected: Vec<String> =
        sorted.iter().filter_map(|rank| order.get(*rank)).map(|key| format!("`{key}`")).collect();
    let problem = report.add(late.key.span, message);
    problem.help(format!("the order is {}", expected.join(", ")));
    propose(subject, mapping, order, problem);
}

/// Offers to move the entries, where that does not change what the recipe says.
fn propose(subject: &Subject<'_>, mapping: &Mapping, order: &[&str], problem: &mut Problem) {
    // Unknown entries stay behind the one that they follow.
    let mut ranks: Vec<(&str, usize)> = Vec::new();
    for entry in &mapping.entries {
        let known = order.iter().position(|known| *known == entry.key.text);
        let rank = known.or_else(|| ranks.last().map(|(_, rank)| *rank)).unwrap_or(0);
        ranks.push((&entry.key.text, rank));
    }
    let rank = |key: &str| ranks.iter().find(|(known, _)| *known == key).map_or(usize::MAX, |(_, rank)| *rank);
    let Some(replacement) = reordered(subject.text, mapping, rank) else { return };
    let Some(text) = replaced(subject.text, std::slice::from_ref(&replacement)) else { return };
    let (moved, _) = stage0::parse(&text, subject.options.repodata_revision);
    let json = |recipe: &stage0::Stage0| recipe.to_json();
    if moved.as_ref().map(json) == subject.stage0.as_ref().map(json) && moved.is_some() {
        problem.fix("Put the sections into the usual order", vec![replacement]);
    }
}
