//! `run_exports.json`: what the package adds to the dependencies of packages that are built with it.

use rattler_conda_types::package::RunExportsJson;

use super::text::json;
use crate::content::Entry;
use crate::error::Result;
use crate::request::{Dependency, PackageRequest};

/// Writes `run_exports.json`; nothing if there are none.
///
/// # Errors
/// [`crate::Error::Metadata`].
pub(super) fn run_exports_json(request: &PackageRequest<'_>) -> Result<Option<Entry>> {
    let exports = &request.recorded.run.run_exports;
    let specs = |list: &[Dependency]| list.iter().map(|dependency| dependency.spec.clone()).collect();
    let value = RunExportsJson {
        weak: specs(&exports.weak),
        strong: specs(&exports.strong),
        noarch: specs(&exports.noarch),
        weak_constrains: specs(&exports.weak_constraints),
        strong_constrains: specs(&exports.strong_constraints),
    };
    if value.is_empty() { Ok(None) } else { json("info/run_exports.json", &value).map(Some) }
}
