//! What a caller may choose.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::environment::EnvironmentLock;
use crate::script::{Limits, Sandbox};

/// Settings of a session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct SessionOptions {
    /// Channel names, URLs or folders, highest priority first. Default: the `channel_sources` of the variant, if a variant
    /// file sets them, otherwise `conda-forge`; an empty list means none.
    pub channels: Option<Vec<String>>,
    /// How channels of lower priority are treated. Default: strict.
    pub channel_priority: ChannelPriority,
    /// Where the build folder goes. Default: a new temporary folder, removed when the session is closed.
    pub output_dir: Option<PathBuf>,
    /// Package, repodata and source caches. Default: those rattler and pixi share on this machine.
    pub cache_dir: Option<PathBuf>,
    /// Gives the build folder a stable name (default) or a time-stamped one.
    pub no_build_id: Option<bool>,
    /// Use nothing but caches and local channels.
    pub offline: bool,
    /// Ignore packages that were uploaded after this moment, as RFC 3339.
    pub exclude_newer: Option<String>,
    /// Addresses of channels or sources (or of their folders), each with the addresses that are asked in its place, the
    /// most wanted first, e.g. `{"https://conda.example.org": ["https://mirror.example.org"]}`. Go before those of
    /// rattler's configuration; an empty list removes those.
    pub mirrors: BTreeMap<String, Vec<String>>,
    /// Credentials file; default: the store, the keyring and the files that conda tools share.
    pub auth_file: Option<PathBuf>,
    /// What the script sees of this process's environment.
    pub isolation: Isolation,
    /// Names of variables of this process that the script sees all the same.
    pub pass_env: Vec<String>,
    /// Whether the script may reach the network. Default: yes. Without, it has a loopback of its own and nothing else, which
    /// needs Linux user namespaces.
    pub network: Option<bool>,
    /// The exact packages to install, as [`crate::session::DebugSession::lock`] returns them. Default: the environments
    /// are solved.
    pub lock: Option<EnvironmentLock>,
    /// Whether environments share the files of packages with other sessions. Default: shared.
    pub packages: PackageSharing,
    /// What each run may use; those of a run override them. Default: no limits.
    pub limits: Limits,
    /// What scripts may do: `true` lets them write only to the session's and temporary folders, and keeps signals, ptrace,
    /// mounts and abstract sockets inside. Requires Linux 6.12. Default: false.
    pub sandbox: Option<Sandbox>,
    /// What is done about the staging output that an output builds on, if it does.
    pub staging: Staging,
    /// What is done about a source that names an attestation (`source.attestation`): signatures are not checked.
    pub attestation: AttestationCheck,
    /// What is done about entries of source archives that cannot be unpacked safely. Default: they are skipped with a
    /// warning.
    pub archive_entries: ArchiveEntries,
}

/// What is done about entries of an archive that lead out of it, are repeated, conflict with each other, or are not files: links to
/// elsewhere, links in a loop, duplicates, FIFOs and devices. Nothing is ever written outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum ArchiveEntries {
    /// They are skipped with a warning that names them; of duplicates the last one is used.
    #[default]
    Skip,
    /// The archive is refused.
    Refuse,
}

/// What is done about files that a changed recipe and edits in the session changed in ways that do not go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum ConflictChoice {
    /// Nothing is changed, and an error lists them.
    #[default]
    Fail,
    /// They become what the recipe says; the edits are lost.
    Recipe,
    /// They stay as they were edited.
    Local,
}

/// Whether environments share the files of packages with other sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum PackageSharing {
    /// Hard links to sidewinder's own package pool: no time and no disk space for copies. Files that a script edits in place
    /// are detected after the run, become private to the session, and are repaired everywhere else.
    #[default]
    Shared,
    /// Copies of all files, for recipes that are not trusted.
    Private,
}

/// What is done about a source that names an attestation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum AttestationCheck {
    /// It is not fetched: its author requires a check, and that cannot be done.
    #[default]
    Refuse,
    /// It is fetched as if it named none, with a warning; a checksum is checked as ever.
    Skip,
}

/// What is done about the staging output that an output builds on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Staging {
    /// It is built, unless that was done before, and the output is set up with what it made.
    #[default]
    Build,
    /// It is what the session is about: its sources, environments and script, not those of the output.
    Debug,
}

/// How channels of lower priority are treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum ChannelPriority {
    /// A package is taken from the first channel that has its name.
    #[default]
    Strict,
    /// As strict, but later channels are used where the first has no fitting version.
    Flexible,
    /// All channels are one.
    Disabled,
}

/// What the script sees of this process's environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Isolation {
    /// Nothing but the named variables.
    #[default]
    Strict,
    /// Everything.
    None,
}
