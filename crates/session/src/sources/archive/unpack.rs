//! Unpacking an archive into a folder.

use std::path::Path;

use super::kind::ArchiveKind;
use super::limits::Limits;
use super::sevenz::unpack_7z;
use super::tar::unpack_tar;
use super::tree_writer::TreeWriter;
use super::zip::unpack_zip;
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// Unpacks an archive; a lone folder at its top is left out, so that its content lies directly in `to`.
///
/// Returns why entries were skipped, if [`Limits::dangerous_entries`] allows that.
///
/// `to` must not exist; `scratch` must be an empty folder on the same file system. `to` appears whole or not at all.
///
/// # Errors
/// [`Error::Source`] naming `location` for an archive that is damaged, of a kind that is not supported, too large, or
/// that holds an entry or a link that would leave the folder; [`Error::Io`], [`Error::Cancelled`].
pub fn unpack(
    archive: &Path,
    kind: ArchiveKind,
    scratch: &Path,
    to: &Path,
    location: &str,
    limits: Limits,
    cancel: &Cancel,
) -> Result<Vec<String>> {
    let root = scratch.join("tree");
    fs_err::create_dir(&root).map_err(Error::io("cannot create", &root))?;
    let packed = fs_err::metadata(archive).map_err(Error::io("cannot read", archive))?.len();
    let mut writer = TreeWriter::new(&root, limits, packed, cancel);
    let outcome = match kind {
        ArchiveKind::Tar => unpack_tar(archive, false, &mut writer),
        ArchiveKind::TarLzma => unpack_tar(archive, true, &mut writer),
        ArchiveKind::Zip => unpack_zip(archive, &mut writer),
        ArchiveKind::SevenZip => unpack_7z(archive, &mut writer),
        ArchiveKind::Unsupported(format) => Err(format!("its format, {format}, is not supported")),
    };
    let (top, skipped) = outcome.and_then(|()| writer.finish()).map_err(|reason| match cancel.check() {
        Err(cancelled) => cancelled.into(),
        Ok(()) => Error::Source {
            location: location.to_owned(),
            reason: format!("cannot unpack the archive: {reason}"),
            http: None,
        },
    })?;
    fs_err::rename(&top, to).map_err(Error::io("cannot write", to))?;
    Ok(skipped)
}
