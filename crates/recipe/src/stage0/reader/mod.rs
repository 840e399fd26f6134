//! Reads nodes as fields: collects everything that is wrong and goes on.

mod boolean;
mod list;
mod mapping;
mod spelling;

pub(super) use list::IfKeys;
pub(super) use spelling::moved;

use std::sync::Arc;

use super::literal::{self, Invalid};
use super::{Value, ValueKind};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::model::RepodataRevision;
use crate::template::Template;
use crate::yaml::{Node, Scalar, key_without_space};

/// Reads the nodes of one recipe.
pub(super) struct Reader {
    /// What was found so far.
    pub(super) diagnostics: Diagnostics,
    /// Which match specs are allowed.
    pub(super) revision: RepodataRevision,
    /// Places of values that could not be read, in order. That is reported already: what else is wrong with them is
    /// noise.
    unreadable: Vec<Span>,
}

impl Reader {
    pub(super) fn new(revision: RepodataRevision, mut unreadable: Vec<Span>) -> Self {
        unreadable.sort_by_key(|span| span.start);
        Self { diagnostics: Diagnostics::default(), revision, unreadable }
    }

    pub(super) fn error(&mut self, code: Code, message: impl Into<String>, span: Span) {
        self.report(Diagnostic::error(code, message, span));
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        if !diagnostic.span.is_some_and(|span| self.is_unreadable(span)) {
            self.diagnostics.push(diagnostic);
        }
    }

    fn is_unreadable(&self, span: Span) -> bool {
        let before = self.unreadable.partition_point(|u| u.start <= span.start);
        before.checked_sub(1).and_then(|i| self.unreadable.get(i)).is_some_and(|u| span.end <= u.end)
    }

    /// Reports a node of the wrong shape.
    pub(super) fn wrong_type(&mut self, node: &Node, expected: &str) {
        let found = match node {
            Node::Scalar(scalar) if scalar.text.is_empty() => "nothing",
            Node::Scalar(_) => "a single value",
            Node::Sequence(_) => "a list",
            Node::Mapping(_) => "a mapping",
        };
        let mut diagnostic =
            Diagnostic::error(Code::WrongType, format!("expected {expected}, found {found}"), node.span());
        diagnostic.help = match node {
            Node::Scalar(scalar) if scalar.text.is_empty() => Some("remove the key, or give it a value".to_owned()),
            Node::Scalar(scalar) if expected.starts_with("a list") && Template::is_template(&scalar.text) => {
                Some("write each item as its own template; a template gives one text, not a list".to_owned())
            }
            Node::Scalar(scalar) if expected.contains("mapping") && scalar.plain => {
                key_without_space(&scalar.text).map(|key| format!("put a space after `{key}:`"))
            }
            Node::Mapping(mapping) if mapping.get("if").is_some() => Some(if expected == "a list" {
                "put `- ` before `if`".to_owned()
            } else {
                "use `${{ value if condition else other }}`; `if`/`then` only works in lists".to_owned()
            }),
            Node::Scalar(scalar) if expected == "a list" && !scalar.text.is_empty() => {
                let item = first_line(&scalar.text);
                match item.strip_prefix('-').filter(|item| !item.starts_with(' ')) {
                    Some(item) => Some(format!("put a space after the dash: `- {item}`")),
                    None => Some(format!("write it as an item: `- {item}`")),
                }
            }
            Node::Sequence(_) if expected == "a single value" => Some("give one value".to_owned()),
            Node::Mapping(_) if expected == "a list" => Some("put `- ` before it to make it an item".to_owned()),
            Node::Mapping(mapping) if expected == "a single value" && mapping.entries.len() == 1 => {
                Some("put a text that contains `: ` in quotes".to_owned())
            }
            _ => None,
        };
        self.report(diagnostic);
    }

    /// The node as a scalar.
    pub(super) fn scalar<'n>(&mut self, node: &'n Node) -> Option<&'n Scalar> {
        match node {
            Node::Scalar(scalar) => Some(scalar),
            other => {
                self.wrong_type(other, "a single value");
                None
            }
        }
    }

    /// A text or a template.
    pub(super) fn text(&mut self, node: &Node) -> Option<Value<Arc<str>>> {
        self.value(node, literal::text)
    }

    /// A literal that `parse` reads, or a template.
    pub(super) fn value<T>(&mut self, node: &Node, parse: impl FnOnce(&str) -> Result<T, Invalid>) -> Option<Value<T>> {
        let scalar = self.scalar(node)?;
        let kind = if Template::is_template(&scalar.text) {
            ValueKind::Template(self.template(scalar)?)
        } else {
            ValueKind::Literal(self.parsed(parse(&scalar.text), scalar.span)?)
        };
        Some(Value { kind, span: scalar.span })
    }

    /// The template that a scalar is.
    pub(super) fn template(&mut self, scalar: &Scalar) -> Option<Template> {
        match Template::parse(&scalar.text, scalar.span) {
            Ok(template) => Some(template),
            Err(diagnostic) => {
                self.report(diagnostic);
                None
            }
        }
    }

    pub(super) fn parsed<T>(&mut self, result: Result<T, Invalid>, span: Span) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(invalid) => {
                self.report(invalid.at(span));
                None
            }
        }
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
