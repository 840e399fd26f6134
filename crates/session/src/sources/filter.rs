//! The `filter` globs of a source.

use std::path::Path;

use sidewinder_package::globs::GlobSet;
use sidewinder_recipe::stage1::Globs;

use crate::error::{Error, Result};

/// Compiled `filter` globs. `*` crosses `/`, and a pattern that matches a directory matches everything below it.
#[derive(Clone, Debug)]
pub struct Filter {
    include: Option<GlobSet>,
    exclude: GlobSet,
    /// Directories that are excluded with everything in them.
    excluded_folders: GlobSet,
    excludes_anything: bool,
}

impl Filter {
    /// Compiles the globs.
    ///
    /// # Errors
    /// [`Error::Source`] for a glob that cannot be read.
    pub fn new(globs: &Globs) -> Result<Self> {
        let include = if globs.include().is_empty() { None } else { Some(compile(globs.include())?) };
        let folders: Vec<String> = globs.exclude().iter().map(|pattern| folder_pattern(pattern)).collect();
        let excludes_anything = !globs.exclude().is_empty();
        Ok(Self {
            include,
            exclude: compile(globs.exclude())?,
            excluded_folders: compile(&folders)?,
            excludes_anything,
        })
    }

    /// Whether a file is taken; the path is relative to the source's root.
    #[must_use]
    pub fn takes(&self, path: &Path) -> bool {
        self.include.as_ref().is_none_or(|include| include.matches(path)) && !self.exclude.matches(path)
    }

    /// Whether all below a folder is left out.
    #[must_use]
    pub fn excludes_all_below(&self, folder: &Path) -> bool {
        self.exclude.matches(folder) || self.excluded_folders.matches(folder)
    }

    /// Whether there is anything to exclude.
    #[must_use]
    pub fn excludes_anything(&self) -> bool {
        self.excludes_anything
    }

    /// Whether empty folders are taken: only when nothing is picked by name.
    #[must_use]
    pub fn takes_empty_folders(&self) -> bool {
        self.include.is_none()
    }
}

/// The directory that a pattern for everything in it is about: `drop/` and `drop/**` are about `drop`.
fn folder_pattern(pattern: &str) -> String {
    let bare = pattern.trim_end_matches('/');
    let bare = bare.strip_suffix("/**").unwrap_or(bare);
    // `**` alone is everything, and not a directory of any name.
    if bare.is_empty() || bare == "**" { pattern.to_owned() } else { bare.to_owned() }
}

fn compile(patterns: &[String]) -> Result<GlobSet> {
    GlobSet::new(patterns).map_err(|(pattern, reason)| Error::Source {
        location: pattern,
        reason: format!("invalid glob in `filter`: {reason}"),
        http: None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn taken(include: &[&str], exclude: &[&str]) -> Vec<&'static str> {
        let owned = |list: &[&str]| list.iter().map(|&s| s.to_owned()).collect();
        let filter = Filter::new(&Globs::new(owned(include), owned(exclude))).unwrap();
        ["a.txt", "b.c", "sub/b.txt", "sub/deep/c.c"].into_iter().filter(|path| filter.takes(Path::new(path))).collect()
    }

    #[test]
    fn a_star_crosses_folders() {
        assert_eq!(taken(&["*.txt"], &[]), ["a.txt", "sub/b.txt"]);
    }

    #[test]
    fn a_folder_stands_for_all_below() {
        for pattern in ["sub", "sub/", "sub/*", "./sub"] {
            assert_eq!(taken(&[pattern], &[]), ["sub/b.txt", "sub/deep/c.c"], "{pattern}");
        }
    }

    #[test]
    fn exclude_wins() {
        assert_eq!(taken(&["."], &["sub/deep"]), ["a.txt", "b.c", "sub/b.txt"]);
        assert_eq!(taken(&[], &["*.c"]), ["a.txt", "sub/b.txt"]);
    }

    #[test]
    fn a_broken_glob_is_named() {
        let error = Filter::new(&Globs::new(vec!["[a".into()], vec![])).unwrap_err();
        assert!(error.to_string().contains("[a"), "{error}");
    }
}
