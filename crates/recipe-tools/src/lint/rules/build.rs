//! `build`: number, script and files of the build.

use sidewinder_recipe::edit::{Edit, edit};
use sidewinder_recipe::yaml::{Node, Scalar};

use crate::edits::Replacement;
use crate::lint::LintSeverity::{Hint, Warning};
use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::subject::{Subject, as_mapping};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "missing-build-number",
        conda_forge: Some("R-008"),
        severity: Hint,
        only_conda_forge: false,
        summary: "`build.number` is absent. It counts as 0, but tools that rebuild packages look for the line.",
        example: "package:\n  name: demo\n  version: \"1.0\"\n",
        check: missing_number,
    },
    Rule {
        id: "setup-py-install",
        conda_forge: Some("R-050"),
        severity: Hint,
        only_conda_forge: false,
        summary: "The script runs `setup.py install`, which setuptools has deprecated.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nbuild:\n  script: python setup.py install\n",
        check: setup_py,
    },
    Rule {
        id: "bld-bat",
        conda_forge: Some("R1-003"),
        severity: Warning,
        only_conda_forge: false,
        summary: "The folder has a `bld.bat`, which conda-build runs. For recipes in the v1 format the script is `build.bat`. \
                  Only found where the names of the files next to the recipe are known.",
        example: "package:\n  name: demo\n  version: \"1.0\"\n",
        check: bld_bat,
    },
    Rule {
        id: "is-abi3-text",
        conda_forge: Some("R-038"),
        severity: Warning,
        only_conda_forge: true,
        summary: "`is_abi3` is compared with a text, but its values are booleans.",
        example: "package:\n  name: demo\n  version: \"1.0\"\nbuild:\n  skip: is_abi3 == \"false\"\n",
        check: is_abi3,
    },
];

fn missing_number(subject: &Subject<'_>, report: &mut Report<'_>) {
    let outputs = subject.packages();
    let missing: Vec<_> = outputs.iter().filter(|output| output.build_value("number").is_none()).collect();
    let Some(first) = missing.first() else { return };
    // Without any number, the one that all outputs inherit is missing.
    let is_common = missing.len() == outputs.len();
    let span = match (is_common, first.name()) {
        (false, Some(name)) => name.span,
        _ => subject.root.get("build").map_or_else(|| first_key(subject), Node::span),
    };
    let title = if is_common { "the recipe".to_owned() } else { first.title() };
    let output = if is_common { None } else { first.name().map(|name| name.text.clone()) };
    let problem = report.add(span, format!("{title} has no build number"));
    problem.help("write `number: 0` in `build`");
    let change = Edit::SetBuildNumber { output, number: 0 };
    let edited = edit(subject.text, &[change], subject.options.repodata_revision);
    if let Some(change) = edited.ok().and_then(|edited| Replacement::between(subject.text, &edited)) {
        problem.fix("Add `number: 0`", vec![change]);
    }
}

fn first_key(subject: &Subject<'_>) -> sidewinder_recipe::Span {
    let entries = &subject.root.entries;
    let package = entries.iter().find(|entry| matches!(entry.key.text.as_str(), "package" | "recipe"));
    package.or(entries.first()).map_or(subject.root.span, |entry| entry.key.span)
}

fn setup_py(subject: &Subject<'_>, report: &mut Report<'_>) {
    for script in scripts(subject) {
        let words: Vec<&str> = script.text.split_whitespace().collect();
        if words.windows(2).any(|pair| matches!(pair, [file, "install"] if file.ends_with("setup.py"))) {
            report
                .add(script.span, "`setup.py install` is deprecated")
                .help("write `${{ PYTHON }} -m pip install . -vv --no-deps --no-build-isolation`");
        }
    }
}

/// Texts of `build.script` and of the commands in it.
pub(super) fn scripts<'s>(subject: &'s Subject<'_>) -> Vec<&'s Scalar> {
    let mut found = Vec::new();
    let top = subject.root.get("build").and_then(as_mapping).into_iter();
    let of_outputs = subject.outputs().into_iter().filter(|output| output.parent.is_some());
    let of_outputs = of_outputs.filter_map(|output| output.section("build"));
    for build in top.chain(of_outputs) {
        if let Some(script) = build.get("script") {
            commands(script, &mut found);
        }
    }
    found
}

pub(super) fn commands<'s>(node: &'s Node, found: &mut Vec<&'s Scalar>) {
    match node {
        Node::Scalar(scalar) => found.push(scalar),
        Node::Sequence(list) => list.items.iter().for_each(|item| commands(item, found)),
        Node::Mapping(mapping) => {
            for entry in &mapping.entries {
                if matches!(entry.key.text.as_str(), "content" | "then" | "else") {
                    commands(&entry.value, found);
                }
            }
        }
    }
}

fn bld_bat(subject: &Subject<'_>, report: &mut Report<'_>) {
    let files = &subject.options.files;
    let has = |name: &str| files.iter().any(|file| file.eq_ignore_ascii_case(name));
    if has("bld.bat") && !has("build.bat") {
        report
            .add_anywhere(None, "`bld.bat` is not run: the script for Windows is `build.bat`")
            .help("rename the file to `build.bat`");
    }
}

fn is_abi3(subject: &Subject<'_>, report: &mut Report<'_>) {
    for scalar in subject.expressions() {
        for (comparison, value) in [("==", "true"), ("==", "false"), ("!=", "true"), ("!=", "false")] {
            for quote in ['"', '\''] {
                let text = format!("is_abi3 {comparison} {quote}{value}{quote}");
                if !scalar.text.contains(&text) {
                    continue;
                }
                let is_positive = (comparison == "==") == (value == "true");
                let better = if is_positive { "is_abi3" } else { "not is_abi3" };
                let problem = report.add(scalar.span, format!("`{text}` compares a boolean with a text"));
                problem.help(format!("write `{better}`"));
                let start = scalar.span.start as usize;
                let at = subject.text.get(start..scalar.span.end as usize).and_then(|source| source.find(&text));
                if let Some(at) = at {
                    let replacement = Replacement::new(start + at, start + at + text.len(), better);
                    problem.proposal(format!("Write `{better}`"), vec![replacement]);
                }
            }
        }
    }
}
