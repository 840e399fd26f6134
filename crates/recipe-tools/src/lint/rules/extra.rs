//! `extra`, and names of packages.

use sidewinder_recipe::yaml::Node;

use crate::edits::Replacement;
use crate::lint::LintSeverity::{Hint, Warning};
use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::subject::{Subject, as_mapping, as_scalar};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "package-name-case",
        conda_forge: Some("R-014"),
        severity: Warning,
        only_conda_forge: false,
        summary: "A package name has upper-case letters. conda writes names in lower case.",
        example: "package:\n  name: Demo\n  version: \"1.0\"\n",
        check: name_case,
    },
    Rule {
        id: "missing-maintainers",
        conda_forge: Some("R-003"),
        severity: Hint,
        only_conda_forge: true,
        summary: "`extra.recipe-maintainers` is absent or empty.",
        example: "package:\n  name: demo\n  version: \"1.0\"\n",
        check: maintainers,
    },
    Rule {
        id: "maintainers-list",
        conda_forge: Some("R-004"),
        severity: Warning,
        only_conda_forge: true,
        summary: "`extra.recipe-maintainers` is not a list.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nextra:\n  recipe-maintainers: someone\n",
        check: maintainers_list,
    },
    Rule {
        id: "feedstock-name",
        conda_forge: Some("R-039"),
        severity: Warning,
        only_conda_forge: true,
        summary: "`extra.feedstock-name` ends with `-feedstock`, which is added when the repository is created.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nextra:\n  feedstock-name: demo-feedstock\n",
        check: feedstock_name,
    },
];

fn name_case(subject: &Subject<'_>, report: &mut Report<'_>) {
    for output in subject.packages() {
        let Some(name) = output.name().filter(|name| !name.text.contains("${{")) else { continue };
        if name.text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            report
                .add(name.span, format!("the package name `{}` has upper-case letters", name.text))
                .help(format!("write `{}`", name.text.to_ascii_lowercase()));
        }
    }
}

fn maintainers(subject: &Subject<'_>, report: &mut Report<'_>) {
    let extra = subject.root.get("extra").and_then(as_mapping);
    let is_missing = match extra.and_then(|extra| extra.get("recipe-maintainers")) {
        None => true,
        Some(Node::Sequence(list)) => list.items.is_empty(),
        Some(Node::Scalar(scalar)) => scalar.text.is_empty(),
        Some(Node::Mapping(_)) => false,
    };
    if is_missing {
        let entries = &subject.root.entries;
        let place = entries.iter().find(|entry| entry.key.text == "extra").or_else(|| entries.first());
        report
            .add(place.map_or(subject.root.span, |entry| entry.key.span), "the recipe has no maintainers")
            .help("list GitHub names in `extra.recipe-maintainers`");
    }
}

fn maintainers_list(subject: &Subject<'_>, report: &mut Report<'_>) {
    let extra = subject.root.get("extra").and_then(as_mapping);
    let Some(value) = extra.and_then(|extra| extra.get("recipe-maintainers")) else { return };
    match value {
        Node::Scalar(scalar) if !scalar.text.is_empty() => {
            let problem = report.add(scalar.span, "expected a list of maintainers, found a single value");
            problem.help("write `- ` before the name, on its own line");
            let source = subject.text.get(scalar.span.start as usize..scalar.span.end as usize).unwrap_or_default();
            if !source.contains('\n') && !scalar.text.contains("${{") {
                problem
                    .proposal("Make it a list", vec![Replacement { span: scalar.span, text: format!("[{source}]") }]);
            }
        }
        Node::Mapping(mapping) => {
            report.add(mapping.span, "expected a list of maintainers, found a mapping");
        }
        _ => {}
    }
}

fn feedstock_name(subject: &Subject<'_>, report: &mut Report<'_>) {
    let extra = subject.root.get("extra").and_then(as_mapping);
    let name = extra.and_then(|extra| extra.get("feedstock-name")).and_then(as_scalar);
    let Some(name) = name.filter(|name| name.text.ends_with("-feedstock")) else { return };
    let problem = report.add(name.span, format!("`{}` ends with `-feedstock`", name.text));
    problem.help("leave out `-feedstock`");
    let start = name.span.start as usize;
    let source = subject.text.get(start..name.span.end as usize).unwrap_or_default();
    if let Some(at) = source.rfind("-feedstock") {
        let end = start + at + "-feedstock".len();
        problem.proposal("Remove `-feedstock`", vec![Replacement::new(start + at, end, "")]);
    }
}
