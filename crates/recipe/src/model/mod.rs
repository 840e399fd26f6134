//! Types that all steps of the pipeline share. This module depends on no step.

mod config;
mod pin;
mod spec_limits;
mod value;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

pub use config::{GitFacts, RenderConfig, RepodataRevision};
pub use pin::{Pin, PinError, apply_pin};
pub(crate) use spec_limits::spec_over_limit;
pub use value::VariantValue;
pub(crate) use value::write_json_text;

/// One assignment of variant keys (normalized) → values.
pub type Combination = IndexMap<String, VariantValue>;

/// Kinds of packages that are the same on all platforms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum NoArch {
    /// Pure Python: files go to the environment's own site-packages.
    Python,
    /// Anything else.
    Generic,
}
