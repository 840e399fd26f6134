//! The dependencies that a built package records.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::specs::FinalDependency;

/// What a package that is built will need, pins and run exports filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RunDependencies {
    /// Dependencies.
    pub depends: Vec<FinalDependency>,
    /// Constraints.
    pub constrains: Vec<FinalDependency>,
    /// Groups of optional dependencies.
    pub extras: IndexMap<String, Vec<FinalDependency>>,
    /// Its own run exports.
    pub run_exports: FinalRunExports,
}

/// The run exports of a package that is built.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FinalRunExports {
    /// From `host` to noarch packages.
    pub noarch: Vec<FinalDependency>,
    /// From `build` to `host` and `run`, from `host` to `run`.
    pub strong: Vec<FinalDependency>,
    /// From `build` or `host` to the constraints of `run`.
    pub strong_constraints: Vec<FinalDependency>,
    /// From `host` to `run`.
    pub weak: Vec<FinalDependency>,
    /// From `host` to the constraints of `run`.
    pub weak_constraints: Vec<FinalDependency>,
}
