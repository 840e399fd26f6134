//! The whole parsed recipe, its `context` and its `package` or `recipe` section.

use std::sync::Arc;

use super::{About, Build, List, Output, Requirements, Source, Test, Value};
use crate::diagnostic::Span;
use crate::template::Template;

/// A parsed recipe.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage0 {
    /// One package.
    Single(Box<SingleOutput>),
    /// Several packages (`outputs`).
    Multi(Box<MultiOutput>),
}

/// A recipe for one package.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleOutput {
    /// `schema_version`, where given.
    pub schema_version: Option<u32>,
    /// `context`.
    pub context: Context,
    /// `package`.
    pub package: Package,
    /// `build`.
    pub build: Build,
    /// `requirements`.
    pub requirements: Requirements,
    /// `about`.
    pub about: About,
    /// `extra`: free data, already as JSON; strings that are templates are rendered later.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// Where `extra`'s mapping stands.
    pub extra_span: Option<Span>,
    /// `source`.
    pub source: List<Source>,
    /// `tests`.
    pub tests: List<Test>,
    /// The whole mapping.
    pub span: Span,
}

/// A recipe for several packages.
#[derive(Clone, Debug, PartialEq)]
pub struct MultiOutput {
    /// `schema_version`, where given.
    pub schema_version: Option<u32>,
    /// `context`.
    pub context: Context,
    /// `recipe`, or the `version` shortcut.
    pub recipe: RecipeInfo,
    /// `source`, inherited.
    pub source: List<Source>,
    /// `build`, inherited.
    pub build: Build,
    /// `about`, inherited.
    pub about: About,
    /// `extra`.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// Where `extra`'s mapping stands.
    pub extra_span: Option<Span>,
    /// `tests`, inherited.
    pub tests: List<Test>,
    /// `outputs`, in file order.
    pub outputs: Vec<Output>,
    /// The whole mapping.
    pub span: Span,
}

/// `recipe`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecipeInfo {
    /// `name`; never used for outputs.
    pub name: Option<Value<Arc<str>>>,
    /// `version`; the default of outputs.
    pub version: Option<Value<Arc<str>>>,
}

/// `package`.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// `name`; a checked package name as written.
    pub name: Value<Arc<str>>,
    /// `version`; a checked version as written. Always given in single-output recipes.
    pub version: Option<Value<Arc<str>>>,
    /// The whole mapping.
    pub span: Span,
}

/// `context`, in file order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// The variables.
    pub entries: Vec<ContextEntry>,
}

/// One context variable.
#[derive(Clone, Debug, PartialEq)]
pub struct ContextEntry {
    /// Its name.
    pub name: Arc<str>,
    /// Where the name stands.
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
