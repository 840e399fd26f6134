//! The record of the sources and of the patches on them. It describes the work directory, so it is saved and restored
//! together with it: otherwise a patch created after a restore would be made against the wrong state.

use std::fs;
use std::io;
use std::path::Path;

use super::copy::{copy_contents, remove};
use crate::error::{Error, Result};

/// The record, and the texts of the patches that set-up applied.
const ENTRIES: [&str; 2] = ["sources.json", "source_patches"];

/// Copies the record from one directory to another, where it replaces what is there. Where there is none, as in a
/// checkpoint of an earlier version, nothing is done.
///
/// # Errors
/// [`Error::Io`] when it cannot be copied.
pub(super) fn copy_record(from: &Path, to: &Path) -> Result<()> {
    for name in ENTRIES.iter().rev() {
        let (source, target) = (from.join(name), to.join(name));
        match fs::symlink_metadata(&source) {
            Ok(metadata) if metadata.is_dir() => copy_folder(&source, &target)?,
            Ok(metadata) if metadata.is_file() => copy_whole(&source, &target)?,
            // A path source or a session without patches has no texts.
            _ => {}
        }
    }
    Ok(())
}

fn copy_folder(source: &Path, target: &Path) -> Result<()> {
    remove(target)?;
    fs_err::create_dir(target).map_err(Error::io("cannot create", target))?;
    for entry in fs::read_dir(source).map_err(Error::io("cannot read", source))? {
        let entry = entry.map_err(Error::io("cannot read", source))?;
        if entry.file_type().is_ok_and(|kind| kind.is_file()) {
            copy_whole(&entry.path(), &target.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Whole or not at all; a symlink of that name is replaced, not followed.
fn copy_whole(source: &Path, target: &Path) -> Result<()> {
    let folder = target.parent().unwrap_or(target);
    let copy = || -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        copy_contents(&mut fs::File::open(source)?, file.as_file_mut())?;
        file.persist(target).map_err(|error| error.error)?;
        Ok(())
    };
    copy().map_err(Error::io("cannot write", target))
}
