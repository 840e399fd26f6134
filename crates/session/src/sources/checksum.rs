//! Checksums of sources.

use std::io::Read;
use std::path::Path;

use md5::Md5;
use sha2::{Digest, Sha256};

use super::task::Cancellable;
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// What the recipe says about a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) sha256: Option<String>,
    pub(crate) md5: Option<String>,
}

impl Expected {
    /// Checksums in lower case; an empty text means none.
    pub(crate) fn new(sha256: Option<&str>, md5: Option<&str>) -> Self {
        let normal = |text: Option<&str>| text.map(|t| t.trim().to_ascii_lowercase()).filter(|t| !t.is_empty());
        Self { sha256: normal(sha256), md5: normal(md5) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sha256.is_none() && self.md5.is_none()
    }

    /// Compares, SHA-256 first.
    ///
    /// # Errors
    /// [`Error::Checksum`].
    pub(crate) fn verify(&self, actual: &Actual, location: &str) -> Result<()> {
        for (algorithm, expected, actual) in [("sha256", &self.sha256, &actual.sha256), ("md5", &self.md5, &actual.md5)]
        {
            if let Some(expected) = expected
                && expected != actual
            {
                return Err(Error::Checksum {
                    location: location.to_owned(),
                    algorithm,
                    expected: expected.clone(),
                    actual: actual.clone(),
                });
            }
        }
        Ok(())
    }
}

/// What a file has, as lower case hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Actual {
    pub(crate) sha256: String,
    pub(crate) md5: String,
}

/// Both checksums at once, fed piece by piece.
#[derive(Default)]
pub(crate) struct Hasher {
    sha256: Sha256,
    md5: Md5,
}

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.md5.update(bytes);
    }

    pub(crate) fn finish(self) -> Actual {
        Actual { sha256: hex::encode(self.sha256.finalize()), md5: hex::encode(self.md5.finalize()) }
    }
}

/// Checksums of a file.
///
/// # Errors
/// [`Error::Io`], [`Error::Cancelled`].
pub(crate) fn of_file(path: &Path, cancel: &Cancel) -> Result<Actual> {
    let file = fs_err::File::open(path).map_err(Error::io("cannot read", path))?;
    let mut reader = Cancellable::new(file, cancel);
    let mut hasher = Hasher::default();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = reader.read(&mut buffer).map_err(|error| match cancel.check() {
            Err(cancelled) => cancelled.into(),
            Ok(()) => Error::io("cannot read", path)(error),
        })?;
        match buffer.get(..read) {
            Some([]) | None => return Ok(hasher.finish()),
            Some(bytes) => hasher.update(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn both_checksums_are_compared_and_sha256_comes_first() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs_err::write(&path, "abc").unwrap();
        let actual = of_file(&path, &Cancel::new()).unwrap();
        assert_eq!(actual.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(actual.md5, "900150983cd24fb0d6963f7d28e17f72");
        Expected::new(Some(&actual.sha256.to_uppercase()), Some(&actual.md5)).verify(&actual, "a").unwrap();
        let error = Expected::new(Some("00"), Some("11")).verify(&actual, "a").unwrap_err();
        assert!(matches!(error, Error::Checksum { algorithm: "sha256", .. }));
        let error = Expected::new(None, Some("11")).verify(&actual, "a").unwrap_err();
        assert!(matches!(error, Error::Checksum { algorithm: "md5", .. }));
    }
}
