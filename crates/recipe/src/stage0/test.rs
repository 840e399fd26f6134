//! Parsed tests.

use std::sync::Arc;

use super::format::known;
use super::reader::{IfKeys, Reader, moved};
use super::requirements::spec;
use super::{Dependency, Globs, Item, List, Script, Value};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::yaml::{Mapping, Node};

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

const KINDS: &[&str] = &["python", "perl", "r", "ruby", "script", "downstream", "package_contents"];

impl Test {
    /// Reads `tests`.
    pub(super) fn read_all(reader: &mut Reader, node: &Node) -> List<Self> {
        reader.list(node, Self::read)
    }

    fn read(reader: &mut Reader, node: &Node) -> Option<Self> {
        let mapping = reader.mapping(node)?;
        let found = KINDS.iter().find_map(|kind| mapping.get(kind).map(|value| (*kind, value)));
        let Some((kind, value)) = found else {
            let old = mapping.entries.iter().find_map(|entry| moved(&entry.key.text, "test"));
            let message = "missing field `script`, `python` or another kind of test";
            reader.report(Diagnostic::error(Code::MissingField, message, mapping.span).with_help(old.unwrap_or(
                "give one of `python`, `perl`, `r`, `ruby`, `script`, `downstream` and `package_contents`",
            )));
            return None;
        };
        let kind = match kind {
            "script" => Some(TestKind::Script(Box::new(ScriptTest::read(reader, mapping, value)))),
            "downstream" => {
                reader.refuse_unknown(mapping, "the downstream test", known!(DOWNSTREAM_TEST));
                reader.text(value).map(TestKind::Downstream)
            }
            kind => {
                let help = format!("make it a test of its own; this one is a `{kind}` test");
                reader.warn_ignored(&mapping.entries, &[kind], &help);
                match kind {
                    "python" => python(reader, value),
                    "perl" => single(reader, value, "the perl test", known!(PERL)).map(TestKind::Perl),
                    "r" => single(reader, value, "the r test", known!(R)).map(TestKind::R),
                    "ruby" => single(reader, value, "the ruby test", known!(RUBY)).map(TestKind::Ruby),
                    _ => PackageContents::read(reader, value).map(|c| TestKind::PackageContents(Box::new(c))),
                }
            }
        };
        Some(Self { kind: kind?, span: mapping.span })
    }
}

fn python(reader: &mut Reader, node: &Node) -> Option<TestKind> {
    let mapping = reader.fields(node, "the python test", known!(PYTHON_TEST_FIELDS))?;
    let (python_version, many) = match mapping.get("python_version") {
        None => (Vec::new(), false),
        Some(node @ Node::Sequence(_)) => (reader.list(node, Reader::text), true),
        Some(node) => (reader.text(node).map(Item::Value).into_iter().collect(), false),
    };
    Some(TestKind::Python {
        imports: mapping
            .get("imports")
            .map(|n| reader.list_or_one(n, IfKeys::Ignored, Reader::text))
            .unwrap_or_default(),
        pip_check: mapping.get("pip_check").and_then(|n| reader.bool_or_template(n)),
        python_version,
        many,
    })
}

/// A test that has one field, a list.
fn single(reader: &mut Reader, node: &Node, place: &str, keys: &[&str; 1]) -> Option<List<Value<Arc<str>>>> {
    let mapping = reader.fields(node, place, keys)?;
    let [key] = keys;
    Some(texts(reader, mapping, key))
}

impl ScriptTest {
    fn read(reader: &mut Reader, mapping: &Mapping, script: &Node) -> Self {
        reader.refuse_unknown(mapping, "the script test", known!(SCRIPT_TEST));
        let mut test = Self { script: Script::read(reader, script), ..Self::default() };
        if let Some(node) = mapping.get("requirements")
            && let Some(requirements) = reader.fields(node, "the requirements of a test", known!(TEST_REQUIREMENTS))
        {
            test.run = requirements.get("run").map(|n| reader.list(n, spec)).unwrap_or_default();
            test.build = requirements.get("build").map(|n| reader.list(n, spec)).unwrap_or_default();
        }
        if let Some(node) = mapping.get("files")
            && let Some(files) = reader.fields(node, "the files of a test", known!(TEST_FILES))
        {
            test.source_files.include = texts(reader, files, "source");
            test.recipe_files.include = texts(reader, files, "recipe");
        }
        test
    }
}

impl PackageContents {
    fn read(reader: &mut Reader, node: &Node) -> Option<Self> {
        let mapping = reader.fields(node, "package_contents", known!(PACKAGE_CONTENTS))?;
        let mut checks = |key: &str| mapping.get(key).map(|n| FileChecks::read(reader, n, key)).unwrap_or_default();
        Some(Self {
            files: checks("files"),
            site_packages: checks("site_packages"),
            bin: checks("bin"),
            lib: checks("lib"),
            include: checks("include"),
            strict: mapping.get("strict").and_then(|n| reader.bool_word(n)).unwrap_or(false),
        })
    }
}

impl FileChecks {
    fn read(reader: &mut Reader, node: &Node, place: &str) -> Self {
        match node {
            Node::Sequence(_) => Self { exists: reader.list(node, Reader::text), ..Self::default() },
            Node::Mapping(mapping) => {
                reader.refuse_unknown(mapping, place, known!(FILE_CHECKS));
                Self { exists: texts(reader, mapping, "exists"), not_exists: texts(reader, mapping, "not_exists") }
            }
            Node::Scalar(_) => {
                reader.wrong_type(node, "a list of patterns, or a mapping with `exists` and `not_exists`");
                Self::default()
            }
        }
    }
}

fn texts(reader: &mut Reader, mapping: &Mapping, key: &str) -> List<Value<Arc<str>>> {
    mapping.get(key).map(|node| reader.list(node, Reader::text)).unwrap_or_default()
}
