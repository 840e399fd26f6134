//! The padded name of the host prefix.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Length of the host prefix in bytes. Built files contain this path; packages are relocated by overwriting it in place,
/// which works for every prefix that is not longer.
pub(super) const HOST_PREFIX_LENGTH: usize = 255;

/// `<build folder>/host_env_placehold_placehold…`, exactly 255 bytes; on Windows `<build folder>\h_env`.
///
/// The platform that sidewinder runs on decides, not the one the package is for.
///
/// # Errors
/// [`Error::PathTooLong`] when even the unpadded path has more than 255 bytes.
pub(super) fn host_prefix(build_dir: &Path) -> Result<PathBuf> {
    if cfg!(windows) {
        return Ok(build_dir.join("h_env"));
    }
    let mut path = build_dir.join("host_env").into_os_string();
    let length = path.len();
    let missing = HOST_PREFIX_LENGTH.checked_sub(length).ok_or(Error::PathTooLong { length })?;
    path.push("_placehold".chars().cycle().take(missing).collect::<String>());
    Ok(path.into())
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn with_base_length(length: usize) -> PathBuf {
        let rest = length - "/host_env".len();
        PathBuf::from(format!("/{}", "d".repeat(rest - 1)))
    }

    #[test]
    fn the_whole_path_has_255_bytes() {
        for length in 58..=255 {
            let prefix = host_prefix(&with_base_length(length)).unwrap();
            assert_eq!(prefix.as_os_str().len(), 255, "base of {length} bytes");
        }
    }

    #[test]
    fn the_padding_starts_after_the_base() {
        let prefix = host_prefix(&with_base_length(58)).unwrap();
        let name = prefix.file_name().unwrap().to_str().unwrap();
        assert_eq!(name, format!("host_env{}_placeh", "_placehold".repeat(19)));
        let prefix = host_prefix(&with_base_length(247)).unwrap();
        assert!(prefix.to_str().unwrap().ends_with("/host_env_placeho"));
        let prefix = host_prefix(&with_base_length(255)).unwrap();
        assert!(prefix.to_str().unwrap().ends_with("/host_env"));
    }

    #[test]
    fn a_path_that_does_not_fit_is_an_error() {
        let error = host_prefix(&with_base_length(256)).unwrap_err();
        assert!(matches!(error, Error::PathTooLong { length: 256 }));
    }

    #[test]
    fn length_counts_bytes() {
        let prefix = host_prefix(Path::new("/tmp/äöü/日本")).unwrap();
        assert_eq!(prefix.as_os_str().len(), 255);
    }
}
