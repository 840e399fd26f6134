//! Lists of files that were read before, on disk.
//!
//! ```text
//! <folder>/<ab>/<checksum of the archive>   the paths, one a line, compressed
//! ```
//!
//! A list is kept under the checksum of its archive, so that it is never out of date: another archive under the same name
//! has another checksum. The format's number is in the name of the folder.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::file_list::{FileList, MAX_METADATA_BYTES};

/// Below the cache folder.
const FOLDER: &str = "sidewinder/files-1";

/// Maximum number of lists that are kept. A list of 1,000 paths has about 8 kB.
const MAX_LISTS: usize = 60_000;

/// The lists of files that are kept in a cache folder.
#[derive(Clone, Debug)]
pub struct FileIndex {
    folder: PathBuf,
}

impl FileIndex {
    /// The index in a cache folder. Nothing is read or written yet.
    #[must_use]
    pub fn new(cache_dir: &Path) -> Self {
        Self { folder: cache_dir.join(FOLDER) }
    }

    /// The list of an archive by its checksum in hexadecimal digits; `None` if it is not kept, or cannot be read.
    #[must_use]
    pub fn get(&self, checksum: &str) -> Option<FileList> {
        let file = std::fs::File::open(self.path(checksum)?).ok()?;
        let mut text = String::new();
        // A file that expands to more than any list has was not written by this module.
        zstd::Decoder::new(file).ok()?.take(MAX_METADATA_BYTES).read_to_string(&mut text).ok()?;
        let list = text.strip_suffix("end\n")?;
        Some(FileList::of_paths(list.lines()))
    }

    /// Keeps the list of an archive.
    ///
    /// # Errors
    /// The cache folder cannot be written to. The search goes on without.
    pub fn put(&self, checksum: &str, list: &FileList) -> io::Result<()> {
        let Some(path) = self.path(checksum) else { return Ok(()) };
        let Some(parent) = path.parent() else { return Ok(()) };
        fs_err::create_dir_all(parent)?;
        let mut text: String = list.paths().flat_map(|path| [path, "\n"]).collect();
        text.push_str("end\n");
        let bytes = zstd::encode_all(text.as_bytes(), 3)?;
        let file = tempfile::NamedTempFile::new_in(parent)?;
        fs_err::write(file.path(), bytes)?;
        // Another process may have written the same list meanwhile.
        file.persist(path).map(drop).map_err(|error| error.error)
    }

    /// Removes the oldest lists if there are too many.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn trim(&self) -> io::Result<()> {
        self.trim_to(MAX_LISTS)
    }

    fn trim_to(&self, max: usize) -> io::Result<()> {
        let folders = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            folders => folders?,
        };
        let mut lists: Vec<(SystemTime, PathBuf)> = Vec::new();
        for folder in folders {
            for list in std::fs::read_dir(folder?.path())?.flatten() {
                if let Ok(time) = list.metadata().and_then(|found| found.modified()) {
                    lists.push((time, list.path()));
                }
            }
        }
        let excess = lists.len().saturating_sub(max);
        if excess > 0 {
            lists.sort_unstable();
            // Others may remove the same ones.
            lists.iter().take(excess + max / 10).for_each(|(_, path)| drop(std::fs::remove_file(path)));
        }
        Ok(())
    }

    fn path(&self, checksum: &str) -> Option<PathBuf> {
        let is_checksum = checksum.len() >= 32 && checksum.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_checksum.then(|| self.folder.join(checksum.get(..2).unwrap_or_default()).join(checksum))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn lists_are_kept_until_there_are_too_many() {
        let cache = tempfile::tempdir().unwrap();
        let index = FileIndex::new(cache.path());
        let checksums: Vec<String> = (0..20).map(|number| format!("{number:064x}")).collect();
        let list = FileList::of_paths(["include/a.h", "bin/b"]);
        index.trim().unwrap();
        for checksum in &checksums {
            assert_eq!(index.get(checksum), None);
            index.put(checksum, &list).unwrap();
            assert_eq!(index.get(checksum).as_ref(), Some(&list));
        }
        index.trim_to(10).unwrap();
        assert_eq!(checksums.iter().filter(|checksum| index.get(checksum).is_some()).count(), 9);
        assert_eq!(index.get("../../x"), None);
    }

    #[test]
    fn a_list_that_was_cut_off_is_not_used() {
        let cache = tempfile::tempdir().unwrap();
        let index = FileIndex::new(cache.path());
        let checksum = "0".repeat(64);
        index.put(&checksum, &FileList::of_paths(["bin/b"])).unwrap();
        let path = index.path(&checksum).unwrap();
        for bytes in [b"".to_vec(), b"broken".to_vec(), zstd::encode_all(&b"bin/b\n"[..], 1).unwrap()] {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(index.get(&checksum), None);
        }
    }
}
