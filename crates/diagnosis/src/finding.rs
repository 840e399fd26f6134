//! What went wrong in a run, as far as its output tells.

use std::fmt;

use serde::{Deserialize, Serialize};

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
    /// The line of the build script that was running, from 1, when known.
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
    /// Its number in the text that the result has, from 1; 1 with an empty text where no line says so.
    pub line: u32,
    /// The line, without colors.
    pub text: String,
}

/// A package that would help.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    /// What to ask for: a match spec.
    pub spec: String,
    /// In which environment.
    pub environment: Environment,
}

/// Kinds of causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

/// One of the two streams of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// One of the two environments of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Tools that run on the build platform.
    Build,
    /// Libraries and interpreters for the host platform.
    Host,
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Build => "build",
            Self::Host => "host",
        })
    }
}
