//! What a package is built from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use indexmap::IndexMap;
use rattler_conda_types::RepoDataRecord;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sidewinder_recipe::RenderedVariant;
use sidewinder_recipe::stage1::{Content, Script};

use crate::monitor::Monitor;
use crate::options::PackageOptions;

/// What a package is built from.
#[derive(Clone, Copy)]
pub struct PackageRequest<'a> {
    /// What was built.
    pub variant: &'a RenderedVariant,
    /// Where it was built.
    pub folders: &'a Folders,
    /// What was recorded when the build was set up.
    pub recorded: &'a Recorded,
    /// How it was set up.
    pub configuration: &'a Configuration,
    /// The caller's choices.
    pub options: &'a PackageOptions,
    /// Follows and stops the work.
    pub monitor: &'a dyn Monitor,
    /// Finds out what a test's script consists of, as it does for build scripts.
    pub resolve_script: &'a (dyn Fn(&Script) -> Result<ResolvedScript, String> + Sync),
    /// Runs a program of the prefix to its end, confined as the build script was: the script may have replaced it. The
    /// error is why it could not be run.
    pub run_program: &'a (dyn Fn(Program) -> Result<ProgramOutput, String> + Sync),
}

impl std::fmt::Debug for PackageRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PackageRequest").field("name", &self.variant.name).finish_non_exhaustive()
    }
}

/// A program of the prefix that packaging runs.
#[derive(Debug)]
pub struct Program {
    /// The program, with all of its environment.
    pub command: Command,
    /// Its standard input.
    pub input: String,
    /// A folder that it may write to.
    pub writable: PathBuf,
    /// When it is ended.
    pub timeout: Duration,
}

/// How a program ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramOutput {
    /// What it wrote.
    pub stdout: String,
    /// What it wrote about errors.
    pub stderr: String,
    /// How it failed, e.g. `exited with status 2`; absent if it succeeded.
    pub failure: Option<String>,
}

/// What a script consists of: its text, read from its file if it names one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResolvedScript {
    /// What runs it, if it is not the platform's shell.
    pub interpreter: Option<String>,
    /// Its text, with its templates; absent if there is none.
    pub content: Option<Content>,
}

/// The folders of a build, all absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// `$PREFIX`, which the package is taken from.
    pub host_prefix: PathBuf,
    /// `$BUILD_PREFIX`; the host prefix if the environments are merged.
    pub build_prefix: PathBuf,
    /// `$SRC_DIR`.
    pub work_dir: PathBuf,
    /// The folder that contains the three above.
    pub build_dir: PathBuf,
    /// `$RECIPE_DIR`, if the recipe was read from a file.
    pub recipe_dir: Option<PathBuf>,
    /// The recipe file, if it exists.
    pub recipe_path: Option<PathBuf>,
    /// The channel folder that the package is written to.
    pub output_dir: PathBuf,
    /// The list that `RATTLER_BUILD_PACKAGE_FILES` names; it need not exist.
    pub package_files: Option<PathBuf>,
}

/// What was recorded when a build was set up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Recorded {
    /// Every path below the host prefix after its environment was installed, relative, with `/`. Files that link scripts
    /// made are in no package's record, so the records are not enough to tell what the build script made.
    pub installed: Vec<String>,
    /// What the build environment was solved for.
    pub build: Vec<Dependency>,
    /// What the host environment was solved for.
    pub host: Vec<Dependency>,
    /// What the package needs.
    pub run: RunDependencies,
    /// The staging output that the output inherits from.
    pub staging: Option<RecordedStaging>,
}

/// What was recorded of a staging output.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RecordedStaging {
    /// What its build environment was solved for, and the packages.
    pub build: (Vec<Dependency>, Vec<RepoDataRecord>),
    /// What its host environment was solved for, and the packages.
    pub host: (Vec<Dependency>, Vec<RepoDataRecord>),
    /// What its packages pass on.
    pub run: RunDependencies,
    /// Its sources.
    pub sources: Vec<Value>,
    /// File name of each shared library of its host environment → name of its package.
    pub libraries: BTreeMap<String, String>,
}

/// A dependency whose pins and variant values are filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dependency {
    /// The match spec, e.g. `libfoo >=1.2,<2.0a0`.
    pub spec: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a dependency comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Origin {
    /// As written in the recipe.
    Recipe,
    /// A bare name in the recipe, with the variant's value.
    Variant,
    /// `pin_subpackage`.
    PinSubpackage,
    /// `pin_compatible`.
    PinCompatible,
    /// The run exports of a package.
    RunExport {
        /// `build` or `host`.
        environment: String,
        /// Name of the package.
        package: String,
    },
}

/// What a package needs, pins and run exports filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RunDependencies {
    /// Dependencies.
    pub depends: Vec<Dependency>,
    /// Constraints.
    pub constrains: Vec<Dependency>,
    /// Groups of optional dependencies.
    pub extras: IndexMap<String, Vec<Dependency>>,
    /// Its own run exports.
    pub run_exports: RunExports,
}

/// The run exports of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RunExports {
    /// From `host` to noarch packages.
    pub noarch: Vec<Dependency>,
    /// From `build` to `host` and `run`, from `host` to `run`.
    pub strong: Vec<Dependency>,
    /// From `build` or `host` to the constraints of `run`.
    pub strong_constraints: Vec<Dependency>,
    /// From `host` to `run`.
    pub weak: Vec<Dependency>,
    /// From `host` to the constraints of `run`.
    pub weak_constraints: Vec<Dependency>,
}

/// How a build was set up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Configuration {
    /// URLs of the channels, highest priority first, without credentials.
    pub channels: Vec<String>,
    /// `strict`, `flexible` or `disabled`.
    pub channel_priority: String,
    /// Virtual packages of the host platform, as `name=version=build`.
    pub host_virtual_packages: Vec<String>,
    /// Virtual packages of the build platform.
    pub build_virtual_packages: Vec<String>,
    /// The sources, with the commits of git repositories, without credentials.
    pub sources: Vec<Value>,
    /// How often the build script ran in the host prefix.
    pub runs: u32,
    /// When the session was set up, in seconds since 1970: files that were changed before are not the script's.
    pub created: u64,
    /// The time of the package, in seconds since 1970: of its members and in its metadata.
    pub timestamp: u64,
}

impl Folders {
    /// The folders that scripts and recipes call by a variable, with their names.
    pub(crate) fn variables(&self) -> Vec<(&'static str, &Path)> {
        let mut variables = vec![
            ("PREFIX", self.host_prefix.as_path()),
            ("BUILD_PREFIX", &self.build_prefix),
            ("SRC_DIR", &self.work_dir),
            ("BUILD_DIR", &self.build_dir),
        ];
        if let Some(recipe_dir) = &self.recipe_dir {
            variables.push(("RECIPE_DIR", recipe_dir));
        }
        variables
    }
}
