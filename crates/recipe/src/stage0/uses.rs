//! Which variant keys a recipe can depend on, found without evaluating it (specification 5.4).

use std::collections::BTreeSet;

use super::Stage0;

/// What a recipe uses, as far as its text tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaticUses {
    /// Names in templates, conditions, literal `skip` items and scripts, of all outputs and the top level.
    pub variables: BTreeSet<String>,
    /// Names of literal free specs in `build` and `host`, in all branches, in lower case.
    pub free_specs: BTreeSet<String>,
    /// Literal, unconditional items of `build.variant.use_keys`.
    pub use_keys: BTreeSet<String>,
}

impl Stage0 {
    /// What the recipe uses, as far as its text tells.
    #[must_use]
    pub fn static_uses(&self) -> StaticUses {
        StaticUses::default()
    }

    /// The recipe as JSON, templates as their text (specification 8.2).
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::Value::Null
    }
}
