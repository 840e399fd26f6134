//! The evaluated `build` section.

use serde::{Deserialize, Serialize};

use super::{Script, Step, is_default};
use crate::model::NoArch;

/// The evaluated `build` section.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct Build {
    /// Build number, where the recipe gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// The whole build string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub string: Option<String>,
    /// The script; absent means `build.sh` or `build.bat` next to the recipe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<Script>,
    /// The steps, in place of a script (experimental).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<Step>>,
    /// For packages that are the same on all platforms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noarch: Option<NoArch>,
    /// Package flags (repodata revision v3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// What concerns Python packages.
    #[serde(default, skip_serializing_if = "is_default")]
    pub python: Python,
    /// Files that are copied and never linked when installed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub always_copy_files: Globs,
    /// Files that belong to the package even where a dependency has them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub always_include_files: Globs,
    /// One environment for `build` and `host`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub merge_build_and_host_envs: bool,
    /// Which files belong to the package.
    #[serde(default, skip_serializing_if = "is_default")]
    pub files: Globs,
    /// How shared libraries are treated.
    #[serde(default, skip_serializing_if = "is_default")]
    pub dynamic_linking: DynamicLinking,
    /// How the variant is chosen.
    #[serde(default, skip_serializing_if = "is_default")]
    pub variant: VariantKeys,
    /// How prefixes in files are found.
    #[serde(default, skip_serializing_if = "is_default")]
    pub prefix_detection: PrefixDetection,
    /// Replacements in built files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub post_process: Vec<PostProcess>,
}

/// A set of glob patterns: only what is included, or with exclusions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum Globs {
    /// Patterns to include.
    Include(Vec<String>),
    /// Patterns to include and to exclude.
    Both {
        /// Patterns to include.
        #[serde(default)]
        include: Vec<String>,
        /// Patterns to exclude.
        exclude: Vec<String>,
    },
}

impl Default for Globs {
    fn default() -> Self {
        Self::Include(Vec::new())
    }
}

impl Globs {
    /// A set from patterns to include and to exclude.
    #[must_use]
    pub fn new(include: Vec<String>, exclude: Vec<String>) -> Self {
        if exclude.is_empty() { Self::Include(include) } else { Self::Both { include, exclude } }
    }

    /// Patterns to include.
    #[must_use]
    pub fn include(&self) -> &[String] {
        match self {
            Self::Include(include) | Self::Both { include, .. } => include,
        }
    }

    /// Patterns to exclude.
    #[must_use]
    pub fn exclude(&self) -> &[String] {
        match self {
            Self::Include(_) => &[],
            Self::Both { exclude, .. } => exclude,
        }
    }
}

/// Everything, nothing, or what some patterns match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum BoolOrGlobs {
    /// All (true) or none (false).
    Bool(bool),
    /// What the patterns match.
    Globs(Vec<String>),
}

/// What concerns Python packages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct Python {
    /// `command = module:function`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entry_points: Vec<String>,
    /// Files that are not byte-compiled.
    #[serde(default, skip_serializing_if = "is_default")]
    pub skip_pyc_compilation: Globs,
    /// Entry points through python.app on macOS.
    #[serde(default, skip_serializing_if = "is_default")]
    pub use_python_app_entrypoint: bool,
    /// Works with every Python version although not `noarch`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub version_independent: bool,
    /// Where site-packages is (for Python itself).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_packages_path: Option<String>,
}

/// What to do about a finding at build time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Behavior {
    /// Go on.
    #[default]
    Ignore,
    /// Fail.
    Error,
}

/// How shared libraries are treated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct DynamicLinking {
    /// Run paths to set; empty means `lib/`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rpaths: Vec<String>,
    /// Which binaries are made relocatable; default all.
    #[serde(default = "BoolOrGlobs::yes", skip_serializing_if = "BoolOrGlobs::is_yes")]
    pub binary_relocation: BoolOrGlobs,
    /// Libraries that may be missing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub missing_dso_allowlist: Globs,
    /// Run paths that may point outside.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rpath_allowlist: Globs,
    /// What to do about libraries that are required but not linked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub overdepending_behavior: Behavior,
    /// What to do about libraries that are linked but not required.
    #[serde(default, skip_serializing_if = "is_default")]
    pub overlinking_behavior: Behavior,
}

impl Default for DynamicLinking {
    fn default() -> Self {
        Self {
            rpaths: Vec::new(),
            binary_relocation: BoolOrGlobs::Bool(true),
            missing_dso_allowlist: Globs::default(),
            rpath_allowlist: Globs::default(),
            overdepending_behavior: Behavior::Ignore,
            overlinking_behavior: Behavior::Ignore,
        }
    }
}

impl BoolOrGlobs {
    fn yes() -> Self {
        Self::Bool(true)
    }

    fn no() -> Self {
        Self::Bool(false)
    }

    fn is_yes(&self) -> bool {
        *self == Self::Bool(true)
    }

    fn is_no(&self) -> bool {
        *self == Self::Bool(false)
    }
}

/// How the variant is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct VariantKeys {
    /// Keys that take part although nothing uses them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub use_keys: Vec<String>,
    /// Keys that do not take part although something uses them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore_keys: Vec<String>,
    /// Makes the solver prefer other variants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_prioritize_variant: Option<i32>,
}

/// How prefixes in files are found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct PrefixDetection {
    /// Files whose kind is given.
    #[serde(default, skip_serializing_if = "is_default")]
    pub force_file_type: ForceFileType,
    /// Files that are not searched; default none.
    #[serde(default = "BoolOrGlobs::no", skip_serializing_if = "BoolOrGlobs::is_no")]
    pub ignore: BoolOrGlobs,
    /// Whether binary files are not searched.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ignore_binary_files: bool,
}

impl Default for PrefixDetection {
    fn default() -> Self {
        Self { force_file_type: ForceFileType::default(), ignore: BoolOrGlobs::Bool(false), ignore_binary_files: false }
    }
}

/// Files whose kind is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default)]
pub struct ForceFileType {
    /// Text files.
    #[serde(default, skip_serializing_if = "is_default")]
    pub text: Globs,
    /// Binary files.
    #[serde(default, skip_serializing_if = "is_default")]
    pub binary: Globs,
}

/// One replacement in built files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PostProcess {
    /// In which files.
    pub files: Globs,
    /// What to replace.
    pub regex: String,
    /// With what.
    pub replacement: String,
}
