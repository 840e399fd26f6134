//! Which files are part of a patch.

use std::path::Path;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::options::PatchOptions;
use crate::error::{Error, Result};

/// What the session itself writes at the top of the work directory.
const OWN_FILES: [&str; 5] =
    [".source_info.json", "conda_build.sh", "conda_build.bat", "build_env.sh", "build_env.bat"];

/// The compiled globs.
#[derive(Debug)]
pub(super) struct FileFilter {
    include: Option<GlobSet>,
    exclude: GlobSet,
    add: GlobSet,
}

impl FileFilter {
    /// Compiles the globs.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for a glob that cannot be read.
    pub(super) fn new(options: &PatchOptions) -> Result<Self> {
        let include = if options.include.is_empty() { None } else { Some(compile("include", &options.include)?) };
        Ok(Self { include, exclude: compile("exclude", &options.exclude)?, add: compile("add", &options.add)? })
    }

    /// Whether a change or deletion of a source file is taken. Paths are relative to the work directory.
    pub(super) fn takes_changed(&self, path: &Path) -> bool {
        self.include.as_ref().is_none_or(|include| include.is_match(path)) && self.may_take(path)
    }

    /// Whether a new file is taken.
    pub(super) fn takes_new(&self, path: &Path) -> bool {
        self.add.is_match(path) && self.allows_new(path)
    }

    /// Whether a new file may be part of the patch at all: as `add` names it, or under its new name after a rename.
    pub(super) fn allows_new(&self, path: &Path) -> bool {
        self.may_take(path) && !is_helper_script(path)
    }

    fn may_take(&self, path: &Path) -> bool {
        !self.exclude.is_match(path) && !is_own(path)
    }
}

/// Whether a path is one of the session's own files, or git's.
pub(super) fn is_own(path: &Path) -> bool {
    OWN_FILES.iter().any(|own| path == Path::new(own)) || path.components().any(|part| part.as_os_str() == ".git")
}

/// `conda_build_script.py` and the like, which the build script calls.
fn is_helper_script(path: &Path) -> bool {
    path.components().count() == 1 && path.to_string_lossy().starts_with("conda_build")
}

fn compile(option: &'static str, patterns: &[String]) -> Result<GlobSet> {
    let fails = |error: globset::Error| Error::InvalidOption { option, reason: error.to_string() };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let trimmed = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
        let anywhere = if trimmed.contains(['/', '\\']) { "" } else { "**/" };
        set.add(Glob::new(&format!("{anywhere}{trimmed}")).map_err(fails)?);
        set.add(Glob::new(&format!("{anywhere}{trimmed}/**")).map_err(fails)?);
    }
    set.build().map_err(fails)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn filter(include: &[&str], exclude: &[&str], add: &[&str]) -> FileFilter {
        let owned = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
        let options = PatchOptions {
            include: owned(include),
            exclude: owned(exclude),
            add: owned(add),
            ..PatchOptions::default()
        };
        FileFilter::new(&options).unwrap()
    }

    #[test]
    fn globs_match_relative_paths() {
        let excludes = |pattern: &str| !filter(&[], &[pattern], &[]).takes_changed(Path::new("src/main.c"));
        for pattern in ["main.c", "src/main.c", "**/main.c", "src", "src/", "*.c", "./src/*"] {
            assert!(excludes(pattern), "{pattern}");
        }
        for pattern in ["other.c", "src/other", "main"] {
            assert!(!excludes(pattern), "{pattern}");
        }
    }

    #[test]
    fn new_files_are_taken_only_when_added() {
        let new = Path::new("a/new.c");
        assert!(!filter(&["*"], &[], &[]).takes_new(new));
        assert!(filter(&["other"], &[], &["*.c"]).takes_new(new), "`include` is about changed files");
        assert!(!filter(&[], &["a"], &["*.c"]).takes_new(new));
    }

    #[test]
    fn the_sessions_own_files_are_never_taken() {
        let all = filter(&[], &[], &["*"]);
        for path in ["conda_build.sh", "conda_build_script.py", ".source_info.json", ".git/config", "sub/.git/HEAD"] {
            assert!(!all.takes_new(Path::new(path)), "{path}");
        }
        assert!(!all.takes_changed(Path::new("conda_build.sh")));
        assert!(all.takes_changed(Path::new("ci/build_env.sh")), "a source may have files of these names");
    }

    #[test]
    fn a_broken_glob_is_an_error_of_its_option() {
        let options = PatchOptions { add: vec!["[a".into()], ..PatchOptions::default() };
        assert!(matches!(FileFilter::new(&options), Err(Error::InvalidOption { option: "add", .. })));
    }
}
