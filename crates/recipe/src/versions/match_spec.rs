//! Match specs, and records that they match.

use std::str::FromStr;

use rattler_conda_types::package::BuildString;
use rattler_conda_types::{MatchSpec, Matches, PackageName, PackageRecord, ParseMatchSpecOptions, VersionWithSource};
use serde::{Deserialize, Serialize};

use super::VersionError;
use super::version::parse;

/// A match spec, taken apart. What is not part of it is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct MatchSpecData {
    /// The spec in its normal form.
    pub text: String,
    /// The name, or a pattern of names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The constraint of the version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The build string, or a pattern of build strings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<String>,
    /// The constraint of the build number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build_number: Option<String>,
    /// The channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subdir: Option<String>,
}

/// What a spec is compared with: the fields of a record of repodata, of which a build string and number may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RecordData {
    /// Name of the package.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its build string. Without one, only specs match that ask for none.
    #[serde(default)]
    pub build: Option<String>,
    /// Its build number. Default: 0.
    #[serde(default)]
    pub build_number: Option<u64>,
    /// Its platform. Default: any.
    #[serde(default)]
    pub subdir: Option<String>,
}

/// Reads a match spec.
///
/// # Errors
/// [`VersionError`] when the text is not a match spec.
pub fn match_spec(text: &str) -> Result<MatchSpecData, VersionError> {
    let spec = read(text)?;
    Ok(MatchSpecData {
        text: spec.to_string(),
        name: Some(spec.name.to_string()),
        version: spec.version.as_ref().map(ToString::to_string),
        build: spec.build.as_ref().map(ToString::to_string),
        build_number: spec.build_number.as_ref().map(ToString::to_string),
        channel: spec.channel.as_ref().map(|channel| channel.name().to_owned()),
        subdir: spec.subdir.clone(),
    })
}

/// Which of the records a spec matches.
///
/// # Errors
/// [`VersionError`] when the text is not a match spec, or a record has an invalid name, version or build string.
pub fn match_spec_matches(text: &str, records: &[RecordData]) -> Result<Vec<bool>, VersionError> {
    let spec = read(text)?;
    records.iter().map(|record| Ok(spec.matches(&package_record(record)?))).collect()
}

fn read(text: &str) -> Result<MatchSpec, VersionError> {
    MatchSpec::from_str(text, ParseMatchSpecOptions::lenient())
        .map_err(|error| VersionError::new("match spec", text, error))
}

fn package_record(record: &RecordData) -> Result<PackageRecord, VersionError> {
    let RecordData { name, version, build, build_number, subdir } = record;
    // CEP 26 has no empty build string.
    let build = build.as_deref().filter(|build| !build.is_empty()).unwrap_or("_");
    let invalid = |error: &dyn ToString| VersionError::new("match spec", name, error.to_string());
    let mut full = PackageRecord::new(
        PackageName::from_str(name).map_err(|error| invalid(&error))?,
        VersionWithSource::new(parse(version)?, version),
        BuildString::from_str(build).map_err(|error| invalid(&error))?,
    );
    full.build_number = build_number.unwrap_or(0);
    if let Some(subdir) = subdir {
        full.subdir.clone_from(subdir);
    }
    Ok(full)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn record(name: &str, version: &str, build: &str) -> RecordData {
        RecordData {
            name: name.to_owned(),
            version: version.to_owned(),
            build: Some(build.to_owned()),
            build_number: Some(3),
            subdir: None,
        }
    }

    #[test]
    fn a_spec_is_taken_apart() {
        let spec = match_spec("conda-forge/linux-64::numpy[version='>=1.2,<2', build='py3*']").unwrap();
        assert_eq!(spec.name.as_deref(), Some("numpy"));
        assert_eq!(spec.version.as_deref(), Some(">=1.2,<2"));
        assert_eq!(spec.build.as_deref(), Some("py3*"));
        assert_eq!(spec.channel.as_deref(), Some("conda-forge"));
        assert_eq!(spec.subdir.as_deref(), Some("linux-64"));
        assert_eq!(match_spec("zlib").unwrap().version, None);
    }

    #[test]
    fn records_are_matched_by_all_fields() {
        let records =
            [record("numpy", "1.26", "py311h0"), record("numpy", "2.1", "py311h0"), record("scipy", "1.26", "py311h0")];
        let matched = |spec: &str| match_spec_matches(spec, &records).unwrap();
        assert_eq!(matched("numpy <2"), [true, false, false]);
        assert_eq!(matched("numpy * py311*"), [true, true, false]);
        assert_eq!(matched("numpy[build_number='>3']"), [false, false, false]);
        assert_eq!(matched("numpy * ^py3.1.*$"), [true, true, false]);
    }

    #[test]
    fn a_package_without_build_string_is_matched_by_its_name_and_version() {
        let bare = RecordData { build: None, build_number: None, ..record("numpy", "2.0", "") };
        assert_eq!(match_spec_matches("numpy >=2", std::slice::from_ref(&bare)).unwrap(), [true]);
        assert_eq!(match_spec_matches("numpy * py3*", &[bare]).unwrap(), [false]);
    }

    #[test]
    fn invalid_specs_and_records_are_named() {
        assert_eq!(match_spec("numpy >=").unwrap_err().kind, "match spec");
        assert_eq!(match_spec_matches("numpy", &[record("numpy", "1..0", "")]).unwrap_err().kind, "version");
    }
}
