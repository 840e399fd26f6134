//! The parsed `requirements` section.

use std::sync::Arc;

use super::format::known;
use super::reader::Reader;
use super::{Dependency, List, Value};
use crate::diagnostic::Code;
use crate::yaml::{Mapping, Node};

/// The parsed `requirements` section.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requirements {
    /// `build`.
    pub build: List<Value<Dependency>>,
    /// `host`.
    pub host: List<Value<Dependency>>,
    /// `run`.
    pub run: List<Value<Dependency>>,
    /// `run_constraints`.
    pub run_constraints: List<Value<Dependency>>,
    /// `run_exports`.
    pub run_exports: RunExports,
    /// `ignore_run_exports`.
    pub ignore_run_exports: IgnoreRunExports,
    /// `extras` (v3), in file order.
    pub extras: Vec<(Arc<str>, List<Value<Dependency>>)>,
}

/// `requirements.run_exports`; the list form is `weak`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunExports {
    /// `noarch`.
    pub noarch: List<Value<Dependency>>,
    /// `strong`.
    pub strong: List<Value<Dependency>>,
    /// `strong_constraints`.
    pub strong_constraints: List<Value<Dependency>>,
    /// `weak`.
    pub weak: List<Value<Dependency>>,
    /// `weak_constraints`.
    pub weak_constraints: List<Value<Dependency>>,
}

/// `requirements.ignore_run_exports`; literals are reduced to the name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IgnoreRunExports {
    /// `by_name`.
    pub by_name: List<Value<Arc<str>>>,
    /// `from_package`.
    pub from_package: List<Value<Arc<str>>>,
}

const FIELDS: &[&str] = known!(REQUIREMENTS);

impl Requirements {
    pub(super) fn read(reader: &mut Reader, node: &Node) -> Self {
        match reader.fields(node, "requirements", FIELDS) {
            Some(mapping) => Self::read_fields(reader, mapping),
            None => Self::default(),
        }
    }

    /// Reads the requirements of a staging output, which has no packages of its own.
    pub(super) fn read_staging(reader: &mut Reader, node: &Node) -> Self {
        let Some(mapping) = reader.mapping(node) else { return Self::default() };
        let allowed: &[&str] = known!(STAGING_REQUIREMENTS);
        let (known, unknown): (Vec<_>, Vec<_>) =
            mapping.entries.iter().cloned().partition(|e| allowed.contains(&e.key.text.as_str()));
        for entry in &unknown {
            let key = &entry.key.text;
            if FIELDS.contains(&key.as_str()) {
                let message = format!("`{key}` is not allowed in the requirements of a staging output");
                reader.error(Code::UnknownField, message, entry.key.span);
            } else {
                let single = Mapping { entries: vec![entry.clone()], span: mapping.span };
                reader.refuse_unknown(&single, "the requirements of a staging output", allowed);
            }
        }
        Self::read_fields(reader, &Mapping { entries: known, span: mapping.span })
    }

    fn read_fields(reader: &mut Reader, mapping: &Mapping) -> Self {
        Self {
            build: specs_or_null(reader, mapping, "build"),
            host: specs_or_null(reader, mapping, "host"),
            run: specs_or_null(reader, mapping, "run"),
            run_constraints: specs_or_null(reader, mapping, "run_constraints"),
            run_exports: mapping.get("run_exports").map(|n| RunExports::read(reader, n)).unwrap_or_default(),
            ignore_run_exports: mapping
                .get("ignore_run_exports")
                .map(|n| IgnoreRunExports::read(reader, n))
                .unwrap_or_default(),
            extras: mapping.get("extras").map(|n| extras(reader, n)).unwrap_or_default(),
        }
    }
}

impl RunExports {
    fn read(reader: &mut Reader, node: &Node) -> Self {
        if matches!(node, Node::Sequence(_)) {
            return Self { weak: reader.list(node, spec), ..Self::default() };
        }
        let Some(mapping) = reader.fields(node, "run_exports", known!(RUN_EXPORTS)) else { return Self::default() };
        Self {
            noarch: specs_or_null(reader, mapping, "noarch"),
            strong: specs_or_null(reader, mapping, "strong"),
            strong_constraints: specs_or_null(reader, mapping, "strong_constraints"),
            weak: specs_or_null(reader, mapping, "weak"),
            weak_constraints: specs_or_null(reader, mapping, "weak_constraints"),
        }
    }
}

impl IgnoreRunExports {
    fn read(reader: &mut Reader, node: &Node) -> Self {
        let Some(mapping) = reader.fields(node, "ignore_run_exports", known!(IGNORE_RUN_EXPORTS)) else {
            return Self::default();
        };
        let mut names = |key: &str| mapping.get(key).map(|n| reader.list_or_null(n, package_name)).unwrap_or_default();
        Self { by_name: names("by_name"), from_package: names("from_package") }
    }
}

fn extras(reader: &mut Reader, node: &Node) -> Vec<(Arc<str>, List<Value<Dependency>>)> {
    let Some(mapping) = reader.mapping(node) else { return Vec::new() };
    mapping.entries.iter().map(|e| (e.key.text.as_str().into(), reader.list(&e.value, spec))).collect()
}

fn specs_or_null(reader: &mut Reader, mapping: &Mapping, key: &str) -> List<Value<Dependency>> {
    mapping.get(key).map(|node| reader.list_or_null(node, spec)).unwrap_or_default()
}

/// A match spec, or a template that gives one.
pub(super) fn spec(reader: &mut Reader, node: &Node) -> Option<Value<Dependency>> {
    let revision = reader.revision;
    reader.value(node, |text| Dependency::parse(text, revision))
}

fn package_name(reader: &mut Reader, node: &Node) -> Option<Value<Arc<str>>> {
    let revision = reader.revision;
    reader.value(node, |text| Dependency::parse_name(text, revision))
}
