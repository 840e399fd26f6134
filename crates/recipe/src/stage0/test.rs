//! Parsed tests.

use std::sync::Arc;

use super::requirements::Dependency;
use super::{Globs, List, Script, Value};
use crate::diagnostic::Span;

/// One test.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// Which kind, with its settings.
    pub kind: TestKind,
    /// The whole mapping.
    pub span: Span,
}

/// The kinds of tests.
#[derive(Clone, Debug, PartialEq)]
pub enum TestKind {
    /// `python`.
    Python {
        /// `imports`.
        imports: List<Value<Arc<str>>>,
        /// `pip_check`.
        pip_check: Option<Value<bool>>,
        /// `python_version`; `many`: written as a list.
        python_version: List<Value<Arc<str>>>,
        /// Whether `python_version` was written as a list.
        many: bool,
    },
    /// `perl`: `uses`.
    Perl(List<Value<Arc<str>>>),
    /// `r`: `libraries`.
    R(List<Value<Arc<str>>>),
    /// `ruby`: `requires`.
    Ruby(List<Value<Arc<str>>>),
    /// `script` with its siblings.
    Script(Box<ScriptTest>),
    /// `downstream`.
    Downstream(Value<Arc<str>>),
    /// `package_contents`.
    PackageContents(Box<PackageContents>),
}

/// `script`, `requirements` and `files` of a test.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScriptTest {
    /// `script`.
    pub script: Script,
    /// `requirements.run`.
    pub run: List<Value<Dependency>>,
    /// `requirements.build`.
    pub build: List<Value<Dependency>>,
    /// `files.source`.
    pub source_files: Globs,
    /// `files.recipe`.
    pub recipe_files: Globs,
}

/// `package_contents`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PackageContents {
    /// `files`.
    pub files: FileChecks,
    /// `site_packages`.
    pub site_packages: FileChecks,
    /// `bin`.
    pub bin: FileChecks,
    /// `lib`.
    pub lib: FileChecks,
    /// `include`.
    pub include: FileChecks,
    /// `strict`.
    pub strict: bool,
}

/// Files that must and must not be there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileChecks {
    /// `exists`, or the list form.
    pub exists: List<Value<Arc<str>>>,
    /// `not_exists`.
    pub not_exists: List<Value<Arc<str>>>,
}
