//! Pins, and what they mean once version and build string are known.

use std::fmt;

use rattler_conda_types::{Version, VersionBumpType};
use serde::{Deserialize, Serialize};

/// Bounds around a version that is known later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Pin {
    /// The package's name.
    pub name: String,
    /// Pin expression (`x.x`) or version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower_bound: Option<String>,
    /// Pin expression (`x.x`) or version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper_bound: Option<String>,
    /// Exactly the version and build string.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exact: bool,
    /// Pattern for the build string.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<String>,
}

/// Most segments that a pin expression may name.
const MAX_SEGMENTS: usize = 64;

/// Why a pin has no meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinError {
    /// The version to pin on is not a conda version.
    InvalidVersion(String),
    /// A bound is neither a pin expression nor a version.
    InvalidBound(String),
    /// The version cannot be raised.
    CannotRaise(String),
}

impl fmt::Display for PinError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidVersion(version) => write!(out, "'{version}' is not a version that can be pinned on"),
            Self::InvalidBound(bound) => {
                write!(out, "the bound '{bound}' of a pin is neither a pin expression such as 'x.x' nor a version")
            }
            Self::CannotRaise(version) => write!(out, "the version '{version}' cannot be raised for an upper bound"),
        }
    }
}

impl std::error::Error for PinError {}

/// The match spec that a pin stands for, e.g. `foo >=1.2.3,<2.0a0`.
///
/// A bound such as `x.x` takes that many segments of the version, the upper one with the last of them raised; any other
/// bound is a version and taken as it is. An exact pin gives `foo ==1.2.3 h1234567_0`.
///
/// # Errors
/// A version or bound that cannot be read, or a pin expression without `x` or with too many.
///
/// # Example
/// ```
/// use sidewinder_recipe::render::apply_pin;
/// use sidewinder_recipe::stage1::Pin;
///
/// let pin = Pin { name: "foo".into(), lower_bound: Some("x.x".into()), upper_bound: Some("x".into()), ..Pin::default() };
/// assert_eq!(apply_pin(&pin, "1.2.3", "h1234567_0").unwrap(), "foo >=1.2,<2.0a0");
/// ```
pub fn apply_pin(pin: &Pin, version: &str, build_string: &str) -> Result<String, PinError> {
    let name = &pin.name;
    if pin.exact {
        return Ok(format!("{name} =={version} {build_string}"));
    }
    let parsed: Version = version.parse().map_err(|_| PinError::InvalidVersion(version.to_owned()))?;
    let lower = pin.lower_bound.as_deref().map(|bound| lower_bound(bound, &parsed)).transpose()?;
    let upper = pin.upper_bound.as_deref().map(|bound| upper_bound(bound, &parsed)).transpose()?;
    let versions = match (lower, upper) {
        (Some(lower), Some(upper)) => format!("{lower},{upper}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => String::new(),
    };
    Ok(match (versions.as_str(), pin.build.as_deref()) {
        ("", None) => name.clone(),
        ("", Some(build)) => format!("{name} * {build}"),
        (versions, None) => format!("{name} {versions}"),
        (versions, Some(build)) => format!("{name} {versions} {build}"),
    })
}

fn lower_bound(bound: &str, version: &Version) -> Result<String, PinError> {
    let Some(count) = expression(bound)? else { return literal(bound).map(|bound| format!(">={bound}")) };
    let count = count.min(version.segment_count());
    let kept = version.with_segments(..count).ok_or_else(|| PinError::InvalidBound(bound.to_owned()))?;
    Ok(format!(">={kept}"))
}

fn upper_bound(bound: &str, version: &Version) -> Result<String, PinError> {
    let Some(count) = expression(bound)? else { return literal(bound).map(|bound| format!("<{bound}")) };
    let public = version.remove_local();
    let fault = || PinError::CannotRaise(version.to_string());
    let kept = public.with_segments(..count.min(public.segment_count())).ok_or_else(fault)?;
    let index = i32::try_from(count - 1).map_err(|_| fault())?;
    // The library adds without looking.
    if kept.segments().any(|segment| segment.components().any(|part| part.as_number() == Some(u64::MAX))) {
        return Err(fault());
    }
    let raised = kept.bump(VersionBumpType::Segment(index)).map_err(|_| fault())?;
    Ok(format!("<{}", raised.with_alpha()))
}

/// How many segments a pin expression names; `None` where the bound is a version.
fn expression(bound: &str) -> Result<Option<usize>, PinError> {
    if !bound.chars().all(|c| matches!(c, 'x' | '.')) {
        return Ok(None);
    }
    let count = bound.chars().filter(|c| *c == 'x').count();
    if count == 0 || count > MAX_SEGMENTS { Err(PinError::InvalidBound(bound.to_owned())) } else { Ok(Some(count)) }
}

fn literal(bound: &str) -> Result<&str, PinError> {
    match bound.parse::<Version>() {
        Ok(_) => Ok(bound),
        Err(_) => Err(PinError::InvalidBound(bound.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]
    use super::*;

    fn pin(lower: Option<&str>, upper: Option<&str>) -> Pin {
        let (lower_bound, upper_bound) = (lower.map(str::to_owned), upper.map(str::to_owned));
        Pin { name: "foo".to_owned(), lower_bound, upper_bound, ..Pin::default() }
    }

    #[test]
    fn both_bounds_with_the_same_expression() {
        let table: [(&str, &[&str]); 11] = [
            ("1.2.3", &[">=1,<2.0a0", ">=1.2,<1.3.0a0", ">=1.2.3,<1.2.4.0a0", ">=1.2.3,<1.2.3.1.0a0"]),
            ("1", &[">=1,<2.0a0", ">=1,<1.1.0a0", ">=1,<1.0.1.0a0", ">=1,<1.0.0.1.0a0"]),
            ("9e", &[">=9e,<10a", ">=9e,<9e.1.0a0", ">=9e,<9e.0.1.0a0"]),
            ("1.1.1j", &[">=1,<2.0a0", ">=1.1,<1.2.0a0", ">=1.1.1j,<1.1.2a", ">=1.1.1j,<1.1.1j.1.0a0"]),
            ("1!1.2.3", &[">=1!1,<1!2.0a0", ">=1!1.2,<1!1.3.0a0", ">=1!1.2.3,<1!1.2.4.0a0"]),
            ("1.2.3+4.5", &[">=1+4.5,<2.0a0", ">=1.2+4.5,<1.3.0a0", ">=1.2.3+4.5,<1.2.4.0a0"]),
            ("1.2rc1", &[">=1,<2.0a0", ">=1.2rc1,<1.2a2"]),
            ("1.2.0b2", &[">=1,<2.0a0", ">=1.2,<1.3.0a0", ">=1.2.0b2,<1.2.0a3"]),
            ("1.2.3.post1", &[">=1,<2.0a0", ">=1.2,<1.3.0a0", ">=1.2.3,<1.2.4.0a0", ">=1.2.3.post1,<1.2.3.post2.0a0"]),
            ("1_2_3", &[">=1,<2.0a0", ">=1_2,<1_3.0a0", ">=1_2_3,<1_2_4.0a0"]),
            ("2024.01.05", &[">=2024,<2025.0a0", ">=2024.1,<2024.2.0a0", ">=2024.1.5,<2024.1.6.0a0"]),
        ];
        for (version, rows) in table {
            for (index, expected) in rows.iter().enumerate() {
                let bound = vec!["x"; index + 1].join(".");
                let spec = apply_pin(&pin(Some(&bound), Some(&bound)), version, "0").unwrap();
                assert_eq!(spec, format!("foo {expected}"), "{version} {bound}");
            }
        }
    }

    #[test]
    fn bounds_may_differ_miss_or_be_versions() {
        let spec = |lower, upper, version| apply_pin(&pin(lower, upper), version, "0").unwrap();
        assert_eq!(spec(Some("x.x.x.x.x.x"), Some("x"), "1.2.3"), "foo >=1.2.3,<2.0a0");
        assert_eq!(spec(Some("x.x.x"), Some("2.4"), "1.2.3"), "foo >=1.2.3,<2.4");
        assert_eq!(spec(Some("1.0"), None, "1.2.3"), "foo >=1.0");
        assert_eq!(spec(None, Some("x.x"), "1.2.3"), "foo <1.3.0a0");
        assert_eq!(spec(Some("x.x.x.x"), Some("x.x.x"), "9"), "foo >=9,<9.0.1.0a0");
        assert_eq!(spec(None, None, "1.2.3"), "foo");
    }

    #[test]
    fn build_strings_are_matched_or_exact() {
        let with_build = Pin { build: Some("foo*".to_owned()), ..pin(Some("x.x.x.x.x.x"), Some("x")) };
        assert_eq!(apply_pin(&with_build, "1.2.3", "0").unwrap(), "foo >=1.2.3,<2.0a0 foo*");
        let only_build = Pin { build: Some("foo*".to_owned()), ..pin(None, None) };
        assert_eq!(apply_pin(&only_build, "1.2.3", "0").unwrap(), "foo * foo*");
        let exact = Pin { exact: true, ..pin(None, None) };
        assert_eq!(apply_pin(&exact, "1.2.3", "h1_0").unwrap(), "foo ==1.2.3 h1_0");
    }

    #[test]
    fn what_cannot_be_pinned_is_an_error() {
        let fails = |lower, version| apply_pin(&pin(Some(lower), Some(lower)), version, "0").unwrap_err();
        assert_eq!(fails(".", "1"), PinError::InvalidBound(".".to_owned()));
        assert_eq!(fails("1 2", "1"), PinError::InvalidBound("1 2".to_owned()));
        assert_eq!(fails("x", "1 2"), PinError::InvalidVersion("1 2".to_owned()));
        assert_eq!(fails("x", "18446744073709551615"), PinError::CannotRaise("18446744073709551615".to_owned()));
        assert!(matches!(fails(&"x.".repeat(1000), "1"), PinError::InvalidBound(_)));
    }
}
