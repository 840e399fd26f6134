//! What went wrong in a run, as far as its output tells.

use serde::{Deserialize, Serialize};

use super::output::Stream;
use crate::progress::Environment;

/// One cause of failure, with the evidence and a way to act on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Which kind of cause.
    pub kind: FindingKind,
    /// What went wrong, in a sentence.
    pub message: String,
    /// What is missing or broken: the command, file, header, module, symbol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The line of output that says so.
    pub evidence: Evidence,
    /// The line of the build script that was running, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script_line: Option<u32>,
    /// Packages that would help, best first.
    pub suggestions: Vec<Suggestion>,
}

/// A line of output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// Where it was written to.
    pub stream: Stream,
    /// Its number, from 1.
    pub line: u32,
    /// The line.
    pub text: String,
}

/// A package that would help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    /// What to ask for.
    pub spec: String,
    /// In which environment.
    pub environment: Environment,
}

/// Kinds of causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it all")]
pub enum FindingKind {
    MissingCommand,
    MissingFile,
    MissingHeader,
    MissingLibrary,
    MissingPythonModule,
    MissingPkgConfig,
    MissingCmakePackage,
    UndefinedSymbol,
    CompileError,
    TestFailure,
    Permission,
    Network,
    DiskFull,
    OutOfMemory,
    PatchFailed,
    Timeout,
    Signal,
    Other,
}
