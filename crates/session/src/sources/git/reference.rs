//! What of a repository is wanted.

use crate::error::{Error, Result};

/// A reference as the recipe gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// The default branch.
    Default,
    /// A whole commit: nothing about it changes.
    Commit(String),
    /// A full reference: `refs/tags/…`, `refs/heads/…`.
    Full(String),
    /// A short commit, or the name of a branch or tag.
    Name(String),
}

impl Reference {
    /// Reads `rev`.
    ///
    /// # Errors
    /// [`Error::Source`] for a text that git could take for an option or a range.
    pub(super) fn new(rev: Option<&str>, location: &str) -> Result<Self> {
        let Some(rev) = rev.map(str::trim).filter(|rev| !rev.is_empty() && *rev != "HEAD") else {
            return Ok(Self::Default);
        };
        // What `git check-ref-format` forbids; `-` at the start would be an option.
        let forbidden = |c: char| c.is_control() || c.is_whitespace() || "~^:?*[\\".contains(c);
        if rev.starts_with('-') || rev.contains("..") || rev.contains("@{") || rev.contains(forbidden) {
            return Err(Error::Source {
                location: location.to_owned(),
                reason: format!("`{}` is not a valid name of a commit, branch or tag", rev.escape_debug()),
                http: None,
            });
        }
        let is_commit = matches!(rev.len(), 40 | 64) && rev.chars().all(|c| c.is_ascii_hexdigit());
        Ok(if is_commit {
            Self::Commit(rev.to_ascii_lowercase())
        } else if rev.starts_with("refs/") {
            Self::Full(rev.to_owned())
        } else {
            Self::Name(rev.to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn revisions_are_told_apart() {
        let read = |rev: &str| Reference::new(Some(rev), "r").unwrap();
        let commit = "0123456789abcdef0123456789ABCDEF01234567";
        assert_eq!(read(commit), Reference::Commit(commit.to_lowercase()));
        assert_eq!(read("refs/tags/v1.0"), Reference::Full("refs/tags/v1.0".into()));
        assert_eq!(read("v1.0"), Reference::Name("v1.0".into()));
        assert_eq!(read(""), Reference::Default);
        assert_eq!(Reference::new(None, "r").unwrap(), Reference::Default);
    }

    #[test]
    fn what_could_be_an_option_is_refused() {
        for rev in ["--upload-pack=touch x", "-x", "a..b", "a b", "a:b", "HEAD~1", "@{upstream}", "a\nb"] {
            assert!(matches!(Reference::new(Some(rev), "r"), Err(Error::Source { .. })), "{rev}");
        }
    }
}
