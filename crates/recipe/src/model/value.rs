//! One value of a variant key, and the three texts that it has.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// One value of a variant key. `3`, `"3"` and `true` are different values with different hashes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum VariantValue {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number; only from `conda_build_config.yaml`.
    Float(f64),
    /// A text.
    String(String),
    /// No value; only from `conda_build_config.yaml`.
    #[cfg_attr(feature = "typescript", ts(skip))]
    Null(()),
    /// A nested value; only from `conda_build_config.yaml`.
    #[cfg_attr(feature = "typescript", ts(skip))]
    Other(serde_json::Value),
}

impl VariantValue {
    /// Adds the value in the form of the hash input: JSON with `", "` and `": "` between, non-ASCII text as it is.
    pub fn write_json(&self, out: &mut String) {
        match self {
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Integer(value) => {
                let _ = write!(out, "{value}");
            }
            Self::Float(value) => write_json(&serde_json::Value::from(*value), out),
            Self::String(text) => write_json_text(text, out),
            Self::Null(()) => out.push_str("null"),
            Self::Other(value) => write_json(value, out),
        }
    }

    /// Adds the text that orders combinations: strings in plain quotes, without escapes, all else bare.
    pub(crate) fn write_order_text(&self, out: &mut String) {
        match self {
            Self::String(text) => {
                out.push('"');
                out.push_str(text);
                out.push('"');
            }
            other => out.push_str(&other.printed()),
        }
    }

    /// The value as a template prints it: `3`, `3.11`, `true`, `none`, `[1, "a"]`.
    #[must_use]
    pub fn printed(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Float(value) => format!("{value:?}"),
            Self::String(text) => text.clone(),
            Self::Null(()) => "none".to_owned(),
            Self::Other(value) => {
                let mut out = String::new();
                write_json(value, &mut out);
                out
            }
        }
    }

    /// A JSON value as a variant value; what is neither bool, number nor text is kept as it is.
    #[must_use]
    pub fn from_json(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null(()),
            serde_json::Value::Bool(value) => Self::Bool(*value),
            serde_json::Value::String(text) => Self::String(text.clone()),
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => Self::Integer(integer),
                (None, Some(float)) => Self::Float(float),
                (None, None) => Self::Other(value.clone()),
            },
            nested => Self::Other(nested.clone()),
        }
    }
}

impl From<serde_json::Value> for VariantValue {
    /// As [`VariantValue::from_json`], without copying a text.
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::String(text) => Self::String(text),
            other => Self::from_json(&other),
        }
    }
}

fn write_json(value: &serde_json::Value, out: &mut String) {
    match value {
        serde_json::Value::String(text) => write_json_text(text, out),
        serde_json::Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_json(item, out);
            }
            out.push(']');
        }
        serde_json::Value::Object(entries) => {
            out.push('{');
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by_key(|(key, _)| *key);
            for (index, (key, item)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write_json_text(key, out);
                out.push_str(": ");
                write_json(item, out);
            }
            out.push('}');
        }
        plain => {
            let _ = write!(out, "{plain}");
        }
    }
}

/// Adds a JSON string; only quotes, backslashes and control characters are escaped.
pub(crate) fn write_json_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]
    use super::*;

    fn json(value: &VariantValue) -> String {
        let mut out = String::new();
        value.write_json(&mut out);
        out
    }

    #[test]
    fn json_text_is_what_python_prints_but_for_raw_unicode() {
        assert_eq!(json(&VariantValue::String("é\"\\/\n\u{1}".into())), "\"é\\\"\\\\/\\n\\u0001\"");
        assert_eq!(json(&VariantValue::Integer(3)), "3");
        assert_eq!(json(&VariantValue::Bool(false)), "false");
        assert_eq!(json(&VariantValue::Float(1.1)), "1.1");
        assert_eq!(json(&VariantValue::Null(())), "null");
        assert_eq!(
            json(&VariantValue::Other(serde_json::json!([1, "a", {"b": 2, "a": null}]))),
            "[1, \"a\", {\"a\": null, \"b\": 2}]"
        );
    }

    #[test]
    fn values_keep_their_type_through_json() {
        let values: Vec<VariantValue> = serde_json::from_str(r#"[true, 3, 1.5, "3", null, [1]]"#).unwrap();
        assert_eq!(values[1], VariantValue::Integer(3));
        assert_eq!(values[2], VariantValue::Float(1.5));
        assert_eq!(values[3], VariantValue::String("3".into()));
        assert_eq!(values[4], VariantValue::Null(()));
        assert_eq!(serde_json::to_string(&values).unwrap(), r#"[true,3,1.5,"3",null,[1]]"#);
    }
}
