//! Versions and their constraints.

use std::cmp::Ordering;
use std::str::FromStr;

use rattler_conda_types::{ParseStrictness, Version, VersionBumpType, VersionSpec};
use serde::{Deserialize, Serialize};

use super::VersionError;

/// A version, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct VersionData {
    /// The version in its normal form, e.g. `1.0rc1` for `1.0RC1`.
    pub text: String,
    /// What precedes `!`; 0 when there is none. Versions of different epochs are never close.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub epoch: u64,
    /// The parts between dots, each as numbers and words: `1.0rc1` is `1`, then `0`, `rc`, `1`.
    pub segments: Vec<Vec<String>>,
    /// The parts after `+`, in the same form.
    pub local: Vec<Vec<String>>,
    /// Whether a part is `dev`, or a word such as `a`, `b` or `rc`: not a release.
    pub is_prerelease: bool,
}

/// Which part of a version is counted up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// The first part.
    Major,
    /// The second part.
    Minor,
    /// The third part.
    Patch,
    /// The last part.
    Last,
}

/// Reads a version.
///
/// # Errors
/// [`VersionError`] when the text is not a version.
pub fn version(text: &str) -> Result<VersionData, VersionError> {
    let version = parse(text)?;
    let segments = version.segments().map(|segment| segment.components().map(ToString::to_string).collect()).collect();
    let local =
        version.local_segments().map(|segment| segment.components().map(ToString::to_string).collect()).collect();
    let is_prerelease =
        version.is_dev() || version.segments().any(|segment| segment.components().any(|part| part.as_iden().is_some()));
    Ok(VersionData { text: version.to_string(), epoch: version.epoch(), segments, local, is_prerelease })
}

/// The order of two versions.
///
/// # Errors
/// [`VersionError`] for the first text that is not a version.
pub fn compare(a: &str, b: &str) -> Result<Ordering, VersionError> {
    Ok(parse(a)?.cmp(&parse(b)?))
}

/// The indices of a list of versions, in the order of the versions; equal versions keep theirs.
///
/// # Errors
/// [`VersionError`] for the first text that is not a version.
pub fn sort(texts: &[String]) -> Result<Vec<usize>, VersionError> {
    let mut versions =
        texts.iter().map(|text| parse(text)).enumerate().map(|(i, v)| Ok((v?, i))).collect::<Result<Vec<_>, _>>()?;
    versions.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(versions.into_iter().map(|(_, index)| index).collect())
}

/// The version with one part counted up, and the parts behind it reset.
///
/// # Errors
/// [`VersionError`] when the text is not a version or does not have the part.
pub fn bump(text: &str, part: Bump) -> Result<String, VersionError> {
    let part = match part {
        Bump::Major => VersionBumpType::Major,
        Bump::Minor => VersionBumpType::Minor,
        Bump::Patch => VersionBumpType::Patch,
        Bump::Last => VersionBumpType::Last,
    };
    let bumped = parse(text)?.bump(part).map_err(|error| VersionError::new("version", text, error))?;
    Ok(bumped.to_string())
}

/// Whether a version begins with another one: `1.2.3` with `1.2`.
///
/// # Errors
/// [`VersionError`] for the first text that is not a version.
pub fn starts_with(text: &str, prefix: &str) -> Result<bool, VersionError> {
    Ok(parse(text)?.starts_with(&parse(prefix)?))
}

/// Reads a constraint; returns its normal form.
///
/// # Errors
/// [`VersionError`] when the text is not a constraint.
pub fn version_spec(text: &str) -> Result<String, VersionError> {
    Ok(parse_spec(text)?.to_string())
}

/// Whether a version is in a constraint.
///
/// # Errors
/// [`VersionError`] for the first text that cannot be read.
pub fn version_spec_matches(spec: &str, version: &str) -> Result<bool, VersionError> {
    Ok(parse_spec(spec)?.matches(&parse(version)?))
}

pub(super) fn parse(text: &str) -> Result<Version, VersionError> {
    Version::from_str(text).map_err(|error| VersionError::new("version", text, error))
}

fn parse_spec(text: &str) -> Result<VersionSpec, VersionError> {
    VersionSpec::from_str(text, ParseStrictness::Lenient)
        .map_err(|error| VersionError::new("version spec", text, error))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn sorted(texts: &[&str]) -> Vec<usize> {
        sort(&texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn versions_have_conda_s_order() {
        // The order of conda's own documentation of `VersionOrder`.
        let order = [
            "0.4",
            "0.4.1.rc",
            "0.4.1",
            "0.5a1",
            "0.5b3",
            "0.5C1",
            "0.5",
            "0.9.6",
            "0.960923",
            "1.0",
            "1.1dev1",
            "1.1a1",
            "1.1.0dev1",
            "1.1.a1",
            "1.1.0rc1",
            "1.1.0",
            "1.1.0post1",
            "1.1post1",
            "1996.07.12",
            "1!0.4.1",
            "1!3.1.1.6",
            "2!0.4.1",
        ];
        for pair in order.windows(2) {
            assert_ne!(compare(pair[0], pair[1]).unwrap(), Ordering::Greater, "{pair:?}");
        }
        assert_eq!(sorted(&["2.0", "1.10", "1.9", "1.10.0"]), [2, 1, 3, 0]);
    }

    #[test]
    fn a_version_is_taken_apart() {
        let data = version("1!2.0RC1+Local.3").unwrap();
        assert_eq!((data.text.as_str(), data.epoch), ("1!2.0rc1+local.3", 1));
        assert_eq!(data.segments, [vec!["2"], vec!["0", "rc", "1"]]);
        assert_eq!(data.local.len(), 2);
        assert!(data.is_prerelease);
        assert!(!version("2.0.post1").unwrap().is_prerelease);
    }

    #[test]
    fn parts_are_counted_up() {
        let bumped = |text: &str, part| bump(text, part).unwrap();
        assert_eq!(bumped("1.2.3", Bump::Major), "2.0.0");
        assert_eq!(bumped("1.2.3", Bump::Minor), "1.3.0");
        assert_eq!(bumped("1.2.3", Bump::Patch), "1.2.4");
        assert_eq!(bumped("2024.1", Bump::Last), "2024.2");
    }

    #[test]
    fn constraints_match() {
        for (spec, yes, no) in [
            (">=1.2,<2", "1.9", "2.0"),
            ("1.2.*", "1.2.9", "1.3"),
            ("~=1.4.2", "1.4.9", "1.5"),
            ("1.0|2.0", "2.0", "3.0"),
        ] {
            assert!(version_spec_matches(spec, yes).unwrap(), "{spec} {yes}");
            assert!(!version_spec_matches(spec, no).unwrap(), "{spec} {no}");
        }
        assert!(starts_with("1.2.3", "1.2").unwrap());
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(version("1..2").unwrap_err().kind, "version");
        assert!(version("1..2").unwrap_err().message.starts_with("invalid version `1..2`: "));
        assert!(version_spec(">=").unwrap_err().message.starts_with("invalid version spec `>=`: "));
        assert!(version(&"x!".repeat(1000)).unwrap_err().message.len() < 400);
    }
}
