//! Parsed `outputs`.

use std::sync::Arc;

use super::{About, Build, List, Package, Requirements, Source, Test, Value};
use crate::diagnostic::Span;

/// One output.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// A package.
    Package(Box<PackageOutput>),
    /// A build whose files other outputs take.
    Staging(Box<StagingOutput>),
}

/// An output that is a package.
#[derive(Clone, Debug, PartialEq)]
pub struct PackageOutput {
    /// `package`.
    pub package: Package,
    /// `inherit`; `None` for the top level.
    pub inherit: Option<Inherit>,
    /// `source`.
    pub source: List<Source>,
    /// `requirements`.
    pub requirements: Requirements,
    /// `build`.
    pub build: Build,
    /// `about`.
    pub about: About,
    /// `tests`.
    pub tests: List<Test>,
    /// The whole mapping.
    pub span: Span,
}

/// The staging output that an output builds on.
#[derive(Clone, Debug, PartialEq)]
pub struct Inherit {
    /// Its name.
    pub from: Value<Arc<str>>,
    /// Whether its run exports are taken; default true.
    pub run_exports: bool,
    /// Whether it was written as a mapping.
    pub mapping: bool,
}

/// An output whose files other outputs take.
#[derive(Clone, Debug, PartialEq)]
pub struct StagingOutput {
    /// `staging.name`.
    pub name: Value<Arc<str>>,
    /// `source`.
    pub source: List<Source>,
    /// `requirements`: only `build`, `host` and `ignore_run_exports`.
    pub requirements: Requirements,
    /// `build`: only `script` or `steps`.
    pub build: Build,
    /// The whole mapping.
    pub span: Span,
}
