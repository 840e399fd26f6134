//! Source archives, good and hostile. What is described is written as it is, byte for byte: no name is cleaned, no twin
//! refused, no size corrected.

mod compress;
mod tar;
mod zip;

use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};

use fs_err as fs;

pub use compress::Kind;

/// An archive to be, entry by entry.
///
/// ```
/// use sidewinder_testkit::archive::Archive;
///
/// let folder = tempfile::tempdir()?;
/// let file = Archive::new().file("proj-1.0/a.txt", "a\n").file("../outside", "!").write(folder.path(), "proj.tar.gz")?;
/// assert!(file.is_file());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Archive {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) path: Vec<u8>,
    pub(crate) mode: u32,
    pub(crate) what: What,
    /// The size that the header claims, where it is not the true one.
    pub(crate) claimed_size: Option<u64>,
    /// Another name for the same entry where a format says it twice: a pax record in a tar, the central directory of a
    /// zip.
    pub(crate) second_name: Option<Vec<u8>>,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    File(Vec<u8>),
    Zeros(u64),
    Folder,
    Symlink(Vec<u8>),
    Hardlink(Vec<u8>),
    /// `/dev/null`, by its numbers on Linux.
    CharacterDevice,
    Fifo,
}

impl Archive {
    /// An archive with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file (mode 0644).
    pub fn file(self, path: impl AsRef<[u8]>, bytes: impl Into<Vec<u8>>) -> Self {
        self.with(path, 0o644, What::File(bytes.into()))
    }

    /// Adds a file with a mode of one's own.
    pub fn file_with_mode(self, path: impl AsRef<[u8]>, mode: u32, bytes: impl Into<Vec<u8>>) -> Self {
        self.with(path, mode, What::File(bytes.into()))
    }

    /// Adds a file of that many zeros, which compress to hardly anything.
    pub fn zeros(self, path: impl AsRef<[u8]>, size: u64) -> Self {
        self.with(path, 0o644, What::Zeros(size))
    }

    /// Adds a folder.
    pub fn folder(self, path: impl AsRef<[u8]>) -> Self {
        self.with(path, 0o755, What::Folder)
    }

    /// Adds a symbolic link.
    pub fn symlink(self, path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        self.with(path, 0o777, What::Symlink(target.as_ref().to_vec()))
    }

    /// Adds a hard link to another entry; only in tars.
    pub fn hardlink(self, path: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        self.with(path, 0o644, What::Hardlink(target.as_ref().to_vec()))
    }

    /// Adds a character device; only in tars.
    pub fn character_device(self, path: impl AsRef<[u8]>) -> Self {
        self.with(path, 0o666, What::CharacterDevice)
    }

    /// Adds a named pipe; only in tars.
    pub fn fifo(self, path: impl AsRef<[u8]>) -> Self {
        self.with(path, 0o644, What::Fifo)
    }

    /// Adds all entries of another archive.
    pub fn and(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self
    }

    /// Lets the last entry's header claim another size than its content has.
    pub fn claiming(mut self, size: u64) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.claimed_size = Some(size);
        }
        self
    }

    /// Gives the last entry a second name: readers that look at one place see the first, others the second. In a tar it
    /// is a pax record, in a zip the name in the central directory.
    pub fn also_named(mut self, path: impl AsRef<[u8]>) -> Self {
        if let Some(entry) = self.entries.last_mut() {
            entry.second_name = Some(path.as_ref().to_vec());
        }
        self
    }

    /// The archive's bytes.
    ///
    /// # Errors
    ///
    /// When the kind cannot hold an entry: links and devices in zips.
    pub fn bytes(&self, kind: Kind) -> io::Result<Vec<u8>> {
        let mut bytes = Cursor::new(Vec::new());
        self.pack(kind, &mut bytes)?;
        Ok(bytes.into_inner())
    }

    /// Writes the archive into `folder` and returns its path. The name's ending says which kind it is.
    ///
    /// # Errors
    ///
    /// When the ending is not known, the kind cannot hold an entry, or the file cannot be written.
    pub fn write(&self, folder: &Path, name: &str) -> io::Result<PathBuf> {
        fs::create_dir_all(folder)?;
        let path = folder.join(name);
        let mut file = io::BufWriter::new(fs::File::create(&path)?);
        self.pack(Kind::of(name)?, &mut file)?;
        file.flush()?;
        Ok(path)
    }

    fn pack(&self, kind: Kind, out: &mut dyn Write) -> io::Result<()> {
        match kind {
            Kind::Zip => zip::write(&self.entries, out),
            _ => compress::through(kind, out, |out| tar::write(&self.entries, out)),
        }
    }

    fn with(mut self, path: impl AsRef<[u8]>, mode: u32, what: What) -> Self {
        let path = path.as_ref().to_vec();
        self.entries.push(Entry { path, mode, what, claimed_size: None, second_name: None });
        self
    }
}

impl What {
    /// The true size of the content.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::File(bytes) => bytes.len() as u64,
            Self::Zeros(size) => *size,
            _ => 0,
        }
    }

    pub(crate) fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::File(bytes) => out.write_all(bytes),
            Self::Zeros(size) => io::copy(&mut io::Read::take(io::repeat(0), *size), out).map(drop),
            _ => Ok(()),
        }
    }
}
