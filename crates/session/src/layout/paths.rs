//! The folders as callers see them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Folders and scripts of a session, all absolute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DebugPaths {
    /// Sources and scripts; `$SRC_DIR`.
    pub work_dir: PathBuf,
    /// `$PREFIX`.
    pub host_prefix: PathBuf,
    /// `$BUILD_PREFIX`.
    pub build_prefix: PathBuf,
    /// The script that builds.
    pub build_script: PathBuf,
    /// The script that sets up the build's environment.
    pub build_env_script: PathBuf,
    /// The folder that holds the work folder and both prefixes.
    pub build_dir: PathBuf,
    /// The output folder.
    pub output_dir: PathBuf,
    /// The recipe's folder; `$RECIPE_DIR`.
    pub recipe_dir: PathBuf,
}
