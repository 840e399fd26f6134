//! New versions of recipes: version, sources, checksums and build number.
//!
//! An update has two steps, because downloading is for the caller: [`plan`] writes version and build number and says
//! which files the new version has, and [`finish`] writes the checksums of those files. Everything else in the text
//! stays. [`upstream`] and [`newest`] find out in the same way whether there is a newer version.

mod digests;
mod newest;
mod number;
mod plan;
mod snapshot;
#[cfg(test)]
mod tests;
mod upstream;
mod version;

use serde::Serialize;
use sidewinder_recipe::edit::EditFault;

pub use newest::{Newest, newest};
pub use plan::{PlannedSource, SourceResult, UpdatePlan, UpdateRequest, finish, plan};
pub use upstream::{Upstream, UpstreamKind, upstream};

/// Why a recipe was not updated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UpdateError {
    /// What kept it from being updated.
    pub fault: EditFault,
    /// One sentence.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl std::fmt::Display for UpdateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for UpdateError {}

impl UpdateError {
    pub(crate) fn new(fault: EditFault, message: impl Into<String>, hint: &str) -> Self {
        Self { fault, message: message.into(), hint: Some(hint.to_owned()) }
    }

    pub(crate) fn no_version() -> Self {
        Self::new(
            EditFault::NothingThere,
            "the recipe's version cannot be evaluated",
            "pass the variant files that define the variables it uses",
        )
    }

    pub(crate) fn unknown_version_variable(old: &str, wanted: &str) -> Self {
        Self::new(
            EditFault::NothingThere,
            format!("could not find the variable that makes version `{old}`, to set it to `{wanted}`"),
            "set the version by hand and update with the same version to refresh the checksums",
        )
    }
}
