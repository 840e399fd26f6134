//! `.conda`: a zip file that stores two zstd-compressed tar archives.

use std::io::{self, Seek, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rattler_conda_types::package::PackageMetadata;
use tar::Builder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::adaptive::Adaptive;
use super::members::{tar_size, write};
use super::{Metadata, Writing};
use crate::content::{Digest, Entry};
use crate::error::{Error, Result};

/// Writes a `.conda` archive. The content is compressed while it is read; the metadata, which contains its hashes, comes
/// last.
///
/// # Errors
/// Those of the members and of `metadata`; [`Error::Io`].
pub(super) fn write_conda<W: Write + Seek>(
    writing: &Writing<'_>,
    target: W,
    entries: &[Entry],
    metadata: &mut Metadata<'_>,
    failed: &impl Fn(io::Error) -> Error,
) -> Result<()> {
    let zip_failed = |error: zip::result::ZipError| failed(io::Error::other(error.to_string()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip_time(writing.timestamp))
        .unix_permissions(0o644)
        // Sizes are not known before members are written.
        .large_file(true);
    let mut zip = ZipWriter::new(target);
    zip.start_file("metadata.json", options).map_err(zip_failed)?;
    serde_json::to_writer(&mut zip, &PackageMetadata::default()).map_err(|error| failed(error.into()))?;
    zip.start_file(format!("pkg-{}.tar.zst", writing.stem), options).map_err(zip_failed)?;
    let digests = compress(writing, &mut zip, entries, failed)?;
    let info = metadata(entries, &digests)?;
    zip.start_file(format!("info-{}.tar.zst", writing.stem), options).map_err(zip_failed)?;
    compress(writing, &mut zip, &info, failed)?;
    zip.finish().map_err(zip_failed)?;
    Ok(())
}

fn compress<W: Write>(
    writing: &Writing<'_>,
    target: W,
    entries: &[Entry],
    failed: &impl Fn(io::Error) -> Error,
) -> Result<Vec<Option<Digest>>> {
    let encoder = Adaptive::new(target, writing.level, writing.threads, tar_size(entries)).map_err(failed)?;
    let mut archive = Builder::new(encoder);
    let digests = write(writing, &mut archive, entries, failed)?;
    archive.into_inner().and_then(Adaptive::finish).map_err(failed)?;
    Ok(digests)
}

/// A time in the form of zip files, which begin in 1980 and count in steps of two seconds.
fn zip_time(timestamp: u64) -> DateTime {
    let seconds = i64::try_from(timestamp).unwrap_or_default();
    let time = Timestamp::from_second(seconds).unwrap_or_default().to_zoned(TimeZone::UTC).datetime();
    let part = |value: i8| u8::try_from(value).unwrap_or_default();
    let converted = DateTime::from_date_and_time(
        u16::try_from(time.year()).unwrap_or_default(),
        part(time.month()),
        part(time.day()),
        part(time.hour()),
        part(time.minute()),
        part(time.second()),
    );
    converted.unwrap_or_default()
}
