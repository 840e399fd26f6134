//! Writing the result of a patch to a directory.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::folder::Folder;
use super::tree::{Changes, FileKind, FileState, bytes_to_path};
use crate::error::{Error, Result};
use crate::sources::make_symlink;

/// Writes all changes. New contents are all on disk before the first file is replaced, so that a full disk leaves the
/// directory as it was.
///
/// # Errors
/// [`Error::Patch`] for a place outside of the directory, [`Error::Io`] when a file cannot be written or removed.
pub(super) fn write_changes(folder: &Folder, changes: &Changes, patch: &str) -> Result<()> {
    let place = |path: &Path| folder.place(path).map_err(|reason| Error::Patch { patch: patch.to_owned(), reason });
    let mut ready: Vec<(tempfile::TempPath, PathBuf)> = Vec::new();
    // A file has to be removed before a directory of its name can be created.
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

/// Removes a directory in which only directories are left: a file takes its place.
fn remove_emptied(folder: &Path) -> Result<()> {
    for entry in fs_err::read_dir(folder).map_err(Error::io("cannot read", folder))? {
        let entry = entry.map_err(Error::io("cannot read", folder))?;
        if entry.file_type().map_err(Error::io("cannot read", entry.path()))?.is_dir() {
            remove_emptied(&entry.path())?;
        }
    }
    fs_err::remove_dir(folder).map_err(Error::io("cannot remove", folder))
}

/// Writes a file or makes a symlink under a temporary name next to its place.
fn prepare(state: &FileState, place: &Path) -> Result<tempfile::TempPath> {
    let parent = place.parent().unwrap_or(place);
    fs_err::create_dir_all(parent).map_err(Error::io("cannot create", parent))?;
    let mut builder = tempfile::Builder::new();
    if state.kind == FileKind::Symlink {
        let target = bytes_to_path(&state.content);
        let link =
            builder.make_in(parent, |path| make_symlink(&target, path)).map_err(Error::io("cannot write", place))?;
        return Ok(link.into_temp_path());
    }
    let executable = state.kind == FileKind::Executable;
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(new_mode(executable)));
    let mut file = builder.tempfile_in(parent).map_err(Error::io("cannot write", place))?;
    file.write_all(&state.content).map_err(Error::io("cannot write", place))?;
    #[cfg(unix)]
    if let Ok(metadata) = std::fs::symlink_metadata(place)
        && metadata.is_file()
    {
        keep_mode(&file, &metadata, executable).map_err(Error::io("cannot write", place))?;
    }
    Ok(file.into_temp_path())
}

/// Before the umask, which the system applies.
#[cfg(unix)]
fn new_mode(executable: bool) -> u32 {
    if executable { 0o777 } else { 0o666 }
}

/// A file that exists keeps its mode, except for what the patch says; one that was read-only becomes writable.
#[cfg(unix)]
fn keep_mode(file: &tempfile::NamedTempFile, was: &std::fs::Metadata, executable: bool) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let was = was.permissions().mode() & 0o777;
    let run = if executable { (was & 0o444) >> 2 } else { 0 };
    file.as_file().set_permissions(PermissionsExt::from_mode((was & 0o666) | run | 0o200))
}
