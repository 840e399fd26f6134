//! A finished package: what its metadata says, and its tests.

use std::path::{Path, PathBuf};

use rattler_conda_types::Subdir;
use rattler_conda_types::package::CondaArchiveType;
use rattler_package_streaming::seek::read_package_file_content;
use serde::Deserialize;
use serde_json::Value;
use sidewinder_recipe::stage1::Test;
use sidewinder_recipe::variants::yaml_to_json;

use super::{RecipeTest, TestKind, is_listed};
use crate::error::{Error, Result};
use crate::redact::chain;

/// A package archive and the metadata that its tests need.
#[derive(Clone, Debug)]
pub(super) struct FinishedPackage {
    /// The archive, as an absolute path.
    pub(super) path: PathBuf,
    pub(super) index: Index,
    /// The variant it was built for.
    pub(super) variant: serde_json::Map<String, Value>,
    pub(super) tests: Vec<IndexedTest>,
}

/// `info/index.json`, as far as it matters here.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Index {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) build: String,
    #[serde(default)]
    pub(super) build_number: u64,
    #[serde(default)]
    pub(super) subdir: Option<String>,
    #[serde(default)]
    pub(super) noarch: Option<Value>,
}

/// A test and its place among the tests of the recipe.
#[derive(Clone, Debug)]
pub(super) struct IndexedTest {
    pub(super) index: usize,
    pub(super) test: Test,
}

impl IndexedTest {
    pub(super) fn described(&self) -> RecipeTest {
        RecipeTest::new(self.index, &self.test)
    }
}

impl FinishedPackage {
    /// Reads the metadata of an archive. Only the part of the archive that contains metadata is decompressed.
    ///
    /// # Errors
    /// [`Error::Missing`] if the file does not exist, [`Error::InvalidOption`] if it is not a conda package.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let path = fs_err::canonicalize(path).map_err(Error::io("failed to open", path))?;
        let index = member(&path, "info/index.json")?.ok_or_else(|| invalid(&path, "it has no info/index.json"))?;
        let index =
            serde_json::from_slice(&index).map_err(|error| invalid(&path, format!("info/index.json: {error}")))?;
        // Packages of other build tools have none.
        let variant = match member(&path, "info/hash_input.json")? {
            Some(text) => serde_json::from_slice(&text).unwrap_or_default(),
            None => serde_json::Map::new(),
        };
        let stored = match yaml(&path, "info/tests/tests.yaml")? {
            Some(tests) => serde_json::from_value(tests)
                .map_err(|error| invalid(&path, format!("info/tests/tests.yaml: {error}")))?,
            None => conda_build_tests(&path)?,
        };
        // A recipe that cannot be read costs no more than the tests of the package's contents.
        let recipe = yaml(&path, "info/recipe/rendered_recipe.yaml").ok().flatten();
        let written = recipe.and_then(|mut recipe| {
            let tests = recipe.get_mut("recipe")?.get_mut("tests")?.take();
            serde_json::from_value::<Vec<Test>>(tests).ok()
        });
        Ok(Self { path, index, variant, tests: indexed(stored, written.unwrap_or_default()) })
    }

    /// The test of an index.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] with the indexes that there are.
    pub(super) fn test(&self, index: usize) -> Result<&IndexedTest> {
        self.tests.iter().find(|test| test.index == index).ok_or_else(|| {
            let known: Vec<String> = self.tests.iter().map(|test| test.index.to_string()).collect();
            let reason = match known.is_empty() {
                true => format!("`{}` has no tests", self.index.name),
                false => format!("`{}` has no test {index}; expected one of {}", self.index.name, known.join(", ")),
            };
            Error::InvalidOption { option: "index", reason }
        })
    }

    /// What the metadata says about the kind of noarch package.
    pub(super) fn noarch(&self) -> Option<&'static str> {
        match self.index.noarch.as_ref()? {
            Value::String(kind) if kind == "python" => Some("python"),
            // conda once wrote `noarch: true`.
            Value::String(_) | Value::Bool(true) => Some("generic"),
            _ => None,
        }
    }

    /// The platform folder of the package.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for one that is not a platform.
    pub(super) fn subdir(&self) -> Result<Subdir> {
        let subdir = match (&self.index.subdir, self.noarch()) {
            (Some(subdir), _) => subdir.as_str(),
            (None, Some(_)) => "noarch",
            (None, None) => return Err(invalid(&self.path, "info/index.json has no `subdir`")),
        };
        subdir.parse().map_err(|_| invalid(&self.path, format!("unknown platform `{}`", subdir.escape_debug())))
    }

    /// A requirement that only this very package satisfies.
    pub(super) fn exact_spec(&self) -> String {
        let Index { name, version, build, .. } = &self.index;
        format!("{name} =={version} {build}")
    }

    /// The paths that are installed.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] if the archive does not list them.
    pub(super) fn paths(&self) -> Result<Vec<String>> {
        let text = member(&self.path, "info/paths.json")?;
        let text = text.ok_or_else(|| invalid(&self.path, "it has no info/paths.json"))?;
        let listed: Listed =
            serde_json::from_slice(&text).map_err(|error| invalid(&self.path, format!("info/paths.json: {error}")))?;
        Ok(listed.paths.into_iter().map(|path| path.path).collect())
    }
}

#[derive(Deserialize)]
struct Listed {
    paths: Vec<ListedPath>,
}

#[derive(Deserialize)]
struct ListedPath {
    #[serde(rename = "_path")]
    path: String,
}

/// Gives tests the indexes they have in the recipe. Packages do not store tests of their contents, but the recipe in them
/// contains those. Without a recipe that fits, tests are numbered as they are stored.
fn indexed(stored: Vec<Test>, written: Vec<Test>) -> Vec<IndexedTest> {
    let is_contents = |test: &Test| matches!(test, Test::PackageContents(_));
    let fits = written.iter().filter(|test| is_listed(test) && !is_contents(test)).count() == stored.len();
    if !fits {
        return stored.into_iter().enumerate().map(|(index, test)| IndexedTest { index, test }).collect();
    }
    let mut stored = stored.into_iter();
    let listed = written.into_iter().enumerate().filter(|(_, test)| is_listed(test));
    listed
        .filter_map(|(index, test)| {
            // Stored scripts are complete: templates are filled in, and files are read.
            let test = if is_contents(&test) { test } else { stored.next()? };
            Some(IndexedTest { index, test })
        })
        .collect()
}

/// The tests of a package that conda-build made: scripts in `info/test`, next to the files that they need, and a list of
/// what they require.
fn conda_build_tests(path: &Path) -> Result<Vec<Test>> {
    const REQUIREMENTS: &str = "info/test/test_time_dependencies.json";
    let requirements: Vec<String> = match member(path, REQUIREMENTS)? {
        Some(text) => {
            serde_json::from_slice(&text).map_err(|error| invalid(path, format!("{REQUIREMENTS}: {error}")))?
        }
        None => Vec::new(),
    };
    let mut tests = Vec::new();
    for (name, command) in CONDA_BUILD_SCRIPTS {
        if member(path, &format!("info/test/{name}"))?.is_none() {
            continue;
        }
        let test = serde_json::json!({
            "script": { "content": format!("cd {} && {command}", if cfg!(windows) { r"info\test" } else { "info/test" }) },
            "requirements": { "run": requirements },
        });
        tests.push(serde_json::from_value(test).map_err(|error| invalid(path, error.to_string()))?);
    }
    Ok(tests)
}

/// Scripts that conda-build writes into packages, and how it runs them.
const CONDA_BUILD_SCRIPTS: [(&str, &str); 4] = if cfg!(windows) {
    [
        ("run_test.bat", "call run_test.bat"),
        ("run_test.py", "python -s run_test.py"),
        ("run_test.pl", "perl run_test.pl"),
        ("run_test.r", "Rscript run_test.r"),
    ]
} else {
    [
        ("run_test.sh", "bash -e run_test.sh"),
        ("run_test.py", "python -s run_test.py"),
        ("run_test.pl", "perl run_test.pl"),
        ("run_test.r", "Rscript run_test.r"),
    ]
};

pub(super) fn invalid(path: &Path, reason: impl Into<String>) -> Error {
    let reason = format!("`{}` is not a valid conda package: {}", path.display(), reason.into());
    Error::InvalidOption { option: "package", reason }
}

/// The content of a metadata file of an archive, if it has it.
fn member(archive: &Path, name: &str) -> Result<Option<Vec<u8>>> {
    let kind = CondaArchiveType::try_from(archive)
        .ok_or_else(|| invalid(archive, "expected a file name that ends with `.conda` or `.tar.bz2`"))?;
    let file = fs_err::File::open(archive).map_err(Error::io("failed to open", archive))?;
    match read_package_file_content(std::io::BufReader::new(file), kind, name) {
        Ok(content) => Ok(Some(content)),
        Err(rattler_package_streaming::ExtractError::MissingComponent) => Ok(None),
        Err(error) => Err(invalid(archive, chain(&error))),
    }
}

fn yaml(archive: &Path, name: &str) -> Result<Option<Value>> {
    let Some(content) = member(archive, name)? else { return Ok(None) };
    let text = String::from_utf8(content).map_err(|_| invalid(archive, format!("{name} is not valid UTF-8")))?;
    yaml_to_json(&text).map(Some).map_err(|reason| invalid(archive, format!("{name}: {reason}")))
}

impl RecipeTest {
    pub(super) fn new(index: usize, test: &Test) -> Self {
        let imports = |modules: &[String]| format!("import {}", modules.join(", "));
        let (kind, summary) = match test {
            Test::Python(test) => {
                let mut summary = imports(&test.python.imports);
                if let Some(versions) = &test.python.python_version {
                    summary.push_str(&format!(" with Python {}", versions.as_slice().join(", ")));
                }
                if test.python.pip_check {
                    summary.push_str("; pip check");
                }
                (TestKind::Python, summary)
            }
            Test::Perl(test) => (TestKind::Perl, format!("use {}", test.perl.uses.join(", "))),
            Test::R(test) => (TestKind::R, format!("library {}", test.r.libraries.join(", "))),
            Test::Ruby(test) => (TestKind::Ruby, format!("require {}", test.ruby.requires.join(", "))),
            Test::Script(test) => (TestKind::Script, super::plan::first_line(&test.script)),
            Test::Downstream(test) => (TestKind::Downstream, test.downstream.clone()),
            Test::PackageContents(_) => (TestKind::PackageContents, "files of the package".to_owned()),
        };
        Self { index, kind, summary }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn tests(json: &str) -> Vec<Test> {
        serde_json::from_str(json).unwrap()
    }

    fn indexes(stored: &str, written: &str) -> Vec<(usize, TestKind)> {
        let indexed = indexed(tests(stored), tests(written));
        indexed.iter().map(|test| (test.index, test.described().kind)).collect()
    }

    #[test]
    fn indexes_are_those_of_the_recipe() {
        let stored = r#"[{"script": ["true"]}, {"downstream": "x"}]"#;
        let written = r#"[{"package_contents": {}}, {"script": []}, {"script": ["true"]}, {"downstream": "x"}]"#;
        let expected = [(0, TestKind::PackageContents), (2, TestKind::Script), (3, TestKind::Downstream)];
        assert_eq!(indexes(stored, written), expected);
        assert_eq!(indexes(stored, "[]"), [(0, TestKind::Script), (1, TestKind::Downstream)]);
    }

    #[test]
    fn scripts_of_conda_build_are_tests() {
        let dir = tempfile::tempdir().unwrap();
        let files = [
            ("info/index.json", r#"{"name": "old", "version": "1", "build": "0", "subdir": "linux-64"}"#),
            ("info/test/run_test.py", "import sys\n"),
            ("info/test/test_time_dependencies.json", r#"["pytest >=7", "python"]"#),
        ];
        let mut paths = Vec::new();
        for (path, content) in files {
            let place = dir.path().join(path);
            fs_err::create_dir_all(place.parent().unwrap()).unwrap();
            fs_err::write(&place, content).unwrap();
            paths.push(place);
        }
        let archive = dir.path().join("old-1-0.tar.bz2");
        rattler_package_streaming::write::write_tar_bz2_package(
            fs_err::File::create(&archive).unwrap(),
            dir.path(),
            &paths,
            rattler_conda_types::compression_level::CompressionLevel::Default,
            None,
            None,
        )
        .unwrap();
        let package = FinishedPackage::read(&archive).unwrap();
        assert_eq!(package.tests.len(), 1, "{:?}", package.tests);
        let test = &package.tests[0];
        assert_eq!(test.described().summary, "cd info/test && python -s run_test.py");
        let Test::Script(script) = &test.test else { unreachable!("{test:?}") };
        assert_eq!(script.requirements.run.len(), 2);
    }

    #[test]
    fn a_summary_says_what_a_test_does() {
        let json = r#"[{"python": {"imports": ["a", "b"], "python_version": ["3.11", "3.12"], "pip_check": false}},
            {"script": {"content": ["", "  demo --help", "x"]}}, {"r": {"libraries": ["stats"]}}]"#;
        let summaries: Vec<String> = tests(json).iter().map(|test| RecipeTest::new(0, test).summary).collect();
        assert_eq!(summaries, ["import a, b with Python 3.11, 3.12", "demo --help", "library stats"]);
    }
}
