//! The parsed `about` section.

use std::sync::Arc;

use super::format::known;
use super::reader::Reader;
use super::{Item, List, Value, literal};
use crate::yaml::{Mapping, Node};

/// The parsed `about` section.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// `homepage`; literals normalized.
    pub homepage: Option<Value<Arc<str>>>,
    /// `repository`; literals normalized.
    pub repository: Option<Value<Arc<str>>>,
    /// `documentation`; literals normalized.
    pub documentation: Option<Value<Arc<str>>>,
    /// `license`; literals checked.
    pub license: Option<Value<Arc<str>>>,
    /// `license_file`; late-bound variables allowed.
    pub license_file: Option<List<Value<Arc<str>>>>,
    /// `license_family`.
    pub license_family: Option<Value<Arc<str>>>,
    /// `summary`.
    pub summary: Option<Value<Arc<str>>>,
    /// `description`.
    pub description: Option<Value<Arc<str>>>,
}

impl About {
    pub(super) fn read(reader: &mut Reader, node: &Node) -> Self {
        let Some(mapping) = reader.fields(node, "about", known!(ABOUT)) else { return Self::default() };
        Self {
            homepage: url(reader, mapping, "homepage"),
            repository: url(reader, mapping, "repository"),
            documentation: url(reader, mapping, "documentation"),
            license: mapping.get("license").and_then(|n| reader.value(n, literal::license)),
            license_file: mapping.get("license_file").map(|n| license_files(reader, n)),
            license_family: mapping.get("license_family").and_then(|n| reader.text(n)),
            summary: mapping.get("summary").and_then(|n| reader.text(n)),
            description: mapping.get("description").and_then(|n| reader.text(n)),
        }
    }
}

fn url(reader: &mut Reader, mapping: &Mapping, key: &str) -> Option<Value<Arc<str>>> {
    mapping.get(key).and_then(|node| reader.value(node, literal::absolute_url))
}

fn license_files(reader: &mut Reader, node: &Node) -> List<Value<Arc<str>>> {
    match node {
        Node::Scalar(_) => reader.text(node).map(Item::Value).into_iter().collect(),
        other => reader.list(other, Reader::text),
    }
}
