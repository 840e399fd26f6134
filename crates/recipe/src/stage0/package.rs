//! The whole parsed recipe and its `package` or `recipe` section.

use std::sync::Arc;

use super::format::known;
use super::reader::Reader;
use super::{About, Build, Context, Extra, List, Output, Requirements, Source, Test, Value, literal};
use crate::diagnostic::Span;
use crate::yaml::Node;

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
    /// `extra`: free data.
    pub extra: Extra,
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
    pub extra: Extra,
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

impl Package {
    /// Reads `package`; in recipes with one output the version is required.
    pub(super) fn read(reader: &mut Reader, node: &Node, version_required: bool) -> Option<Self> {
        let mapping = reader.fields(node, "package", known!(PACKAGE))?;
        let name = reader.required(mapping, "name", "package").and_then(|n| reader.value(n, literal::package_name));
        let version =
            if version_required { reader.required(mapping, "version", "package") } else { mapping.get("version") };
        let version = version.and_then(|n| reader.value(n, literal::version));
        Some(Self { name: name?, version, span: mapping.span })
    }
}

impl RecipeInfo {
    pub(super) fn read(reader: &mut Reader, node: &Node) -> Self {
        let Some(mapping) = reader.fields(node, "recipe", known!(RECIPE)) else { return Self::default() };
        Self {
            name: mapping.get("name").and_then(|n| reader.value(n, literal::package_name)),
            version: mapping.get("version").and_then(|n| reader.value(n, literal::version)),
        }
    }
}
