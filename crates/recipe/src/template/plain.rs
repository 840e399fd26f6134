//! The short way for what most templates are: text with nothing but names in `${{ }}`.
//!
//! It gives exactly what the parser gives, and nothing for any text that is not of this form.

use std::sync::Arc;

use super::program::{Expr, Node};

/// The names and the pieces of a template of text and names.
pub(super) fn template(text: &str) -> Option<(Arc<[String]>, Vec<Node>)> {
    // The parser drops one line break at the end.
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    let mut nodes = Vec::with_capacity(4);
    let mut names = Vec::with_capacity(2);
    let mut rest = text;
    while let Some((raw, behind)) = rest.split_once("${{") {
        push_raw(raw, &mut nodes)?;
        let (inner, after) = behind.split_once("}}")?;
        let name = name(inner)?;
        names.push(name.to_owned());
        nodes.push(Node::Emit(Expr::Var(name.into())));
        rest = after;
    }
    push_raw(rest, &mut nodes)?;
    names.sort_unstable();
    names.dedup();
    Some((names.into(), nodes))
}

fn push_raw(raw: &str, nodes: &mut Vec<Node>) -> Option<()> {
    // Other delimiters, `$` before them and names of the reference's `{{ }}` are for the parser.
    if raw.contains("{{") || raw.contains("{%") || raw.contains("{#") || raw.ends_with('{') {
        return None;
    }
    if !raw.is_empty() {
        nodes.push(Node::Raw(raw.into()));
    }
    Some(())
}

/// The name that an expression is, if it is nothing else.
pub(super) fn name(expression: &str) -> Option<&str> {
    let name = expression.trim_matches(|c: char| c.is_ascii_whitespace());
    let mut bytes = name.bytes();
    let starts = bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
    let is_name = starts && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (is_name && !is_reserved(name)).then_some(name)
}

fn is_reserved(name: &str) -> bool {
    matches!(
        name,
        "true" | "True" | "false" | "False" | "none" | "None" | "not" | "and" | "or" | "if" | "else" | "is" | "in"
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use std::collections::BTreeSet;

    use minijinja::machinery::{WhitespaceConfig, parse};
    use minijinja::syntax::SyntaxConfig;

    use super::*;
    use crate::template::{lower, uses};

    #[test]
    fn the_short_way_gives_what_the_parser_gives() {
        let syntax = SyntaxConfig::builder().variable_delimiters("${{", "}}").build().unwrap();
        for text in [
            "${{ a }}",
            "${{a}}",
            "  ${{ a }}  ",
            "x ${{ b }} y ${{ a }}\n",
            "x\r\n${{ a }}\r\n",
            "${{ a }}\n\n",
            "${{ _a1 }}${{ a }}}}",
            "$ { ${{ \t\n a }} }} $",
            "é ${{ a }} é",
            "text only",
            "",
        ] {
            let (names, nodes) = template(text).unwrap();
            let parsed = parse(text, "", syntax.clone(), WhitespaceConfig::default()).unwrap();
            let mut found = BTreeSet::new();
            uses::of_template(&parsed, &mut found);
            assert_eq!(nodes, lower::template(&parsed), "{text}");
            assert_eq!(names.to_vec(), found.into_iter().collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn everything_else_is_for_the_parser() {
        for text in [
            "${{ a.b }}",
            "${{ 1 }}",
            "${{ true }}",
            "${{ not }}",
            "${{- a }}",
            "${{ a -}}",
            "${{ a",
            "{{ a }} ${{ a }}",
            "{% if a %}${{ a }}{% endif %}",
            "{# c #}${{ a }}",
            "{${{ a }}",
            "${{ a }} ${{ é }}",
        ] {
            assert_eq!(template(text), None, "{text}");
        }
    }
}
