//! Whether a cached tree is as it was: names, sizes, modes and times of its files, and the targets of its symlinks. Their
//! content is not read, so checking costs no more than copying.

use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

/// A hash that changes when a file is deleted, added or written, or gets another mode.
///
/// # Errors
/// When the tree cannot be listed.
pub(super) fn tree_fingerprint(root: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    for entry in walk(root) {
        let entry = entry.map_err(io::Error::other)?;
        let metadata = entry.metadata().map_err(io::Error::other)?;
        let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
        // A directory changes its time when a lock file is created and removed in it.
        let modified = if metadata.is_file() { metadata.modified().ok() } else { None };
        let modified = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default().as_nanos();
        let size = if metadata.is_file() { metadata.len() } else { 0 };
        hasher.update(path.as_os_str().as_encoded_bytes());
        hasher.update([0]);
        hasher.update(size.to_le_bytes());
        hasher.update(modified.to_le_bytes());
        hasher.update(mode(&metadata).to_le_bytes());
        if metadata.is_symlink() {
            hasher.update(std::fs::read_link(entry.path())?.as_os_str().as_encoded_bytes());
        }
    }
    Ok(hex::encode(hasher.finalize()))
}

#[cfg(unix)]
fn mode(metadata: &std::fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions())
}

#[cfg(not(unix))]
fn mode(_: &std::fs::Metadata) -> u32 {
    0
}

fn walk(root: &Path) -> ignore::Walk {
    let mut walk = ignore::WalkBuilder::new(root);
    walk.standard_filters(false).follow_links(false).sort_by_file_name(std::cmp::Ord::cmp);
    walk.build()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_file_that_is_gone_or_written_breaks_it() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::create_dir(dir.path().join("sub")).unwrap();
        fs_err::write(dir.path().join("sub/a"), "1").unwrap();
        fs_err::write(dir.path().join("b"), "2").unwrap();
        let whole = tree_fingerprint(dir.path()).unwrap();
        assert_eq!(tree_fingerprint(dir.path()).unwrap(), whole);
        fs_err::write(dir.path().join("b"), "3").unwrap();
        let edited = tree_fingerprint(dir.path()).unwrap();
        assert_ne!(edited, whole);
        fs_err::remove_file(dir.path().join("sub/a")).unwrap();
        assert_ne!(tree_fingerprint(dir.path()).unwrap(), edited);
    }
}
