//! Zip archives.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use ::zip::ZipArchive;

use super::dos_time;
use super::tree_writer::{Refusal, TreeWriter};

/// Longer than any path; a symlink's target is its content.
const MAX_TARGET_LENGTH: u64 = 4096;

/// Adds all entries of a zip to a writer.
pub(super) fn unpack_zip(path: &Path, writer: &mut TreeWriter<'_>) -> Result<(), Refusal> {
    let unreadable = |error: ::zip::result::ZipError| format!("it cannot be read as a zip archive: {error}");
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(unreadable)?;
    if archive.has_duplicate_names() {
        writer.skip("several entries have the same name; the last one is used".to_owned())?;
    }
    if archive.is_empty() {
        return Err("it contains no files".to_owned());
    }
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(unreadable)?;
        let raw = entry.name().map_err(unreadable)?.into_owned();
        // Some tools on Windows write its separator.
        let name = raw.replace('\\', "/");
        if entry.encrypted() {
            return Err(format!("the entry `{name}` is encrypted"));
        }
        if entry.is_symlink() {
            let mut target = String::new();
            (&mut entry)
                .take(MAX_TARGET_LENGTH)
                .read_to_string(&mut target)
                .map_err(|error| format!("the symlink `{name}`: {error}"))?;
            writer.symlink(Path::new(&name), Path::new(&target))?;
        } else if entry.is_dir() || name.ends_with('/') {
            writer.folder(Path::new(&name))?;
        } else {
            let mode = entry.unix_mode().unwrap_or(0o644);
            if !matches!(mode & 0o170_000, 0 | 0o100_000) {
                writer.skip(format!("the entry `{name}` is a device or a FIFO"))?;
                continue;
            }
            let modified = entry.last_modified().and_then(dos_time::to_system_time);
            writer.file(Path::new(&name), mode, modified, &mut entry)?;
        }
    }
    Ok(())
}
