//! Versions and specs.

use serde_json::from_str;
use sidewinder_recipe::versions::{self, Bump, RecordData};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::thrown::{Thrown, plain};

/// A version, taken apart: a `VersionData`.
///
/// # Errors
/// Throws for a text that is not a version, as do all functions of this module.
#[wasm_bindgen(js_name = parseVersion)]
pub fn parse_version(text: &str) -> Result<JsValue, JsValue> {
    Ok(plain(&versions::version(text).map_err(Thrown::from)?)?)
}

/// The order of two versions: -1, 0 or 1.
///
/// # Errors
/// Throws for a text that is not a version.
#[wasm_bindgen(js_name = compareVersions)]
pub fn compare_versions(a: &str, b: &str) -> Result<i32, JsValue> {
    Ok(versions::compare(a, b).map_err(Thrown::from)? as i32)
}

/// Indices of versions (JSON text of a list) in the order of the versions.
///
/// # Errors
/// Throws for a text that is not a version.
#[wasm_bindgen(js_name = sortVersions)]
pub fn sort_versions(texts: &str) -> Result<Vec<usize>, JsValue> {
    let texts: Vec<String> = from_str(texts).map_err(Thrown::argument("versions"))?;
    Ok(versions::sort(&texts).map_err(Thrown::from)?)
}

/// The version with one part (`major`, `minor`, `patch`, `last`; JSON text) counted up.
///
/// # Errors
/// Throws for a text that is not a version.
#[wasm_bindgen(js_name = bumpVersion)]
pub fn bump_version(text: &str, part: &str) -> Result<String, JsValue> {
    let part: Bump = from_str(part).map_err(Thrown::argument("part"))?;
    Ok(versions::bump(text, part).map_err(Thrown::from)?)
}

/// Whether a version begins with another.
///
/// # Errors
/// Throws for a text that is not a version.
#[wasm_bindgen(js_name = versionStartsWith)]
pub fn version_starts_with(text: &str, prefix: &str) -> Result<bool, JsValue> {
    Ok(versions::starts_with(text, prefix).map_err(Thrown::from)?)
}

/// The normal form of a version spec.
///
/// # Errors
/// Throws for a text that is not a version spec.
#[wasm_bindgen(js_name = parseVersionSpec)]
pub fn parse_version_spec(text: &str) -> Result<String, JsValue> {
    Ok(versions::version_spec(text).map_err(Thrown::from)?)
}

/// Whether a version is in a version spec.
///
/// # Errors
/// Throws for a text that is not a version spec or version.
#[wasm_bindgen(js_name = versionSpecMatches)]
pub fn version_spec_matches(spec: &str, version: &str) -> Result<bool, JsValue> {
    Ok(versions::version_spec_matches(spec, version).map_err(Thrown::from)?)
}

/// A match spec, taken apart: a `MatchSpecData`.
///
/// # Errors
/// Throws for a text that is not a match spec.
#[wasm_bindgen(js_name = parseMatchSpec)]
pub fn parse_match_spec(text: &str) -> Result<JsValue, JsValue> {
    Ok(plain(&versions::match_spec(text).map_err(Thrown::from)?)?)
}

/// For each record (JSON text of a list), 1 if the spec matches it.
///
/// # Errors
/// Throws for a text that is not a match spec, and for invalid records.
#[wasm_bindgen(js_name = matchSpecMatches)]
pub fn match_spec_matches(spec: &str, records: &str) -> Result<Vec<u8>, JsValue> {
    let records: Vec<RecordData> = from_str(records).map_err(Thrown::argument("records"))?;
    let matched = versions::match_spec_matches(spec, &records).map_err(Thrown::from)?;
    Ok(matched.into_iter().map(u8::from).collect())
}
