//! Match specs of dependencies.

use std::sync::Arc;

use rattler_conda_types::{MatchSpec, PackageNameMatcher, ParseMatchSpecOptions, VersionSpec};

use super::literal::Invalid;
use crate::diagnostic::Code;
use crate::render::RepodataRevision;

/// A match spec that was checked when the recipe was parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The spec in normal form, e.g. `python >=3.8,<4`.
    pub spec: Arc<str>,
    /// The name in lower case, where the spec is nothing but a name.
    pub free_name: Option<Arc<str>>,
}

impl Dependency {
    /// Reads a match spec by the strict rules; the keys `extras`, `flags` and `when` only where the revision has them.
    ///
    /// # Errors
    /// `invalid-match-spec`, or `requires-v3` for a spec that only lacks the revision.
    pub fn parse(text: &str, revision: RepodataRevision) -> Result<Self, Invalid> {
        let mut spec = match_spec(text, revision)?;
        let nameless = MatchSpec { name: PackageNameMatcher::default(), ..spec.clone() } == MatchSpec::default();
        let free_name = match &spec.name {
            PackageNameMatcher::Exact(name) if nameless => Some(name.as_normalized().into()),
            _ => None,
        };
        if spec.build.is_some() && spec.version.is_none() {
            // `foo[build=x]` is printed `foo * x`, as the reference does.
            spec.version = Some(VersionSpec::Any);
        }
        Ok(Self { spec: spec.to_string().into(), free_name })
    }

    /// Reads a match spec by the strict rules and keeps only its name, as written.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_name(text: &str, revision: RepodataRevision) -> Result<Arc<str>, Invalid> {
        match match_spec(text, revision)?.name {
            PackageNameMatcher::Exact(name) => Ok(name.as_source().into()),
            _ => Err(invalid(text, "the name has to be exact")),
        }
    }
}

/// Longest match spec that is read, in bytes.
const MAX_BYTES: usize = 1024;

/// Deepest nesting of brackets in a match spec.
const MAX_NESTING: usize = 32;

/// Refuses a match spec or version spec that only an attacker writes: the library reads brackets by recursion, and deep
/// ones would overflow the stack.
pub(crate) fn check_spec_size(text: &str) -> Result<(), Invalid> {
    let too_large = |what: &str| {
        let start: String = text.chars().take(40).collect();
        Err(Invalid::new(Code::LimitExceeded, format!("the match spec `{start}…` {what}")))
    };
    if text.len() > MAX_BYTES {
        return too_large(&format!("is longer than {MAX_BYTES} bytes"));
    }
    let mut depth = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_NESTING {
            return too_large(&format!("has brackets nested deeper than {MAX_NESTING} levels"));
        }
    }
    Ok(())
}

fn match_spec(text: &str, revision: RepodataRevision) -> Result<MatchSpec, Invalid> {
    check_spec_size(text)?;
    if text.trim().is_empty() {
        return Err(Invalid::new(Code::InvalidMatchSpec, "the match spec is empty"));
    }
    let options = |revision: RepodataRevision| {
        ParseMatchSpecOptions::strict().with_repodata_revision(match revision {
            RepodataRevision::Legacy => rattler_conda_types::RepodataRevision::Legacy,
            RepodataRevision::V3 => rattler_conda_types::RepodataRevision::V3,
        })
    };
    MatchSpec::from_str(text, options(revision)).map_err(|error| {
        if revision != RepodataRevision::V3 && MatchSpec::from_str(text, options(RepodataRevision::V3)).is_ok() {
            return Invalid::new(
                Code::RequiresV3,
                format!("`{text}` uses `extras`, `flags` or `when`, which need repodata revision v3"),
            )
            .with_help("allow repodata revision v3");
        }
        invalid(text, &error.to_string())
    })
}

fn invalid(text: &str, reason: &str) -> Invalid {
    // The library's sentences may end with a question: that is the advice.
    match reason.split_once(". Did you mean ") {
        Some((reason, advice)) => {
            Invalid::new(Code::InvalidMatchSpec, format!("`{text}` is not a match spec: {reason}"))
                .with_help(format!("did you mean {}", advice.replace('\'', "`")))
        }
        None => Invalid::new(Code::InvalidMatchSpec, format!("`{text}` is not a match spec: {reason}")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn legacy(text: &str) -> Result<String, Code> {
        Dependency::parse(text, RepodataRevision::Legacy).map(|d| d.spec.to_string()).map_err(|e| e.code)
    }

    fn v3(text: &str) -> Result<String, Code> {
        Dependency::parse(text, RepodataRevision::V3).map(|d| d.spec.to_string()).map_err(|e| e.code)
    }

    #[test]
    fn specs_are_printed_in_normal_form() {
        for (text, normal) in [
            ("python", "python"),
            ("Python", "python"),
            ("python >=3.8, <4", "python >=3.8,<4"),
            ("python=3.8", "python 3.8.*"),
            ("python==3.8", "python ==3.8"),
            ("python ==3.8 py_0", "python ==3.8 py_0"),
            ("python >3 | <2", "python >3|<2"),
            ("foo~=1.2", "foo ~=1.2"),
            ("foo >= 1.2", "foo >=1.2"),
            ("python[version='>=3']", "python >=3"),
            ("foo[build='*x']", "foo * *x"),
            ("conda-forge::python", "conda-forge::python"),
            (" a >1 ", "a >1"),
        ] {
            assert_eq!(legacy(text).as_deref(), Ok(normal), "{text}");
        }
    }

    #[test]
    fn specs_in_normal_form_stay_as_they_are() {
        for text in ["foo 1.2.* *_cpython", "foo *", "foo * *_x", "foo !=1.2", "foo 1.0.*,>=1", "_foo", "foo.bar", "3"]
        {
            assert_eq!(legacy(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_the_strict_rules_refuse_is_an_error() {
        for text in ["python 3.8", "python=3.8=*_x", "foo*", "a b c d", "", "~", "foo ==1.0=abc"] {
            assert_eq!(legacy(text), Err(Code::InvalidMatchSpec), "{text}");
        }
        let error = Dependency::parse("python 3.8", RepodataRevision::Legacy).unwrap_err();
        assert_eq!(error.message, "`python 3.8` is not a match spec: missing range specifier for '3.8'");
        assert_eq!(error.help.as_deref(), Some("did you mean `==3.8` or `3.8.*`?"));
    }

    #[test]
    fn the_new_keys_need_revision_v3() {
        for (text, normal) in [
            ("foo[extras=[a]]", "foo[extras=[a]]"),
            ("foo[flags=[x]]", "foo[flags=[x]]"),
            ("foo[when=\"python >3\"]", "foo[when=\"python>3\"]"),
        ] {
            assert_eq!(legacy(text), Err(Code::RequiresV3), "{text}");
            assert_eq!(v3(text).as_deref(), Ok(normal), "{text}");
        }
        assert_eq!(v3("foo[nope=1]"), Err(Code::InvalidMatchSpec));
    }

    #[test]
    fn only_a_bare_name_is_a_free_spec() {
        let free = |text: &str| Dependency::parse(text, RepodataRevision::Legacy).unwrap().free_name;
        assert_eq!(free("FOO-bar").as_deref(), Some("foo-bar"));
        for text in ["bar *", "bar >1", "conda-forge::bar", "bar[build=x]"] {
            assert_eq!(free(text), None, "{text}");
        }
    }

    #[test]
    fn specs_that_would_overflow_the_stack_are_refused() {
        for text in [
            format!("foo {}>1{}", "(".repeat(1000), ")".repeat(1000)),
            format!("foo {}", "(".repeat(40)),
            format!("foo[when=\"{}a{}\"]", "(".repeat(100), ")".repeat(100)),
            format!("foo {}>1", ">1,".repeat(100_000)),
        ] {
            assert_eq!(legacy(&text), Err(Code::LimitExceeded));
            assert_eq!(v3(&text), Err(Code::LimitExceeded));
        }
        assert!(legacy(&format!("foo {}>1{}", "(".repeat(30), ")".repeat(30))).is_ok());
    }

    #[test]
    fn a_name_is_kept_as_written() {
        let name = |text: &str| Dependency::parse_name(text, RepodataRevision::Legacy).map(|n| n.to_string());
        assert_eq!(name("a >1").as_deref(), Ok("a"));
        assert_eq!(name("conda-forge::A").as_deref(), Ok("A"));
        assert!(name("*").is_err());
        assert!(name("").is_err());
    }
}
