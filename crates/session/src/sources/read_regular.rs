//! Reading files that a recipe or a source names, which may be anything.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Opens a regular file, or what a link leads to; a device or a pipe, which may block or have no end, is an error.
///
/// # Errors
/// What the system says, or that not a regular file.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    // Opening a pipe would wait for someone to write to it.
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        use nix::fcntl::OFlag;
        options.custom_flags((OFlag::O_NONBLOCK | OFlag::O_NOCTTY).bits());
    }
    // Before it is opened too, as opening alone makes some devices do something.
    refuse_other(&std::fs::metadata(path)?)?;
    let file = options.open(path)?;
    refuse_other(&file.metadata()?)?;
    Ok(file)
}

/// All of a regular file that has at most so many bytes.
///
/// # Errors
/// As [`open`], or that it is larger.
pub(crate) fn read(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let mut content = Vec::new();
    file.take(largest.saturating_add(1)).read_to_end(&mut content)?;
    if content.len() as u64 > largest {
        return Err(io::Error::other(format!("it has more than {largest} bytes")));
    }
    Ok(content)
}

fn refuse_other(metadata: &std::fs::Metadata) -> io::Result<()> {
    if metadata.is_file() { Ok(()) } else { Err(io::Error::other("not a regular file")) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs_err::write(&path, "abc").unwrap();
        assert_eq!(read(&path, 3).unwrap(), b"abc");
        assert!(read(&path, 2).unwrap_err().to_string().contains("more than 2 bytes"));
        assert!(read(dir.path(), 3).unwrap_err().to_string().contains("not a regular file"));
    }
}
