//! The place of a package in a channel folder. The archive gets its name when it is complete and checked.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use rattler_digest::{Sha256, compute_file_digest};

use super::bz2::write_tar_bz2;
use super::conda::write_conda;
use super::{Metadata, Writing};
use crate::content::Entry;
use crate::error::{Error, Result};
use crate::monitor::check;
use crate::options::ArchiveFormat;

/// An archive in a channel folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) path: PathBuf,
    pub(crate) size: u64,
    pub(crate) sha256: String,
    /// Whether it replaced a package of the same name.
    pub(crate) replaced: bool,
}

/// Writes an archive into a folder of a channel.
///
/// # Errors
/// Those of the members and of `metadata`; [`Error::Io`]. Nothing is in the folder then.
pub(crate) fn publish(
    writing: &Writing<'_>,
    format: ArchiveFormat,
    folder: &Path,
    entries: &[Entry],
    metadata: &mut Metadata<'_>,
) -> Result<Published> {
    fs_err::create_dir_all(folder).map_err(Error::io("failed to create", folder))?;
    let path = folder.join(format!("{}{}", writing.stem, format.extension()));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".package-").suffix(".partial");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Minus the umask, like any file: temporary files would be readable by their owner alone.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder).map_err(Error::io("failed to create a file in", folder))?;
    let failed = |error| Error::io("failed to write", &path)(error);
    let mut target = BufWriter::with_capacity(1 << 17, file.as_file_mut());
    match format {
        ArchiveFormat::Conda => write_conda(writing, &mut target, entries, metadata, &failed)?,
        ArchiveFormat::TarBz2 => write_tar_bz2(writing, &mut target, entries, metadata, &failed)?,
    }
    target.flush().map_err(failed)?;
    drop(target);
    check(writing.monitor)?;
    let sha256 = compute_file_digest::<Sha256>(file.path()).map_err(Error::io("failed to read", file.path()))?;
    let size = file.as_file().metadata().map_err(Error::io("failed to read", file.path()))?.len();
    let replaced = path.exists();
    file.persist(&path).map_err(|error| failed(error.error))?;
    Ok(Published { path, size, sha256: hex::encode(sha256), replaced })
}
