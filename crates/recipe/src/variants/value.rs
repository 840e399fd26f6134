//! One value of a variant key.

use serde::{Deserialize, Serialize};

/// One value of a variant key. `3`, `"3"` and `true` are different values with different hashes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum VariantValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number; only from `conda_build_config.yaml`.
    Float(f64),
    /// A text.
    String(String),
    /// No value; only from `conda_build_config.yaml`.
    #[cfg_attr(feature = "typescript", ts(skip))]
    Null(()),
    /// A nested value; only from `conda_build_config.yaml`.
    #[cfg_attr(feature = "typescript", ts(skip))]
    Other(serde_json::Value),
}
