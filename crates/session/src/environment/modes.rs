//! Modes of installed files.
//!
//! A package's archive gives each file a mode, which the installer keeps whatever the umask is: also where it lets
//! everybody write. In a shared folder anybody could then change what a build runs.

use std::path::PathBuf;

use crate::error::{Error, Result};

/// Takes the right to write away from others, for these files.
///
/// # Errors
/// [`Error::Io`] when a mode cannot be set.
#[cfg(unix)]
pub(super) async fn close(files: Vec<PathBuf>) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let closing = tokio::task::spawn_blocking(move || files.into_iter().try_for_each(close_one));
    closing.await.map_err(|error| Error::Internal { reason: format!("cannot check modes: {error}") })?
}

#[cfg(unix)]
fn close_one(file: PathBuf) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    const OTHERS_WRITE: u32 = 0o002;
    // A file may be missing: the one of two packages that lost, or one that a link script removed.
    let Ok(metadata) = std::fs::symlink_metadata(&file) else { return Ok(()) };
    let mode = metadata.permissions().mode();
    if !metadata.is_file() || mode & OTHERS_WRITE == 0 {
        return Ok(());
    }
    let closed = std::fs::Permissions::from_mode(mode & !OTHERS_WRITE);
    fs_err::set_permissions(&file, closed).map_err(Error::io("cannot set the mode of", &file))
}

/// Other systems keep rights apart from files' modes.
#[cfg(not(unix))]
pub(super) async fn close(_files: Vec<PathBuf>) -> Result<()> {
    Ok(())
}
