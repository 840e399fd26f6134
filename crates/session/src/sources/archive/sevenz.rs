//! 7z archives.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use sevenz_rust2::{ArchiveReader, Password};

use super::tree_writer::{Refusal, TreeWriter};

/// Set in the attributes of an entry that was packed on Unix; the mode is in the upper half.
const UNIX_EXTENSION: u32 = 0x8000;

/// Longer than any path; a symlink's target is its content.
const MAX_TARGET_LENGTH: u64 = 4096;

/// Adds all entries of a 7z to a writer.
pub(super) fn unpack_7z(path: &Path, writer: &mut TreeWriter<'_>) -> Result<(), Refusal> {
    let unreadable = |error: sevenz_rust2::Error| format!("it cannot be read as a 7z archive: {error}");
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut archive = ArchiveReader::new(BufReader::new(file), Password::empty()).map_err(unreadable)?;
    let mut refusal = None;
    let mut empty = true;
    archive
        .for_each_entries(|entry, content| {
            empty = false;
            let name = entry.name().replace('\\', "/");
            let mode = if entry.windows_attributes() & UNIX_EXTENSION == 0 {
                0o100_644
            } else {
                entry.windows_attributes() >> 16
            };
            let outcome = if entry.is_directory() {
                writer.folder(Path::new(&name))
            } else {
                unpack_file(&name, mode, entry, content, writer)
            };
            match outcome {
                // The entries of a block are one stream: what a skipped entry leaves would be taken for the next one.
                Ok(()) => std::io::copy(content, &mut std::io::sink()).map(|_| true).map_err(Into::into),
                Err(reason) => {
                    refusal = Some(reason);
                    Ok(false)
                }
            }
        })
        .map_err(unreadable)?;
    match refusal {
        Some(reason) => Err(reason),
        None if empty => Err("it contains no files".to_owned()),
        None => Ok(()),
    }
}

fn unpack_file(
    name: &str,
    mode: u32,
    entry: &sevenz_rust2::ArchiveEntry,
    content: &mut dyn Read,
    writer: &mut TreeWriter<'_>,
) -> Result<(), Refusal> {
    match mode & 0o170_000 {
        0 | 0o100_000 => {
            let modified = entry.has_last_modified_date.then(|| entry.last_modified_date().into());
            writer.file(Path::new(name), mode, modified, content)
        }
        0o120_000 => {
            let mut target = String::new();
            content
                .take(MAX_TARGET_LENGTH)
                .read_to_string(&mut target)
                .map_err(|error| format!("the symlink `{name}`: {error}"))?;
            writer.symlink(Path::new(name), Path::new(&target))
        }
        _ => writer.skip(format!("the entry `{name}` is a device or a FIFO")),
    }
}
