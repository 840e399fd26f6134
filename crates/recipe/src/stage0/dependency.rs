//! Match specs of dependencies.

use std::sync::Arc;

use rattler_conda_types::{MatchSpec, PackageNameMatcher, ParseMatchSpecOptions, VersionSpec};

use super::literal::Invalid;
use super::simple_spec as simple;
use crate::diagnostic::Code;
use crate::model::{RepodataRevision, spec_over_limit};

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
        if let Some(simple) = simple::dependency(text) {
            return Ok(simple);
        }
        Self::parse_any(text, revision)
    }

    /// As [`Self::parse`], by the library's parser whatever the text.
    pub(super) fn parse_any(text: &str, revision: RepodataRevision) -> Result<Self, Invalid> {
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
            _ => Err(invalid(text, "expected an exact package name")),
        }
    }
}

/// Refuses a match spec that only an attacker writes.
pub(crate) fn check_spec_size(text: &str) -> Result<(), Invalid> {
    spec_over_limit(text).map_or(Ok(()), |message| Err(Invalid::new(Code::LimitExceeded, message)))
}

fn match_spec(text: &str, revision: RepodataRevision) -> Result<MatchSpec, Invalid> {
    check_spec_size(text)?;
    if text.trim().is_empty() {
        return Err(Invalid::new(Code::InvalidMatchSpec, "empty match spec"));
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
                format!("`extras`, `flags` and `when` in `{text}` require repodata revision v3"),
            )
            .with_help("allow it: `--repodata-revision v3`, or `repodataRevision: \"v3\"`");
        }
        invalid(text, &error.to_string())
    })
}

fn invalid(text: &str, reason: &str) -> Invalid {
    if let Some(help) = advice(text) {
        return Invalid::new(Code::InvalidMatchSpec, format!("`{text}` is not a match spec: {reason}")).with_help(help);
    }
    // The library's sentences may end with a question: that is the advice.
    match reason.split_once(". Did you mean ") {
        Some((reason, advice)) => {
            Invalid::new(Code::InvalidMatchSpec, format!("`{text}` is not a match spec: {reason}"))
                .with_help(format!("did you mean {}", advice.replace('\'', "`")))
        }
        None => Invalid::new(Code::InvalidMatchSpec, format!("`{text}` is not a match spec: {reason}")),
    }
}

/// What to write for a common mistake in a match spec.
fn advice(text: &str) -> Option<String> {
    if let Some(item) = text.trim().strip_prefix("- ") {
        return Some(format!("remove the dash: `{item}`"));
    }
    if text.starts_with(['\'', '"']) {
        return Some("remove the inner quotes".to_owned());
    }
    if text.trim_start().starts_with('[') && text.contains(',') {
        return Some("a dependency is one match spec; list each of them as its own item".to_owned());
    }
    let at = text.find([' ', '=', '<', '>', '!', '~', '^', '[', '(', '@', ';'])?;
    let (name, rest) = text.split_at(at);
    let rest = rest.trim();
    if rest.contains(';') {
        return Some("write the condition as `if`/`then`; environment markers are for pip".to_owned());
    }
    if let Some(extra) = rest.strip_prefix('[') {
        let is_extra = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ',' | ' ' | ']');
        return extra
            .chars()
            .all(is_extra)
            .then(|| format!("conda has no pip extras: list the packages that `{name}{rest}` adds"));
    }
    if let Some(range) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return Some(format!("write it without parentheses: `{name} {range}`"));
    }
    if let Some(version) = rest.strip_prefix('@') {
        return Some(format!("write `{name} =={version}`"));
    }
    if let Some((version, build)) = version_and_build(rest) {
        return Some(format!("separate version and build string by spaces: `{name} {version} {build}`"));
    }
    if let Some(fixed) = fixed_range(rest) {
        return Some(format!("write `{name} {fixed}`"));
    }
    None
}

/// A dependency in conda's syntax, for a text with one of the mistakes that have one correction.
///
/// Returns `None` where there is none; the result still has to be read.
///
/// # Example: a star too many
/// ```
/// use sidewinder_recipe::stage0::corrected_spec;
///
/// assert_eq!(corrected_spec("python >=3.8.*").as_deref(), Some("python >=3.8"));
/// ```
#[must_use]
pub fn corrected_spec(text: &str) -> Option<String> {
    let text = text.trim();
    let at = text.find([' ', '=', '<', '>', '!', '~', '^', '(', '@'])?;
    let (name, rest) = text.split_at(at);
    let rest = rest.trim();
    if let Some(range) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return Some(format!("{name} {range}"));
    }
    if let Some(version) = rest.strip_prefix('@') {
        return Some(format!("{name} =={version}"));
    }
    match version_and_build(rest) {
        Some((version, build)) => Some(format!("{name} {version} {build}")),
        None => fixed_range(rest).map(|fixed| format!("{name} {fixed}")),
    }
}

/// The parts of `=1.2=py_0`, `==1.2=py_0` and `*=mkl`, which only conda-build reads.
fn version_and_build(rest: &str) -> Option<(String, &str)> {
    let exact = rest.starts_with("==");
    let (version, build) = rest.trim_start_matches('=').split_once('=')?;
    let build = build.trim_start_matches('=');
    let plain = |text: &str| !text.is_empty() && !text.contains(['<', '>', '=', '!', '~', '|', ',', ' ']);
    if !plain(version) || !plain(build) {
        return None;
    }
    let version = if version.contains('*') {
        version.to_owned()
    } else if exact {
        format!("=={version}")
    } else {
        format!("{version}.*")
    };
    Some((version, build))
}

/// A range in conda's syntax, for a range in the syntax of other package managers, or with a star too many.
fn fixed_range(rest: &str) -> Option<String> {
    let parts: Vec<String> =
        rest.split([',', ' ']).filter(|part| !part.is_empty()).map(fixed_part).collect::<Option<_>>()?;
    let fixed = parts.join(",");
    (fixed != rest && !fixed.is_empty()).then_some(fixed)
}

fn fixed_part(part: &str) -> Option<String> {
    let version = part.trim_start_matches(['=', '<', '>', '!', '~', '^']);
    let operator = part.get(..part.len() - version.len())?;
    let number = version.trim_end_matches(".*").trim_end_matches('*');
    if number.is_empty() || number.contains(['*', '|', '(', '[']) {
        return None;
    }
    let star = number.len() < version.len();
    Some(match operator {
        "==" | "=" if star => format!("{number}.*"),
        "===" => format!("=={number}"),
        ">=" | "<" if star => format!("{operator}{number}"),
        "=>" => format!(">={number}"),
        "=<" => format!("<={number}"),
        // Both mean: up to the next major or minor version.
        "^" => format!(">={number},<{}", next(number, 0)?),
        "~" => format!(">={number},<{}", next(number, 1)?),
        _ => part.to_owned(),
    })
}

/// The version after `number` when the component at `index`, or the last one before it, is raised.
fn next(number: &str, index: usize) -> Option<String> {
    let mut parts: Vec<u64> = number.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    parts.truncate(index + 1);
    let last = parts.last_mut()?;
    *last = last.checked_add(1)?;
    Some(parts.iter().map(u64::to_string).collect::<Vec<_>>().join("."))
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
    fn common_mistakes_in_match_specs_are_corrected() {
        for (text, help) in [
            ("blas =*=mkl", "separate version and build string by spaces: `blas * mkl`"),
            ("numpy=1.2=py_0", "separate version and build string by spaces: `numpy 1.2.* py_0`"),
            ("python ==1.*", "write `python 1.*`"),
            ("python =3.12.*", "write `python 3.12.*`"),
            ("python >=1.*", "write `python >=1`"),
            ("foo >=1.2.*,<2", "write `foo >=1.2,<2`"),
            ("foo >1 <2", "write `foo >1,<2`"),
            ("python >=3.8,", "write `python >=3.8`"),
            ("python ^1.4", "write `python >=1.4,<2`"),
            ("foo ~1.2", "write `foo >=1.2,<1.3`"),
            ("python =>1", "write `python >=1`"),
            ("foo =<1", "write `foo <=1`"),
            ("foo ===1", "write `foo ==1`"),
            ("pkg[extra]", "conda has no pip extras: list the packages that `pkg[extra]` adds"),
            ("foo@1.0", "write `foo ==1.0`"),
            ("foo(>=1)", "write it without parentheses: `foo >=1`"),
            ("foo; python_version<'3'", "write the condition as `if`/`then`; environment markers are for pip"),
            ("- foo", "remove the dash: `foo`"),
            ("'foo'", "remove the inner quotes"),
            ("[\"a\", \"b\"]", "a dependency is one match spec; list each of them as its own item"),
            ("python 3.8", "did you mean `==3.8` or `3.8.*`?"),
        ] {
            let error = Dependency::parse(text, RepodataRevision::Legacy).unwrap_err();
            assert_eq!(error.help.as_deref(), Some(help), "{text}");
        }
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
