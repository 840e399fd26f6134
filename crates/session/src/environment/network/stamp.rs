//! Files by their content, as far as that can be told without reading them.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A file at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Stamped {
    pub(super) path: PathBuf,
    /// When it was changed and how large it is; nothing if it does not exist.
    state: Option<(Option<SystemTime>, u64)>,
}

impl Stamped {
    pub(super) fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let state = fs_err::metadata(&path).ok().map(|data| (data.modified().ok(), data.len()));
        Self { path, state }
    }

    pub(super) fn exists(&self) -> bool {
        self.state.is_some()
    }

    /// The file that a variable of the environment names.
    pub(super) fn named_by(variable: &str) -> Option<Self> {
        std::env::var_os(variable).filter(|value| !value.is_empty()).map(|value| Self::new(Path::new(&value)))
    }
}
