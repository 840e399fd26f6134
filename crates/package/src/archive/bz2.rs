//! `.tar.bz2`: one tar archive with the metadata first.

use std::io::{self, Write};

use bzip2::Compression;
use bzip2::write::BzEncoder;
use tar::Builder;

use super::members::{digest_all, write};
use super::{Metadata, Writing};
use crate::content::{Digest, Entry};
use crate::error::{Error, Result};

/// Writes a `.tar.bz2` archive. The metadata comes first, so all files are read twice.
///
/// # Errors
/// Those of the members and of `metadata`; [`Error::FileChanged`] for a file that changed between both times,
/// [`Error::Io`].
pub(super) fn write_tar_bz2<W: Write>(
    writing: &Writing<'_>,
    target: W,
    entries: &[Entry],
    metadata: &mut Metadata<'_>,
    failed: &impl Fn(io::Error) -> Error,
) -> Result<()> {
    let digests = digest_all(writing, entries)?;
    let info = metadata(entries, &digests)?;
    let level = Compression::new(u32::try_from(writing.level).unwrap_or(9));
    let mut archive = Builder::new(BzEncoder::new(target, level));
    write(writing, &mut archive, &info, failed)?;
    let again = write(writing, &mut archive, entries, failed)?;
    let hash = |digest: &Option<Digest>| digest.as_ref().map(|digest| digest.sha256);
    for ((entry, first), second) in entries.iter().zip(&digests).zip(&again) {
        if hash(first) != hash(second) {
            let reason = "its content is not what it was".to_owned();
            return Err(Error::FileChanged { path: entry.path.clone(), reason });
        }
    }
    archive.into_inner().and_then(BzEncoder::finish).map_err(failed)?;
    Ok(())
}
