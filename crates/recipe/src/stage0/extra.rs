//! `extra`: free data as JSON.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::reader::Reader;
use crate::template::Template;
use crate::yaml::{Node, Scalar};

/// `extra`: free data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extra {
    /// As JSON; texts that are templates are rendered later.
    pub data: Map<String, Value>,
    /// The templates in it, by their text.
    pub templates: HashMap<Arc<str>, Template>,
}

impl Extra {
    /// Reads `extra`. Keys of mappings in it are sorted, as the reference does.
    pub(super) fn read(reader: &mut Reader, node: &Node) -> Self {
        let Some(mapping) = reader.mapping(node) else { return Self::default() };
        let mut templates = HashMap::new();
        find_templates(reader, node, &mut templates);
        Self { data: mapping.entries.iter().map(|e| (e.key.text.clone(), json(&e.value))).collect(), templates }
    }
}

fn find_templates(reader: &mut Reader, node: &Node, found: &mut HashMap<Arc<str>, Template>) {
    match node {
        Node::Scalar(scalar) if Template::is_template(&scalar.text) => {
            if let Some(template) = reader.template(scalar) {
                found.entry(template.text.clone()).or_insert(template);
            }
        }
        Node::Scalar(_) => {}
        Node::Sequence(sequence) => sequence.items.iter().for_each(|item| find_templates(reader, item, found)),
        Node::Mapping(mapping) => mapping.entries.iter().for_each(|entry| find_templates(reader, &entry.value, found)),
    }
}

/// The tree is at most as deep as the YAML reader allows, so that recursion is safe.
fn json(node: &Node) -> Value {
    match node {
        Node::Scalar(scalar) => typed(scalar),
        Node::Sequence(sequence) => sequence.items.iter().map(json).collect(),
        Node::Mapping(mapping) => {
            let mut entries: Vec<_> = mapping.entries.iter().map(|e| (e.key.text.clone(), json(&e.value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
    }
}

fn typed(scalar: &Scalar) -> Value {
    if scalar.is_null() {
        return Value::Null;
    }
    if !scalar.plain {
        return scalar.text.as_str().into();
    }
    if let Some(value) = scalar.as_bool() {
        return value.into();
    }
    if let Some(value) = scalar.as_integer() {
        return value.into();
    }
    // Plain `inf` and `nan` count as numbers, which JSON does not have: they become null.
    scalar.text.parse::<f64>().map_or_else(|_| scalar.text.as_str().into(), Value::from)
}
