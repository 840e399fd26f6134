//! How values print: `true`, `none`, `[1, "a"]`. Recipes were written against these spellings; minijinja's own have
//! changed to those of Python.

use std::fmt::Write;

use minijinja::Value;
use minijinja::value::ValueKind;

/// The text of a value on its own; undefined is nothing.
pub(crate) fn printed(value: &Value) -> String {
    let mut out = String::new();
    print(value, &mut out);
    out
}

/// Adds the text of a value on its own.
pub(super) fn print(value: &Value, out: &mut String) {
    match (value.as_str(), value.kind()) {
        (Some(text), _) => out.push_str(text),
        (_, ValueKind::Undefined) => {}
        (_, ValueKind::Bool | ValueKind::None | ValueKind::Seq | ValueKind::Iterable | ValueKind::Map) => {
            nested(value, out);
        }
        // Writing into a string does not fail.
        _ => drop(write!(out, "{value}")),
    }
}

/// Adds the text of a value inside of a list or map. Values are bounded in depth where they are made.
fn nested(value: &Value, out: &mut String) {
    match value.kind() {
        ValueKind::Undefined => out.push_str("undefined"),
        ValueKind::None => out.push_str("none"),
        ValueKind::Bool => out.push_str(if value.is_true() { "true" } else { "false" }),
        ValueKind::Map => {
            out.push('{');
            for (index, key) in value.try_iter().into_iter().flatten().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                nested(&key, out);
                out.push_str(": ");
                nested(&value.get_item(&key).unwrap_or_default(), out);
            }
            out.push('}');
        }
        ValueKind::Seq | ValueKind::Iterable => {
            out.push('[');
            for (index, item) in value.try_iter().into_iter().flatten().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                nested(&item, out);
            }
            out.push(']');
        }
        _ => drop(write!(out, "{value:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_print_as_recipes_expect() {
        let list = Value::from(vec![
            Value::from(1),
            Value::from("it's \"q\""),
            Value::from(1.0),
            Value::from(1e16),
            Value::from(true),
            Value::from(()),
            Value::UNDEFINED,
        ]);
        assert_eq!(printed(&list), r#"[1, "it's \"q\"", 1.0, 1e16, true, none, undefined]"#);
        let map = Value::from_iter([("a", Value::from(false)), ("b", Value::from(vec![2]))]);
        assert_eq!(printed(&map), r#"{"a": false, "b": [2]}"#);
        assert_eq!(printed(&Value::from(())), "none");
        assert_eq!(printed(&Value::from(1e16)), "10000000000000000.0");
        assert_eq!(printed(&Value::UNDEFINED), "");
    }
}
