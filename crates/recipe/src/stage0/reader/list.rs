//! Lists whose items may be conditional.

use super::Reader;
use crate::diagnostic::{Code, Diagnostic};
use crate::stage0::format::known;
use crate::stage0::{Conditional, Item, List};
use crate::template::Expression;
use crate::yaml::{Mapping, Node, Scalar};

/// What happens to keys next to `if`, `then` and `else`.
#[derive(Clone, Copy)]
pub(in crate::stage0) enum IfKeys {
    /// They are ignored, with a warning.
    Ignored,
    /// They are errors.
    Refused,
}

const IF_FIELDS: &[&str] = known!(CONDITION);

impl Reader {
    /// A list; anything else is an error.
    pub(in crate::stage0) fn list<T, F>(&mut self, node: &Node, mut item: F) -> List<T>
    where
        F: FnMut(&mut Self, &Node) -> Option<T>,
    {
        match node {
            Node::Sequence(sequence) => self.items(&sequence.items, IfKeys::Ignored, &mut item),
            other => {
                self.wrong_type(other, "a list");
                Vec::new()
            }
        }
    }

    /// A list, or empty, `~` or `null` for none.
    pub(in crate::stage0) fn list_or_null<T, F>(&mut self, node: &Node, item: F) -> List<T>
    where
        F: FnMut(&mut Self, &Node) -> Option<T>,
    {
        match node {
            Node::Scalar(scalar) if scalar.is_null() => Vec::new(),
            other => self.list(other, item),
        }
    }

    /// A list, or a single item, which may be conditional.
    pub(in crate::stage0) fn list_or_one<T, F>(&mut self, node: &Node, keys: IfKeys, mut item: F) -> List<T>
    where
        F: FnMut(&mut Self, &Node) -> Option<T>,
    {
        match node {
            Node::Sequence(sequence) => self.items(&sequence.items, keys, &mut item),
            other => self.items(std::slice::from_ref(other), keys, &mut item),
        }
    }

    /// Items, conditional or not.
    fn items<T, F>(&mut self, nodes: &[Node], keys: IfKeys, item: &mut F) -> List<T>
    where
        F: FnMut(&mut Self, &Node) -> Option<T>,
    {
        let mut items = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                Node::Mapping(mapping) if mapping.get("if").is_some() => {
                    items.extend(self.conditional(mapping, keys, item).map(|c| Item::If(Box::new(c))));
                }
                other => items.extend(item(self, other).map(Item::Value)),
            }
        }
        items
    }

    fn conditional<T, F>(&mut self, mapping: &Mapping, keys: IfKeys, item: &mut F) -> Option<Conditional<T>>
    where
        F: FnMut(&mut Self, &Node) -> Option<T>,
    {
        match keys {
            IfKeys::Refused => self.refuse_unknown(mapping, "the condition", IF_FIELDS),
            IfKeys::Ignored => self.warn_ignored(
                &mapping.entries,
                IF_FIELDS,
                "a condition has only `if`, `then` and `else`; for a further case put another `if` under `else`",
            ),
        }
        let condition = mapping.get("if").and_then(|node| self.expression(node));
        let then = self.required(mapping, "then", "the condition").map(|node| self.branch(node, keys, item));
        let otherwise = mapping.get("else").map(|node| self.branch(node, keys, item));
        Some(Conditional { condition: condition?, then: then?, otherwise, span: mapping.span })
    }

    fn branch<T, F>(&mut self, node: &Node, keys: IfKeys, item: &mut F) -> List<T>
    where
        F: FnMut(&mut Self, &Node) -> Option<T>,
    {
        match node {
            Node::Sequence(sequence) => self.items(&sequence.items, keys, item),
            other => self.items(std::slice::from_ref(other), keys, item),
        }
    }

    /// The expression of a condition.
    pub(in crate::stage0) fn expression(&mut self, node: &Node) -> Option<Expression> {
        let scalar = self.scalar(node)?;
        if has_delimiters(scalar) {
            self.report(
                Diagnostic::error(
                    Code::TemplateSyntax,
                    "a condition is a bare expression, not a template",
                    scalar.span,
                )
                .with_help("write it without `${{` and `}}`"),
            );
            return None;
        }
        match Expression::parse(&scalar.text, scalar.span) {
            Ok(expression) => Some(expression),
            Err(diagnostic) => {
                self.report(diagnostic);
                None
            }
        }
    }
}

fn has_delimiters(scalar: &Scalar) -> bool {
    let text = scalar.text.trim_start();
    text.starts_with("${{") || text.starts_with("{{")
}
