//! Pins on other packages and on outputs.

use sidewinder_recipe::Span;

use crate::edits::Replacement;
use crate::lint::LintSeverity::Warning;
use crate::lint::items::quoted;
use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::subject::{Subject, as_scalar};

pub(super) const RULES: &[Rule] = &[Rule {
    id: "pin-function",
    conda_forge: Some("R-027"),
    severity: Warning,
    only_conda_forge: false,
    summary: "`pin_subpackage` is for outputs of this recipe, `pin_compatible` for other packages.",
    example: "package:\n  name: demo\n  version: \"1.0\"\nrequirements:\n  host:\n    - numpy\n  run:\n    - ${{ pin_subpackage('numpy') }}\n",
    check: functions,
}];

fn functions(subject: &Subject<'_>, report: &mut Report<'_>) {
    let Some(names) = output_names(subject) else { return };
    for scalar in subject.expressions() {
        for (function, other, is_for_outputs) in
            [("pin_subpackage", "pin_compatible", true), ("pin_compatible", "pin_subpackage", false)]
        {
            for name in literal_arguments(&scalar.text, function) {
                let is_output = names.iter().any(|known| known.eq_ignore_ascii_case(name));
                if is_output == is_for_outputs {
                    continue;
                }
                let relation = if is_output { "an output of this recipe" } else { "not an output of this recipe" };
                let problem = report.add(scalar.span, format!("`{function}('{name}')`: `{name}` is {relation}"));
                problem.help(format!("use `{other}`"));
                if let Some(span) = place(subject.text, scalar.span, function, name) {
                    problem.proposal(format!("Use `{other}`"), vec![Replacement { span, text: other.to_owned() }]);
                }
            }
        }
    }
}

/// The names of all outputs, or `None` if one of them cannot be told from the text.
fn output_names(subject: &Subject<'_>) -> Option<Vec<String>> {
    subject.outputs().iter().map(|output| resolved(subject, &output.name()?.text, 0)).collect()
}

/// A text with the literal variables of `context` in place of `${{ name }}`.
fn resolved(subject: &Subject<'_>, text: &str, depth: usize) -> Option<String> {
    let Some((before, rest)) = text.split_once("${{") else { return Some(text.to_owned()) };
    let (expression, after) = rest.split_once("}}")?;
    // Variables may be made of others, but a text that grows without end is not a name.
    if depth > 8 {
        return None;
    }
    let (name, is_lower) = match expression.split_once('|') {
        Some((name, filter)) if filter.trim() == "lower" => (name.trim(), true),
        Some(_) => return None,
        None => (expression.trim(), false),
    };
    let value =
        subject.context().iter().find(|entry| entry.key.text == name).and_then(|entry| as_scalar(&entry.value))?;
    let value = if is_lower { value.text.to_lowercase() } else { value.text.clone() };
    resolved(subject, &format!("{before}{value}{after}"), depth + 1)
}

/// Literal first arguments of the calls of a function.
fn literal_arguments<'t>(text: &'t str, function: &'t str) -> impl Iterator<Item = &'t str> {
    text.match_indices(function).filter_map(move |(at, _)| {
        let rest = text.get(at + function.len()..)?.trim_start().strip_prefix('(')?.trim_start();
        quoted(rest)
    })
}

/// Place of the function's name in a call with this argument.
fn place(text: &str, scalar: Span, function: &str, name: &str) -> Option<Span> {
    let start = scalar.start as usize;
    let source = text.get(start..scalar.end as usize)?;
    source.match_indices(function).find_map(|(at, _)| {
        let rest = source.get(at + function.len()..)?.trim_start().strip_prefix('(')?.trim_start();
        // In single-quoted YAML the quotes of the argument are doubled.
        let argument = quoted(rest).filter(|argument| !argument.is_empty()).or_else(|| quoted(rest.get(1..)?));
        (argument == Some(name)).then(|| Span::new(start + at, start + at + function.len()))
    })
}
