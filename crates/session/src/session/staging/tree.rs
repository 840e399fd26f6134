//! Whole folders, copied and moved as they are.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use rattler_conda_types::PrefixRecord;

use crate::error::{Error, Result};
use crate::layout::remove_tree;
use crate::sources::copy_file;

/// Empties a folder.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn clear(folder: &Path) -> Result<()> {
    remove_tree(folder).map_err(Error::io("cannot clear", folder))?;
    fs_err::create_dir_all(folder).map_err(Error::io("cannot create", folder))
}

/// Copies everything in a folder into another one, times and modes too; existing entries are replaced. Gives the number
/// of files and links.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn copy(from: &Path, to: &Path) -> Result<usize> {
    let mut count = 0;
    for entry in fs_err::read_dir(from).map_err(Error::io("cannot read", from))? {
        let entry = entry.map_err(Error::io("cannot read", from))?;
        let (path, place) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().map_err(Error::io("cannot read", &path))?;
        if kind.is_dir() {
            if !place.is_dir() {
                fs_err::create_dir(&place).map_err(Error::io("cannot create", &place))?;
            }
            count += copy(&path, &place)?;
            continue;
        }
        // Replaced, not written into: the existing file may have other hard links.
        match std::fs::remove_file(&place) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::io("cannot replace", place)(error));
            }
            _ => {}
        }
        if kind.is_symlink() {
            let link = fs_err::read_link(&path).map_err(Error::io("cannot read", &path))?;
            symlink(&link, &place).map_err(Error::io("cannot write", &place))?;
        } else if kind.is_file() {
            copy_file(&path, &place)?;
        } else {
            continue;
        }
        count += 1;
    }
    Ok(count)
}

/// Moves the files of a folder that are wanted into another one, in folders of the same names.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn take(from: &Path, to: &Path, is_wanted: &dyn Fn(&Path) -> bool) -> Result<()> {
    take_below(from, to, Path::new(""), is_wanted)
}

fn take_below(from: &Path, to: &Path, below: &Path, is_wanted: &dyn Fn(&Path) -> bool) -> Result<()> {
    let folder = from.join(below);
    for entry in fs_err::read_dir(&folder).map_err(Error::io("cannot read", &folder))? {
        let entry = entry.map_err(Error::io("cannot read", &folder))?;
        let file = below.join(entry.file_name());
        let kind = entry.file_type().map_err(Error::io("cannot read", entry.path()))?;
        if kind.is_dir() {
            if file != Path::new("conda-meta") {
                take_below(from, to, &file, is_wanted)?;
            }
        } else if is_wanted(&file) {
            let place = to.join(&file);
            if let Some(parent) = place.parent() {
                fs_err::create_dir_all(parent).map_err(Error::io("cannot create", parent))?;
            }
            fs_err::rename(entry.path(), &place).map_err(Error::io("cannot move", &place))?;
        }
    }
    Ok(())
}

/// The files of a prefix that packages brought, and the mark that every prefix has.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn owned_files(prefix: &Path) -> Result<HashSet<PathBuf>> {
    let records: Vec<PrefixRecord> =
        PrefixRecord::collect_from_prefix(prefix).map_err(Error::io("cannot read the packages of", prefix))?;
    let files = records.into_iter().flat_map(|record| record.paths_data.paths).map(|entry| entry.relative_path);
    Ok(files.chain([PathBuf::from("CACHEDIR.TAG")]).collect())
}

#[cfg(unix)]
fn symlink(link: &Path, place: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(link, place)
}

#[cfg(not(unix))]
fn symlink(link: &Path, place: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(link, place)
}
