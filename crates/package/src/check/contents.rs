//! `package_contents` tests: which files the package must and must not contain.

use sidewinder_recipe::RenderedVariant;
use sidewinder_recipe::stage1::{FileChecks, NoArch, PackageContents, Test};

use crate::error::{Error, Result};
use crate::globs::exact;

/// Runs all `package_contents` tests of a recipe on the paths of the package.
///
/// # Errors
/// [`Error::Contents`] with the problems of all tests, [`Error::Glob`].
pub(crate) fn check_contents(variant: &RenderedVariant, paths: &[&str]) -> Result<()> {
    let rules = Rules { platform: &variant.target_platform, is_noarch_python: variant.noarch == Some(NoArch::Python) };
    let mut problems = Vec::new();
    for test in &variant.recipe.tests {
        if let Test::PackageContents(test) = test {
            problems.extend(rules.problems(&test.package_contents, paths)?);
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Contents { problems }) }
}

/// Runs one `package_contents` test on the paths of a finished package.
///
/// # Returns
/// The problems; none if the test passes.
///
/// # Errors
/// [`Error::Glob`].
pub fn contents_problems(
    test: &PackageContents,
    platform: &str,
    is_noarch_python: bool,
    paths: &[&str],
) -> Result<Vec<String>> {
    Rules { platform, is_noarch_python }.problems(test, paths)
}

/// Where the sections of a test look.
#[derive(Clone, Copy, Debug)]
struct Rules<'a> {
    platform: &'a str,
    is_noarch_python: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Include,
    Bin,
    Lib,
    SitePackages,
    Files,
}

impl Section {
    fn name(self) -> &'static str {
        match self {
            Self::Include => "include",
            Self::Bin => "bin",
            Self::Lib => "lib",
            Self::SitePackages => "site_packages",
            Self::Files => "files",
        }
    }
}

impl Rules<'_> {
    fn problems(&self, test: &PackageContents, paths: &[&str]) -> Result<Vec<String>> {
        let mut problems = Vec::new();
        let mut allowed = Vec::new();
        for (section, checks) in [
            (Section::Include, &test.include),
            (Section::Bin, &test.bin),
            (Section::Lib, &test.lib),
            (Section::SitePackages, &test.site_packages),
            (Section::Files, &test.files),
        ] {
            let (exists, not_exists) = match checks {
                FileChecks::Exists(exists) => (exists.as_slice(), [].as_slice()),
                FileChecks::Both { exists, not_exists } => (exists.as_slice(), not_exists.as_slice()),
            };
            for entry in exists {
                for alternatives in self.globs(section, entry) {
                    let globs = compile(&alternatives)?;
                    if !paths.iter().any(|path| globs.iter().any(|glob| glob.is_match(path))) {
                        let shown = alternatives.join("` or `");
                        problems.push(format!("{}: no file matches `{entry}` (`{shown}`)", section.name()));
                    }
                    allowed.extend(globs);
                }
            }
            for entry in not_exists {
                for alternatives in self.globs(section, entry) {
                    let globs = compile(&alternatives)?;
                    let found = paths.iter().filter(|path| globs.iter().any(|glob| glob.is_match(path)));
                    problems.extend(
                        found.map(|path| {
                            format!("{}: `{path}` matches `{entry}`, which must not exist", section.name())
                        }),
                    );
                }
            }
        }
        if test.strict {
            // Files of tests do not count.
            let unmatched = paths
                .iter()
                .filter(|path| !path.starts_with("etc/conda/test-files/"))
                .filter(|path| !allowed.iter().any(|glob| glob.is_match(path)));
            problems.extend(unmatched.map(|path| format!("strict: `{path}` matches no entry of the test")));
        }
        Ok(problems)
    }

    /// What an entry of a section is searched as: groups of which each must match, by any of its globs.
    fn globs(&self, section: Section, entry: &str) -> Vec<Vec<String>> {
        let is_windows = self.platform.starts_with("win-");
        let single = |glob: String| vec![vec![glob]];
        match section {
            Section::Files => single(entry.to_owned()),
            Section::Include if is_windows => single(format!("Library/include/{entry}")),
            Section::Include => single(format!("include/{entry}")),
            Section::Bin if is_windows => {
                let folders = ["", "Library/bin/", "Library/mingw-w64/bin/", "Library/usr/bin/", "Scripts/", "bin/"];
                let glob = |folder: &&str| format!("{folder}{entry}{{,.exe,.bat,.cmd,.com,.ps1}}");
                vec![folders.iter().map(glob).collect()]
            }
            Section::Bin if self.platform.starts_with("emscripten-") => {
                vec![vec![format!("bin/{entry}.js"), format!("bin/{entry}.wasm")]]
            }
            Section::Bin => single(format!("bin/{entry}")),
            Section::Lib => self.library(entry),
            Section::SitePackages => vec![self.module(entry)],
        }
    }

    fn library(&self, entry: &str) -> Vec<Vec<String>> {
        if self.platform.starts_with("win-") {
            if entry.ends_with(".dll") {
                return vec![vec![format!("Library/bin/{entry}")]];
            }
            if entry.ends_with(".lib") {
                return vec![vec![format!("Library/lib/{entry}")]];
            }
            return vec![vec![format!("Library/bin/{entry}.dll")], vec![format!("Library/lib/{entry}.lib")]];
        }
        let is_mac = self.platform.starts_with("osx-");
        let (extension, is_whole) = if is_mac {
            ("dylib", entry.ends_with(".dylib") || entry.ends_with(".a"))
        } else {
            ("so", entry.ends_with(".so") || entry.contains(".so.") || entry.ends_with(".a"))
        };
        if is_whole {
            return vec![vec![format!("lib/{entry}")]];
        }
        let versioned =
            if is_mac { format!("lib/{{,lib}}{entry}.*.dylib") } else { format!("lib/{{,lib}}{entry}.so.*") };
        vec![vec![format!("lib/{{,lib}}{entry}.{extension}"), versioned]]
    }

    /// A file below site-packages, or a module by its dotted name.
    fn module(&self, entry: &str) -> Vec<String> {
        let folder = if self.is_noarch_python {
            "site-packages"
        } else if self.platform.starts_with("win-") {
            "Lib/site-packages"
        } else {
            "lib/python*/site-packages"
        };
        if entry.contains('/') {
            return vec![format!("{folder}/{entry}")];
        }
        let path = entry.replace('.', "/");
        vec![format!("{folder}/{path}.py"), format!("{folder}/{path}/__init__.py")]
    }
}

fn compile(globs: &[String]) -> Result<Vec<globset::GlobMatcher>> {
    let compile = |glob: &String| {
        exact(glob).map_err(|reason| Error::Glob { pattern: glob.clone(), field: "tests.package_contents", reason })
    };
    globs.iter().map(compile).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn problems(platform: &str, test: &str, paths: &[&str]) -> Vec<String> {
        let rules = Rules { platform, is_noarch_python: platform == "noarch" };
        rules.problems(&serde_json::from_str(test).unwrap(), paths).unwrap()
    }

    #[test]
    fn each_section_looks_where_its_files_are() {
        let paths = [
            "include/a/b.h",
            "bin/tool",
            "lib/libz.so.1",
            "lib/libz.a",
            "lib/python3.11/site-packages/p/q.py",
            "lib/python3.11/site-packages/p/__init__.py",
            "share/x/f",
        ];
        let test = r#"{"include": ["a/b.h"], "bin": ["tool"], "lib": ["z", "libz.a", "libz.so.1"],
                       "site_packages": ["p", "p.q", "p/q.py"], "files": ["share/*"]}"#;
        assert_eq!(problems("linux-64", test, &paths), Vec::<String>::new());
        assert_eq!(problems("linux-64", r#"{"files": ["share/x"]}"#, &paths).len(), 1);
        let noarch = ["site-packages/p/__init__.py"];
        assert!(problems("noarch", r#"{"site_packages": ["p"]}"#, &noarch).is_empty());
        let windows = ["Library/bin/z.dll", "Library/lib/z.lib", "Library/bin/tool.exe"];
        assert!(problems("win-64", r#"{"lib": ["z"], "bin": ["tool"]}"#, &windows).is_empty());
    }

    #[test]
    fn all_problems_are_reported() {
        let test = r#"{"bin": ["no"], "files": {"exists": ["a"], "not_exists": ["*.la"]}, "strict": true}"#;
        insta::assert_snapshot!(problems("linux-64", test, &["a", "lib/x.la", "b"]).join("\n"), @r"
        bin: no file matches `no` (`bin/no`)
        files: `lib/x.la` matches `*.la`, which must not exist
        strict: `lib/x.la` matches no entry of the test
        strict: `b` matches no entry of the test
        ");
    }
}
