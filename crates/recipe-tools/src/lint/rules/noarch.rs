//! Packages for all platforms.

use sidewinder_recipe::template::{Expression, platform::is_selector};
use sidewinder_recipe::yaml::{Node, Scalar};

use crate::lint::LintSeverity::{Hint, Warning};
use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::subject::{Output, Subject};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "noarch-compiler",
        conda_forge: None,
        severity: Warning,
        only_conda_forge: false,
        summary: "A `noarch` package uses a compiler, so its files depend on the platform.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nbuild:\n  noarch: python\nrequirements:\n  build:\n    - ${{ compiler('c') }}\n",
        check: compiler,
    },
    Rule {
        id: "noarch-selector",
        conda_forge: Some("R1-002"),
        severity: Warning,
        only_conda_forge: false,
        summary: "The dependencies of a `noarch` package depend on the platform that it is built on. Virtual packages such as \
                  `__win` are the exception.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nbuild:\n  noarch: python\nrequirements:\n  run:\n    - python\n    - if: win\n      then: pywin32\n",
        check: selectors,
    },
];

fn compiler(subject: &Subject<'_>, report: &mut Report<'_>) {
    for output in subject.packages() {
        let Some(noarch) = output.noarch() else { continue };
        let build = output.requirements("build");
        if let Some((item, language)) = build.iter().find_map(|item| Some((item, item.call("compiler")?))) {
            let problem = report
                .add(item.scalar.span, format!("`compiler('{language}')` in a package with `noarch: {}`", noarch.text));
            problem.help("remove the compiler, or remove `noarch`");
            // The build systems of header-only libraries look for a compiler and do not use it.
            if noarch.text == "generic" {
                problem
                    .severity(Hint)
                    .help("remove `noarch`, unless the compiler is only looked for, as for header-only libraries");
            }
        }
    }
}

fn selectors(subject: &Subject<'_>, report: &mut Report<'_>) {
    for output in subject.packages() {
        let Some(noarch) = output.noarch() else { continue };
        for condition in platform_conditions(&output) {
            report
                .add(condition.span, format!("`if: {}` in a package with `noarch: {}`", condition.text, noarch.text))
                .help("the package is built on one platform only; require a virtual package such as `__win`, or remove `noarch`");
        }
        let Some(skip) = output.build_value("skip") else { continue };
        let mut conditions = Vec::new();
        scalars(skip, &mut conditions);
        for condition in conditions.into_iter().filter(|condition| depends_on_platform(condition)) {
            report
                .add(condition.span, format!("`skip: {}` in a package with `noarch: {}`", condition.text, noarch.text))
                .help("a package for all platforms is not skipped on some; remove `skip`, or remove `noarch`");
        }
    }
}

/// Conditions on the platform in the dependencies of the package, each once.
fn platform_conditions<'s>(output: &Output<'s>) -> Vec<&'s Scalar> {
    let mut found: Vec<&Scalar> = Vec::new();
    for item in ["host", "run"].iter().flat_map(|section| output.requirements(section)) {
        // `__win`, `__unix`: the package is for some platforms, and says so in a way that the solver knows.
        if item.name().is_some_and(|name| name.starts_with("__")) {
            continue;
        }
        for condition in item.conditions {
            if depends_on_platform(condition) && !found.iter().any(|known| known.span == condition.span) {
                found.push(condition);
            }
        }
    }
    found
}

fn depends_on_platform(condition: &Scalar) -> bool {
    let text = condition.text.trim().trim_start_matches("${{").trim_end_matches("}}");
    Expression::parse(text, condition.span)
        .is_ok_and(|expression| expression.uses.iter().any(|name| is_selector(name) || name == "target_platform"))
}

fn scalars<'s>(node: &'s Node, found: &mut Vec<&'s Scalar>) {
    match node {
        Node::Scalar(scalar) => found.push(scalar),
        Node::Sequence(list) => list.items.iter().for_each(|item| scalars(item, found)),
        Node::Mapping(mapping) => found.extend(mapping.get("if").and_then(crate::lint::subject::as_scalar)),
    }
}
