//! Modes of installed files.
//!
//! An archive gives each file a mode, which rattler keeps whatever the umask is, also where it lets everybody write. In a
//! shared folder anybody could then change what a build runs.

use std::path::PathBuf;

#[cfg(unix)]
use crate::error::Error;
use crate::error::Result;

/// Removes write permission for others from these files.
///
/// # Errors
/// [`Error::Io`] when a mode cannot be set.
#[cfg(unix)]
pub(crate) async fn deny_writing_to_others(files: Vec<PathBuf>) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let closing = tokio::task::spawn_blocking(move || files.into_iter().try_for_each(deny_one));
    closing.await.map_err(|error| Error::Internal { reason: format!("cannot check modes: {error}") })?
}

#[cfg(unix)]
fn deny_one(file: PathBuf) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    const OTHERS_WRITE: u32 = 0o002;
    // A file may be missing: two packages contained it, or a link script removed it.
    let Ok(metadata) = std::fs::symlink_metadata(&file) else { return Ok(()) };
    let mode = metadata.permissions().mode();
    if !metadata.is_file() || mode & OTHERS_WRITE == 0 {
        return Ok(());
    }
    let permissions = std::fs::Permissions::from_mode(mode & !OTHERS_WRITE);
    fs_err::set_permissions(&file, permissions).map_err(Error::io("cannot set the mode of", &file))
}

/// Windows has no such mode.
#[cfg(not(unix))]
pub(crate) async fn deny_writing_to_others(_files: Vec<PathBuf>) -> Result<()> {
    Ok(())
}
