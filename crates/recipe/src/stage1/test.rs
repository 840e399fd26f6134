//! Evaluated tests.

use serde::{Deserialize, Serialize};

use super::{Dependency, Globs, OneOrMany, Script, is_default};

/// One test of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum Test {
    /// Python modules import.
    Python(PythonTest),
    /// Perl modules load.
    Perl(PerlTest),
    /// R libraries load.
    R(RTest),
    /// Ruby modules load.
    Ruby(RubyTest),
    /// A script succeeds.
    Script(ScriptTest),
    /// The tests of another package succeed.
    Downstream(DownstreamTest),
    /// Files are there.
    PackageContents(PackageContentsTest),
}

fn yes() -> bool {
    true
}

fn is_true(value: &bool) -> bool {
    *value
}

/// Python modules import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PythonTest {
    /// What is imported.
    pub python: PythonImports,
}

/// What a Python test imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PythonImports {
    /// Modules.
    #[serde(default)]
    pub imports: Vec<String>,
    /// Whether `pip check` runs; default true.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub pip_check: bool,
    /// With which Python versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub python_version: Option<OneOrMany>,
}

/// Perl modules load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PerlTest {
    /// What is loaded.
    pub perl: PerlUses,
}

/// What a Perl test loads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PerlUses {
    /// Modules.
    #[serde(default)]
    pub uses: Vec<String>,
}

/// R libraries load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RTest {
    /// What is loaded.
    pub r: RLibraries,
}

/// What an R test loads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RLibraries {
    /// Libraries.
    #[serde(default)]
    pub libraries: Vec<String>,
}

/// Ruby modules load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RubyTest {
    /// What is loaded.
    pub ruby: RubyRequires,
}

/// What a Ruby test loads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RubyRequires {
    /// Modules.
    #[serde(default)]
    pub requires: Vec<String>,
}

/// A script succeeds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ScriptTest {
    /// The script.
    pub script: Script,
    /// What it needs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub requirements: TestRequirements,
    /// Files it takes along.
    #[serde(default, skip_serializing_if = "is_default")]
    pub files: TestFiles,
}

/// What a test script needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct TestRequirements {
    /// In the environment of the package.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub run: Vec<Dependency>,
    /// As tools of the machine's platform.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub build: Vec<Dependency>,
}

/// Files that a test script takes along.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct TestFiles {
    /// From the sources.
    #[serde(default, skip_serializing_if = "is_default")]
    pub source: Globs,
    /// From the recipe's folder.
    #[serde(default, skip_serializing_if = "is_default")]
    pub recipe: Globs,
}

/// The tests of another package succeed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DownstreamTest {
    /// The other package.
    pub downstream: String,
}

/// Files are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PackageContentsTest {
    /// Which files.
    pub package_contents: PackageContents,
}

/// Which files a package has and has not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct PackageContents {
    /// Anywhere.
    #[serde(default, skip_serializing_if = "is_default")]
    pub files: FileChecks,
    /// Below site-packages.
    #[serde(default, skip_serializing_if = "is_default")]
    pub site_packages: FileChecks,
    /// Below `bin`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bin: FileChecks,
    /// Below `lib`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lib: FileChecks,
    /// Below `include`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub include: FileChecks,
    /// Whether other files are an error.
    #[serde(default, skip_serializing_if = "is_default")]
    pub strict: bool,
}

/// Files that must be there, and files that must not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum FileChecks {
    /// Must be there.
    Exists(Vec<String>),
    /// Must be there, must not be there.
    Both {
        /// Must be there.
        #[serde(default)]
        exists: Vec<String>,
        /// Must not be there.
        not_exists: Vec<String>,
    },
}

impl Default for FileChecks {
    fn default() -> Self {
        Self::Exists(Vec::new())
    }
}
