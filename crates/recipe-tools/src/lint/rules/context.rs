//! Variables of `context`.

use sidewinder_recipe::template::Template;
use sidewinder_recipe::yaml::{Entry, Node, Scalar};

use crate::edits::Replacement;
use crate::lint::LintSeverity::{Hint, Warning};
use crate::lint::layout::without_entry;
use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::subject::{Subject, as_mapping, as_scalar, entry};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "unused-context",
        conda_forge: None,
        severity: Warning,
        only_conda_forge: false,
        summary: "A variable of `context` is used nowhere in the recipe.",
        example: "context:\n  version: \"1.0\"\n  sha: abc\npackage:\n  name: demo\n  version: ${{ version }}\n",
        check: unused,
    },
    Rule {
        id: "build-number-in-context",
        conda_forge: None,
        severity: Hint,
        only_conda_forge: false,
        summary: "The build number is a variable of `context` that nothing else uses. Written in `build.number`, tools that \
                  rebuild packages find it.",
        example: "context:\n  build: 2\npackage:\n  name: demo\n  version: \"1.0\"\nbuild:\n  number: ${{ build }}\n",
        check: build_number,
    },
    Rule {
        id: "unquoted-version",
        conda_forge: Some("R-040"),
        severity: Hint,
        only_conda_forge: false,
        summary: "A version without quotes looks like a number. Other YAML readers, such as those of update bots, read `1.10` \
                  as 1.1.",
        example: "context:\n  version: 1.10\npackage:\n  name: demo\n  version: ${{ version }}\n",
        check: unquoted_version,
    },
];

fn unused(subject: &Subject<'_>, report: &mut Report<'_>) {
    for variable in subject.context() {
        let name = &variable.key.text;
        if is_read_by_functions(name) || is_mentioned(subject, variable) || reads_variant_key(subject, variable) {
            continue;
        }
        let problem = report.add(variable.key.span, format!("`{name}` is not used"));
        problem.help("remove it from `context`");
        if let Some(removal) = without_entry(subject.text, &subject.root, "context", name) {
            problem.fix(format!("Remove `{name}` from `context`"), vec![removal]);
        }
    }
}

/// Whether `compiler()` and the like may look a name up without the recipe mentioning it.
fn is_read_by_functions(name: &str) -> bool {
    ["_compiler", "_compiler_version", "_stdlib", "_stdlib_version"].iter().any(|end| name.ends_with(end))
        || matches!(name, "CONDA_BUILD_SYSROOT" | "cdt_name" | "target_platform" | "build_platform" | "host_platform")
}

/// Whether the value reads a name that `context` does not define: some recipes do that to make a variant key count as used.
fn reads_variant_key(subject: &Subject<'_>, variable: &Entry) -> bool {
    let Node::Scalar(scalar) = &variable.value else { return false };
    let is_own = |name: &String| subject.context().iter().any(|entry| entry.key.text == *name);
    Template::is_template(&scalar.text)
        && Template::parse(&scalar.text, scalar.span).is_ok_and(|template| !template.uses.iter().all(is_own))
}

/// Whether a name is a word of any expression. Names in places that the static analysis of templates does not look into, such
/// as values of map literals, count as well.
fn is_mentioned(subject: &Subject<'_>, variable: &Entry) -> bool {
    mentions(subject, &variable.key.text).any(|scalar| scalar.span != variable.value.span())
}

fn mentions<'s>(subject: &'s Subject<'_>, name: &'s str) -> impl Iterator<Item = &'s Scalar> {
    let braces =
        subject.scalars().into_iter().filter(|scalar| scalar.text.contains("{{") || scalar.text.contains("{%"));
    braces.chain(subject.expressions()).filter(move |scalar| has_word(&scalar.text, name))
}

/// Whether a text has a name as a whole word.
fn has_word(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

fn build_number(subject: &Subject<'_>, report: &mut Report<'_>) {
    let mut numbers: Vec<&Scalar> = Vec::new();
    let sections = subject.outputs().into_iter().filter_map(|output| output.section("build"));
    let top = subject.root.get("build").and_then(as_mapping).filter(|_| subject.is_multi());
    for section in sections.chain(top) {
        numbers.extend(section.get("number").and_then(as_scalar));
    }
    for number in &numbers {
        let Some(name) = only_variable(&number.text) else { continue };
        let Some(Node::Scalar(value)) = subject.context().iter().find(|e| e.key.text == name).map(|e| &e.value) else {
            continue;
        };
        if value.text.is_empty() || !value.text.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let mut used = mentions(subject, name).map(|scalar| scalar.span).collect::<Vec<_>>();
        used.sort_by_key(|span| span.start);
        used.dedup();
        if used.as_slice() != [number.span] {
            continue;
        }
        let problem = report.add(number.span, format!("the build number is the variable `{name}` of `context`"));
        problem.help(format!("write `number: {}`", value.text));
        if let Some(removal) = without_entry(subject.text, &subject.root, "context", name) {
            let literal = Replacement { span: number.span, text: value.text.clone() };
            problem.fix("Write the build number in `build.number`", vec![removal, literal]);
        }
    }
}

/// The variable, where a text is nothing but `${{ variable }}`.
fn only_variable(text: &str) -> Option<&str> {
    let name = text.trim().strip_prefix("${{")?.strip_suffix("}}")?.trim();
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name && !name.is_empty()).then_some(name)
}

fn unquoted_version(subject: &Subject<'_>, report: &mut Report<'_>) {
    let context = subject.context().iter().filter(|entry| entry.key.text.contains("version"));
    let mut found: Vec<&Entry> = context.collect();
    found.extend(subject.root.get("recipe").and_then(as_mapping).and_then(|recipe| entry(recipe, "version")));
    for output in subject.packages() {
        found.extend(output.section("package").and_then(|package| entry(package, "version")));
    }
    for entry in found {
        let Node::Scalar(scalar) = &entry.value else { continue };
        if !scalar.plain || !is_float(&scalar.text) {
            continue;
        }
        let problem = report.add(scalar.span, format!("`{}` looks like a number", scalar.text));
        problem.help(format!("write `{}: \"{}\"`", entry.key.text, scalar.text));
        problem.fix(
            "Put the version in quotes",
            vec![Replacement { span: scalar.span, text: format!("\"{}\"", scalar.text) }],
        );
    }
}

fn is_float(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(whole, fraction)| is_number(whole) && is_number(fraction))
}
