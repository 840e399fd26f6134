//! JSON and YAML members.

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::content::Entry;
use crate::error::{Error, Result};

/// A member with indented JSON, without a newline at the end.
///
/// # Errors
/// [`Error::Metadata`].
pub(super) fn json(path: &str, value: &impl Serialize) -> Result<Entry> {
    let text = serde_json::to_vec_pretty(value).map_err(|error| failed(path, &error))?;
    Ok(Entry::made(path, text, false))
}

/// A member with YAML.
///
/// # Errors
/// [`Error::Metadata`].
pub(super) fn yaml(path: &str, value: &impl Serialize) -> Result<Entry> {
    // Long lines are not folded: folding has rules that readers of packages get wrong.
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    let value = serde_json::to_value(value).map_err(|error| failed(path, &error))?;
    let text = serde_saphyr::to_string_with_options(&Yaml(&value), options).map_err(|error| failed(path, &error))?;
    Ok(Entry::made(path, text.into_bytes(), false))
}

/// YAML in the style of the reference: texts that contain a colon are in single quotes, as line-based readers of packages
/// expect it.
struct Yaml<'a>(&'a Value);

impl Serialize for Yaml<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::String(text) if text.contains(": ") && !text.contains(char::is_control) => {
                serde_saphyr::SingleQuoted(text).serialize(serializer)
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(&Yaml(item)))?;
                list.end()
            }
            Value::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                fields.iter().try_for_each(|(key, value)| map.serialize_entry(key, &Yaml(value)))?;
                map.end()
            }
            other => other.serialize(serializer),
        }
    }
}

fn failed(path: &str, error: &dyn std::fmt::Display) -> Error {
    Error::Metadata { reason: format!("cannot write `{path}`: {error}") }
}
