//! Settings of one run.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::limits::Limits;

/// How much of each stream is kept in memory unless the caller says otherwise.
const DEFAULT_MAX_OUTPUT_BYTES: u64 = 16 * 1024 * 1024;

/// Settings of one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct RunOptions {
    /// Print each command as it runs (`bash -x`). Default: false.
    pub trace: bool,
    /// Stop the run with all its processes after this many milliseconds. Default: no limit.
    pub timeout_ms: Option<f64>,
    /// Additional variables; they override those of the build.
    #[cfg_attr(feature = "typescript", ts(type = "Record<string, string>"))]
    pub env: IndexMap<String, String>,
    /// What the script reads from its standard input. Default: nothing.
    pub stdin: Option<String>,
    /// Let the run go on when this process ends before it; the output goes to the log then, unless the recipe has secrets,
    /// which could not be masked. Default: false, the run ends with its process, however that ends.
    pub keep_running: bool,
    /// What it may use; for what this leaves open, the session's limits hold.
    pub limits: Limits,
    /// Keep at most this many bytes of each stream in memory, head and tail; the rest is counted. Default: 16 MiB.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub max_output_bytes: Option<u64>,
}

impl RunOptions {
    /// How many bytes of each stream are kept.
    pub(super) fn output_limit(&self) -> usize {
        usize::try_from(self.max_output_bytes.unwrap_or(DEFAULT_MAX_OUTPUT_BYTES)).unwrap_or(usize::MAX)
    }
}

/// A command to run in the environment of the build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum Command {
    /// A line for the shell.
    Line(String),
    /// A program and its arguments, which no shell reads.
    Program(Vec<String>),
}
