//! What is written down about the copies of one package in the pool.

use std::fs::Metadata;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Begins the file, so that one of another version is not taken for it.
const HEAD: &[u8] = b"copies 1\n";

/// What a copy was when it was made; something else is one that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    length: u64,
    seconds: u64,
    nanoseconds: u32,
    mode: u32,
}

impl Stamp {
    /// What a file is now.
    pub(super) fn of(file: &Metadata) -> Self {
        let time = file.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        Self { length: file.len(), seconds: time.as_secs(), nanoseconds: time.subsec_nanos(), mode: mode(file) }
    }

    fn to_bytes(self) -> [u8; SIZE] {
        let mut bytes = [0; SIZE];
        let fields = self.length.to_le_bytes().into_iter().chain(self.seconds.to_le_bytes());
        let fields = fields.chain(self.nanoseconds.to_le_bytes()).chain(self.mode.to_le_bytes());
        bytes.iter_mut().zip(fields).for_each(|(byte, value)| *byte = value);
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk()?;
        let (seconds, rest) = rest.split_first_chunk()?;
        let (nanoseconds, rest) = rest.split_first_chunk()?;
        let (mode, _) = rest.split_first_chunk()?;
        Some(Self {
            length: u64::from_le_bytes(*length),
            seconds: u64::from_le_bytes(*seconds),
            nanoseconds: u32::from_le_bytes(*nanoseconds),
            mode: u32::from_le_bytes(*mode),
        })
    }
}

/// Bytes of a stamp.
const SIZE: usize = 24;

/// The copies of a package that were finished, by the number of the file in the package's list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Copies {
    stamps: Vec<Option<Stamp>>,
}

impl Copies {
    /// Reads what is known about the copies in a folder; `None` when nothing is, or it is about another archive.
    pub(super) fn read(folder: &Path, archive: &[u8]) -> Option<Self> {
        let bytes = std::fs::read(beside(folder)).ok()?;
        let rest = bytes.strip_prefix(HEAD)?;
        let (length, rest) = rest.split_first_chunk()?;
        let (of, stamps) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        let stamp = |bytes: &[u8]| Stamp::from_bytes(bytes).filter(|stamp| stamp.length != u64::MAX);
        (of == archive).then(|| Self { stamps: stamps.chunks_exact(SIZE).map(stamp).collect() })
    }

    /// Writes it down; whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn write(&self, folder: &Path, archive: &[u8]) -> io::Result<()> {
        let path = beside(folder);
        let missing = Stamp { length: u64::MAX, seconds: 0, nanoseconds: 0, mode: 0 };
        let mut bytes = [HEAD, &(archive.len() as u64).to_le_bytes(), archive].concat();
        self.stamps.iter().for_each(|stamp| bytes.extend(stamp.unwrap_or(missing).to_bytes()));
        let mut new = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(folder))?;
        new.write_all(&bytes)?;
        new.persist(path).map(drop).map_err(|error| error.error)
    }

    /// What a file was when it was copied.
    pub(super) fn get(&self, file: usize) -> Option<Stamp> {
        self.stamps.get(file).copied().flatten()
    }

    /// Notes that a file was copied.
    pub(super) fn set(&mut self, file: usize, stamp: Stamp) {
        if self.stamps.len() <= file {
            self.stamps.resize(file + 1, None);
        }
        if let Some(place) = self.stamps.get_mut(file) {
            *place = Some(stamp);
        }
    }
}

/// The file beside a folder of copies.
fn beside(folder: &Path) -> PathBuf {
    let mut path = folder.as_os_str().to_owned();
    path.push(".copies");
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn what_is_written_is_read_again_for_the_same_archive_only() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("package-1-0");
        let mut copies = Copies::default();
        copies.set(2, Stamp { length: 7, seconds: 1, nanoseconds: 2, mode: 0o644 });
        copies.write(&package, b"this archive").unwrap();
        assert_eq!(Copies::read(&package, b"this archive"), Some(copies.clone()));
        assert_eq!((copies.get(1), copies.get(2).map(|stamp| stamp.length)), (None, Some(7)));
        assert_eq!(Copies::read(&package, b"another one"), None);
        std::fs::write(beside(&package), b"copies 1\n\xff\xff\xff\xff\xff\xff\xff\x7f").unwrap();
        assert_eq!(Copies::read(&package, b"this archive"), None);
    }
}
