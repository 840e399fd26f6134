//! What a caller may choose.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Settings of packaging.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct PackageOptions {
    /// Format of the archive. Default: `conda`.
    pub format: Option<ArchiveFormat>,
    /// For `conda` from -7 to 22, default 15; for `tar.bz2` from 1 to 9, default 9.
    pub compression_level: Option<i32>,
    /// The channel folder that the package is written to. Default: the session's output folder.
    pub output_dir: Option<PathBuf>,
    /// Threads that read and compress. Default: the number of processors. The number changes the bytes of `.conda`
    /// archives slightly, not their content.
    pub threads: Option<u32>,
    /// Fail if a binary contains the build prefix. Default: false.
    pub error_prefix_in_binary: bool,
    /// Allow symlinks in noarch packages that may be installed on Windows. Default: false.
    pub allow_links_on_windows: bool,
    /// Leave `info/recipe` out of the package. Default: false.
    pub no_include_recipe: bool,
    /// The time of the package, in seconds since 1970. Default: `SOURCE_DATE_EPOCH` if it is set, else the time at which
    /// the session was created.
    pub source_date_epoch: Option<u64>,
}

/// Format of a package archive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ArchiveFormat {
    /// `.conda`: a zip file with two zstd archives.
    #[default]
    #[serde(rename = "conda")]
    Conda,
    /// `.tar.bz2`.
    #[serde(rename = "tar.bz2")]
    TarBz2,
}

impl ArchiveFormat {
    /// The file extension, with the dot.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Conda => ".conda",
            Self::TarBz2 => ".tar.bz2",
        }
    }
}

impl PackageOptions {
    /// The compression level.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for a level that the format does not have.
    pub(crate) fn level(&self) -> Result<i32> {
        let (default, range) = match self.format.unwrap_or_default() {
            ArchiveFormat::Conda => (15, -7..=22),
            ArchiveFormat::TarBz2 => (9, 1..=9),
        };
        let level = self.compression_level.unwrap_or(default);
        if range.contains(&level) {
            return Ok(level);
        }
        let reason = format!("expected a number from {} to {}, found {level}", range.start(), range.end());
        Err(Error::InvalidOption { option: "compressionLevel", reason })
    }

    /// How many threads read and compress.
    pub(crate) fn threads(&self) -> usize {
        let given = self.threads.and_then(|threads| usize::try_from(threads).ok()).filter(|&threads| threads > 0);
        given.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn each_format_has_its_levels() {
        let level = |format, level| {
            PackageOptions { format: Some(format), compression_level: level, ..PackageOptions::default() }.level()
        };
        assert_eq!(level(ArchiveFormat::Conda, None).unwrap(), 15);
        assert_eq!(level(ArchiveFormat::Conda, Some(-7)).unwrap(), -7);
        assert_eq!(level(ArchiveFormat::TarBz2, None).unwrap(), 9);
        for (format, wrong) in [(ArchiveFormat::Conda, 23), (ArchiveFormat::TarBz2, 0)] {
            let error = level(format, Some(wrong)).unwrap_err();
            assert_eq!(error.code(), "INVALID_OPTION");
        }
    }
}
