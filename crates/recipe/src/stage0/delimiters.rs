//! Texts that were probably meant as templates and are none: `${{` without `}}`, `{{ }}` without `$`.

use super::reader::Reader;
use crate::diagnostic::{Code, Diagnostic};
use crate::yaml::{Entry, Node, Scalar};

/// Sections whose texts are another language's, or nobody's: there such braces are as likely meant as they stand.
const FOREIGN: [&str; 4] = ["$schema", "extra", "script", "steps"];

/// Warns of such texts in all values below these entries.
pub(super) fn warn_of_broken_delimiters(reader: &mut Reader, entries: &[Entry]) {
    for entry in entries.iter().filter(|entry| !FOREIGN.contains(&entry.key.text.as_str())) {
        value(reader, &entry.value);
    }
}

fn value(reader: &mut Reader, node: &Node) {
    match node {
        Node::Scalar(text) => scalar(reader, text),
        Node::Sequence(list) => list.items.iter().for_each(|item| value(reader, item)),
        Node::Mapping(mapping) => warn_of_broken_delimiters(reader, &mapping.entries),
    }
}

fn scalar(reader: &mut Reader, scalar: &Scalar) {
    let (message, help) = match scalar.text.split_once("${{") {
        Some(_) if !scalar.text.contains("}}") => {
            ("`${{` is never closed, so this is plain text, not a template", "write `}}` after the expression")
        }
        None if has_plain_braces(&scalar.text) => {
            ("`{{ }}` is plain text in a recipe: nothing is put in its place", "templates are written `${{ }}`")
        }
        _ => return,
    };
    reader.report(Diagnostic::warning(Code::TemplateIgnored, message, scalar.span).with_help(help));
}

/// Whether there is a `{{ }}` that begins as an expression does.
fn has_plain_braces(text: &str) -> bool {
    text.match_indices("{{").any(|(at, open)| {
        let inside = text.get(at + open.len()..).unwrap_or_default().trim_start();
        inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && inside.contains("}}")
    })
}

#[cfg(test)]
mod tests {
    use crate::check;

    fn warnings(about: &str) -> Vec<(String, u32)> {
        let text = format!("package: {{name: demo, version: '1'}}\n{about}");
        let found = check(&text, None, Default::default());
        found.into_iter().filter_map(|d| Some((d.message, d.span?.line))).collect()
    }

    #[test]
    fn a_template_that_is_never_closed_is_told() {
        let found = warnings("about:\n  summary: made of ${{ name }\n  description: ${{ 'whole' }}\n");
        assert_eq!(found, [("`${{` is never closed, so this is plain text, not a template".to_owned(), 3)]);
    }

    #[test]
    fn braces_without_a_dollar_are_told() {
        let found = warnings("tests:\n  - python:\n      imports: ['{{ name }}', '{{}}', '{{ 1 }', '{ {a}}']\n");
        assert_eq!(found, [("`{{ }}` is plain text in a recipe: nothing is put in its place".to_owned(), 4)]);
    }

    #[test]
    fn scripts_and_extra_may_hold_braces() {
        assert_eq!(
            warnings("build:\n  script: docker ps --format '{{ .Names }} {{ x }}'\nextra: {a: '{{ b }}'}\n"),
            []
        );
    }
}
