//! Kinds of failures.

use serde::{Deserialize, Serialize};

/// What kind of failure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A command is not on the PATH, or not installed.
    MissingCommand,
    /// A file or folder that a step reads or writes does not exist.
    MissingFile,
    /// A C, C++, Cython or Fortran file to include does not exist.
    MissingHeader,
    /// A linker, a loader or a configure step does not find a library.
    MissingLibrary,
    /// A Python module or distribution is not installed.
    MissingPythonModule,
    /// pkg-config does not know a module, or not in the required version.
    MissingPkgConfig,
    /// CMake does not find a package, or not in the required version.
    MissingCmakePackage,
    /// A Perl module is not installed.
    MissingPerlModule,
    /// An R package is not installed.
    MissingRPackage,
    /// `autoreconf` does not find the macro file of a tool or library.
    MissingAutotoolsMacro,
    /// A tool or package is installed in a version that does not fit.
    VersionMismatch,
    /// A build tool cannot find out the version of the project.
    VersionUnknown,
    /// A shell or Python script does not parse.
    SyntaxError,
    /// A script uses a variable that is not set, with `set -u`.
    UnboundVariable,
    /// A configure step stopped with a message of the project.
    ConfigureFailed,
    /// A file that a step creates exists already.
    FileExists,
    /// No linked library defines a symbol.
    UndefinedSymbol,
    /// The linker finds more than one definition of a symbol.
    MultipleDefinition,
    /// Objects were compiled without `-fPIC`.
    NotPositionIndependent,
    /// A file is for another architecture or platform.
    WrongArchitecture,
    /// A compiler rejects the sources or its options.
    CompileError,
    /// Tests ran and failed.
    TestFailure,
    /// The operating system does not permit an operation.
    Permission,
    /// A host cannot be reached, or a download failed.
    Network,
    /// A step needs the network, but runs offline or with a lock file that does not fit.
    Offline,
    /// A download or an archive is damaged, or does not have the expected checksum.
    CorruptFile,
    /// The disk or a quota is full.
    DiskFull,
    /// A process ran out of memory, or was killed for it.
    OutOfMemory,
    /// A patch does not apply.
    PatchFailed,
    /// A step needs a checkout of a version control system.
    Vcs,
    /// A program failed on an internal error of its own.
    Crash,
    /// The run, or a step of it, exceeded its time limit.
    Timeout,
    /// The run exceeded a limit of memory, processor time, processes, disk space or output.
    Limit,
    /// An activation script of a package failed, so that the build script did not run.
    ActivationFailed,
    /// A signal ended a program.
    Signal,
    /// Anything else.
    Other,
}

impl FindingKind {
    /// Lower comes first: a full disk explains a compile error, which explains a failed test.
    pub(crate) const fn rank(self) -> u8 {
        match self {
            Self::DiskFull | Self::OutOfMemory | Self::Timeout | Self::Limit | Self::ActivationFailed => 0,
            Self::CorruptFile | Self::PatchFailed | Self::WrongArchitecture => 1,
            Self::TestFailure => 5,
            Self::UndefinedSymbol | Self::CompileError | Self::ConfigureFailed | Self::Crash | Self::FileExists => 4,
            Self::MissingFile | Self::Signal | Self::Permission | Self::SyntaxError | Self::Vcs => 3,
            Self::Other => 7,
            _ => 2,
        }
    }
}
