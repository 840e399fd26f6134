//! Parsed scripts and steps.

use std::sync::Arc;

use super::format::known;
use super::reader::Reader;
use super::{Item, List, Value, literal};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::template::Expression;
use crate::yaml::{Mapping, Node};

/// A script: its form matters, since the evaluated forms differ (specification 2.5).
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Script {
    /// Absent or an empty mapping: the default script.
    #[default]
    Default,
    /// One scalar: a command or the name of a file.
    Scalar(Value<Arc<str>>),
    /// A list of commands.
    List(List<Value<Arc<str>>>),
    /// A mapping.
    Object(Box<ScriptObject>),
}

/// A script written as a mapping.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScriptObject {
    /// `interpreter`.
    pub interpreter: Option<Value<Arc<str>>>,
    /// `env`, in file order; names are checked.
    pub env: Vec<(Arc<str>, Value<Arc<str>>)>,
    /// `secrets`.
    pub secrets: Vec<Arc<str>>,
    /// `content`: one text or a list.
    pub content: Option<List<Value<Arc<str>>>>,
    /// `file`.
    pub file: Option<Value<Arc<str>>>,
    /// `cwd`.
    pub cwd: Option<Value<Arc<str>>>,
}

/// An item of `build.steps`.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// `run`.
    pub run: List<Value<Arc<str>>>,
    /// `if`.
    pub condition: Option<Expression>,
    /// `interpreter`.
    pub interpreter: Option<Value<Arc<str>>>,
    /// `cwd`.
    pub cwd: Option<Value<Arc<str>>>,
    /// `env`, in file order.
    pub env: Vec<(Arc<str>, Value<Arc<str>>)>,
    /// The whole mapping.
    pub span: Span,
}

impl Script {
    pub(super) fn read(reader: &mut Reader, node: &Node) -> Self {
        match node {
            Node::Scalar(_) => reader.text(node).map_or(Self::Default, Self::Scalar),
            Node::Sequence(_) => Self::List(reader.list(node, Reader::text)),
            Node::Mapping(mapping) => Self::read_object(reader, node, mapping),
        }
    }

    fn read_object(reader: &mut Reader, node: &Node, mapping: &Mapping) -> Self {
        reader.fields(node, "script", known!(SCRIPT));
        let object = ScriptObject {
            interpreter: mapping.get("interpreter").and_then(|n| reader.text(n)),
            env: mapping.get("env").map(|n| env(reader, n)).unwrap_or_default(),
            secrets: mapping.get("secrets").map(|n| secrets(reader, n)).unwrap_or_default(),
            content: mapping.get("content").map(|n| texts(reader, n)),
            file: mapping.get("file").and_then(|n| reader.text(n)),
            cwd: mapping.get("cwd").and_then(|n| reader.text(n)),
        };
        if object == ScriptObject::default() { Self::Default } else { Self::Object(Box::new(object)) }
    }
}

impl Step {
    /// Reads `steps`: a list of mappings, in which `if` is a key of the step.
    pub(super) fn read_all(reader: &mut Reader, node: &Node) -> List<Self> {
        let Node::Sequence(sequence) = node else {
            reader.wrong_type(node, "a list");
            return Vec::new();
        };
        sequence.items.iter().filter_map(|item| Self::read(reader, item)).map(Item::Value).collect()
    }

    fn read(reader: &mut Reader, node: &Node) -> Option<Self> {
        let mapping = reader.fields(node, "the step", known!(STEP))?;
        let run = reader.required(mapping, "run", "the step").map(|n| texts(reader, n));
        let condition = mapping.get("if").map(|n| condition(reader, n));
        let step = Self {
            interpreter: mapping.get("interpreter").and_then(|n| reader.text(n)),
            cwd: mapping.get("cwd").and_then(|n| reader.text(n)),
            env: mapping.get("env").map(|n| env(reader, n)).unwrap_or_default(),
            run: run?,
            condition: match condition {
                Some(condition) => Some(condition?),
                None => None,
            },
            span: mapping.span,
        };
        Some(step)
    }
}

fn condition(reader: &mut Reader, node: &Node) -> Option<Expression> {
    match node {
        Node::Scalar(scalar) if scalar.text.trim().is_empty() => {
            reader.error(Code::InvalidValue, "the condition of a step is empty", scalar.span);
            None
        }
        other => reader.expression(other),
    }
}

/// One text or a list of texts.
fn texts(reader: &mut Reader, node: &Node) -> List<Value<Arc<str>>> {
    match node {
        Node::Scalar(_) => reader.text(node).map(Item::Value).into_iter().collect(),
        Node::Sequence(_) => reader.list(node, Reader::text),
        Node::Mapping(_) => {
            reader.wrong_type(node, "a text or a list of texts");
            Vec::new()
        }
    }
}

fn env(reader: &mut Reader, node: &Node) -> Vec<(Arc<str>, Value<Arc<str>>)> {
    let Some(mapping) = reader.mapping(node) else { return Vec::new() };
    let mut env = Vec::with_capacity(mapping.entries.len());
    for entry in &mapping.entries {
        let name = reader.parsed(literal::env_name(&entry.key.text), entry.key.span);
        let value = reader.text(&entry.value);
        env.extend(name.zip(value));
    }
    env
}

fn secrets(reader: &mut Reader, node: &Node) -> Vec<Arc<str>> {
    let Node::Sequence(sequence) = node else {
        reader.wrong_type(node, "a list");
        return Vec::new();
    };
    let mut secrets = Vec::with_capacity(sequence.items.len());
    for item in &sequence.items {
        let Some(scalar) = reader.scalar(item) else { continue };
        if crate::template::Template::is_template(&scalar.text) {
            let message = "names of secrets are not rendered; this one is used as written";
            reader.report(Diagnostic::warning(Code::TemplateIgnored, message, scalar.span));
        }
        secrets.push(scalar.text.as_str().into());
    }
    secrets
}
