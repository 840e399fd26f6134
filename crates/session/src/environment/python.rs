//! Python in an environment: what the build's variables say about it.

use std::path::Path;

use rattler_conda_types::RepoDataRecord;

use super::installed::{name_of, read_records};
use super::solve::ResolvedEnvironment;
use crate::error::Result;
use crate::script::HostPython;

/// The Python of a prefix, asked for or brought by a dependency.
///
/// # Errors
/// [`crate::Error::Io`].
pub async fn host_python(prefix: &Path) -> Result<Option<HostPython>> {
    let records = read_records(prefix).await?;
    let python = records.iter().find(|record| name_of(record) == "python");
    Ok(python.map(|record| described(&record.repodata_record)))
}

impl ResolvedEnvironment {
    /// Its Python, asked for or brought by a dependency.
    #[must_use]
    pub fn python(&self) -> Option<HostPython> {
        self.records.iter().find(|record| record.package_record.name.as_normalized() == "python").map(described)
    }
}

fn described(record: &RepoDataRecord) -> HostPython {
    let record = &record.package_record;
    HostPython { version: record.version.to_string(), site_packages_path: record.python_site_packages_path.clone() }
}
