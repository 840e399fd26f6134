//! What is searched for.

use rattler_conda_types::Subdir;
use serde::{Deserialize, Serialize};
use sidewinder_search::SearchKind;

use crate::error::{Error, Result};

/// Number of packages in a result by default.
const LIMIT: usize = 20;
/// Number of archives by default whose lists of files are read from a server.
const DOWNLOADS: usize = 20;

/// What is searched for, and how far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct SearchRequest {
    /// A name, a pattern with `*` or a match spec; or the name of the file that is wanted.
    pub query: String,
    /// What is searched for. Default: what `query` looks like; `zlib.h` is a header, `libz.so.1` a library.
    pub kind: Option<SearchKind>,
    /// Platform of the packages; those for `noarch` are always searched, too. Default: that of this machine.
    pub platform: Option<String>,
    /// Maximum number of packages in the result. Default: 20.
    pub limit: Option<usize>,
    /// Maximum number of archives whose lists of files are read from a server, by requests for a part of the archive where
    /// the server allows that. Default: 20.
    pub max_downloads: Option<usize>,
}

impl SearchRequest {
    pub(super) fn kind(&self) -> SearchKind {
        self.kind.unwrap_or_else(|| SearchKind::of_text(&self.query))
    }

    pub(super) fn limit(&self) -> usize {
        self.limit.unwrap_or(LIMIT)
    }

    pub(super) fn max_downloads(&self) -> usize {
        self.max_downloads.unwrap_or(DOWNLOADS)
    }

    /// The query without white space around it.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] when nothing is left, or more than any name has.
    pub(super) fn text(&self) -> Result<&str> {
        let text = self.query.trim();
        let reason = if text.is_empty() {
            "expected the name of a package or file, found an empty text"
        } else if text.len() > 1000 {
            "too long for the name of a package or file (limit 1000 bytes)"
        } else {
            return Ok(text);
        };
        Err(Error::InvalidOption { option: "query", reason: reason.to_owned() })
    }

    /// # Errors
    /// [`Error::InvalidOption`] for a platform that conda does not know.
    pub(super) fn platform(&self) -> Result<Subdir> {
        let unknown = |name: &str| Error::InvalidOption {
            option: "platform",
            reason: format!("unknown platform `{name}`; expected one like `linux-64`"),
        };
        match &self.platform {
            Some(name) => name.parse().map_err(|_| unknown(name)),
            None => Subdir::current().ok_or_else(|| unknown(std::env::consts::OS)),
        }
    }
}
