//! Everything that can go wrong while packages are installed. All messages are made here.

use std::error::Error as StdError;
use std::path::{Path, PathBuf};

use crate::cancel::Cancelled;
use crate::redact::chain;

/// What the functions of this crate return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why packages could not be installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller stopped the work.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),

    /// A package cannot be downloaded, extracted, validated or linked.
    #[error("{reason}")]
    Package {
        /// The prefix it was for, where it was for one.
        prefix: Option<PathBuf>,
        /// The file name of the package, where one package is to blame.
        package: Option<String>,
        /// What is wrong, with all causes and without secrets.
        reason: String,
        /// The error of the library that reported it; an HTTP status can be found in it.
        #[source]
        cause: Option<Box<dyn StdError + Send + Sync>>,
    },

    /// A file operation failed.
    #[error("{action} `{}`: {source}", path.display())]
    Io {
        /// What was tried, e.g. `cannot write`.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },

    /// A bug in sidewinder.
    #[error("internal error: {reason}")]
    Internal {
        /// What happened.
        reason: String,
    },
}

impl Error {
    /// A failed file operation, for `map_err`.
    pub fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    /// A package that a library could not handle.
    pub(crate) fn package(
        prefix: Option<&Path>,
        package: Option<String>,
        cause: impl StdError + Send + Sync + 'static,
    ) -> Self {
        let reason = chain(&cause);
        let reason = match &package {
            Some(package) if !reason.contains(package.as_str()) => format!("{package}: {reason}"),
            _ => reason,
        };
        Self::Package { prefix: prefix.map(Path::to_path_buf), package, reason, cause: Some(Box::new(cause)) }
    }

    /// A package that failed validation.
    pub(crate) fn refused(prefix: &Path, package: String, reason: &str) -> Self {
        let reason = format!("{package}: {reason}");
        Self::Package { prefix: Some(prefix.to_path_buf()), package: Some(package), reason, cause: None }
    }

    /// The prefix that the error is about, where it is about one.
    #[must_use]
    pub fn prefix(&self) -> Option<&Path> {
        match self {
            Self::Package { prefix, .. } => prefix.as_deref(),
            _ => None,
        }
    }
}
