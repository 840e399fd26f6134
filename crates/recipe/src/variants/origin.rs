//! Where variant keys were written, for messages about several files.

use std::collections::HashMap;

use crate::diagnostic::Position;

/// Where a key of a variant file was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The file, where known.
    pub(crate) file: Option<String>,
    /// The key in the file.
    pub(crate) span: Position,
}

/// Where the keys of a configuration were written. Keys that a program set have no origin.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    pub(crate) keys: HashMap<String, Origin>,
    pub(crate) zip_keys: Option<Origin>,
}

impl Origins {
    /// Takes in the origins of a configuration on top of this one.
    pub(crate) fn merge(&mut self, other: Self) {
        self.keys.extend(other.keys);
        self.zip_keys = other.zip_keys.or_else(|| self.zip_keys.take());
    }
}

/// Configurations with the same values are equal wherever the values come from.
impl PartialEq for Origins {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
