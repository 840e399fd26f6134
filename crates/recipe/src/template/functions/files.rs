//! `load_from_file`: files that the caller hands in.

use std::collections::BTreeMap;

use minijinja::Value;

use super::arguments::{Arguments, not_a_string};
use super::require_experimental;
use crate::template::error::TemplateError;
use crate::template::limits::check_value;
use crate::template::scope::Scope;
use crate::yaml::{self, Node};

/// The content of a file, parsed by its extension.
pub(super) fn load(arguments: Arguments, scope: &Scope<'_>) -> Result<Value, TemplateError> {
    require_experimental(scope)?;
    let [path] = arguments.exactly()?;
    let path = path.as_str().ok_or_else(not_a_string)?;
    let plain = path.strip_prefix("./").unwrap_or(path);
    let text = scope.config.files.get(path).or_else(|| scope.config.files.get(plain)).ok_or_else(|| {
        TemplateError {
            missing_file: Some(path.to_owned()),
            ..TemplateError::failed(format!("file not found: `{path}`"))
        }
        .with_help("put it next to the recipe, or pass its text in the `files` render option")
    })?;
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let failed = |error: String| TemplateError::failed(format!("invalid content of `{path}`: {error}"));
    let value = match extension {
        "json" => {
            let json: serde_json::Value = serde_json::from_str(text).map_err(|e| failed(e.to_string()))?;
            Value::from_serialize(&json)
        }
        "yaml" | "yml" => match yaml::parse(text) {
            (Some(root), problems) if !problems.has_errors() => from_yaml(&root),
            (_, problems) => {
                return Err(failed(problems.items().first().map_or_else(String::new, |p| p.message.clone())));
            }
        },
        "toml" => {
            let table: toml::Table = toml::from_str(text).map_err(|e| failed(e.message().to_owned()))?;
            Value::from_serialize(&table)
        }
        _ => Value::from(text.as_str()),
    };
    check_value(&value)?;
    Ok(value)
}

/// Plain scalars are typed as YAML usually does: nulls, bools, whole and other numbers.
fn from_yaml(node: &Node) -> Value {
    match node {
        Node::Scalar(scalar) if scalar.plain => {
            if scalar.is_null() {
                return Value::from(());
            }
            if let Some(bool) = scalar.as_bool() {
                return Value::from(bool);
            }
            if let Some(integer) = scalar.as_integer() {
                return Value::from(integer);
            }
            scalar.as_float().map_or_else(|| Value::from(scalar.text.as_str()), Value::from)
        }
        Node::Scalar(scalar) => Value::from(scalar.text.as_str()),
        Node::Sequence(sequence) => Value::from(sequence.items.iter().map(from_yaml).collect::<Vec<_>>()),
        Node::Mapping(mapping) => Value::from(
            mapping.entries.iter().map(|e| (e.key.text.clone(), from_yaml(&e.value))).collect::<BTreeMap<_, _>>(),
        ),
    }
}
