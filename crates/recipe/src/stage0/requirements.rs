//! The parsed `requirements` section.

use std::sync::Arc;

use super::{List, Value};

/// The parsed `requirements` section.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requirements {
    /// `build`.
    pub build: List<Value<Dependency>>,
    /// `host`.
    pub host: List<Value<Dependency>>,
    /// `run`.
    pub run: List<Value<Dependency>>,
    /// `run_constraints`.
    pub run_constraints: List<Value<Dependency>>,
    /// `run_exports`.
    pub run_exports: RunExports,
    /// `ignore_run_exports`.
    pub ignore_run_exports: IgnoreRunExports,
    /// `extras` (v3), in file order.
    pub extras: Vec<(Arc<str>, List<Value<Dependency>>)>,
}

/// A match spec that was checked when the recipe was parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The spec in normal form, e.g. `python >=3.8,<4`.
    pub spec: Arc<str>,
    /// The name in lower case, where the spec is nothing but a name.
    pub free_name: Option<Arc<str>>,
}

/// `requirements.run_exports`; the list form is `weak`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunExports {
    /// `noarch`.
    pub noarch: List<Value<Dependency>>,
    /// `strong`.
    pub strong: List<Value<Dependency>>,
    /// `strong_constraints`.
    pub strong_constraints: List<Value<Dependency>>,
    /// `weak`.
    pub weak: List<Value<Dependency>>,
    /// `weak_constraints`.
    pub weak_constraints: List<Value<Dependency>>,
}

/// `requirements.ignore_run_exports`; literals are reduced to the name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IgnoreRunExports {
    /// `by_name`.
    pub by_name: List<Value<Arc<str>>>,
    /// `from_package`.
    pub from_package: List<Value<Arc<str>>>,
}
