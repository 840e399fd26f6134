//! What a source has become before it is copied into the work folder.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::selection::Selection;

/// The pristine form of a source: nobody changes it, so patches can be made against it later.
///
/// Paths are absolute, or relative to the build folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Origin {
    /// A folder.
    Tree {
        /// The folder.
        root: PathBuf,
        /// What of it is taken.
        selection: Selection,
    },
    /// One file.
    File {
        /// The file.
        path: PathBuf,
        /// Name that it gets in the work folder.
        name: String,
    },
}
