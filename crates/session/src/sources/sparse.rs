//! Copying the content of files without filling their holes: a disk image of 2 GB may have 4 KiB of data.

use std::fs::File;
use std::io;

/// Copies all of a file into an empty one.
///
/// # Errors
/// That of the file system.
#[cfg(target_os = "linux")]
pub(crate) fn copy_contents(from: &mut File, to: &mut File) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};

    use rustix::fs::{SeekFrom as Find, seek};
    use rustix::io::Errno;

    let size = from.metadata()?.len();
    let mut at = 0;
    while at < size {
        let start = match seek(&*from, Find::Data(at)) {
            Ok(start) => start,
            // Only a hole is left.
            Err(Errno::NXIO) => break,
            // The file system does not know about holes.
            Err(Errno::INVAL | Errno::OPNOTSUPP) if at == 0 => {
                from.seek(SeekFrom::Start(0))?;
                return io::copy(from, to).map(|_| ());
            }
            Err(error) => return Err(error.into()),
        };
        let end = seek(&*from, Find::Hole(start))?;
        from.seek(SeekFrom::Start(start))?;
        to.seek(SeekFrom::Start(start))?;
        io::copy(&mut from.by_ref().take(end.saturating_sub(start)), to)?;
        // A file that shrinks meanwhile has no data where it said so.
        at = end.max(start + 1);
    }
    to.set_len(size)
}

/// Copies all of a file into an empty one.
///
/// # Errors
/// That of the file system.
#[cfg(not(target_os = "linux"))]
pub(crate) fn copy_contents(from: &mut File, to: &mut File) -> io::Result<()> {
    io::copy(from, to).map(|_| ())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::io::{Seek, SeekFrom, Write};
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn holes_stay_holes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let mut file = File::create(&path).unwrap();
        file.seek(SeekFrom::Start(100 << 20)).unwrap();
        file.write_all(b"data").unwrap();
        file.set_len(200 << 20).unwrap();
        let copy = dir.path().join("b");
        copy_contents(&mut File::open(&path).unwrap(), &mut File::create(&copy).unwrap()).unwrap();
        let metadata = std::fs::metadata(&copy).unwrap();
        assert_eq!(metadata.len(), 200 << 20);
        assert!(metadata.blocks() * 512 < 1 << 20, "{} blocks", metadata.blocks());
        let content = std::fs::read(&copy).unwrap();
        assert_eq!(&content[100 << 20..(100 << 20) + 4], b"data");
        assert!(content[..100 << 20].iter().all(|&byte| byte == 0));
    }

    #[test]
    fn files_without_holes_are_copied_too() {
        let dir = tempfile::tempdir().unwrap();
        for content in [&b""[..], b"x", &[0; 5000]] {
            std::fs::write(dir.path().join("a"), content).unwrap();
            let (mut from, mut to) =
                (File::open(dir.path().join("a")).unwrap(), File::create(dir.path().join("b")).unwrap());
            copy_contents(&mut from, &mut to).unwrap();
            assert_eq!(std::fs::read(dir.path().join("b")).unwrap(), content);
        }
    }
}
