//! Python in an environment: what the build's variables say about it.

use std::path::Path;

use super::installed::{name_of, read_records};
use crate::error::Result;
use crate::script::HostPython;

/// The Python of a prefix, asked for or brought by a dependency.
///
/// # Errors
/// [`crate::Error::Io`].
pub async fn host_python(prefix: &Path) -> Result<Option<HostPython>> {
    let records = read_records(prefix).await?;
    Ok(records.into_iter().find(|record| name_of(record) == "python").map(|record| {
        let record = record.repodata_record.package_record;
        HostPython { version: record.version.to_string(), site_packages_path: record.python_site_packages_path }
    }))
}
