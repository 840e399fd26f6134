//! What a caller may choose about a patch, and what it gets.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Settings of a patch that is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchOptions {
    /// File name without `.patch`. Default: `changes`.
    pub name: Option<String>,
    /// Where the file goes. Default: the recipe's folder.
    pub output_dir: Option<PathBuf>,
    /// Whether a file of that name may be replaced.
    pub overwrite: bool,
    /// Globs of files whose changes and deletions are taken. Default: all. In these globs `*` crosses `/`, a glob
    /// without `/` matches at every depth, and what matches a folder matches all below.
    pub include: Vec<String>,
    /// Globs of files that are left out.
    pub exclude: Vec<String>,
    /// Globs of new files that are taken; others are not, as a build leaves many.
    pub add: Vec<String>,
    /// Whether nothing is written.
    pub dry_run: bool,
    /// Whether the recipe file names the patch as well: at the end of the `patches` of the source that it is for. Comments
    /// and layout stay.
    pub update_recipe: bool,
}

/// A patch that was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Patch {
    /// The unified diff; empty where nothing changed. Bytes that are not Unicode are replaced here, and kept in the
    /// file.
    pub text: String,
    /// The file it was written to; null where nothing changed, or nothing was to be written.
    pub path: Option<PathBuf>,
    /// The recipe file, where it was changed to name the patch.
    pub recipe: Option<PathBuf>,
    /// The files in it, by path.
    pub files: Vec<PatchedFile>,
    /// Files that changed but cannot be in a patch.
    pub skipped: Vec<SkippedFile>,
    /// The sources whose files are in it, counted from 0 in the order of the recipe.
    pub sources: Vec<usize>,
}

/// A file in a patch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PatchedFile {
    /// Relative to the work folder, with `/`.
    pub path: String,
    /// What happened to it.
    pub change: Change,
}

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Its content or its mode is another.
    Modified,
    /// It is new.
    Added,
    /// It is gone.
    Deleted,
}

/// A file that changed but cannot be in a patch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SkippedFile {
    /// Relative to the work folder, with `/`.
    pub path: String,
    /// Why not.
    pub reason: String,
}
