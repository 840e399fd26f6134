//! The globs of recipes.
//!
//! `*` and `?` cross `/`. A pattern also matches everything below what it names, and one that ends in `/` matches only
//! what is below. `{a,b}` may contain an empty alternative.

use std::path::Path;

use globset::{Glob, GlobBuilder, GlobSetBuilder};
use sidewinder_recipe::stage1::{BoolOrGlobs, Globs};

use crate::error::{Error, Result};

/// Compiled patterns of one list.
#[derive(Clone, Debug)]
pub struct GlobSet(globset::GlobSet);

impl GlobSet {
    /// Compiles a list of patterns.
    ///
    /// # Errors
    /// The pattern that is not a valid glob, and why.
    ///
    /// # Example: a folder stands for all that is below it
    /// ```
    /// use std::path::Path;
    /// use sidewinder_package::globs::GlobSet;
    ///
    /// let set = GlobSet::new(&["include".to_owned(), "lib/*.so".to_owned()]).unwrap();
    /// assert!(set.matches(Path::new("include/foo/bar.h")));
    /// assert!(set.matches(Path::new("lib/plugins/x.so")));
    /// assert!(!set.matches(Path::new("lib/x.a")));
    /// ```
    pub fn new(patterns: &[String]) -> std::result::Result<Self, (String, String)> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            for form in forms(pattern) {
                set.add(glob(&form).map_err(|error| (pattern.clone(), error.kind().to_string()))?);
            }
        }
        set.build().map(Self).map_err(|error| (patterns.join(", "), error.kind().to_string()))
    }

    /// Whether a path, relative to the folder that the patterns are about, matches any pattern.
    #[must_use]
    pub fn matches(&self, path: &Path) -> bool {
        self.0.is_match(path)
    }
}

/// One pattern without the rule for folders: it matches only what it names.
///
/// # Errors
/// Why it is not a valid glob.
pub(crate) fn exact(pattern: &str) -> std::result::Result<globset::GlobMatcher, String> {
    glob(pattern).map(|glob| glob.compile_matcher()).map_err(|error| error.kind().to_string())
}

fn glob(pattern: &str) -> std::result::Result<Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(false).empty_alternates(true).backslash_escape(true).build()
}

/// The globs that a pattern stands for.
fn forms(pattern: &str) -> Vec<String> {
    let trimmed = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
    if trimmed.is_empty() || trimmed == "." {
        vec!["**".to_owned()]
    } else if pattern.ends_with('/') {
        vec![format!("{trimmed}/**")]
    } else {
        vec![trimmed.to_owned(), format!("{trimmed}/**")]
    }
}

/// A list with inclusions and exclusions of a field of the recipe.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    include: GlobSet,
    exclude: GlobSet,
    has_include: bool,
    has_exclude: bool,
    /// `[]` was written, as opposed to nothing.
    is_given: bool,
}

impl Filter {
    /// Compiles the globs of a field.
    ///
    /// # Errors
    /// [`Error::Glob`].
    pub(crate) fn new(field: &'static str, globs: &Globs) -> Result<Self> {
        let compile = |patterns: &[String]| {
            GlobSet::new(patterns).map_err(|(pattern, reason)| Error::Glob { pattern, field, reason })
        };
        Ok(Self {
            include: compile(globs.include())?,
            exclude: compile(globs.exclude())?,
            has_include: !globs.include().is_empty(),
            has_exclude: !globs.exclude().is_empty(),
            is_given: *globs != Globs::default(),
        })
    }

    /// Whether the field names anything.
    pub(crate) fn is_given(&self) -> bool {
        self.is_given
    }

    /// Whether the field selects a path. A field that is not given selects nothing; `exclude` alone selects all else.
    pub(crate) fn selects(&self, path: &Path) -> bool {
        if !self.has_include && !self.has_exclude {
            return false;
        }
        (!self.has_include || self.include.matches(path)) && !self.exclude.matches(path)
    }

    /// As [`Self::selects`], but a field that is not given selects everything.
    pub(crate) fn keeps(&self, path: &Path) -> bool {
        !self.is_given || self.selects(path)
    }
}

/// Everything, nothing, or what globs of a field match.
#[derive(Clone, Debug)]
pub(crate) enum Choice {
    All,
    Nothing,
    Globs(GlobSet),
}

impl Choice {
    /// Compiles a field.
    ///
    /// # Errors
    /// [`Error::Glob`].
    pub(crate) fn new(field: &'static str, value: &BoolOrGlobs) -> Result<Self> {
        Ok(match value {
            BoolOrGlobs::Bool(true) => Self::All,
            BoolOrGlobs::Bool(false) => Self::Nothing,
            BoolOrGlobs::Globs(patterns) => {
                Self::Globs(GlobSet::new(patterns).map_err(|(pattern, reason)| Error::Glob {
                    pattern,
                    field,
                    reason,
                })?)
            }
        })
    }

    pub(crate) fn selects(&self, path: &Path) -> bool {
        match self {
            Self::All => true,
            Self::Nothing => false,
            Self::Globs(globs) => globs.matches(path),
        }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        GlobSet::new(&[pattern.to_owned()]).unwrap().matches(Path::new(path))
    }

    #[test]
    fn patterns_match_as_in_recipes() {
        for (pattern, path, expected) in [
            ("lib/*.txt", "lib/sub/b.txt", true),
            ("inc", "inc", true),
            ("inc", "inc/a/b", true),
            ("inc", "include", false),
            ("dir/", "dir/a", true),
            ("dir/", "dir", false),
            ("a?c/**", "abc/f", true),
            ("a?c/**", "a/c/f", true),
            ("**/deep.x", "deep.x", true),
            ("**/deep.x", ".hidden/a/deep.x", true),
            ("s{1,2}/f", "s2/f", true),
            ("lib/{,lib}x.so", "lib/x.so", true),
            ("[xy]/q", "y/q", true),
            ("./x", "x", true),
            (".", "anything/at/all", true),
            ("X", "x", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn exclude_alone_selects_everything_else() {
        let filter = Filter::new("build.files", &Globs::new(vec![], vec!["*.a".into()])).unwrap();
        assert!(filter.selects(Path::new("lib/x.so")) && !filter.selects(Path::new("lib/x.a")));
        let absent = Filter::new("build.files", &Globs::default()).unwrap();
        assert!(!absent.selects(Path::new("x")) && absent.keeps(Path::new("x")));
    }

    #[test]
    fn an_invalid_glob_is_named_with_its_field() {
        let error = Filter::new("build.files", &Globs::new(vec!["[a".into()], vec![])).unwrap_err();
        assert_eq!(error.code(), "PACKAGE_GLOB_INVALID");
        assert!(error.to_string().starts_with("invalid glob `[a` in `build.files`: "), "{error}");
    }
}
