//! Files that are replaced in one step.

use std::io::{self, Write};
use std::path::Path;

/// Writes a temporary file in the same folder and renames it, with mode 0755 or 0644.
///
/// # Errors
/// Those of the file system; the old file is then still there.
pub(super) fn write(path: &Path, bytes: &[u8], executable: bool) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut file = tempfile::Builder::new().prefix(".sidewinder-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    set_mode(file.as_file(), executable)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(unix)]
fn set_mode(file: &std::fs::File, executable: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(if executable { 0o755 } else { 0o644 }))
}

#[cfg(not(unix))]
fn set_mode(_: &std::fs::File, _: bool) -> io::Result<()> {
    Ok(())
}
