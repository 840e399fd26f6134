//! The evaluated `requirements` section.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::is_default;
use crate::model::Pin;

/// The evaluated `requirements` section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct Requirements {
    /// Tools that run during the build.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub build: Vec<Dependency>,
    /// Libraries for the platform of the package.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub host: Vec<Dependency>,
    /// What the package needs when installed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub run: Vec<Dependency>,
    /// What must not be installed in other versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub run_constraints: Vec<Dependency>,
    /// Groups of optional dependencies (repodata revision v3).
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub extras: IndexMap<String, Vec<Dependency>>,
    /// What packages that build against this one get as dependencies.
    #[serde(default, skip_serializing_if = "is_default")]
    pub run_exports: RunExports,
    /// Run exports of others that are not taken.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ignore_run_exports: IgnoreRunExports,
}

/// One dependency: a match spec in normal form, or a pin that is resolved with the environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum Dependency {
    /// A match spec in normal form, e.g. `python >=3.8,<4`.
    Spec(String),
    /// A pin on another output of the recipe.
    PinSubpackage(PinSubpackage),
    /// A pin on what was installed into `host` or `build`.
    PinCompatible(PinCompatible),
}

impl Dependency {
    /// The package's name as written.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Spec(spec) => {
                let spec = spec.rsplit_once("::").map_or(spec.as_str(), |(_, rest)| rest);
                spec.split([' ', '[', '=', '<', '>', '!', '~']).next().unwrap_or(spec)
            }
            Self::PinSubpackage(pin) => &pin.pin_subpackage.name,
            Self::PinCompatible(pin) => &pin.pin_compatible.name,
        }
    }

    /// The name, where the dependency is nothing but a name (a free spec).
    #[must_use]
    pub fn free_name(&self) -> Option<&str> {
        match self {
            Self::Spec(spec) if !spec.contains([' ', '[', ':', '=', '<', '>', '!', '~', '*']) => Some(spec),
            _ => None,
        }
    }
}

/// `pin_subpackage(…)` as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PinSubpackage {
    /// The pin.
    pub pin_subpackage: Pin,
}

/// `pin_compatible(…)` as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PinCompatible {
    /// The pin.
    pub pin_compatible: Pin,
}

/// What packages that build against this one get as dependencies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct RunExports {
    /// From `host` to noarch packages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub noarch: Vec<Dependency>,
    /// From `build` to `host` and `run`, from `host` to `run`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strong: Vec<Dependency>,
    /// From `build` or `host` to the constraints of `run`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strong_constraints: Vec<Dependency>,
    /// From `host` to `run`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weak: Vec<Dependency>,
    /// From `host` to the constraints of `run`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weak_constraints: Vec<Dependency>,
}

/// Run exports of others that are not taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct IgnoreRunExports {
    /// By the name of what would be added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_name: Vec<String>,
    /// By the name of the package that exports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from_package: Vec<String>,
}
