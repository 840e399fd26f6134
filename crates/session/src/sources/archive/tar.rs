//! Tar archives, plain or compressed.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use liblzma::read::XzDecoder;
use liblzma::stream::{CONCATENATED, Stream};
use tar::EntryType;

use super::gzip::Members;
use super::tree_writer::{Refusal, TreeWriter};

/// How much memory an LZMA stream may ask for; `xz -9` needs 65 MiB.
const LZMA_MEMORY: u64 = 1 << 30;

/// Adds all entries of a tar to a writer.
pub(super) fn unpack_tar(archive: &Path, bare_lzma: bool, writer: &mut TreeWriter<'_>) -> Result<(), Refusal> {
    let file = File::open(archive).map_err(|error| error.to_string())?;
    let mut stream = decoder(BufReader::new(file), bare_lzma)?;
    let mut entries = tar::Archive::new(&mut stream);
    let unreadable = |error: std::io::Error| format!("it cannot be read as a tar archive: {error}");
    let mut empty = true;
    for entry in entries.entries().map_err(unreadable)? {
        unpack_entry(entry.map_err(unreadable)?, writer)?;
        empty = false;
    }
    if empty {
        return Err("it contains no files".to_owned());
    }
    // What follows the last entry is padding, and the checksum of the compression.
    let mut rest = stream.take(64 << 20);
    std::io::copy(&mut rest, &mut std::io::sink()).map_err(|error| format!("it is damaged: {error}"))?;
    Ok(())
}

fn unpack_entry<R: Read>(mut entry: tar::Entry<'_, R>, writer: &mut TreeWriter<'_>) -> Result<(), Refusal> {
    let kind = entry.header().entry_type();
    let (name, slash) = {
        let bytes = entry.path_bytes();
        (path(&bytes)?, bytes.ends_with(b"/"))
    };
    match kind {
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
            // Very old tars mark folders by the slash alone.
            if slash {
                return writer.folder(&name);
            }
            let mode = entry.header().mode().unwrap_or(0o644);
            let modified = entry.header().mtime().ok().and_then(from_epoch);
            writer.file(&name, mode, modified, &mut entry)
        }
        EntryType::Directory => writer.folder(&name),
        EntryType::Symlink => writer.symlink(&name, &link_target(&entry)?),
        EntryType::Link => writer.hard_link(&name, &link_target(&entry)?),
        // Comments for the whole archive, such as the commit in what `git archive` makes.
        EntryType::XGlobalHeader => Ok(()),
        EntryType::Fifo => writer.skip(format!("the entry `{}` is a FIFO", name.display())),
        EntryType::Char | EntryType::Block => writer.skip(format!("the entry `{}` is a device", name.display())),
        // GNU tar's `--label`.
        other if other.as_byte() == b'V' => {
            writer.skip(format!("the entry `{}` is the label of the volume, not a file", name.display()))
        }
        other => {
            let kind = char::from(other.as_byte());
            writer.skip(format!("the entry `{}` has the unknown type {kind:?}", name.display()))
        }
    }
}

fn link_target<R: Read>(entry: &tar::Entry<'_, R>) -> Result<PathBuf, Refusal> {
    match entry.link_name_bytes() {
        Some(target) => path(&target),
        None => Err("a link without a target".to_owned()),
    }
}

/// Names in a tar are bytes, and so are file names on Unix.
#[cfg(unix)]
fn path(bytes: &[u8]) -> Result<PathBuf, Refusal> {
    Ok(PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes)))
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> Result<PathBuf, Refusal> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(PathBuf::from(text)),
        Err(_) => Err(format!("the name `{}` is not valid Unicode", String::from_utf8_lossy(bytes))),
    }
}

fn from_epoch(seconds: u64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// The plain tar inside; the first bytes tell the compression, whatever the name says.
fn decoder(mut file: BufReader<File>, bare_lzma: bool) -> Result<Box<dyn Read>, Refusal> {
    let damaged = |error: &dyn std::fmt::Display| format!("it cannot be unpacked: {error}");
    let start = file.fill_buf().map_err(|error| error.to_string())?;
    Ok(match start {
        [] => return Err("it is empty".to_owned()),
        [0x1f, 0x8b, ..] => Box::new(Members::new(file)),
        [b'B', b'Z', b'h', ..] => Box::new(bzip2::bufread::MultiBzDecoder::new(file)),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
            let stream = Stream::new_stream_decoder(LZMA_MEMORY, CONCATENATED).map_err(|error| damaged(&error))?;
            Box::new(XzDecoder::new_stream(file, stream))
        }
        [b'L', b'Z', b'I', b'P', ..] => {
            let stream = Stream::new_lzip_decoder(LZMA_MEMORY, CONCATENATED).map_err(|error| damaged(&error))?;
            Box::new(XzDecoder::new_stream(file, stream))
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            Box::new(zstd::stream::read::Decoder::with_buffer(file).map_err(|error| damaged(&error))?)
        }
        [0x1f, 0x9d, ..] => return Err("its compression, compress (.Z), is not supported".to_owned()),
        [0x89, b'L', b'Z', b'O', ..] => return Err("its compression, lzop, is not supported".to_owned()),
        [b'<', b'!' | b'h' | b'H' | b'?', ..] => {
            return Err("it is a web page, not an archive; the address may need a login or be out of date".to_owned());
        }
        _ if bare_lzma => {
            let stream = Stream::new_lzma_decoder(LZMA_MEMORY).map_err(|error| damaged(&error))?;
            Box::new(XzDecoder::new_stream(file, stream))
        }
        _ => Box::new(file),
    })
}
