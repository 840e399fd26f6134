//! Writing what a patch makes of a folder.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::folder::Folder;
use super::tree::{Changes, FileState};
use crate::error::{Error, Result};

/// Writes all changes. New contents are all on disk before the first file is replaced, so that a full disk leaves the
/// folder as it was.
///
/// # Errors
/// [`Error::Patch`] for a place outside of the folder, [`Error::Io`].
pub(super) fn write_changes(folder: &Folder, changes: &Changes, patch: &str) -> Result<()> {
    let place = |path: &Path| folder.place(path).map_err(|reason| Error::Patch { patch: patch.to_owned(), reason });
    let mut ready: Vec<(tempfile::NamedTempFile, PathBuf)> = Vec::new();
    // A file in whose place there is to be a folder has to go before the folder can be made.
    let in_the_way =
        |path: &Path| changes.iter().any(|(new, change)| change.is_some() && new != path && new.starts_with(path));
    let (first, gone): (Vec<_>, Vec<_>) = changes
        .iter()
        .filter(|(_, change)| change.is_none())
        .map(|(path, _)| path.as_path())
        .partition(|path| in_the_way(path));
    remove(first.into_iter().map(place))?;
    let gone = gone.into_iter().map(place).collect::<Result<Vec<_>>>()?;
    for (path, change) in changes {
        let Some(state) = change else { continue };
        let place = place(path)?;
        ready.push((prepare(state, &place)?, place));
    }
    remove(gone.into_iter().map(Ok))?;
    for (file, path) in ready {
        if std::fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir()) {
            remove_emptied(&path)?;
        }
        file.persist(&path).map_err(|error| error.error).map_err(Error::io("cannot write", path))?;
    }
    Ok(())
}

fn remove(paths: impl Iterator<Item = Result<PathBuf>>) -> Result<()> {
    for path in paths {
        let path = path?;
        match fs_err::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io("cannot remove", path)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A folder in which nothing is left but folders: a file comes in its place.
fn remove_emptied(folder: &Path) -> Result<()> {
    for entry in fs_err::read_dir(folder).map_err(Error::io("cannot read", folder))? {
        let entry = entry.map_err(Error::io("cannot read", folder))?;
        if entry.file_type().map_err(Error::io("cannot read", entry.path()))?.is_dir() {
            remove_emptied(&entry.path())?;
        }
    }
    fs_err::remove_dir(folder).map_err(Error::io("cannot remove", folder))
}

fn prepare(state: &FileState, place: &Path) -> Result<tempfile::NamedTempFile> {
    let parent = place.parent().unwrap_or(place);
    fs_err::create_dir_all(parent).map_err(Error::io("cannot create", parent))?;
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(new_mode(state.executable)));
    let mut file = builder.tempfile_in(parent).map_err(Error::io("cannot write", place))?;
    file.write_all(&state.content).map_err(Error::io("cannot write", place))?;
    #[cfg(unix)]
    if let Ok(metadata) = std::fs::metadata(place) {
        keep_mode(&file, &metadata, state.executable).map_err(Error::io("cannot write", place))?;
    }
    Ok(file)
}

/// Before the umask, which the system applies.
#[cfg(unix)]
fn new_mode(executable: bool) -> u32 {
    if executable { 0o777 } else { 0o666 }
}

/// A file that was there keeps its mode, but for what the patch says; one that was read-only can be written now.
#[cfg(unix)]
fn keep_mode(file: &tempfile::NamedTempFile, was: &std::fs::Metadata, executable: bool) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let was = was.permissions().mode() & 0o777;
    let run = if executable { (was & 0o444) >> 2 } else { 0 };
    file.as_file().set_permissions(PermissionsExt::from_mode((was & 0o666) | run | 0o200))
}
