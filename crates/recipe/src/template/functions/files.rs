//! `load_from_file`: files that the caller hands in.

use std::collections::BTreeMap;

use minijinja::Value;
use toml::de::{DeTable, DeValue};

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
            let table = DeTable::parse(text).map_err(|e| failed(e.message().to_owned()))?;
            from_toml(&DeValue::Table(table.into_inner())).map_err(failed)?
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

/// Without serde, whose part in reading TOML would be larger than all that this module does otherwise.
fn from_toml(value: &DeValue<'_>) -> Result<Value, String> {
    let invalid = |text: &str| format!("number out of range: `{text}`");
    Ok(match value {
        DeValue::String(text) => Value::from(&**text),
        DeValue::Integer(number) => {
            let text = number.as_str();
            Value::from(i64::from_str_radix(text, number.radix()).map_err(|_| invalid(text))?)
        }
        DeValue::Float(number) => {
            let text = number.as_str();
            Value::from(text.parse::<f64>().map_err(|_| invalid(text))?)
        }
        DeValue::Boolean(value) => Value::from(*value),
        // serde has no dates; this is the map that the `toml` crate gives it, and so what recipes of the reference see.
        DeValue::Datetime(date) => {
            Value::from(BTreeMap::from([("$__toml_private_datetime".to_owned(), Value::from(date.to_string()))]))
        }
        DeValue::Array(items) => {
            Value::from(items.iter().map(|item| from_toml(item.get_ref())).collect::<Result<Vec<_>, _>>()?)
        }
        DeValue::Table(table) => {
            let mut map = BTreeMap::new();
            for (key, value) in table {
                map.insert(key.get_ref().to_string(), from_toml(value.get_ref())?);
            }
            Value::from(map)
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;

    #[test]
    fn toml_becomes_the_values_that_serde_gives() {
        let text = "a = 0x1F\nb = -1_000\nc = 1.5e3\nd = [true, 'x', { e = \"é\" }]\nf = 2024-01-02T03:04:05Z\n[g.h]\ni = inf\n\
                    [[j]]\nk = 1\n[[j]]\nk = 2\n";
        let table = DeTable::parse(text).unwrap();
        let value = from_toml(&DeValue::Table(table.into_inner())).unwrap();
        let expected = Value::from_serialize(toml::from_str::<toml::Table>(text).unwrap());
        assert_eq!(value.to_string(), expected.to_string());
        assert_eq!(value, expected);
        let large = DeTable::parse("a = 99999999999999999999").unwrap().into_inner();
        assert_eq!(from_toml(&DeValue::Table(large)).unwrap_err(), "number out of range: `99999999999999999999`");
    }
}
