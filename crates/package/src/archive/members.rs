//! Members of a tar archive. Names, modes, times and owners are the same wherever a package is built.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};

use tar::{Builder, EntryType, Header};

use super::Writing;
use crate::content::{Digest, Entry, EntryKind, FileEntry, Reading, read_in_order};
use crate::error::{Error, Result};

const BLOCK: u64 = 512;
/// Longer names need a member of their own in front.
const MAX_NAME: usize = 100;

/// Where an archive goes.
pub(super) trait Sink: Write {
    /// Content of this member follows.
    fn begin(&mut self, path: &str);
}

impl Sink for Vec<u8> {
    fn begin(&mut self, _path: &str) {}
}

impl<W: Write> Sink for bzip2::write::BzEncoder<W> {
    fn begin(&mut self, _path: &str) {}
}

/// Writes members and returns what was learned about each file.
///
/// # Errors
/// Those of reading the files; [`Error::Io`] naming the archive.
pub(super) fn write<W: Sink>(
    writing: &Writing<'_>,
    archive: &mut Builder<W>,
    entries: &[Entry],
    failed: impl Fn(io::Error) -> Error,
) -> Result<Vec<Option<Digest>>> {
    let files: Vec<&FileEntry> = entries.iter().filter_map(Entry::as_file).collect();
    let total = files.iter().map(|file| file.size).sum();
    let written = AtomicU64::new(0);
    read_in_order(&files, writing.needles, writing.threads, writing.monitor, |reading| {
        let mut digests = Vec::with_capacity(entries.len());
        for entry in entries {
            let digest = append(writing, archive, entry, reading, &failed)?;
            if let Some(digest) = &digest {
                let bytes = written.fetch_add(digest.size, Ordering::Relaxed) + digest.size;
                writing.monitor.written(bytes, total);
            }
            digests.push(digest);
        }
        Ok(digests)
    })
}

fn append<W: Sink>(
    writing: &Writing<'_>,
    archive: &mut Builder<W>,
    entry: &Entry,
    reading: &mut Reading,
    failed: &impl Fn(io::Error) -> Error,
) -> Result<Option<Digest>> {
    let mut header = header(writing.timestamp, &entry.kind);
    match &entry.kind {
        EntryKind::File(_) => {
            let mut file = reading.next_file();
            archive.get_mut().begin(&entry.path);
            match archive.append_data(&mut header, &entry.path, &mut file) {
                Ok(()) => file.finish().map(Some),
                // What went wrong with the file says more than that its bytes ended.
                Err(error) => Err(file.error().unwrap_or_else(|| failed(error))),
            }
        }
        EntryKind::Link { target } => {
            archive.append_link(&mut header, &entry.path, target).map_err(failed)?;
            Ok(None)
        }
        EntryKind::Folder => {
            archive.append_data(&mut header, &entry.path, io::empty()).map_err(failed)?;
            Ok(None)
        }
    }
}

fn header(timestamp: u64, kind: &EntryKind) -> Header {
    let mut header = Header::new_gnu();
    let (entry_type, size, mode) = match kind {
        EntryKind::File(file) => (EntryType::Regular, file.size, if file.is_executable { 0o755 } else { 0o644 }),
        EntryKind::Link { .. } => (EntryType::Symlink, 0, 0o755),
        EntryKind::Folder => (EntryType::Directory, 0, 0o755),
    };
    header.set_entry_type(entry_type);
    header.set_size(size);
    header.set_mode(mode);
    header.set_mtime(timestamp);
    header.set_uid(0);
    header.set_gid(0);
    header
}

/// The size of the tar archive of some members: zstd writes it into its frame, and chooses its window by it.
pub(super) fn tar_size(entries: &[Entry]) -> u64 {
    let long = |name: &str| {
        if name.len() > MAX_NAME { BLOCK + (name.len() as u64 + 1).next_multiple_of(BLOCK) } else { 0 }
    };
    let members = entries.iter().map(|entry| {
        let content = match &entry.kind {
            EntryKind::File(file) => file.size.next_multiple_of(BLOCK),
            EntryKind::Link { target } => long(target),
            EntryKind::Folder => 0,
        };
        BLOCK + long(&entry.path) + content
    });
    members.sum::<u64>() + 2 * BLOCK
}

/// Reads all files without writing an archive.
///
/// # Errors
/// Those of reading the files.
pub(crate) fn digest_all(writing: &Writing<'_>, entries: &[Entry]) -> Result<Vec<Option<Digest>>> {
    let files: Vec<&FileEntry> = entries.iter().filter_map(Entry::as_file).collect();
    read_in_order(&files, writing.needles, writing.threads, writing.monitor, |reading| {
        let digest = |entry: &Entry| entry.as_file().map(|_| reading.next_file().finish()).transpose();
        entries.iter().map(digest).collect()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::content::Needles;
    use crate::monitor::Unwatched;

    #[test]
    fn the_size_is_known_before_it_is_written() {
        let link = |path: String, target: String| Entry { path, kind: EntryKind::Link { target } };
        let mut entries = vec![Entry { path: "info/empty".into(), kind: EntryKind::Folder }];
        for length in [1, 99, 100, 101, 511, 512, 513, 1023, 1024] {
            entries.push(Entry::made("f".repeat(length), vec![7; length], true));
            entries.push(link("l".repeat(length), "t".repeat(length)));
        }
        let needles = Needles::new([]);
        let writing = Writing {
            stem: "x",
            level: 1,
            threads: 2,
            timestamp: 1_700_000_000,
            needles: &needles,
            monitor: &Unwatched,
        };
        let mut archive = Builder::new(Vec::new());
        write(&writing, &mut archive, &entries, |error| Error::io("failed to write", "x")(error)).unwrap();
        let bytes = archive.into_inner().unwrap();
        assert_eq!(bytes.len() as u64, tar_size(&entries));
        let mut read = tar::Archive::new(bytes.as_slice());
        for (member, entry) in read.entries().unwrap().zip(&entries) {
            let member = member.unwrap();
            assert_eq!(member.path().unwrap().to_str(), Some(entry.path.as_str()));
            assert_eq!(member.header().mtime().unwrap(), 1_700_000_000);
        }
    }
}
