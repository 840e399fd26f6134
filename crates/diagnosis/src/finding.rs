//! The result of a diagnosis: causes, their evidence and what fixes them.

use serde::{Deserialize, Serialize};

use crate::fixes::Fix;
pub use crate::kind::FindingKind;

/// One cause of a failure, with its evidence and the changes that may fix it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What kind of failure this is.
    pub kind: FindingKind,
    /// Whether this caused the failure, follows from it, or only helps to understand it.
    pub role: Role,
    /// How certain the role is.
    pub confidence: Confidence,
    /// What went wrong, in one sentence.
    pub message: String,
    /// What is missing or broken: the command, file, header, module or symbol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The line of output that shows the cause, and the lines that belong to it.
    pub evidence: Evidence,
    /// Where the error is in the sources, if the tool reports it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Location>,
    /// The version that is required, as the tool writes it, e.g. `>= 1.22`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<String>,
    /// The version that is installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The line of the build script that was running, from 1, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script_line: Option<u32>,
    /// Packages that provide the subject, best match first.
    pub suggestions: Vec<Suggestion>,
    /// Changes that may fix the cause, best first.
    pub fixes: Vec<Fix>,
}

impl Finding {
    /// A finding without evidence, to look up what may provide its subject.
    pub(crate) fn about(kind: FindingKind, subject: &str) -> Self {
        let evidence = Evidence { stream: Stream::Stderr, line: 1, text: String::new(), ranges: Vec::new() };
        let mut finding = Self::new(kind, String::new(), Some(subject.to_owned()), evidence);
        (finding.role, finding.confidence) = (Role::Hint, Confidence::Low);
        finding
    }

    /// A cause with high confidence.
    pub(crate) fn new(kind: FindingKind, message: String, subject: Option<String>, evidence: Evidence) -> Self {
        Self {
            kind,
            role: Role::Cause,
            confidence: Confidence::High,
            message,
            subject,
            evidence,
            at: None,
            required: None,
            found: None,
            script_line: None,
            suggestions: Vec::new(),
            fixes: Vec::new(),
        }
    }
}

/// How a finding relates to the failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It made the run fail.
    Cause,
    /// Another finding made it happen: fixing that one is enough.
    Consequence,
    /// It may have to do with the failure, or with nothing.
    Hint,
}

/// How certain a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A guess: tools also print this line in runs that succeed.
    Low,
    /// Likely, but the output does not show that it ended the run.
    Medium,
    /// The tool reports it as the error that stopped it.
    High,
}

/// Lines of output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// The stream of the line.
    pub stream: Stream,
    /// Number of the line in the text of the stream, from 1; 1 with an empty text if no line shows the cause.
    pub line: u32,
    /// The line, without colors.
    pub text: String,
    /// All lines that belong to the finding, in order: the whole message and repetitions of it.
    pub ranges: Vec<LineRange>,
}

/// Lines of one stream, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LineRange {
    /// The stream of the lines.
    pub stream: Stream,
    /// The first line, from 1.
    pub first: u32,
    /// The last line.
    pub last: u32,
}

/// A location in a source file, as a tool reports it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// The file, as the tool writes it.
    pub file: String,
    /// The line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What the tool says about it, or the source line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A package that may provide what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    /// The package name, which is also a match spec.
    pub spec: String,
    /// The environment that needs it.
    pub environment: Environment,
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

impl std::fmt::Display for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Build => "build",
            Self::Host => "host",
        })
    }
}
