//! Files of dependencies that the script changed or deleted. They are not packaged, so the package may lack what the
//! script meant to install.

use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rattler_conda_types::prefix_record::{PathType, PathsEntry};
use sha2::{Digest as _, Sha256};

use super::folder::Folder;
use super::installed::{Installed, name_of};
use crate::error::Result;
use crate::monitor::{Monitor, check};
use crate::report::Warnings;

/// How many changed files are listed one by one.
const MAX_LISTED: usize = 50;

/// Warns about each file of a dependency that was changed or deleted after a point in time.
///
/// A file whose size and time are as they were installed is taken for unchanged; only the others are read.
///
/// # Errors
/// [`crate::Error::Cancelled`].
pub(crate) fn report_changes(
    prefix: &Folder,
    installed: &Installed,
    created: u64,
    warnings: &mut Warnings,
    monitor: &dyn Monitor,
) -> Result<()> {
    let since = UNIX_EPOCH + Duration::from_secs(created);
    let mut count = 0;
    for record in &installed.records {
        check(monitor)?;
        for entry in &record.paths_data.paths {
            let Some((code, what)) = change(prefix, entry, since) else { continue };
            count += 1;
            if count <= MAX_LISTED {
                let path = entry.relative_path.to_string_lossy();
                let package = name_of(record);
                let message = format!("`{path}` of dependency `{package}` was {what}; the package does not contain it");
                warnings.about(code, path, message);
            }
        }
    }
    if count > MAX_LISTED {
        let more = count - MAX_LISTED;
        warnings.add("dependency-changed", format!("{more} more files of dependencies were changed or deleted"));
    }
    Ok(())
}

fn change(prefix: &Folder, entry: &PathsEntry, since: SystemTime) -> Option<(&'static str, &'static str)> {
    const CHANGED: (&str, &str) = ("dependency-changed", "changed");
    // Python rewrites stale byte code by itself.
    if entry.relative_path.extension().is_some_and(|extension| extension == "pyc") {
        return None;
    }
    let metadata = match std::fs::symlink_metadata(prefix.path().join(&entry.relative_path)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Some(("dependency-deleted", "deleted")),
        Err(_) => return None,
        Ok(metadata) => metadata,
    };
    if entry.path_type != PathType::HardLink {
        return None;
    }
    if !metadata.is_file() {
        // Installers may link softly instead.
        return (!metadata.is_symlink()).then_some(CHANGED);
    }
    let expected = entry.sha256_in_prefix.or(entry.sha256)?;
    let is_old = metadata.modified().is_ok_and(|modified| modified < since);
    let has_size = entry.sha256_in_prefix.is_some() || entry.size_in_bytes == Some(metadata.len());
    if is_old && has_size {
        return None;
    }
    let actual = digest(prefix, &entry.relative_path).ok()?;
    (actual != expected.as_slice()).then_some(CHANGED)
}

fn digest(prefix: &Folder, path: &Path) -> io::Result<Vec<u8>> {
    let mut hash = Sha256::new();
    let mut file = prefix.open_file(path)?;
    let mut buffer = vec![0; 1 << 17];
    loop {
        let read = io::Read::read(&mut file, &mut buffer)?;
        if read == 0 {
            return Ok(hash.finalize().to_vec());
        }
        hash.update(buffer.get(..read).unwrap_or_default());
    }
}
