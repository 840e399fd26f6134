//! Parsed scripts and steps.

use std::sync::Arc;

use super::{List, Value};
use crate::diagnostic::Span;
use crate::template::Expression;

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
