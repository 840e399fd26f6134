//! Parsed `source` entries.

use std::sync::Arc;

use super::{Globs, List, Value};
use crate::diagnostic::Span;

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

/// A file or folder beside the recipe.
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
