//! One file of a package → a copy in the pool.

use std::fs::{File, FileTimes, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

/// Bytes up to which a file is read and written in one piece.
const SMALL: u64 = 256 * 1024;

/// Copies a file with mode and time. An existing file is replaced, not written into: others may have links to it. The
/// buffer is for the next file.
pub(crate) fn copy(from: &Path, to: &Path, buffer: &mut Vec<u8>) -> io::Result<()> {
    let source = File::open(from)?;
    let found = source.metadata()?;
    let mut new = OpenOptions::new();
    new.write(true).create_new(true);
    ask_for_mode(&mut new, &found);
    let copy = match new.open(to) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            std::fs::remove_file(to)?;
            new.open(to)?
        }
        opened => opened?,
    };
    copy_bytes(&source, &copy, found.len(), buffer)?;
    copy.set_times(FileTimes::new().set_modified(found.modified()?))?;
    let made = copy.metadata()?;
    if has_mode(&made, &found) {
        return Ok(());
    }
    set_mode(&copy, &found)
}

/// Most files are small: reading and writing one takes fewer calls than having the kernel copy it.
fn copy_bytes(mut from: &File, mut to: &File, length: u64, buffer: &mut Vec<u8>) -> io::Result<()> {
    if length > SMALL {
        return io::copy(&mut from, &mut to).map(drop);
    }
    buffer.clear();
    from.read_to_end(buffer)?;
    to.write_all(buffer)
}

/// The mode of a copy: the file's, but others get no right to write, which an archive may give them whatever the umask is.
#[cfg(unix)]
fn mode(of: &Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(of) & 0o7777 & !0o002
}

/// Makes a file with its mode from the start, as far as the umask lets it.
#[cfg(unix)]
fn ask_for_mode(new: &mut OpenOptions, found: &Metadata) {
    std::os::unix::fs::OpenOptionsExt::mode(new, mode(found));
}

#[cfg(unix)]
fn has_mode(made: &Metadata, found: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(made) & 0o7777 == mode(found)
}

#[cfg(unix)]
fn set_mode(copy: &File, found: &Metadata) -> io::Result<()> {
    copy.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(mode(found)))
}

#[cfg(not(unix))]
fn ask_for_mode(_new: &mut OpenOptions, _found: &Metadata) {}

#[cfg(not(unix))]
fn has_mode(made: &Metadata, found: &Metadata) -> bool {
    made.permissions().readonly() == found.permissions().readonly()
}

#[cfg(not(unix))]
fn set_mode(copy: &File, found: &Metadata) -> io::Result<()> {
    copy.set_permissions(found.permissions())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn copied(content: &[u8]) -> (tempfile::TempDir, Metadata) {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        std::fs::write(&from, content).unwrap();
        std::fs::write(&to, "previous").unwrap();
        std::fs::hard_link(&to, folder.path().join("link")).unwrap();
        copy(&from, &to, &mut b"of the last file".to_vec()).unwrap();
        assert_eq!(std::fs::read(&to).unwrap(), content);
        assert_eq!(std::fs::read(folder.path().join("link")).unwrap(), b"previous");
        let found = std::fs::metadata(&to).unwrap();
        assert_eq!(found.modified().unwrap(), std::fs::metadata(&from).unwrap().modified().unwrap());
        (folder, found)
    }

    #[test]
    fn small_and_large_files_replace_what_is_there() {
        copied(b"");
        copied(b"small");
        copied(&vec![7; usize::try_from(SMALL).unwrap() + 1]);
    }

    #[cfg(unix)]
    #[test]
    fn a_mode_is_kept_but_for_the_right_of_others_to_write() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        for (mode, kept) in [(0o777, 0o775), (0o664, 0o664), (0o444, 0o444), (0o755, 0o755), (0o666, 0o664)] {
            std::fs::write(&from, "text").unwrap();
            std::fs::set_permissions(&from, std::fs::Permissions::from_mode(mode)).unwrap();
            copy(&from, &to, &mut Vec::new()).unwrap();
            let found = std::fs::metadata(&to).unwrap().permissions().mode() & 0o7777;
            assert_eq!(found, kept, "{mode:o}");
            std::fs::remove_file(&from).unwrap();
        }
    }
}
