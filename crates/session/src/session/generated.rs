//! The session's scripts as they were written from the recipe: the baseline that distinguishes manual edits from changes of the recipe.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::layout::{Layout, check_folder, remove_tree};
use crate::script::is_script_file;

/// In the build folder.
const FOLDER: &str = "generated";

/// Where the scripts of a session are kept as they were written.
pub(super) fn folder(layout: &Layout) -> PathBuf {
    layout.build_dir.join(FOLDER)
}

/// Keeps a copy of the scripts in the work folder, which were just written.
///
/// # Errors
/// [`Error::Replaced`], [`Error::Io`].
pub(super) fn save(layout: &Layout) -> Result<()> {
    let new = layout.build_dir.join(format!("{FOLDER}.new"));
    copy(&layout.work_dir, &new)?;
    replace(layout, &new)
}

/// Whether any script is other than it was written.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn is_edited(layout: &Layout) -> Result<bool> {
    let kept = folder(layout);
    let names = names(&kept)?;
    if names.is_empty() {
        return Ok(true);
    }
    let read = |path: PathBuf| std::fs::read(path).ok();
    Ok(names.iter().any(|name| read(kept.join(name)) != read(layout.work_dir.join(name))))
}

/// Puts a folder with scripts in the place of those that are kept.
///
/// # Errors
/// [`Error::Replaced`], [`Error::Io`].
pub(super) fn replace(layout: &Layout, new: &Path) -> Result<()> {
    let folder = folder(layout);
    check_folder(&folder)?;
    remove_tree(&folder).map_err(Error::io("cannot remove", &folder))?;
    fs_err::rename(new, &folder).map_err(Error::io("cannot rename", new))
}

/// Copies the scripts of a folder into a new one.
///
/// # Errors
/// [`Error::Replaced`], [`Error::Io`].
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    check_folder(to)?;
    remove_tree(to).map_err(Error::io("cannot remove", to))?;
    fs_err::create_dir(to).map_err(Error::io("cannot create", to))?;
    for name in names(from)? {
        fs_err::copy(from.join(&name), to.join(&name)).map_err(Error::io("cannot copy", to.join(&name)))?;
    }
    Ok(())
}

/// The scripts of a folder; none if the folder does not exist.
///
/// # Errors
/// [`Error::Io`].
pub(super) fn names(folder: &Path) -> Result<BTreeSet<OsString>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        entries => entries.map_err(Error::io("cannot read", folder))?,
    };
    let mut names = BTreeSet::new();
    for entry in entries {
        let entry = entry.map_err(Error::io("cannot read", folder))?;
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        names.extend(Some(entry.file_name()).filter(|name| is_file && is_script_file(name)));
    }
    Ok(names)
}
