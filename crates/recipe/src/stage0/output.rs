//! Parsed `outputs`.

use std::sync::Arc;

use super::format::known;
use super::reader::Reader;
use super::{About, Build, List, Package, Requirements, Source, Test, Value};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::yaml::{Mapping, Node};

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

impl Output {
    /// Reads `outputs`: at least one.
    pub(super) fn read_all(reader: &mut Reader, node: &Node) -> Vec<Self> {
        let Node::Sequence(sequence) = node else {
            reader.wrong_type(node, "a list");
            return Vec::new();
        };
        if sequence.items.is_empty() {
            reader.error(Code::InvalidValue, "at least one output is needed", sequence.span);
        }
        sequence.items.iter().filter_map(|item| Self::read(reader, item)).collect()
    }

    fn read(reader: &mut Reader, node: &Node) -> Option<Self> {
        let mapping = reader.mapping(node)?;
        if let Some(staging) = mapping.get("staging") {
            StagingOutput::read(reader, mapping, staging).map(|o| Self::Staging(Box::new(o)))
        } else if let Some(package) = mapping.get("package") {
            PackageOutput::read(reader, mapping, package).map(|o| Self::Package(Box::new(o)))
        } else {
            let diagnostic = Diagnostic::error(
                Code::MissingField,
                "an output has to have either `package` or `staging`",
                mapping.span,
            );
            reader.report(if mapping.get("if").is_some() {
                diagnostic.with_help("outputs cannot be conditional; use `skip` in `build`")
            } else if mapping.get("name").is_some() {
                diagnostic.with_help("write the name as `package: {name: ...}`")
            } else {
                diagnostic
            });
            None
        }
    }
}

impl PackageOutput {
    fn read(reader: &mut Reader, mapping: &Mapping, package: &Node) -> Option<Self> {
        reader.refuse_unknown(mapping, "the package output", known!(PACKAGE_OUTPUT));
        let package = Package::read(reader, package, false);
        let output = Self {
            inherit: mapping.get("inherit").and_then(|n| Inherit::read(reader, n)),
            source: mapping.get("source").map(|n| Source::read_all(reader, n)).unwrap_or_default(),
            requirements: mapping.get("requirements").map(|n| Requirements::read(reader, n)).unwrap_or_default(),
            build: mapping.get("build").map(|n| Build::read(reader, n)).unwrap_or_default(),
            about: mapping.get("about").map(|n| About::read(reader, n)).unwrap_or_default(),
            tests: mapping.get("tests").map(|n| Test::read_all(reader, n)).unwrap_or_default(),
            span: mapping.span,
            package: package?,
        };
        Some(output)
    }
}

impl Inherit {
    fn read(reader: &mut Reader, node: &Node) -> Option<Self> {
        match node {
            Node::Scalar(scalar) if scalar.is_null() => None,
            Node::Scalar(_) => Some(Self { from: reader.text(node)?, run_exports: true, mapping: false }),
            Node::Mapping(mapping) => {
                reader.refuse_unknown(mapping, "inherit", known!(INHERIT));
                let from = reader.required(mapping, "from", "inherit").and_then(|n| reader.text(n));
                let run_exports = mapping.get("run_exports").and_then(|n| reader.bool_word(n)).unwrap_or(true);
                Some(Self { from: from?, run_exports, mapping: true })
            }
            Node::Sequence(_) => {
                reader.wrong_type(node, "the name of a staging output, or a mapping with `from`");
                None
            }
        }
    }
}

impl StagingOutput {
    fn read(reader: &mut Reader, mapping: &Mapping, staging: &Node) -> Option<Self> {
        reader.refuse_unknown(mapping, "the staging output", known!(STAGING_OUTPUT));
        let name = reader.fields(staging, "staging", known!(STAGING)).and_then(|staging| {
            let name = reader.required(staging, "name", "staging")?;
            reader.text(name)
        });
        let output = Self {
            source: mapping.get("source").map(|n| Source::read_all(reader, n)).unwrap_or_default(),
            requirements: mapping
                .get("requirements")
                .map(|n| Requirements::read_staging(reader, n))
                .unwrap_or_default(),
            build: mapping.get("build").map(|n| Build::read_staging(reader, n)).unwrap_or_default(),
            span: mapping.span,
            name: name?,
        };
        Some(output)
    }
}
