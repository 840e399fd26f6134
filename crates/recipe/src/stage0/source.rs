//! Parsed `source` entries.

use std::sync::Arc;

use super::format::known;
use super::reader::{IfKeys, Reader, moved};
use super::{Globs, List, Value, literal};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::yaml::{Mapping, Node};

/// One place that sources come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Which kind, with what only that kind has.
    pub kind: SourceKind,
    /// `patches`; late-bound variables allowed.
    pub patches: List<Value<Arc<str>>>,
    /// `target_directory`.
    pub target_directory: Option<Value<Arc<str>>>,
    /// `filter`.
    pub filter: Globs,
    /// The whole mapping.
    pub span: Span,
}

/// What only one kind of source has.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceKind {
    /// `git`.
    Git(GitSource),
    /// `url`.
    Url(UrlSource),
    /// `path`.
    Path(PathSource),
}

/// A git repository.
#[derive(Clone, Debug, PartialEq)]
pub struct GitSource {
    /// `git`.
    pub git: Value<Arc<str>>,
    /// `rev`, `tag` or `branch`; at most one.
    pub reference: Option<(GitReference, Value<Arc<str>>)>,
    /// `depth`.
    pub depth: Option<Value<i32>>,
    /// `lfs`.
    pub lfs: Option<Value<bool>>,
    /// `submodules`.
    pub submodules: Option<Value<bool>>,
    /// `expected_commit`.
    pub expected_commit: Option<Value<Arc<str>>>,
}

/// Which key names the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GitReference {
    /// `rev`.
    Rev,
    /// `tag`.
    Tag,
    /// `branch`.
    Branch,
}

/// A file to download.
#[derive(Clone, Debug, PartialEq)]
pub struct UrlSource {
    /// `url`; at least one.
    pub urls: Vec<Value<Arc<str>>>,
    /// `sha256`; literals checked, in lower case.
    pub sha256: Option<Value<Arc<str>>>,
    /// `md5`; literals checked, in lower case.
    pub md5: Option<Value<Arc<str>>>,
    /// `file_name`.
    pub file_name: Option<Value<Arc<str>>>,
    /// `attestation` (experimental).
    pub attestation: Option<Attestation>,
}

/// `attestation`.
#[derive(Clone, Debug, PartialEq)]
pub struct Attestation {
    /// `bundle_url`.
    pub bundle_url: Option<Value<Arc<str>>>,
    /// `publishers`.
    pub publishers: Vec<Value<Arc<str>>>,
    /// The whole mapping.
    pub span: Span,
}

/// A file or folder next to the recipe.
#[derive(Clone, Debug, PartialEq)]
pub struct PathSource {
    /// `path`.
    pub path: Value<Arc<str>>,
    /// `sha256`.
    pub sha256: Option<Value<Arc<str>>>,
    /// `md5`.
    pub md5: Option<Value<Arc<str>>>,
    /// `file_name`.
    pub file_name: Option<Value<Arc<str>>>,
    /// `use_gitignore`; default true.
    pub use_gitignore: bool,
}

impl Source {
    /// Reads `source`: one mapping or a list of them.
    pub(super) fn read_all(reader: &mut Reader, node: &Node) -> List<Self> {
        if matches!(node, Node::Scalar(_)) {
            reader.wrong_type(node, "a mapping or a list");
            return Vec::new();
        }
        reader.list_or_one(node, IfKeys::Refused, Self::read)
    }

    fn read(reader: &mut Reader, node: &Node) -> Option<Self> {
        let mapping = reader.mapping(node)?;
        let kind = if mapping.get("git").is_some() {
            GitSource::read(reader, mapping).map(SourceKind::Git)
        } else if mapping.get("url").is_some() {
            UrlSource::read(reader, mapping).map(SourceKind::Url)
        } else if mapping.get("path").is_some() {
            PathSource::read(reader, mapping).map(SourceKind::Path)
        } else {
            let old = mapping.entries.iter().find_map(|entry| moved(&entry.key.text, "source"));
            reader.report(
                Diagnostic::error(Code::MissingField, "missing field `git`, `url` or `path` in source", mapping.span)
                    .with_help(old.unwrap_or("give one of `git`, `url` and `path`")),
            );
            None
        };
        let source = Self {
            patches: mapping.get("patches").map(|n| reader.list(n, Reader::text)).unwrap_or_default(),
            target_directory: text(reader, mapping, "target_directory"),
            filter: mapping.get("filter").map(|n| Globs::read(reader, n, "filter")).unwrap_or_default(),
            span: mapping.span,
            kind: kind?,
        };
        Some(source)
    }
}

impl GitSource {
    fn read(reader: &mut Reader, mapping: &Mapping) -> Option<Self> {
        reader.refuse_unknown(mapping, "git source", known!(GIT_SOURCE));
        let git = text(reader, mapping, "git");
        let source = Self {
            reference: reference(reader, mapping),
            depth: mapping.get("depth").and_then(|n| reader.value(n, literal::integer)),
            lfs: mapping.get("lfs").and_then(|n| reader.bool_or_template(n)),
            submodules: mapping.get("submodules").and_then(|n| reader.bool_or_template(n)),
            expected_commit: text(reader, mapping, "expected_commit"),
            git: git?,
        };
        Some(source)
    }
}

fn reference(reader: &mut Reader, mapping: &Mapping) -> Option<(GitReference, Value<Arc<str>>)> {
    let kinds = [("rev", GitReference::Rev), ("tag", GitReference::Tag), ("branch", GitReference::Branch)];
    let mut given = mapping
        .entries
        .iter()
        .filter_map(|entry| kinds.iter().find(|(name, _)| *name == entry.key.text).map(|(_, kind)| (*kind, entry)));
    let (kind, first) = given.next()?;
    let value = reader.text(&first.value);
    for (_, entry) in given {
        let message = format!("`{}` cannot be given together with `{}`", entry.key.text, first.key.text);
        reader.report(
            Diagnostic::error(Code::InvalidValue, message, entry.key.span)
                .with_related("given here", first.key.span)
                .with_help("keep one of `rev`, `tag` and `branch`"),
        );
        reader.text(&entry.value);
    }
    Some((kind, value?))
}

impl UrlSource {
    fn read(reader: &mut Reader, mapping: &Mapping) -> Option<Self> {
        reader.refuse_unknown(mapping, "url source", known!(URL_SOURCE));
        let urls = mapping.get("url").map(|n| texts(reader, n)).unwrap_or_default();
        if let Some(Node::Sequence(sequence)) = mapping.get("url")
            && sequence.items.is_empty()
        {
            reader.error(Code::MissingField, "expected at least one URL", sequence.span);
        }
        Some(Self {
            urls,
            sha256: checksum(reader, mapping, "sha256", literal::sha256),
            md5: checksum(reader, mapping, "md5", literal::md5),
            file_name: text(reader, mapping, "file_name"),
            attestation: mapping.get("attestation").and_then(|n| Attestation::read(reader, n)),
        })
    }
}

impl Attestation {
    fn read(reader: &mut Reader, node: &Node) -> Option<Self> {
        let mapping = reader.fields(node, "attestation", known!(ATTESTATION))?;
        Some(Self {
            bundle_url: text(reader, mapping, "bundle_url"),
            publishers: mapping.get("publishers").map(|n| texts(reader, n)).unwrap_or_default(),
            span: mapping.span,
        })
    }
}

impl PathSource {
    fn read(reader: &mut Reader, mapping: &Mapping) -> Option<Self> {
        reader.refuse_unknown(mapping, "path source", known!(PATH_SOURCE));
        let path = text(reader, mapping, "path");
        let source = Self {
            sha256: checksum(reader, mapping, "sha256", literal::sha256),
            md5: checksum(reader, mapping, "md5", literal::md5),
            file_name: text(reader, mapping, "file_name"),
            use_gitignore: mapping.get("use_gitignore").and_then(|n| reader.bool_only(n)).unwrap_or(true),
            path: path?,
        };
        Some(source)
    }
}

fn text(reader: &mut Reader, mapping: &Mapping, key: &str) -> Option<Value<Arc<str>>> {
    mapping.get(key).and_then(|node| reader.text(node))
}

fn checksum(
    reader: &mut Reader,
    mapping: &Mapping,
    key: &str,
    read: fn(&str) -> Result<Arc<str>, literal::Invalid>,
) -> Option<Value<Arc<str>>> {
    let node = mapping.get(key)?;
    if let Node::Scalar(scalar) = node
        && scalar.text.is_empty()
    {
        reader.report(literal::empty_checksum(scalar.span));
    }
    reader.value(node, read)
}

/// One text or a list of texts; conditions are not allowed here.
fn texts(reader: &mut Reader, node: &Node) -> Vec<Value<Arc<str>>> {
    match node {
        Node::Sequence(sequence) => sequence.items.iter().filter_map(|item| reader.text(item)).collect(),
        other => reader.text(other).into_iter().collect(),
    }
}
