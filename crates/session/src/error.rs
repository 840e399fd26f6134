//! Everything that can go wrong in a session, each with a stable code. All messages are made here.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use sidewinder_installer::exhaustion;

use crate::cancel::Cancelled;
use crate::environment::{Conflict, NearestPackages};
use crate::error_code::ErrorCode;
use crate::http_failure::HttpFailure;
use crate::progress::Environment;

/// What the functions of this crate return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong in a session.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller stopped the work.
    #[error("the operation was cancelled")]
    Cancelled,

    /// An option has a value that it does not take.
    #[error("invalid option `{option}`: {reason}")]
    InvalidOption {
        /// Name of the option as the SDK spells it.
        option: &'static str,
        /// What is wrong with it.
        reason: String,
    },

    /// The rendered variant cannot be read or names something that must not become a path.
    #[error("invalid rendered variant: {reason}")]
    InvalidVariant {
        /// What is wrong with it.
        reason: String,
    },

    /// The build folder's path leaves no room for the padded host prefix.
    #[error(
        "the output folder's path is too long: the host prefix would start with {length} bytes, and 255 are its whole length"
    )]
    PathTooLong {
        /// Length of `<build folder>/host_env` in bytes.
        length: usize,
    },

    /// The output folder's path cannot be part of `PATH`.
    #[error(
        "invalid option `outputDir`: `{}` has a `:` in it, which parts the folders of PATH: no program of the environments would be found",
        path.display()
    )]
    UnusableOnPath {
        /// The output folder, or the folder that it would be made in.
        path: PathBuf,
    },

    /// A file operation failed.
    #[error("{action} `{}`: {source}", path.display())]
    Io {
        /// What was tried, e.g. `cannot write`.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },

    /// A channel's name, URL or folder cannot be used.
    #[error("cannot use channel `{channel}`: {reason}")]
    Channel {
        /// The channel, without secrets.
        channel: String,
        /// What is wrong with it.
        reason: String,
        /// The server's answer, where that is why.
        http: Option<HttpFailure>,
    },

    /// A dependency cannot be read.
    #[error("invalid dependency `{spec}`: {reason}")]
    InvalidSpec {
        /// The dependency.
        spec: String,
        /// What is wrong with it.
        reason: String,
    },

    /// A pin names a package that does not exist.
    #[error("cannot apply {kind}('{name}'): {reason}")]
    Pin {
        /// `pin_subpackage` or `pin_compatible`.
        kind: &'static str,
        /// The name in the pin.
        name: String,
        /// What is wrong.
        reason: String,
    },

    /// No set of packages fulfils all requirements.
    #[error("cannot solve the {environment} environment:\n{explanation}")]
    Solve {
        /// Which environment.
        environment: Environment,
        /// The solver's explanation.
        explanation: String,
        /// The same as data, where the solver gives it.
        conflict: Option<Box<Conflict>>,
        /// What is near the requirements that no package fulfills.
        nearest: Vec<NearestPackages>,
    },

    /// A lock cannot be installed.
    #[error("cannot install from the lock: {reason}")]
    Lock {
        /// What is wrong, naming the package or the requirement.
        reason: String,
    },

    /// The run exports of a package cannot be read.
    #[error("cannot read the run exports of `{package}`: {reason}")]
    RunExports {
        /// The package.
        package: String,
        /// What is wrong.
        reason: String,
        /// The server's answer, where that is why.
        http: Option<HttpFailure>,
    },

    /// A package cannot be downloaded, unpacked or linked.
    #[error("cannot install into the {environment} environment: {reason}")]
    Install {
        /// Which environment.
        environment: Environment,
        /// The package, where one is to blame.
        package: Option<String>,
        /// What is wrong, with all causes.
        reason: String,
        /// The server's answer, where that is why.
        http: Option<HttpFailure>,
    },

    /// A source cannot be fetched or unpacked.
    #[error("cannot fetch source `{location}`: {reason}")]
    Source {
        /// URL or path, without secrets.
        location: String,
        /// What is wrong.
        reason: String,
        /// The server's answer, where that is why.
        http: Option<HttpFailure>,
    },

    /// A source has another checksum than the recipe says.
    #[error("{algorithm} checksum of `{location}` does not match: expected {expected}, got {actual}")]
    Checksum {
        /// URL or path, without secrets.
        location: String,
        /// `sha256` or `md5`.
        algorithm: &'static str,
        /// What the recipe says.
        expected: String,
        /// What the file has.
        actual: String,
    },

    /// A source names an attestation, whose signatures cannot be checked.
    #[error("source `{location}` names an attestation, and signatures cannot be checked")]
    Attestation {
        /// URL, without secrets.
        location: String,
    },

    /// A patch cannot be read or applied.
    #[error("cannot apply patch `{patch}`: {reason}")]
    Patch {
        /// The patch.
        patch: String,
        /// What is wrong, naming file and hunk.
        reason: String,
    },

    /// No patch can be made of what was changed.
    #[error("cannot make patch `{patch}`: {reason}")]
    MakePatch {
        /// The patch.
        patch: String,
        /// Why not.
        reason: String,
    },

    /// The build script cannot be made from the recipe.
    #[error("cannot write the build script: {reason}")]
    Script {
        /// What is wrong.
        reason: String,
    },

    /// The script of the staging output that an output builds on failed.
    #[error("the script of the staging output `{name}` ended with {exit_code}; the last of what it wrote:\n{output}")]
    Staging {
        /// The staging output.
        name: String,
        /// What the script ended with.
        exit_code: i32,
        /// The end of its output.
        output: String,
    },

    /// A file or folder of the session that a run needs is gone.
    #[error("{reason}")]
    Missing {
        /// What is gone, and where it should be.
        reason: String,
    },

    /// A folder of the session was replaced; nothing is written to what is in its place.
    #[error("`{}` is not the session's own folder any more: {by}", path.display())]
    Replaced {
        /// The folder.
        path: PathBuf,
        /// What is in its place.
        by: String,
    },

    /// A changed recipe and edits made in the session do not go together; nothing was changed.
    #[error("the recipe's changes conflict with edits made in the session:\n{}", conflict_lines(conflicts))]
    SyncConflict {
        /// The files, sorted by path.
        conflicts: Vec<SyncConflict>,
    },

    /// A program cannot be started.
    #[error("cannot start `{program}`: {source}")]
    Spawn {
        /// The program.
        program: String,
        /// Why it failed.
        source: std::io::Error,
    },

    /// The system is out of something: threads, memory, file descriptors or disk space. The same call may succeed later.
    #[error("out of {resource}: {reason}")]
    Exhausted {
        /// What there is too little of.
        resource: &'static str,
        /// What failed for that reason.
        reason: String,
    },

    /// A second run while one is going on, or a folder that another live session holds.
    #[error("{reason}")]
    Busy {
        /// Who holds what.
        reason: String,
    },

    /// The session was closed.
    #[error("the session is closed")]
    Closed,

    /// The folder holds no session.
    #[error("no session in `{}`: {reason}", path.display())]
    NotASession {
        /// The folder.
        path: PathBuf,
        /// What is missing.
        reason: String,
    },

    /// The package cannot be built.
    #[error(transparent)]
    Package(Box<sidewinder_package::Error>),

    /// A mistake in sidewinder itself.
    #[error("internal error: {reason}")]
    Internal {
        /// What happened.
        reason: String,
    },
}

/// A file that a changed recipe and the session both changed, in ways that do not go together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SyncConflict {
    /// Relative to the work folder, with `/` between its parts.
    pub path: String,
    /// What conflicts, with the line where there is one.
    pub reason: String,
}

fn conflict_lines(conflicts: &[SyncConflict]) -> String {
    let lines: Vec<_> = conflicts.iter().map(|SyncConflict { path, reason }| format!("  {path}: {reason}")).collect();
    lines.join("\n")
}

/// An [`Error`] as plain data, for other languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, rename_all = "camelCase")]
pub struct ErrorRecord {
    /// Stable identifier, e.g. `SOLVE_FAILED`.
    pub code: ErrorCode,
    /// The message.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The channel, for `CHANNEL_FAILED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The environment, for `SOLVE_FAILED` and `INSTALL_FAILED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The solver's explanation, for `SOLVE_FAILED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// The same as data, for `SOLVE_FAILED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
    /// Names or versions that are near those that no channel has, for `SOLVE_FAILED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Vec<NearestPackages>>,
    /// URL or path, for `SOURCE_FAILED`, `CHECKSUM_MISMATCH` and `ATTESTATION_UNSUPPORTED`; with a `status` what was
    /// asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The status that a server answered with, where that is why, for `CHANNEL_FAILED`, `RUN_EXPORTS_FAILED`,
    /// `INSTALL_FAILED` and `SOURCE_FAILED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What was expected, for `CHECKSUM_MISMATCH`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What was found, for `CHECKSUM_MISMATCH`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    /// The patch, for `PATCH_FAILED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
    /// The files, for `SYNC_CONFLICT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflicts: Option<Vec<SyncConflict>>,
    /// The file, for `PACKAGE_…` errors that are about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The package, for `INSTALL_FAILED` and `RUN_EXPORTS_FAILED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
}

impl From<Cancelled> for Error {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl Error {
    /// Stable identifier.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            _ if self.exhausted().is_some() => ErrorCode::ResourceExhausted,
            // Covered by the line above.
            Self::Exhausted { .. } => ErrorCode::ResourceExhausted,
            Self::Cancelled => ErrorCode::Cancelled,
            Self::InvalidOption { .. } | Self::UnusableOnPath { .. } => ErrorCode::InvalidOption,
            Self::InvalidVariant { .. } => ErrorCode::InvalidVariant,
            Self::PathTooLong { .. } => ErrorCode::PathTooLong,
            Self::Io { .. } => ErrorCode::IoFailed,
            Self::Channel { .. } => ErrorCode::ChannelFailed,
            Self::InvalidSpec { .. } => ErrorCode::InvalidSpec,
            Self::Pin { .. } => ErrorCode::PinFailed,
            Self::Solve { .. } => ErrorCode::SolveFailed,
            Self::Lock { .. } => ErrorCode::LockFailed,
            Self::RunExports { .. } => ErrorCode::RunExportsFailed,
            Self::Install { .. } => ErrorCode::InstallFailed,
            Self::Source { .. } => ErrorCode::SourceFailed,
            Self::Checksum { .. } => ErrorCode::ChecksumMismatch,
            Self::Attestation { .. } => ErrorCode::AttestationUnsupported,
            Self::Patch { .. } | Self::MakePatch { .. } => ErrorCode::PatchFailed,
            Self::Script { .. } => ErrorCode::ScriptFailed,
            Self::Staging { .. } => ErrorCode::StagingFailed,
            Self::Missing { .. } => ErrorCode::ScriptMissing,
            Self::Replaced { .. } => ErrorCode::FolderReplaced,
            Self::SyncConflict { .. } => ErrorCode::SyncConflict,
            Self::Spawn { .. } => ErrorCode::SpawnFailed,
            Self::Busy { .. } => ErrorCode::SessionBusy,
            Self::Closed => ErrorCode::SessionClosed,
            Self::NotASession { .. } => ErrorCode::NotASession,
            Self::Package(error) => ErrorCode::of(error.code()),
            Self::Internal { .. } => ErrorCode::Internal,
        }
    }

    /// What the system ran out of, if that is why: an error with a code of its own is [`ErrorCode::ResourceExhausted`]
    /// then, because the recipe, the channel or the package is not to blame.
    #[must_use]
    pub fn exhausted(&self) -> Option<&'static str> {
        match self {
            Self::Exhausted { resource, .. } => Some(*resource),
            Self::Io { source, .. } | Self::Spawn { source, .. } => exhaustion::of_io(source),
            // Several libraries pass the text of a cause on, not the cause.
            Self::Channel { reason, .. }
            | Self::RunExports { reason, .. }
            | Self::Install { reason, .. }
            | Self::Source { reason, .. }
            | Self::Patch { reason, .. }
            | Self::MakePatch { reason, .. }
            | Self::Script { reason }
            | Self::Internal { reason } => exhaustion::of_text(reason),
            Self::Package(error) => exhaustion::of_text(&error.to_string()),
            _ => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        if self.code() == ErrorCode::ResourceExhausted {
            return Some("free some of it or raise the limit (`ulimit`, disk quota), then try again".to_owned());
        }
        let hint = match self {
            Self::Package(error) => return error.hint(),
            Self::Solve { nearest, .. } => {
                let hints: Vec<String> = nearest.iter().filter_map(NearestPackages::hint).collect();
                return (!hints.is_empty()).then(|| hints.join("; "));
            }
            Self::PathTooLong { .. } => "give an `outputDir` with a shorter path",
            Self::UnusableOnPath { .. } => {
                "give an `outputDir` without `:` in the whole path; without one, the folder is made in that of `TMPDIR`"
            }
            Self::Checksum { .. } => "if the file is right, put the actual checksum into the recipe",
            Self::Attestation { .. } => {
                "set `attestation: \"skip\"` to do without the check, best with a `sha256` that you trust"
            }
            Self::Staging { .. } => "debug the staging output itself: set the session up with `staging: \"debug\"`",
            Self::Replaced { .. } => "put the folder back, or set the session up again",
            Self::Lock { .. } => "create a new lock: set the session up without `lock`, then call `lock()`",
            Self::SyncConflict { .. } => {
                "undo the edits in the session or in the recipe, or say which side wins with `conflicts: \"recipe\"` or `\"local\"`"
            }
            Self::Busy { .. } => "wait for the other run or session to end, or use another `outputDir`",
            Self::Internal { .. } => "this is a mistake in sidewinder; please report it",
            _ => return None,
        };
        Some(hint.to_owned())
    }

    /// The error as plain data.
    #[must_use]
    pub fn record(&self) -> ErrorRecord {
        let mut record =
            ErrorRecord { code: self.code(), message: self.to_string(), hint: self.hint(), ..ErrorRecord::default() };
        if let Self::Channel { http, .. }
        | Self::RunExports { http, .. }
        | Self::Install { http, .. }
        | Self::Source { http, .. } = self
            && let Some(HttpFailure { status, url }) = http
        {
            record.status = Some(*status);
            record.url = (!url.is_empty()).then(|| url.clone());
        }
        match self {
            Self::Package(error) => record.path = error.path(),
            Self::Channel { channel, .. } => record.channel = Some(channel.clone()),
            Self::Solve { environment, explanation, conflict, nearest } => {
                record.nearest = (!nearest.is_empty()).then(|| nearest.clone());
                record.environment = Some(environment.to_string());
                record.conflict = conflict.as_deref().cloned();
                record.explanation = Some(explanation.clone());
            }
            Self::Install { environment, package, .. } => {
                record.environment = Some(environment.to_string());
                record.package.clone_from(package);
            }
            Self::RunExports { package, .. } => record.package = Some(package.clone()),
            Self::Source { location, .. } | Self::Attestation { location } => record.url = Some(location.clone()),
            Self::Checksum { location, expected, actual, .. } => {
                record.url = Some(location.clone());
                record.expected = Some(expected.clone());
                record.actual = Some(actual.clone());
            }
            Self::SyncConflict { conflicts } => record.conflicts = Some(conflicts.clone()),
            Self::Patch { patch, .. } | Self::MakePatch { patch, .. } => record.patch = Some(patch.clone()),
            _ => {}
        }
        record
    }

    /// An error of the installer, in the terms of a session.
    pub(crate) fn from_installer(error: sidewinder_installer::Error, environment: Environment) -> Self {
        use sidewinder_installer::Error as Installer;
        match error {
            Installer::Cancelled(_) => Self::Cancelled,
            Installer::Io { action, path, source } => Self::Io { action, path, source },
            Installer::Package { package, reason, cause, .. } => {
                if let Some(resource) = cause.as_deref().and_then(|cause| exhaustion::exhausted_resource(cause)) {
                    return Self::Exhausted { resource, reason };
                }
                let http = cause.as_deref().and_then(|cause| HttpFailure::find(cause));
                Self::Install { environment, package, reason, http }
            }
            Installer::Internal { reason } => Self::Internal { reason },
            other => Self::Internal { reason: other.to_string() },
        }
    }

    /// A failed file operation, for `map_err`.
    pub fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}

impl From<sidewinder_package::Error> for Error {
    fn from(error: sidewinder_package::Error) -> Self {
        match error {
            sidewinder_package::Error::Cancelled => Self::Cancelled,
            sidewinder_package::Error::InvalidOption { option, reason } => Self::InvalidOption { option, reason },
            sidewinder_package::Error::Io { action, path, source } => Self::Io { action, path, source },
            sidewinder_package::Error::Index { folder, reason } => {
                Self::Channel { channel: folder.display().to_string(), reason, http: None }
            }
            other => Self::Package(Box::new(other)),
        }
    }
}
