//! `load_from_file`: files that the caller hands in.

use minijinja::Value;

use super::arguments::{Arguments, not_a_string};
use super::require_experimental;
use crate::template::error::TemplateError;
use crate::template::limits::check_value;
use crate::template::scope::Scope;

/// The content of a file, parsed by its extension.
pub(super) fn load(arguments: Arguments, scope: &Scope<'_>) -> Result<Value, TemplateError> {
    require_experimental(scope)?;
    let [path] = arguments.exactly()?;
    let path = path.as_str().ok_or_else(not_a_string)?;
    let plain = path.strip_prefix("./").unwrap_or(path);
    let text = scope.config.files.get(path).or_else(|| scope.config.files.get(plain)).ok_or_else(|| {
        TemplateError::failed(format!("invalid operation: `load_from_file` has no file '{path}'"))
            .with_help("rendering reads no files itself: pass its text in the `files` render option")
    })?;
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let failed = |error: String| TemplateError::failed(format!("invalid operation: '{path}' does not parse: {error}"));
    let value = match extension {
        "json" => {
            let json: serde_json::Value = serde_json::from_str(text).map_err(|e| failed(e.to_string()))?;
            Value::from_serialize(&json)
        }
        "yaml" | "yml" => super::yaml::parse(text).map_err(failed)?,
        "toml" => super::toml::parse(text).map_err(failed)?,
        _ => Value::from(text.as_str()),
    };
    check_value(&value)?;
    Ok(value)
}
