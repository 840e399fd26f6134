//! An independent copy of a session, in another directory.
//!
//! Installed and built files contain the paths of their directories, also inside of binaries, where nothing may get longer
//! or shorter. So the copy goes to a path of the same length, and the old path is overwritten in place.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;
use sidewinder_installer::Installer;

use super::copy::{Copy, copy_file};
use super::record::copy_record;
use super::trees;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::progress::Environment;
use crate::sources::SourceRecord;

/// Larger files are copied as they are: they are data.
const MAX_RELOCATED_SIZE: u64 = 256 * 1024 * 1024;

/// Copies the work directory, both prefixes and the record of the sources to the directories of another layout, whose
/// paths have the same lengths, and replaces the old paths in the copied files.
///
/// Paths inside of compressed files are not replaced. Checkpoints are not copied.
///
/// # Errors
/// [`Error::Io`] when a file cannot be copied, [`Error::Cancelled`], [`Error::Internal`] for paths of different lengths.
pub fn copy_session(from: &Layout, to: &Layout, installer: &Installer, cancel: &Cancel) -> Result<()> {
    let relocation = Relocation::new(&from.output_dir, &to.output_dir)?;
    for ((_, source), (_, target)) in trees(from).into_iter().zip(trees(to)) {
        // Unchanged files of packages name no folder of the session: the copy gets links to the same ones.
        let shared = installer.shared_files(source);
        let file = |path: &Path, metadata: &Metadata, source: &Path, target: &Path| {
            if shared.contains(path) {
                return Ok(false);
            }
            relocation.copy(metadata, source, target).map(|()| true)
        };
        Copy { from: source, to: target, file, link: &|path| relocation.path(path), cancel }.run()?;
        let linked = installer.link_shared(source, target);
        linked.map_err(|error| Error::from_installer(error, Environment::Host))?;
    }
    // Patches of the copy are created against the same sources.
    for name in SourceRecord::kept_folders(&from.build_dir)? {
        let file = |_: &Path, _: &Metadata, source: &Path, target: &Path| copy_file(source, target).map(|()| true);
        let (source, target) = (from.build_dir.join(&name), to.build_dir.join(&name));
        Copy { from: &source, to: &target, file, link: &Path::to_path_buf, cancel }.run()?;
    }
    copy_record(&from.build_dir, &to.build_dir)
}

struct Relocation {
    from: PathBuf,
    to: PathBuf,
    search: AhoCorasick,
}

impl Relocation {
    fn new(from: &Path, to: &Path) -> Result<Self> {
        let [old, new] = [from, to].map(|path| path.as_os_str().as_encoded_bytes());
        if old.len() != new.len() {
            return Err(Error::Internal { reason: "a copy of a session needs a path of the same length".to_owned() });
        }
        let search = AhoCorasick::new([old]).map_err(|error| Error::Internal { reason: error.to_string() })?;
        Ok(Self { from: from.to_path_buf(), to: to.to_path_buf(), search })
    }

    fn copy(&self, metadata: &Metadata, source: &Path, target: &Path) -> io::Result<()> {
        if metadata.len() > MAX_RELOCATED_SIZE {
            return copy_file(source, target);
        }
        let mut bytes = fs::read(source)?;
        if self.overwrite(&mut bytes) { fs::write(target, bytes) } else { copy_file(source, target) }
    }

    /// Overwrites the old path where it is a whole path or the start of one, not a part of another name.
    fn overwrite(&self, bytes: &mut [u8]) -> bool {
        let found: Vec<_> = self.search.find_iter(&*bytes).map(|found| found.range()).collect();
        let new = self.to.as_os_str().as_encoded_bytes();
        let mut any = false;
        for range in found {
            let follows = bytes.get(range.end).copied();
            if follows.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
                continue;
            }
            if let Some(place) = bytes.get_mut(range) {
                place.copy_from_slice(new);
                any = true;
            }
        }
        any
    }

    fn path(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.from).map_or_else(|_| path.to_path_buf(), |rest| self.to.join(rest))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn paths_are_overwritten_where_they_are_whole() {
        let relocation = Relocation::new(Path::new("/t/abc"), Path::new("/t/xyz")).unwrap();
        let mut bytes = b"/t/abc/bin\0\0/t/abcd /t/abc:/t/abc-1 \xff/t/abc".to_vec();
        assert!(relocation.overwrite(&mut bytes));
        assert_eq!(bytes, b"/t/xyz/bin\0\0/t/abcd /t/xyz:/t/abc-1 \xff/t/xyz");
        assert!(!relocation.overwrite(&mut b"/t/abcd".to_vec()));
        assert_eq!(relocation.path(Path::new("/t/abc/x")), Path::new("/t/xyz/x"));
        assert_eq!(relocation.path(Path::new("../abc")), Path::new("../abc"));
        assert!(Relocation::new(Path::new("/a"), Path::new("/ab")).is_err());
    }
}
