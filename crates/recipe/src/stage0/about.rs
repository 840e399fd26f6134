//! The parsed `about` section.

use std::sync::Arc;

use super::{List, Value};

/// The parsed `about` section.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// `homepage`; literals normalised.
    pub homepage: Option<Value<Arc<str>>>,
    /// `repository`; literals normalised.
    pub repository: Option<Value<Arc<str>>>,
    /// `documentation`; literals normalised.
    pub documentation: Option<Value<Arc<str>>>,
    /// `license`; literals checked.
    pub license: Option<Value<Arc<str>>>,
    /// `license_file`; late-bound variables allowed.
    pub license_file: List<Value<Arc<str>>>,
    /// `license_family`.
    pub license_family: Option<Value<Arc<str>>>,
    /// `summary`.
    pub summary: Option<Value<Arc<str>>>,
    /// `description`.
    pub description: Option<Value<Arc<str>>>,
}
