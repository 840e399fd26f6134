//! Reading many files with several threads, in order: each file is read once, hashed and searched while it is read, and
//! its bytes go to the archive.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::digest::{Digest, Needles};
use super::entry::{Content, FileEntry};
use crate::error::{Error, Result};
use crate::monitor::{Monitor, check};

/// Bytes of one piece.
const PIECE: usize = 1 << 18;
/// Pieces that each thread may be ahead. Together with [`PIECE`] this bounds the memory.
const AHEAD: usize = 8;

enum Message {
    Piece(Vec<u8>),
    End(Digest),
    Failed(Error),
}

/// Files that threads read ahead.
pub(crate) struct Reading {
    receivers: Vec<Receiver<Message>>,
    next: usize,
}

/// Reads files with several threads while `take` takes them one after the other.
///
/// # Errors
/// Those of `take`; [`Error::FileChanged`] for a file whose size is not what it was, [`Error::Io`],
/// [`Error::Cancelled`].
pub(crate) fn read_in_order<T>(
    files: &[&FileEntry],
    needles: &Needles,
    threads: usize,
    monitor: &dyn Monitor,
    take: impl FnOnce(&mut Reading) -> Result<T>,
) -> Result<T> {
    let threads = threads.clamp(1, files.len().max(1));
    thread::scope(|scope| {
        let mut receivers = Vec::new();
        for first in 0..threads {
            let (sender, receiver) = sync_channel(AHEAD);
            receivers.push(receiver);
            // Thread n reads every nth file, so that the order is known without a queue for all.
            let own = files.iter().skip(first).step_by(threads);
            scope.spawn(move || {
                for file in own {
                    let end = match read(file, needles, &sender, monitor) {
                        Ok(Some(digest)) => Message::End(digest),
                        // Nobody takes what is read any more.
                        Ok(None) => return,
                        Err(error) => Message::Failed(error),
                    };
                    if sender.send(end).is_err() {
                        return;
                    }
                }
            });
        }
        // Dropped before the threads are waited for: those that cannot send end.
        let mut reading = Reading { receivers, next: 0 };
        let result = take(&mut reading);
        drop(reading);
        result
    })
}

impl Reading {
    /// Begins with the next file.
    pub(crate) fn next_file(&mut self) -> FileReader<'_> {
        let at = self.next % self.receivers.len().max(1);
        self.next += 1;
        FileReader { receiver: self.receivers.get(at), piece: Vec::new(), at: 0, end: None }
    }
}

/// The bytes of one file.
pub(crate) struct FileReader<'a> {
    receiver: Option<&'a Receiver<Message>>,
    piece: Vec<u8>,
    at: usize,
    end: Option<Result<Digest>>,
}

impl FileReader<'_> {
    /// What was learned about the file. Reads what is left of it.
    ///
    /// # Errors
    /// Why the file could not be read.
    pub(crate) fn finish(mut self) -> Result<Digest> {
        while self.end.is_none() {
            self.receive();
        }
        self.end.unwrap_or(Err(Error::Cancelled))
    }

    /// Why the file could not be read, after a read failed.
    pub(crate) fn error(self) -> Option<Error> {
        self.end.and_then(Result::err)
    }

    fn receive(&mut self) {
        match self.receiver.map(Receiver::recv) {
            Some(Ok(Message::Piece(piece))) => (self.piece, self.at) = (piece, 0),
            Some(Ok(Message::End(digest))) => self.end = Some(Ok(digest)),
            Some(Ok(Message::Failed(error))) => self.end = Some(Err(error)),
            // The thread ended before its files did: it panicked or was told to stop.
            Some(Err(_)) | None => self.end = Some(Err(Error::Cancelled)),
        }
    }
}

impl io::Read for FileReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.piece.len() {
            match &self.end {
                Some(Ok(_)) => return Ok(0),
                Some(Err(error)) => return Err(io::Error::other(error.to_string())),
                None => self.receive(),
            }
        }
        let rest = self.piece.get(self.at..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.at += count;
        Ok(count)
    }
}

/// Reads one file to its end; nothing if nobody takes it.
fn read(
    file: &FileEntry,
    needles: &Needles,
    sender: &SyncSender<Message>,
    monitor: &dyn Monitor,
) -> Result<Option<Digest>> {
    let mut digester = needles.digester();
    match &file.content {
        Content::Memory(content) => {
            for piece in content.chunks(PIECE) {
                digester.update(piece);
                if sender.send(Message::Piece(piece.to_vec())).is_err() {
                    return Ok(None);
                }
            }
        }
        Content::Stored { folder, path, patches } => {
            let failed = |error| Error::read(folder.path(), path)(error);
            let changed = |reason: String| Error::FileChanged { path: path.to_string_lossy().into_owned(), reason };
            let mut source = folder.open_file(path).map_err(|error| {
                if error.raw_os_error().is_none() { changed(error.to_string()) } else { failed(error) }
            })?;
            let mut offset = 0;
            while offset < file.size {
                check(monitor)?;
                let length = usize::try_from(file.size - offset).unwrap_or(PIECE).min(PIECE);
                let mut piece = vec![0; length];
                let count = fill(&mut source, &mut piece).map_err(failed)?;
                if count < length {
                    return Err(changed(format!("expected {} bytes, found {}", file.size, offset + count as u64)));
                }
                patches.iter().for_each(|patch| patch.apply(&mut piece, offset));
                offset += count as u64;
                digester.update(&piece);
                if sender.send(Message::Piece(piece)).is_err() {
                    return Ok(None);
                }
            }
            if fill(&mut source, &mut [0]).map_err(failed)? > 0 {
                return Err(changed(format!("it is larger than the {} bytes it had", file.size)));
            }
        }
    }
    Ok(Some(digester.finish()))
}

/// Reads until a buffer is full or the file ends.
fn fill(source: &mut impl io::Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while let Some(rest) = buffer.get_mut(count..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(read) => count += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::io::Read as _;
    use std::path::PathBuf;

    use super::*;
    use crate::monitor::Unwatched;
    use crate::prefix::Folder;

    fn stored(folder: &Folder, name: &str, size: u64) -> FileEntry {
        let content = Content::Stored { folder: folder.clone(), path: PathBuf::from(name), patches: Vec::new() };
        FileEntry { content, size, is_executable: false }
    }

    #[test]
    fn files_arrive_in_order_with_their_content() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let texts: Vec<Vec<u8>> = (0..20u8).map(|n| vec![n; usize::from(n) * 40_000]).collect();
        let mut files = Vec::new();
        for (n, text) in texts.iter().enumerate() {
            fs_err::write(dir.path().join(n.to_string()), text).unwrap();
            files.push(stored(&folder, &n.to_string(), text.len() as u64));
        }
        let files: Vec<&FileEntry> = files.iter().collect();
        for threads in [1, 3, 50] {
            read_in_order(&files, &Needles::new([]), threads, &Unwatched, |reading| {
                for text in &texts {
                    let mut file = reading.next_file();
                    let mut read = Vec::new();
                    file.read_to_end(&mut read).unwrap();
                    assert_eq!(read, *text);
                    assert_eq!(file.finish().unwrap().size, text.len() as u64);
                }
                Ok(())
            })
            .unwrap();
        }
    }

    #[test]
    fn a_file_of_another_size_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join("a"), "12345").unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        for size in [4, 6] {
            let file = stored(&folder, "a", size);
            let error =
                read_in_order(&[&file], &Needles::new([]), 1, &Unwatched, |reading| reading.next_file().finish())
                    .unwrap_err();
            assert_eq!(error.code(), "PACKAGE_FILE_CHANGED");
        }
    }

    #[test]
    fn stopping_early_ends_the_threads() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::write(dir.path().join("a"), vec![0; 8 << 20]).unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let file = stored(&folder, "a", 8 << 20);
        let result = read_in_order(&[&file; 4], &Needles::new([]), 2, &Unwatched, |_| Err::<(), _>(Error::Cancelled));
        assert!(matches!(result, Err(Error::Cancelled)));
    }
}
