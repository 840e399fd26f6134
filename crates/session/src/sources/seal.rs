//! Whether an unpacked tree is what it was: names, sizes and times of its files, not their content, so that looking costs
//! no more than copying.

use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

/// A mark of a tree that is another one as soon as a file is gone, added or written.
///
/// # Errors
/// When the tree cannot be read.
pub(super) fn seal(root: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    for entry in walk(root) {
        let entry = entry.map_err(io::Error::other)?;
        let metadata = entry.metadata().map_err(io::Error::other)?;
        let path = entry.path().strip_prefix(root).unwrap_or(entry.path());
        // Folders change their times when somebody only lists or locks in them.
        let modified = if metadata.is_file() { metadata.modified().ok() } else { None };
        let modified = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default().as_nanos();
        let size = if metadata.is_file() { metadata.len() } else { 0 };
        hasher.update(path.as_os_str().as_encoded_bytes());
        hasher.update([0]);
        hasher.update(size.to_le_bytes());
        hasher.update(modified.to_le_bytes());
    }
    Ok(hex::encode(hasher.finalize()))
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
        let whole = seal(dir.path()).unwrap();
        assert_eq!(seal(dir.path()).unwrap(), whole);
        fs_err::write(dir.path().join("b"), "3").unwrap();
        let edited = seal(dir.path()).unwrap();
        assert_ne!(edited, whole);
        fs_err::remove_file(dir.path().join("sub/a")).unwrap();
        assert_ne!(seal(dir.path()).unwrap(), edited);
    }
}
