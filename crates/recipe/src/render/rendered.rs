//! What comes out: plain values that may cross processes and queues.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{NoArch, VariantValue};
use crate::stage1::Recipe;

/// One package to build.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RenderedVariant {
    /// Name as written.
    pub name: String,
    /// Version as written.
    pub version: String,
    /// The whole build string, e.g. `py312h738df08_0`.
    pub build_string: String,
    /// Build number; 0 where the recipe gives none.
    pub build_number: u64,
    /// Seven hex digits of the used variant's SHA-1.
    pub hash: String,
    /// What precedes `h` and the hash in the default build string, e.g. `py312`.
    pub hash_prefix: String,
    /// Kind of noarch package, or null.
    pub noarch: Option<NoArch>,
    /// `noarch` or the target platform.
    pub subdir: String,
    /// Platform the package is for.
    pub target_platform: String,
    /// Platform of the host environment.
    pub host_platform: String,
    /// Platform the build runs on.
    pub build_platform: String,
    /// Whether the recipe says that this variant is not to be built.
    pub skip: bool,
    /// The variant keys that take part in the hash.
    pub variant: BTreeMap<String, VariantValue>,
    /// Exact pins on outputs of the same recipe, by name.
    pub pin_subpackages: BTreeMap<String, PinnedSubpackage>,
    /// The output itself and those of the same recipe that it pins: what `pin_subpackage` resolves to.
    #[serde(default)]
    pub subpackages: BTreeMap<String, Subpackage>,
    /// The evaluated recipe.
    pub recipe: Recipe,
    /// Where the recipe was read from, if anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe_path: Option<String>,
    /// Other outputs of the same recipe that this one needs built before, in order.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Whether experimental features may be used.
    #[serde(default)]
    pub experimental: bool,
}

/// An output of the same recipe that a pin names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PinnedSubpackage {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its build string; null for a pin on the output itself.
    pub build_string: Option<String>,
    /// Whether the pin is exact.
    pub exact: bool,
}

/// Version and build string of an output of the same recipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Subpackage {
    /// Its version.
    pub version: String,
    /// Its build string.
    pub build_string: String,
}
