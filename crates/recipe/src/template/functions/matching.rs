//! `match`: whether a variant value fits a version spec.

use std::str::FromStr;

use minijinja::Value;
use rattler_conda_types::{ParseStrictness, Version, VersionSpec};

use super::arguments::{Arguments, not_a_string};
use crate::model::spec_over_limit;
use crate::template::error::TemplateError;
use crate::template::print::printed;

/// Whether a value is a version that fits a spec. Undefined and none fit everything, so that a recipe can ask about
/// variant keys that do not exist.
pub(super) fn matches(arguments: Arguments) -> Result<Value, TemplateError> {
    let [value, spec] = arguments.exactly()?;
    let spec = spec.as_str().ok_or_else(not_a_string)?;
    if value.is_undefined() || value.is_none() {
        return Ok(Value::from(true));
    }
    let text = printed(&value);
    let text = text.split_whitespace().next().unwrap_or_default();
    let text = text.strip_suffix(".*").unwrap_or(text);
    let text = text.strip_suffix('*').unwrap_or(text);
    let version =
        Version::from_str(text).map_err(|e| TemplateError::failed(format!("`{text}` is not a version: {e}")))?;
    if let Some(message) = spec_over_limit(spec) {
        return Err(TemplateError::failed(message));
    }
    let spec = VersionSpec::from_str(spec, ParseStrictness::Strict)
        .map_err(|e| TemplateError::failed(format!("invalid version spec: {e}")))?;
    Ok(Value::from(spec.matches(&version)))
}
