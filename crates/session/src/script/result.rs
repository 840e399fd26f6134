//! The result of a run.

use serde::{Deserialize, Serialize};
use sidewinder_diagnosis::{Environment, Finding};

use super::activation_failure::ActivationFailure;
use super::limits::LimitKind;
use super::usage::Usage;

/// The result of a run. A script that fails is a result, not an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ScriptResult {
    /// 0 for success; 128 + n when ended by signal n, as in a shell.
    pub exit_code: i32,
    /// Name of the signal that ended it, e.g. `SIGKILL`.
    pub signal: Option<String>,
    /// Whether it ran and exited with 0.
    pub success: bool,
    /// Whether it was stopped by `timeoutMs`.
    pub timed_out: bool,
    /// Whether the activation failed: then the script did not run, and the exit code is that of the activation.
    pub activation_failed: bool,
    /// Which activation script failed, and where; null when the activation did not fail.
    pub activation: Option<ActivationFailure>,
    /// Standard output, without what was left out.
    pub stdout: String,
    /// Standard error, without what was left out.
    pub stderr: String,
    /// Bytes left out of each stream.
    pub omitted: Omitted,
    /// The complete output, both streams in the order in which they came; the next run overwrites it.
    pub log_path: String,
    /// Why the log is incomplete, e.g. because the disk is full; null when it is complete.
    pub log_error: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// What it used.
    pub usage: Usage,
    /// The limit that ended it; null when none did.
    pub limit: Option<LimitKind>,
    /// What went wrong, as far as the output shows; empty on success.
    pub diagnosis: Vec<Finding>,
    /// Installed files that were edited or replaced since the last run, sorted by package and path. A build should not
    /// change what it depends on.
    #[serde(default)]
    pub edited_packages: Vec<EditedPackage>,
}

/// An installed file that a script edited or replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct EditedPackage {
    /// The name of its package.
    pub package: String,
    /// Its path, relative to the prefix of the environment.
    pub path: String,
    /// The environment.
    pub environment: Environment,
}

/// Bytes left out of each stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Omitted {
    /// Of standard output.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub stdout: u64,
    /// Of standard error.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub stderr: u64,
}
