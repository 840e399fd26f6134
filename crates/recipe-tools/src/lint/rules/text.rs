//! Layout of the text.

use sidewinder_recipe::Span;

use crate::edits::Replacement;
use crate::lint::LintSeverity::Hint;
use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::subject::Subject;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "template-spacing",
        conda_forge: Some("R-025"),
        severity: Hint,
        only_conda_forge: false,
        summary: "A template is not written with one space inside of its braces, as `${{ name }}`.",
        example: "context:\n  version: \"1.0\"\npackage:\n  name: demo\n  version: ${{version}}\n",
        check: templates,
    },
    Rule {
        id: "final-line-break",
        conda_forge: Some("R-012"),
        severity: Hint,
        only_conda_forge: false,
        summary: "The file does not end with exactly one line break. At conda-forge `R-011` if there are more.",
        example: "package:\n  name: demo\n  version: \"1.0\"\n\n\n",
        check: end,
    },
];

fn templates(subject: &Subject<'_>, report: &mut Report<'_>) {
    for scalar in subject.scalars() {
        // Scripts are programs: their layout is their own.
        if scalar.text.contains('\n') {
            continue;
        }
        let start = scalar.span.start as usize;
        let source = subject.text.get(start..scalar.span.end as usize).unwrap_or_default();
        for (at, _) in source.match_indices("${{") {
            let Some(inner) = source.get(at + 3..).and_then(|rest| rest.split("}}").next()) else { continue };
            // Whitespace control is a mark of its own, and a brace at the end may be that of a map.
            let is_special =
                inner.starts_with(['-', '+']) || inner.ends_with(['-', '+', '{', '}']) || inner.contains('\n');
            let end = at + 3 + inner.len();
            if is_special || !source.get(end..).is_some_and(|rest| rest.starts_with("}}") && !rest.starts_with("}}}")) {
                continue;
            }
            let better = format!(" {} ", inner.trim());
            if inner == better || inner.trim().is_empty() {
                continue;
            }
            let span = Span::new(start + at, start + end + 2);
            let problem =
                report.add(span, format!("`${{{{{inner}}}}}` is not written with one space inside of the braces"));
            problem.help(format!("write `${{{{{better}}}}}`"));
            problem.fix("Use one space", vec![Replacement::new(start + at + 3, start + end, better)]);
        }
    }
}

fn end(subject: &Subject<'_>, report: &mut Report<'_>) {
    let text = subject.text;
    let content = text.trim_end();
    let rest = text.get(content.len()..).unwrap_or_default();
    if matches!(rest, "\n" | "\r\n") || content.is_empty() {
        return;
    }
    // A block scalar that keeps the line breaks at its end.
    if content.lines().any(|line| line.trim_end().ends_with("|+") || line.trim_end().ends_with(">+")) {
        return;
    }
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let span = Span::new(content.len(), text.len());
    let count = rest.matches('\n').count();
    let (message, id) = match count {
        0 => ("the file does not end with a line break", "R-012"),
        1 => ("there are blanks at the end of the file", "R-011"),
        _ => ("there are empty lines at the end of the file", "R-011"),
    };
    let problem = report.add(span, message);
    problem
        .conda_forge(id)
        .fix("End the file with one line break", vec![Replacement { span, text: line_break.to_owned() }]);
}
