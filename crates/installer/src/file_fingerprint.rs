//! What a file looks like from outside: enough to notice an edit without reading the file.

use std::fs::Metadata;

use serde::{Deserialize, Serialize};

/// Seconds and nanoseconds since the Unix epoch.
pub(crate) type Timestamp = (i64, u32);

/// Size, times, mode, owner and inode of a file.
///
/// A program can set the modification time back after an edit, but not the change time (`ctime`): the kernel sets it on
/// every write, on every change of mode or times, and also whenever a hard link is added or removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileFingerprint {
    size: u64,
    modified: Timestamp,
    pub(crate) changed: Timestamp,
    mode: u32,
    owner: (u32, u32),
    pub(crate) inode: u64,
}

impl FileFingerprint {
    /// The fingerprint of a file now.
    #[cfg(unix)]
    pub(crate) fn of(file: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        let nanoseconds = |value: i64| u32::try_from(value).unwrap_or_default();
        Self {
            size: file.size(),
            modified: (file.mtime(), nanoseconds(file.mtime_nsec())),
            changed: (file.ctime(), nanoseconds(file.ctime_nsec())),
            mode: file.mode(),
            owner: (file.uid(), file.gid()),
            inode: file.ino(),
        }
    }

    /// Windows has no change time; files are never shared there.
    #[cfg(not(unix))]
    pub(crate) fn of(file: &Metadata) -> Self {
        let modified = file.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let modified = modified.unwrap_or_default();
        Self {
            size: file.len(),
            modified: (i64::try_from(modified.as_secs()).unwrap_or_default(), modified.subsec_nanos()),
            mode: u32::from(file.permissions().readonly()),
            ..Self::default()
        }
    }

    /// Compares with what a file looks like now. Nothing that happened up to `checked` is held against it: until then
    /// all changes of its `ctime` came from links that this crate added or removed.
    pub(crate) fn compare(&self, now: &Self, checked: Timestamp) -> Comparison {
        if (Self { changed: now.changed, ..*self }) != *now {
            return Comparison::Different;
        }
        if now.changed <= self.changed.max(checked) { Comparison::Same } else { Comparison::Touched }
    }
}

#[cfg(unix)]
impl From<&rustix::fs::Stat> for FileFingerprint {
    #[expect(clippy::unnecessary_cast, reason = "the fields of `stat` have other types on each platform")]
    fn from(file: &rustix::fs::Stat) -> Self {
        Self {
            size: file.st_size as u64,
            modified: (file.st_mtime as i64, file.st_mtime_nsec as u32),
            changed: (file.st_ctime as i64, file.st_ctime_nsec as u32),
            mode: file.st_mode as u32,
            owner: (file.st_uid as u32, file.st_gid as u32),
            inode: file.st_ino as u64,
        }
    }
}

/// How a file compares with its recorded fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// Unchanged.
    Same,
    /// Only its change time is different: somebody added or removed a link, or edited it and restored its modification
    /// time. Only its checksum shows which.
    Touched,
    /// Changed.
    Different,
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::fs;

    use super::*;

    #[test]
    fn an_edit_with_a_restored_modification_time_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "one").unwrap();
        let old = fs::File::options().write(true).open(&path).unwrap();
        old.set_modified(std::time::UNIX_EPOCH).unwrap();
        let before = FileFingerprint::of(&fs::metadata(&path).unwrap());
        let compare = || before.compare(&FileFingerprint::of(&fs::metadata(&path).unwrap()), before.changed);
        assert_eq!(compare(), Comparison::Same);
        fs::write(&path, "two").unwrap();
        assert_eq!(compare(), Comparison::Different);
        // The clock of the file system is coarse: wait for its next tick by making changes until one is seen.
        while FileFingerprint::of(&fs::metadata(&path).unwrap()).changed == before.changed {
            old.set_modified(std::time::UNIX_EPOCH).unwrap();
        }
        old.set_modified(std::time::UNIX_EPOCH).unwrap();
        assert_eq!(compare(), Comparison::Touched);
        fs::write(&path, "longer").unwrap();
        old.set_modified(std::time::UNIX_EPOCH).unwrap();
        assert_eq!(compare(), Comparison::Different);
    }
}
