//! Telling whether a file changed, without reading it.

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A file that changed less than this before it was looked at may change again without its time moving.
const SETTLED: Duration = Duration::from_millis(50);

/// Where the fingerprints of a checkpoint are, in its folder.
const FILE_NAME: &str = "fingerprints.json";

/// What moves when a file changes: the number and the last change of its inode, which no program can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fingerprint {
    inode: u64,
    size: u64,
    changed: (i64, i64),
}

impl Fingerprint {
    /// The fingerprint of a file that did not change just now; `None` if that is unknown.
    #[cfg(unix)]
    pub(super) fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let seconds = u64::try_from(metadata.ctime()).ok()?;
        let nanoseconds = u32::try_from(metadata.ctime_nsec()).ok()?;
        let changed = std::time::UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds))?;
        let settled = changed.elapsed().is_ok_and(|since| since > SETTLED);
        settled.then(|| Self {
            inode: metadata.ino(),
            size: metadata.size(),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    /// The fingerprint of a file that did not change just now; `None` if that is unknown.
    #[cfg(not(unix))]
    pub(super) fn of(_: &Metadata) -> Option<Self> {
        None
    }
}

/// The fingerprints of a tree's files, by their paths below it.
#[derive(Debug, Default)]
pub(super) struct Fingerprints(HashMap<PathBuf, Fingerprint>);

impl Fingerprints {
    pub(super) fn insert(&mut self, path: PathBuf, fingerprint: Fingerprint) {
        self.0.insert(path, fingerprint);
    }

    /// Whether a file is what it was.
    pub(super) fn holds(&self, path: &Path, metadata: &Metadata) -> bool {
        self.0.get(path).is_some_and(|then| Fingerprint::of(metadata) == Some(*then))
    }
}

/// Writes the fingerprints of the trees of a checkpoint.
pub(super) fn write(folder: &Path, trees: &HashMap<&str, Fingerprints>) -> Result<()> {
    let text: HashMap<&str, HashMap<String, Fingerprint>> = trees
        .iter()
        .map(|(tree, prints)| (*tree, prints.0.iter().map(|(path, print)| (encoded(path), *print)).collect()))
        .collect();
    let json = serde_json::to_vec(&text).map_err(|error| Error::Internal { reason: error.to_string() })?;
    let path = folder.join(FILE_NAME);
    fs_err::write(&path, json).map_err(Error::io("cannot write", path))
}

/// Reads the fingerprints of a checkpoint's tree. Without them nothing counts as unchanged, which is slow but right.
pub(super) fn read(folder: &Path, tree: &str) -> Fingerprints {
    let read = || {
        let json = fs_err::read(folder.join(FILE_NAME)).ok()?;
        let mut trees: HashMap<String, HashMap<String, Fingerprint>> = serde_json::from_slice(&json).ok()?;
        trees.remove(tree)
    };
    Fingerprints(read().into_iter().flatten().map(|(path, print)| (decoded(&path), print)).collect())
}

/// Paths need not be Unicode, JSON has to be.
fn encoded(path: &Path) -> String {
    percent_encode(path.as_os_str().as_encoded_bytes(), NON_ALPHANUMERIC).to_string()
}

#[cfg(unix)]
fn decoded(text: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(percent_decode_str(text).collect()).into()
}

#[cfg(not(unix))]
fn decoded(text: &str) -> PathBuf {
    percent_decode_str(text).decode_utf8_lossy().into_owned().into()
}
