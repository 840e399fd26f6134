//! `tests`.

use sidewinder_recipe::yaml::Node;

use crate::lint::LintSeverity::{Hint, Warning};
use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::subject::Subject;

pub(super) const RULES: &[Rule] = &[Rule {
    id: "missing-tests",
    conda_forge: Some("R-005"),
    severity: Warning,
    only_conda_forge: false,
    summary: "The recipe has no tests. If other outputs have some, it is only a hint (`R-006` at conda-forge).",
    example: "package:\n  name: demo\n  version: \"1.0\"\n",
    check: missing,
}];

fn missing(subject: &Subject<'_>, report: &mut Report<'_>) {
    let has_tests = |node: Option<&Node>| match node {
        Some(Node::Sequence(list)) => !list.items.is_empty(),
        _ => false,
    };
    if has_tests(subject.root.get("tests")) {
        return;
    }
    let packages = subject.packages();
    let without: Vec<_> = packages.iter().filter(|output| !has_tests(output.mapping.get("tests"))).collect();
    if without.len() == packages.len() {
        let entries = &subject.root.entries;
        let place = entries.iter().find(|entry| matches!(entry.key.text.as_str(), "package" | "recipe" | "outputs"));
        report
            .add(place.map_or(subject.root.span, |entry| entry.key.span), "the recipe has no tests")
            .help("add `tests`; for Python packages at least `- python: {imports: [...]}`");
        return;
    }
    for output in without {
        let span = output.name().map_or(output.mapping.span, |name| name.span);
        report
            .add(span, format!("{} has no tests", output.title()))
            .help("add `tests` to the output")
            .severity(Hint)
            .conda_forge("R-006");
    }
}
