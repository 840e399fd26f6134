//! What is written down about the files of one package in the pool.

use std::fs::Metadata;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Begins the file, so that one of another version is not taken for it.
const HEAD: &[u8] = b"files 2\n";

/// What a file was when it came into the pool; something else is one that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileFingerprint {
    length: u64,
    seconds: u64,
    nanoseconds: u32,
    mode: u32,
    owner: (u32, u32),
}

impl FileFingerprint {
    /// What a file is now.
    pub(crate) fn of(file: &Metadata) -> Self {
        let time = file.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        Self {
            length: file.len(),
            seconds: time.as_secs(),
            nanoseconds: time.subsec_nanos(),
            mode: mode(file),
            owner: owner(file),
        }
    }

    fn to_bytes(self) -> [u8; SIZE] {
        let mut bytes = [0; SIZE];
        let fields = self.length.to_le_bytes().into_iter().chain(self.seconds.to_le_bytes());
        let fields = fields.chain(self.nanoseconds.to_le_bytes()).chain(self.mode.to_le_bytes());
        let fields = fields.chain(self.owner.0.to_le_bytes()).chain(self.owner.1.to_le_bytes());
        bytes.iter_mut().zip(fields).for_each(|(byte, value)| *byte = value);
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk()?;
        let (seconds, rest) = rest.split_first_chunk()?;
        let (nanoseconds, rest) = rest.split_first_chunk()?;
        let (mode, rest) = rest.split_first_chunk()?;
        let (user, rest) = rest.split_first_chunk()?;
        let (group, _) = rest.split_first_chunk()?;
        Some(Self {
            length: u64::from_le_bytes(*length),
            seconds: u64::from_le_bytes(*seconds),
            nanoseconds: u32::from_le_bytes(*nanoseconds),
            mode: u32::from_le_bytes(*mode),
            owner: (u32::from_le_bytes(*user), u32::from_le_bytes(*group)),
        })
    }
}

/// Bytes of a stamp.
const SIZE: usize = 32;

/// All files of a package in the pool, as they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileList {
    /// What tells the archive that they came from; empty where nothing does.
    pub(crate) archive: Vec<u8>,
    /// Paths within the package, and what each file was.
    pub(crate) files: Vec<(String, FileFingerprint)>,
}

impl FileList {
    /// Reads what is known about a package in a folder; `None` when nothing is.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let bytes = std::fs::read(beside(folder)).ok()?;
        let (archive, mut rest) = split(bytes.strip_prefix(HEAD)?)?;
        let mut files = Vec::new();
        while !rest.is_empty() {
            let (path, after) = split(rest)?;
            let (stamp, after) = after.split_at_checked(SIZE)?;
            files.push((std::str::from_utf8(path).ok()?.to_owned(), FileFingerprint::from_bytes(stamp)?));
            rest = after;
        }
        Some(Self { archive: archive.to_vec(), files })
    }

    /// Writes it down; whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        let path = beside(folder);
        let mut bytes = HEAD.to_vec();
        join(&mut bytes, &self.archive);
        for (path, stamp) in &self.files {
            join(&mut bytes, path.as_bytes());
            bytes.extend(stamp.to_bytes());
        }
        let mut new = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(folder))?;
        new.write_all(&bytes)?;
        new.persist(path).map(drop).map_err(|error| error.error)
    }

    /// Forgets what is known about a package in a folder.
    ///
    /// # Errors
    /// When the file is there and cannot be removed.
    pub(crate) fn forget(folder: &Path) -> io::Result<()> {
        crate::remove_tree::remove_tree(&beside(folder))
    }
}

/// Adds bytes, with how many they are before them.
fn join(to: &mut Vec<u8>, bytes: &[u8]) {
    to.extend((bytes.len() as u64).to_le_bytes());
    to.extend(bytes);
}

/// Takes away what [`join`] added.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)
}

/// The file beside the folder of a package.
fn beside(folder: &Path) -> PathBuf {
    let mut path = folder.as_os_str().to_owned();
    path.push(".files");
    path.into()
}

#[cfg(unix)]
fn mode(file: &Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(file)
}

#[cfg(not(unix))]
fn mode(file: &Metadata) -> u32 {
    u32::from(file.permissions().readonly())
}

#[cfg(unix)]
fn owner(file: &Metadata) -> (u32, u32) {
    use std::os::unix::fs::MetadataExt as _;
    (file.uid(), file.gid())
}

#[cfg(not(unix))]
fn owner(_file: &Metadata) -> (u32, u32) {
    (0, 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("package-1-0");
        let stamp = FileFingerprint { length: 7, seconds: 1, nanoseconds: 2, mode: 0o644, owner: (5, 6) };
        let files =
            vec![("lib/ä".to_owned(), stamp), ("lib/x y".to_owned(), FileFingerprint { length: u64::MAX, ..stamp })];
        let copies = FileList { archive: b"this archive".to_vec(), files };
        copies.write(&package).unwrap();
        assert_eq!(FileList::read(&package), Some(copies));
        let whole = std::fs::read(beside(&package)).unwrap();
        for length in [whole.len() - 1, HEAD.len() + 3, 3] {
            std::fs::write(beside(&package), &whole[..length]).unwrap();
            assert_eq!(FileList::read(&package), None, "{length} bytes");
        }
        std::fs::write(beside(&package), [HEAD, b"\xff\xff\xff\xff\xff\xff\xff\x7f"].concat()).unwrap();
        assert_eq!(FileList::read(&package), None);
        FileList::forget(&package).unwrap();
        FileList::forget(&package).unwrap();
        assert!(!beside(&package).exists());
    }
}
