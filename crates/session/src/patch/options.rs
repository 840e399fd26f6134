//! What a caller may choose about a patch, and the result.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Settings of `createPatch`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchOptions {
    /// File name without `.patch`. Default: `changes`.
    pub name: Option<String>,
    /// Where the file goes. Default: the recipe's directory.
    pub output_dir: Option<PathBuf>,
    /// Whether to replace a file of that name. Default: `false`; an existing file is an error.
    pub overwrite: bool,
    /// Globs of files whose changes and deletions are taken. Default: all. In these globs `*` crosses `/`, a glob
    /// without `/` matches at every depth, and a glob that matches a directory matches everything below it.
    pub include: Vec<String>,
    /// Globs of files that are left out.
    pub exclude: Vec<String>,
    /// Globs of new files that are taken. Others are only listed in `newFiles`, as a build leaves many. A new file that a
    /// source file was renamed to is always taken.
    pub add: Vec<String>,
    /// Name of a checkpoint: the patch has the changes since then, and not those that the script made before. Default:
    /// the patch has the changes since the sources were fetched and patched.
    pub since: Option<String>,
    /// Patches that will be applied before this one although the recipe does not list them, in order: this one has only
    /// the changes on top of them. Paths are relative to the recipe's directory.
    pub on_top_of: Vec<PathBuf>,
    /// Whether to write nothing.
    pub dry_run: bool,
    /// Whether to also list the patch in the recipe file: at the end of the `patches` of the source that it is for.
    /// Comments and layout stay.
    pub update_recipe: bool,
}

/// The result of `createPatch`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Patch {
    /// The unified diff; empty where nothing changed. Bytes that are not Unicode are replaced here, and kept in the
    /// file.
    pub text: String,
    /// The file it was written to; null where nothing changed, or with `dryRun`.
    pub path: Option<PathBuf>,
    /// The recipe file, where it was changed to list the patch.
    pub recipe: Option<PathBuf>,
    /// The files in it, by path.
    pub files: Vec<PatchedFile>,
    /// Which of them were renamed.
    pub renamed: Vec<RenamedFile>,
    /// Files that changed but cannot be in a patch.
    pub skipped: Vec<SkippedFile>,
    /// New files that are not in the patch, as `add` does not name them.
    pub new_files: NewFiles,
    /// Files of the patch that changed while the build script ran, and not after: probably by the script (`sed -i`), not
    /// by you. `since` or `exclude` leave them out.
    pub changed_during_run: Vec<String>,
    /// Anything else to know before using the patch.
    pub warnings: Vec<String>,
    /// The sources whose files are in it, counted from 0 in the order of the recipe.
    pub sources: Vec<usize>,
}

/// A file in a patch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PatchedFile {
    /// Relative to the work directory, with `/`.
    pub path: String,
    /// What happened to it. A renamed file is deleted under its old path and added under the new one.
    pub change: Change,
}

/// A file that was renamed, perhaps with changes. Paths are relative to the work directory, with `/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RenamedFile {
    /// Its old path.
    pub from: String,
    /// Its new path.
    pub to: String,
}

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Its content or its mode changed.
    Modified,
    /// It is new.
    Added,
    /// It was deleted.
    Deleted,
}

/// A file that changed but cannot be in a patch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SkippedFile {
    /// Relative to the work directory, with `/`.
    pub path: String,
    /// Why not.
    pub reason: String,
}

/// New files that are not in a patch. Paths are relative to the work directory, with `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct NewFiles {
    /// Text files that look like sources and did not appear while the build script ran: probably yours. Pass them to
    /// `add` to take them.
    pub sources: Vec<String>,
    /// The others: probably output of the build.
    pub build_output: Vec<String>,
}
