//! Makes conda packages from what a build installed into its prefix.
//!
//! Prefix → [`select`] (which files) → [`process`] (run paths, byte code, entry points) → [`content`] (each file is read
//! once: hashed, searched, compressed) → [`info`] (metadata) → [`check`] → [`archive`] (into the channel folder).
//!
//! Everything in the prefix is untrusted: a build script put it there. Files are opened without following symlinks, and
//! devices, pipes and sockets are errors.

mod archive;
mod assemble;
mod check;
mod content;
mod error;
pub mod globs;
mod index;
mod info;
mod monitor;
mod options;
mod parallel;
mod prefix;
mod process;
mod report;
mod request;
mod select;

pub use assemble::{build, files};
pub use check::contents_problems;
pub use error::{Error, Result};
pub use index::{index, withdraw};
pub use monitor::{Monitor, Unwatched};
pub use options::{ArchiveFormat, PackageOptions};
pub use prefix::paths_below;
pub use process::linking::libraries;
pub use report::{BuiltPackage, PackageWarning, PackagedFile, PackagedFileKind, PrefixKind};
pub use request::{
    Configuration, Dependency, Folders, Origin, PackageRequest, Program, ProgramOutput, Recorded, RecordedStaging,
    ResolvedScript, RunDependencies, RunExports,
};
