//! The record of the sources and of the patches on them. It describes the work directory, so it is saved and restored
//! together with it: otherwise a patch created after a restore would be made against the wrong state.
//!
//! What the record refers to, pristine copies and texts of patches, stays in the build directory under names that are
//! never used again; so a checkpoint need not copy it.

use std::fs;
use std::io;
use std::path::Path;

use super::copy::copy_contents;
use crate::error::{Error, Result};
use crate::sources::SourceRecord;

/// Copies the record from one directory to another, where it replaces an existing one atomically. Where
/// there is none, as in a checkpoint of an earlier version, nothing is done.
///
/// # Errors
/// [`Error::Io`] when it cannot be copied.
pub(super) fn copy_record(from: &Path, to: &Path) -> Result<()> {
    let (source, target) = (SourceRecord::path(from), SourceRecord::path(to));
    if !fs::symlink_metadata(&source).is_ok_and(|metadata| metadata.is_file()) {
        return Ok(());
    }
    let copy = || -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(to)?;
        copy_contents(&mut fs::File::open(&source)?, file.as_file_mut())?;
        file.persist(&target).map_err(|error| error.error)?;
        Ok(())
    };
    copy().map_err(Error::io("cannot write", &target))
}
