//! What the caller gets: the package, its files, and warnings.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A package in a channel folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct BuiltPackage {
    /// The archive, absolute.
    pub path: PathBuf,
    /// Name, normalized to lower case.
    pub name: String,
    /// Version as in the recipe.
    pub version: String,
    /// The whole build string.
    pub build_string: String,
    /// Folder of the channel: the target platform or `noarch`.
    pub subdir: String,
    /// Size of the archive in bytes.
    pub size: u64,
    /// SHA-256 of the archive, in hex.
    pub sha256: String,
    /// What the package installs, sorted by path; without its metadata.
    pub files: Vec<PackagedFile>,
    /// What looks wrong, but did not keep the package from being built.
    pub warnings: Vec<PackageWarning>,
}

/// One file that a package installs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PackagedFile {
    /// Path in the package, with `/`.
    pub path: String,
    /// What it is.
    pub kind: PackagedFileKind,
    /// Size in bytes; of a symlink, the length of its target.
    pub size: u64,
    /// How the build prefix in it is replaced when the package is installed; absent if it does not contain the prefix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<PrefixKind>,
}

/// What a packaged file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum PackagedFileKind {
    /// A regular file.
    File,
    /// A symlink.
    Symlink,
    /// A folder.
    Directory,
}

/// How the build prefix in a file is replaced when the package is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum PrefixKind {
    /// As text: the file may change its length.
    Text,
    /// In C strings: the file keeps its length.
    Binary,
}

/// Something about a package that looks wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct PackageWarning {
    /// Stable identifier, e.g. `overlinking`.
    pub code: String,
    /// What looks wrong.
    pub message: String,
    /// The file in the package or in the prefix, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// Collects warnings.
#[derive(Debug, Default)]
pub(crate) struct Warnings(pub(crate) Vec<PackageWarning>);

impl Warnings {
    /// Adds a warning about the whole package.
    pub(crate) fn add(&mut self, code: &str, message: impl Into<String>) {
        self.0.push(PackageWarning { code: code.to_owned(), message: message.into(), path: None });
    }

    /// Adds a warning about one file.
    pub(crate) fn about(&mut self, code: &str, path: impl Into<String>, message: impl Into<String>) {
        self.0.push(PackageWarning { code: code.to_owned(), message: message.into(), path: Some(path.into()) });
    }
}
