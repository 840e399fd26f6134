//! What was found.

use serde::{Deserialize, Serialize};
use sidewinder_search::{NameMatch, SearchKind};

/// What a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SearchResult {
    /// What was searched for.
    pub query: String,
    /// As what.
    pub kind: SearchKind,
    /// The platform of the packages.
    pub platform: String,
    /// The packages, best match first.
    pub packages: Vec<FoundPackage>,
    /// The nearest names, if nothing has the name that was searched for.
    pub did_you_mean: Vec<String>,
    /// How far the search went.
    pub searched: SearchedPackages,
}

/// How far a search went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SearchedPackages {
    /// Number of packages, by name, in the channels.
    pub names: usize,
    /// Number of packages whose lists of files were searched: all of channels in folders, of other channels those in
    /// caches and those that are likely to match.
    pub file_lists: usize,
    /// Number of packages whose lists of files could not be read.
    pub unreadable: usize,
}

/// A package that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FoundPackage {
    /// Its name.
    pub name: String,
    /// The channel, without secrets.
    pub channel: String,
    /// Why it was found.
    pub matched: NameMatch,
    /// The files that were searched for, best first; at most 20.
    pub files: Vec<String>,
    /// Its versions, newest first: those that match, or else only the newest.
    pub versions: Vec<FoundVersion>,
    /// Number of versions in the channel.
    pub version_count: usize,
    /// Its license, as the channel states it.
    pub license: Option<String>,
}

/// A version of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FoundVersion {
    /// The version.
    pub version: String,
    /// Its builds, newest first.
    pub builds: Vec<FoundBuild>,
}

/// A build of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct FoundBuild {
    /// Build string.
    pub build: String,
    /// Build number.
    pub build_number: u64,
    /// Platform folder of the channel.
    pub subdir: String,
    /// Address of the archive, without secrets.
    pub url: String,
    /// Size of the archive in bytes, if the channel states it.
    pub size: Option<u64>,
    /// What it depends on.
    pub depends: Vec<String>,
}
