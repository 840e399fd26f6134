//! Everything that can keep a package from being built, each with a stable code. All messages are made here.

use std::path::{Path, PathBuf};

/// What the functions of this crate return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can keep a package from being built. No package is in the channel folder after any of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller stopped the work.
    #[error("the operation was cancelled")]
    Cancelled,

    /// An option has a value that it does not accept.
    #[error("invalid option `{option}`: {reason}")]
    InvalidOption {
        /// Name of the option as the SDK spells it.
        option: &'static str,
        /// What is wrong with it.
        reason: String,
    },

    /// A file operation failed.
    #[error("{action} `{}`: {source}", path.display())]
    Io {
        /// What was tried, e.g. `failed to read`.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },

    /// A file in `conda-meta` is not a valid record of an installed package.
    #[error("invalid package record `{}`: {reason}", path.display())]
    Record {
        /// The record.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// A path that `RATTLER_BUILD_PACKAGE_FILES` lists does not exist.
    #[error("file not found: `{path}`, listed in RATTLER_BUILD_PACKAGE_FILES")]
    ListedFileMissing {
        /// The path as listed.
        path: String,
    },

    /// A path that `RATTLER_BUILD_PACKAGE_FILES` lists is outside the prefix.
    #[error("`{path}`, listed in RATTLER_BUILD_PACKAGE_FILES, is outside the prefix")]
    ListedFileOutside {
        /// The path as listed.
        path: String,
    },

    /// A device, pipe or socket would be part of the package.
    #[error("cannot package `{path}`: it is a {kind}, not a file or symlink")]
    SpecialFile {
        /// The path, relative to its folder.
        path: String,
        /// E.g. `named pipe`.
        kind: &'static str,
    },

    /// A file changed between two looks at it.
    #[error("`{path}` changed while it was packaged: {reason}")]
    FileChanged {
        /// The path, relative to its folder.
        path: String,
        /// What is different.
        reason: String,
    },

    /// A name that cannot be written to `paths.json`.
    #[error("cannot package `{path}`: its name is not valid UTF-8")]
    NameNotUtf8 {
        /// The path, with a replacement character for what cannot be decoded.
        path: String,
    },

    /// A file in `$PREFIX/info`, where the metadata of the package goes.
    #[error("cannot package `{path}`: `info/` is reserved for the metadata of the package")]
    ReservedPath {
        /// The path.
        path: String,
    },

    /// A glob of the recipe cannot be read.
    #[error("invalid glob `{pattern}` in `{field}`: {reason}")]
    Glob {
        /// The glob.
        pattern: String,
        /// The field of the recipe, e.g. `build.files`.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },

    /// The run path of a binary cannot be changed.
    #[error("failed to set the run path of `{path}`: {reason}")]
    Relink {
        /// The binary.
        path: String,
        /// Why.
        reason: String,
    },

    /// A binary links against a library that no run dependency provides.
    #[error("`{path}` links against `{library}`, which no run dependency provides")]
    Overlinking {
        /// The binary.
        path: String,
        /// The library.
        library: String,
    },

    /// A run dependency that a run export added is not linked against.
    #[error("no binary links against `{package}`, a run dependency from a run export")]
    Overdepending {
        /// The run dependency.
        package: String,
    },

    /// A menu description is not valid.
    #[error("invalid menuinst file `{path}`: {reason}")]
    Menu {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },

    /// A list of system libraries is not valid.
    #[error("invalid list of system libraries `{path}`: {reason}")]
    DsoList {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },

    /// An entry point cannot be created.
    #[error("failed to create entry point `{entry_point}`: {reason}")]
    EntryPoint {
        /// As the recipe spells it.
        entry_point: String,
        /// Why.
        reason: String,
    },

    /// Python cannot be run to compile byte code.
    #[error("failed to compile Python byte code: {reason}")]
    ByteCode {
        /// Why.
        reason: String,
    },

    /// A file cannot be post-processed.
    #[error("failed to post-process `{path}`: {reason}")]
    PostProcess {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },

    /// An entry of `about.license_file` matches nothing.
    #[error("license file not found: `{pattern}` matches nothing in the work folder or the recipe folder")]
    LicenseMissing {
        /// The entry.
        pattern: String,
    },

    /// An entry of `about.license_file` leads out of the folders of the build.
    #[error("license file `{path}` is outside the work, recipe and build folders")]
    LicenseOutside {
        /// The path.
        path: String,
    },

    /// The metadata of the package is not valid.
    #[error("invalid package metadata: {reason}")]
    Metadata {
        /// What is wrong.
        reason: String,
    },

    /// A test of the recipe cannot be stored in the package.
    #[error("failed to add test {index} to the package: {reason}")]
    Test {
        /// Its index in the package.
        index: usize,
        /// Why.
        reason: String,
    },

    /// A `package_contents` test failed.
    #[error("the package contents do not match the recipe's tests:\n{}", problems.join("\n"))]
    Contents {
        /// All problems.
        problems: Vec<String>,
    },

    /// A binary contains the host prefix, and the caller asked for an error.
    #[error("`{path}` is a binary file that contains the host prefix")]
    PrefixInBinary {
        /// The binary.
        path: String,
    },

    /// Symlinks in a noarch package that may be installed on Windows.
    #[error("the package contains symlinks, which most Windows systems do not support: {}", paths.join(", "))]
    LinksOnWindows {
        /// The symlinks.
        paths: Vec<String>,
    },

    /// The channel folder cannot be indexed. The package is in it.
    #[error("failed to index `{}`: {reason}", folder.display())]
    Index {
        /// The channel folder.
        folder: PathBuf,
        /// Why.
        reason: String,
    },
}

impl Error {
    /// All codes that an error can have, except those that every part of sidewinder shares.
    pub const CODES: [&'static str; 23] = [
        "PACKAGE_RECORD_INVALID",
        "PACKAGE_FILE_MISSING",
        "PACKAGE_FILE_OUTSIDE",
        "PACKAGE_SPECIAL_FILE",
        "PACKAGE_FILE_CHANGED",
        "PACKAGE_NAME_INVALID",
        "PACKAGE_PATH_RESERVED",
        "PACKAGE_GLOB_INVALID",
        "PACKAGE_RELINK_FAILED",
        "PACKAGE_OVERLINKING",
        "PACKAGE_OVERDEPENDING",
        "PACKAGE_MENU_INVALID",
        "PACKAGE_DSOLIST_INVALID",
        "PACKAGE_ENTRY_POINT",
        "PACKAGE_BYTECODE_FAILED",
        "PACKAGE_POST_PROCESS",
        "PACKAGE_LICENSE_MISSING",
        "PACKAGE_LICENSE_OUTSIDE",
        "PACKAGE_METADATA_INVALID",
        "PACKAGE_TEST_INVALID",
        "PACKAGE_CONTENTS_TEST",
        "PACKAGE_PREFIX_IN_BINARY",
        "PACKAGE_LINKS_ON_WINDOWS",
    ];

    /// Stable identifier: one of [`Error::CODES`], `CANCELLED`, `INVALID_OPTION`, `IO_FAILED` or `CHANNEL_FAILED`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "CANCELLED",
            Self::InvalidOption { .. } => "INVALID_OPTION",
            Self::Io { .. } => "IO_FAILED",
            Self::Index { .. } => "CHANNEL_FAILED",
            Self::Record { .. } => "PACKAGE_RECORD_INVALID",
            Self::ListedFileMissing { .. } => "PACKAGE_FILE_MISSING",
            Self::ListedFileOutside { .. } => "PACKAGE_FILE_OUTSIDE",
            Self::SpecialFile { .. } => "PACKAGE_SPECIAL_FILE",
            Self::FileChanged { .. } => "PACKAGE_FILE_CHANGED",
            Self::NameNotUtf8 { .. } => "PACKAGE_NAME_INVALID",
            Self::ReservedPath { .. } => "PACKAGE_PATH_RESERVED",
            Self::Glob { .. } => "PACKAGE_GLOB_INVALID",
            Self::Relink { .. } => "PACKAGE_RELINK_FAILED",
            Self::Overlinking { .. } => "PACKAGE_OVERLINKING",
            Self::Overdepending { .. } => "PACKAGE_OVERDEPENDING",
            Self::Menu { .. } => "PACKAGE_MENU_INVALID",
            Self::DsoList { .. } => "PACKAGE_DSOLIST_INVALID",
            Self::EntryPoint { .. } => "PACKAGE_ENTRY_POINT",
            Self::ByteCode { .. } => "PACKAGE_BYTECODE_FAILED",
            Self::PostProcess { .. } => "PACKAGE_POST_PROCESS",
            Self::LicenseMissing { .. } => "PACKAGE_LICENSE_MISSING",
            Self::LicenseOutside { .. } => "PACKAGE_LICENSE_OUTSIDE",
            Self::Metadata { .. } => "PACKAGE_METADATA_INVALID",
            Self::Test { .. } => "PACKAGE_TEST_INVALID",
            Self::Contents { .. } => "PACKAGE_CONTENTS_TEST",
            Self::PrefixInBinary { .. } => "PACKAGE_PREFIX_IN_BINARY",
            Self::LinksOnWindows { .. } => "PACKAGE_LINKS_ON_WINDOWS",
        }
    }

    /// The file that the error is about, if it is about one.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        match self {
            Self::Record { path, .. } | Self::Io { path, .. } => Some(path.to_string_lossy().into_owned()),
            Self::ListedFileMissing { path }
            | Self::ListedFileOutside { path }
            | Self::SpecialFile { path, .. }
            | Self::FileChanged { path, .. }
            | Self::NameNotUtf8 { path }
            | Self::ReservedPath { path }
            | Self::Relink { path, .. }
            | Self::Overlinking { path, .. }
            | Self::Menu { path, .. }
            | Self::DsoList { path, .. }
            | Self::PostProcess { path, .. }
            | Self::LicenseOutside { path }
            | Self::PrefixInBinary { path } => Some(path.clone()),
            _ => None,
        }
    }

    /// How to fix it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Record { .. } => "build scripts must not write JSON files to `$PREFIX/conda-meta`; delete the file",
            Self::ListedFileMissing { .. } => "list only files that exist when the script ends",
            Self::ListedFileOutside { .. } => "list paths below `$PREFIX`, without `..`",
            Self::SpecialFile { .. } => "delete it at the end of the build script, or exclude it in `build.files`",
            Self::FileChanged { .. } => "stop background processes of the build script before packaging",
            Self::NameNotUtf8 { .. } => "rename the file in the build script",
            Self::ReservedPath { .. } => "install the file to another folder, e.g. `share`",
            Self::Overlinking { library, .. } => {
                return Some(format!(
                    "add the package that provides it to `requirements.host` or `requirements.run`, or `{library}` to \
                     `build.dynamic_linking.missing_dso_allowlist`"
                ));
            }
            Self::Overdepending { package } => {
                return Some(format!(
                    "remove the host dependency, or add `{package}` to `requirements.ignore_run_exports.by_name`"
                ));
            }
            Self::LicenseMissing { .. } => {
                "fix the path in `about.license_file`, relative to the work or recipe folder"
            }
            Self::LicenseOutside { .. } => "copy the file into the recipe folder",
            Self::EntryPoint { .. } => "add `python` to `requirements.host`",
            Self::LinksOnWindows { .. } => {
                "add `__unix` to `requirements.run`, set `allowLinksOnWindows`, or copy the files instead"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }

    /// A failed file operation, for `map_err`.
    pub fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    /// A failed read of a file below a folder, for `map_err`.
    pub(crate) fn read(folder: &Path, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        Self::io("failed to read", folder.join(path))
    }
}
