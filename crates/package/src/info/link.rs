//! `link.json`: the commands that installers create.

use rattler_conda_types::package::{LinkJson, NoArchLinks, PythonEntryPoints};

use super::text::json;
use crate::content::Entry;
use crate::error::Result;
use crate::process::entry_points::{is_for_any_python, parse};
use crate::request::PackageRequest;

/// Writes `link.json`; nothing for packages that fit one Python version.
///
/// # Errors
/// [`crate::Error::EntryPoint`].
pub(super) fn link_json(request: &PackageRequest<'_>) -> Result<Option<Entry>> {
    if !is_for_any_python(request.variant) {
        return Ok(None);
    }
    let noarch = NoArchLinks::Python(PythonEntryPoints { entry_points: parse(request.variant)? });
    json("info/link.json", &LinkJson { noarch, package_metadata_version: 1 }).map(Some)
}
