//! How much room folders take on the disk.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A block of `st_blocks`.
const BLOCK: u64 = 512;

/// Bytes that the files below these folders occupy. Blocking. A file with several names counts once for each: those of
/// packages do not change while a run goes on, so they cancel out.
pub(super) fn occupied(folders: &[PathBuf]) -> u64 {
    folders.iter().map(|folder| of_folder(folder)).sum()
}

fn of_folder(folder: &Path) -> u64 {
    let mut total = 0;
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            // Not followed: what a link leads to is not in the folder.
            let Ok(metadata) = entry.metadata() else { continue };
            total += metadata.blocks() * BLOCK;
            if metadata.is_dir() {
                waiting.push(entry.path());
            }
        }
    }
    total
}
