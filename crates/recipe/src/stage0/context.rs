//! The parsed `context`: typed variables.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Stage0;
use super::reader::Reader;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::template::Template;
use crate::yaml::{Node, Scalar, Sequence};

/// `context`, in file order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// The variables.
    pub entries: Vec<ContextEntry>,
}

impl Stage0 {
    /// The variables that the recipe defines.
    #[must_use]
    pub fn context(&self) -> &Context {
        match self {
            Self::Single(recipe) => &recipe.context,
            Self::Multi(recipe) => &recipe.context,
        }
    }
}

impl Context {
    /// The names it defines, and the names it reads that it has not defined up to there.
    pub(crate) fn names(&self) -> (BTreeSet<&str>, BTreeSet<&str>) {
        let (mut defined, mut read) = (BTreeSet::new(), BTreeSet::new());
        for entry in &self.entries {
            if let ContextValue::Scalar(ContextScalar::Template { template, .. }) = &entry.value {
                read.extend(template.uses.iter().map(String::as_str).filter(|name| !defined.contains(name)));
            }
            defined.insert(&*entry.name);
        }
        (defined, read)
    }
}

/// One context variable.
#[derive(Clone, Debug, PartialEq)]
pub struct ContextEntry {
    /// Its name.
    pub name: Arc<str>,
    /// Place of the name.
    pub name_span: Span,
    /// Its value.
    pub value: ContextValue,
}

/// The value of a context variable.
#[derive(Clone, Debug, PartialEq)]
pub enum ContextValue {
    /// One scalar.
    Scalar(ContextScalar),
    /// Several scalars; templates in them are not rendered (so the reference does).
    List(Vec<serde_json::Value>, Span),
}

/// A scalar context value.
#[derive(Clone, Debug, PartialEq)]
pub enum ContextScalar {
    /// A bool, whole number or text, typed by specification 1.3.
    Literal(serde_json::Value, Span),
    /// A template. `quoted`: written in quotes or as a block, so that the final value becomes text.
    Template {
        /// The template.
        template: Template,
        /// Whether it was written in quotes or as a block.
        quoted: bool,
    },
}

impl Context {
    pub(super) fn read(reader: &mut Reader, node: &Node) -> Self {
        let Some(mapping) = reader.mapping(node) else { return Self::default() };
        let mut entries = Vec::with_capacity(mapping.entries.len());
        for entry in &mapping.entries {
            let name = &entry.key;
            if name.text.contains('-') {
                let message = format!("`{}` cannot be the name of a variable: it contains `-`", name.text);
                reader.report(
                    Diagnostic::error(Code::InvalidValue, message, name.span)
                        .with_help(format!("write `{}`", name.text.replace('-', "_"))),
                );
            }
            if let Some(value) = ContextValue::read(reader, &entry.value) {
                entries.push(ContextEntry { name: name.text.as_str().into(), name_span: name.span, value });
            }
        }
        Self { entries }
    }
}

impl ContextValue {
    fn read(reader: &mut Reader, node: &Node) -> Option<Self> {
        match node {
            Node::Scalar(scalar) => ContextScalar::read(reader, scalar).map(Self::Scalar),
            Node::Sequence(sequence) => Some(Self::List(list(reader, sequence), sequence.span)),
            Node::Mapping(_) => {
                reader.wrong_type(node, "a single value or a list");
                None
            }
        }
    }
}

impl ContextScalar {
    fn read(reader: &mut Reader, scalar: &Scalar) -> Option<Self> {
        if Template::is_template(&scalar.text) {
            let template = reader.template(scalar)?;
            return Some(Self::Template { template, quoted: !scalar.plain });
        }
        Some(Self::Literal(typed(scalar), scalar.span))
    }
}

/// Templates in a list stay text, which the reference does too: results depend on it.
fn list(reader: &mut Reader, sequence: &Sequence) -> Vec<serde_json::Value> {
    let mut items = Vec::with_capacity(sequence.items.len());
    for item in &sequence.items {
        let Some(scalar) = reader.scalar(item) else { continue };
        if Template::is_template(&scalar.text) {
            reader.report(
                Diagnostic::warning(
                    Code::TemplateIgnored,
                    "templates in a list in `context` are not rendered",
                    scalar.span,
                )
                .with_help("make the whole list one template, e.g. `${{ [a, b] }}`"),
            );
        }
        items.push(typed(scalar));
    }
    items
}

/// A plain scalar is a bool or a whole number where it looks like one; all else is text.
fn typed(scalar: &Scalar) -> serde_json::Value {
    if let Some(value) = scalar.as_bool() {
        return value.into();
    }
    scalar.as_integer().map_or_else(|| scalar.text.as_str().into(), Into::into)
}
