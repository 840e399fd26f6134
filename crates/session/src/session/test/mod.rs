//! Tests of finished packages. The environment of a test is a session: what can be done with a build can be done with a
//! test.
//!
//! The package is in the output folder of the test's session, whose packages go before those of all channels. The host
//! environment is what the test runs in, the build environment contains its tools.

mod downstream;
mod finished;
mod plan;
mod setup;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sidewinder_recipe::RenderedVariant;
use sidewinder_recipe::stage1::{Content, Script, Test};

use self::finished::FinishedPackage;
pub(super) use self::setup::TestSetup;
use super::{DebugSession, blocking};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::options::{SessionOptions, Staging};
use crate::progress::Progress;

/// A test of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RecipeTest {
    /// Its place in the recipe's list of tests, from 0. If a package does not contain its recipe, the place among the
    /// tests that it stores.
    pub index: usize,
    /// What kind of test it is.
    pub kind: TestKind,
    /// What it does, in one line.
    pub summary: String,
}

/// The kinds of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum TestKind {
    /// A script exits with 0.
    Script,
    /// Python modules import, and `pip check` passes.
    Python,
    /// Perl modules load.
    Perl,
    /// R libraries load.
    R,
    /// Ruby modules load.
    Ruby,
    /// The package contains certain files, and does not contain others.
    PackageContents,
    /// The tests of another package pass with this one.
    Downstream,
}

/// The test that a session is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct OpenTest {
    /// The test.
    pub test: RecipeTest,
    /// Which part of the test the session runs, from 0.
    pub part: usize,
    /// How many parts the test has. Each has an environment of its own: one for each Python version, or one for each test
    /// of a downstream package.
    pub parts: usize,
    /// What distinguishes the part, e.g. `Python 3.12`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_name: Option<String>,
}

/// Which test is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct TestChoice {
    /// Index of the test.
    pub index: usize,
    /// Which part of it.
    pub part: usize,
}

/// The result of a test of a package's contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ContentsResult {
    /// The test.
    pub test: RecipeTest,
    /// What is wrong; empty if the test passes.
    pub problems: Vec<String>,
}

impl DebugSession {
    /// The tests of the recipe, in order. Script tests that have nothing to run are left out.
    #[must_use]
    pub fn tests(&self) -> Vec<RecipeTest> {
        recipe_tests(&self.state().variant)
    }

    /// The test that the session is about; none for the session of a build.
    #[must_use]
    pub fn open_test_info(&self) -> Option<OpenTest> {
        self.state().test.clone()
    }

    /// The tests of a finished package. Tests of the contents are known only if the package contains its recipe.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::InvalidOption`] if the file is not a conda package.
    pub async fn package_tests(package: PathBuf) -> Result<Vec<RecipeTest>> {
        blocking(move || Ok(FinishedPackage::read(&package)?.tests.iter().map(|test| test.described()).collect())).await
    }

    /// Sets up the environment of one test of a finished package; runs nothing.
    ///
    /// Packages of the channel folder that contains the package are found before those of the channels.
    ///
    /// # Errors
    /// Those of [`DebugSession::create`]; [`Error::InvalidOption`] for an index that is not a test, a test of the contents,
    /// which has no environment, and a package that is not for this machine.
    pub async fn open_test(
        package: PathBuf,
        choice: TestChoice,
        options: SessionOptions,
        progress: Progress,
        cancel: &Cancel,
    ) -> Result<Self> {
        let package = blocking(move || FinishedPackage::read(&package)).await?;
        let test = package.test(choice.index)?.clone();
        let options = test_options(options, &package.path);
        match &test.test {
            Test::PackageContents(_) => {
                let reason = "a package-contents test has no environment; run it instead".to_owned();
                Err(Error::InvalidOption { option: "index", reason })
            }
            Test::Downstream(downstream) => {
                downstream::open(
                    &package,
                    test.described(),
                    &downstream.downstream,
                    choice.part,
                    options,
                    progress,
                    cancel,
                )
                .await
            }
            other => {
                let parts = plan::parts(other);
                let part = parts.get(choice.part).ok_or_else(|| no_part(choice.part, parts.len()))?;
                let plan = plan::plan(&package, other, part.as_deref(), &[package.exact_spec()])?;
                let open = OpenTest {
                    test: test.described(),
                    part: choice.part,
                    parts: parts.len(),
                    part_name: part.as_ref().map(|version| format!("Python {version}")),
                };
                create(open, plan, vec![package.path.clone()], options, progress, cancel).await
            }
        }
    }

    /// As [`DebugSession::open_test`], with the settings of this session: its channels, caches and limits.
    ///
    /// # Errors
    /// Those of [`DebugSession::open_test`]; [`Error::Closed`].
    pub async fn open_own_test(
        &self,
        package: PathBuf,
        choice: TestChoice,
        progress: Progress,
        cancel: &Cancel,
    ) -> Result<Self> {
        self.check_open()?;
        let state = self.state();
        // Those that are written down have no secrets.
        let channels = Some(self.settings.channels.addresses());
        let options = SessionOptions { channels, ..state.options.clone() };
        Self::open_test(package, choice, options, progress, cancel).await
    }

    /// Takes a package out of its channel folder, because it failed its tests: it is moved to the folder
    /// `broken` of the channel, which is indexed again.
    ///
    /// # Returns
    /// The new path.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Channel`] if the folder cannot be indexed, [`Error::InvalidOption`] for a path that is not
    /// in a channel folder.
    pub async fn withdraw(package: PathBuf) -> Result<PathBuf> {
        Ok(sidewinder_package::withdraw(&package).await?)
    }

    /// Runs a test of the contents of a finished package.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for another kind of test, [`Error::Package`] for an invalid glob, [`Error::Io`].
    pub async fn check_contents(package: PathBuf, index: usize) -> Result<ContentsResult> {
        blocking(move || {
            let package = FinishedPackage::read(&package)?;
            let test = package.test(index)?;
            let Test::PackageContents(contents) = &test.test else {
                let reason = format!("test {index} is not a package-contents test");
                return Err(Error::InvalidOption { option: "index", reason });
            };
            let paths = package.paths()?;
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let (platform, is_python) = (package.subdir()?, package.noarch() == Some("python"));
            let problems = sidewinder_package::contents_problems(
                &contents.package_contents,
                platform.as_str(),
                is_python,
                &paths,
            )?;
            Ok(ContentsResult { test: test.described(), problems })
        })
        .await
    }
}

/// Creates the session of a test.
async fn create(
    open: OpenTest,
    plan: plan::Plan,
    packages: Vec<PathBuf>,
    options: SessionOptions,
    progress: Progress,
    cancel: &Cancel,
) -> Result<DebugSession> {
    let setup = TestSetup::new(open, packages, plan.file, plan.unpacks);
    // Boxed: creating a session is a large future, and some tests create two.
    Box::pin(DebugSession::create_for(Some(setup), plan.variant, options, progress, cancel)).await
}

fn no_part(part: usize, parts: usize) -> Error {
    let reason = format!("the test has no part {part}; it has {parts}, numbered from 0");
    Error::InvalidOption { option: "part", reason }
}

/// The tests of a recipe.
fn recipe_tests(variant: &RenderedVariant) -> Vec<RecipeTest> {
    let tests = variant.recipe.tests.iter().enumerate();
    tests.filter(|(_, test)| is_listed(test)).map(|(index, test)| RecipeTest::new(index, test)).collect()
}

/// Whether there is something to test: packages do not store scripts that have nothing to run, such as those whose
/// conditions are all false.
fn is_listed(test: &Test) -> bool {
    let Test::Script(test) = test else { return true };
    let is_empty = match &test.script {
        Script::CommandOrPath(line) => line.trim().is_empty(),
        Script::Commands(commands) => commands.is_empty(),
        Script::Object(object) => {
            object.file.is_none()
                && match &object.content {
                    None => true,
                    Some(Content::Text(text)) => text.trim().is_empty(),
                    Some(Content::Commands(commands)) => commands.is_empty(),
                }
        }
    };
    !(is_empty && test.requirements == Default::default() && test.files == Default::default())
}

/// The options for a test: it has a temporary folder of its own, and finds the packages next to the one that is tested.
fn test_options(options: SessionOptions, package: &Path) -> SessionOptions {
    let mut options =
        SessionOptions { output_dir: None, staging: Staging::Build, no_build_id: None, lock: None, ..options };
    if let Some(folder) = own_channel(package) {
        let channels = options.channels.take().unwrap_or_else(|| vec!["conda-forge".to_owned()]);
        let folder = folder.to_string_lossy().into_owned();
        let others = channels.into_iter().filter(|channel| *channel != folder);
        options.channels = Some(std::iter::once(folder.clone()).chain(others).collect());
    }
    options
}

/// The channel folder that contains a package, if there is one.
fn own_channel(package: &Path) -> Option<&Path> {
    let subdir = package.parent()?;
    subdir.file_name()?.to_str()?.parse::<rattler_conda_types::Subdir>().ok()?;
    let folder = subdir.parent()?;
    // Without an index for all platforms it cannot be used as a channel.
    folder.join("noarch/repodata.json").is_file().then_some(folder)
}
