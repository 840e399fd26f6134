//! What a prefix says of where its packages come from.

use std::path::Path;

use rattler_conda_types::{PackageRecord, RepoDataRecord};
use serde_json::Value;
use url::Url;

use crate::error::{Error, Result};
use crate::redact::without_secrets;

/// Takes user names, passwords and tokens out of what `conda-meta` says: scripts read it, and it outlives the session.
///
/// # Errors
/// [`Error::Io`].
pub(crate) fn redact_prefix_records(prefix: &Path, records: &[RepoDataRecord]) -> Result<()> {
    for record in records.iter().filter(|record| without_secrets(&record.url) != record.url) {
        let PackageRecord { name, version, build, .. } = &record.package_record;
        let path = prefix.join("conda-meta").join(format!("{}-{version}-{build}.json", name.as_normalized()));
        let text = fs_err::read(&path).map_err(Error::io("cannot read", &path))?;
        let mut written: Value = serde_json::from_slice(&text).map_err(|error| Error::Internal {
            reason: format!("`{}` is not what was written: {error}", path.display()),
        })?;
        for field in ["url", "channel"] {
            if let Some(address) = written.get_mut(field)
                && let Some(url) = address.as_str().and_then(|text| Url::parse(text).ok())
            {
                *address = Value::String(without_secrets(&url).into());
            }
        }
        // Not over a file that others may share.
        fs_err::remove_file(&path).map_err(Error::io("cannot write", &path))?;
        fs_err::write(&path, written.to_string()).map_err(Error::io("cannot write", &path))?;
    }
    Ok(())
}
