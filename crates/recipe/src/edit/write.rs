//! New YAML text: scalars in the quotes they need, entries and items in block or flow form.

use super::change::{Goal, NewItem, NewValue};

/// A scalar, quoted where it has to be.
pub(super) fn scalar(text: &str, flow: bool) -> String {
    if is_plain(text, flow) {
        return text.to_owned();
    }
    if text.chars().any(char::is_control) {
        // JSON strings are YAML double-quoted scalars.
        return serde_json::Value::from(text).to_string();
    }
    single_quoted(text)
}

/// A value, quoted where it has to be.
fn value(value: &NewValue, flow: bool) -> String {
    if value.is_text && looks_typed(&value.text) {
        return single_quoted(&value.text);
    }
    scalar(&value.text, flow)
}

/// A value in the quotes of the one in whose place it comes, which begins with `old`.
pub(super) fn value_like(value: &NewValue, old: Option<char>, flow: bool) -> String {
    let is_printable = !value.text.chars().any(char::is_control);
    match old {
        Some('"') if value.keeps_quotes => serde_json::Value::from(value.text.as_str()).to_string(),
        Some('\'') if value.keeps_quotes && is_printable => single_quoted(&value.text),
        _ => self::value(value, flow),
    }
}

/// Whether a plain text is read as something other than text somewhere in recipes.
fn looks_typed(text: &str) -> bool {
    let word = text.to_ascii_lowercase();
    matches!(word.as_str(), "true" | "false" | "null" | "~" | "yes" | "no" | "on" | "off")
        || text.parse::<f64>().is_ok()
}

fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn is_plain(text: &str, flow: bool) -> bool {
    let starts = text.chars().next().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '$'));
    let flow_indicators = [',', '[', ']', '{', '}'];
    starts
        && text.trim() == text
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && !text.starts_with("...")
        && !text.chars().any(char::is_control)
        && !(flow && text.contains(flow_indicators))
        && !(flow && text.contains(':'))
}

/// An item with its dash, over several lines if it has keys; the first line has no indentation.
pub(super) fn block_item(item: &NewItem, indent: usize, line_break: &str) -> String {
    format!("- {}", block(item, indent + 2, line_break))
}

fn block(item: &NewItem, indent: usize, line_break: &str) -> String {
    let margin = format!("{line_break}{:indent$}", "");
    match item {
        NewItem::Text(text) => scalar(text, false),
        NewItem::List(items) => {
            let lines: Vec<String> = items.iter().map(|item| format!("- {}", scalar(item, false))).collect();
            lines.join(&margin)
        }
        NewItem::Map(entries) => {
            let deeper = indent + 2;
            let entry = |(key, value): &(&str, NewItem)| match value {
                NewItem::Text(text) => format!("{key}: {}", scalar(text, false)),
                other => format!("{key}:{line_break}{:deeper$}{}", "", block(other, deeper, line_break)),
            };
            entries.iter().map(entry).collect::<Vec<_>>().join(&margin)
        }
    }
}

/// An item inside of `[…]`.
pub(super) fn flow_item(item: &NewItem) -> String {
    match item {
        NewItem::Text(text) => scalar(text, true),
        NewItem::List(items) => {
            let items: Vec<String> = items.iter().map(|item| scalar(item, true)).collect();
            format!("[{}]", items.join(", "))
        }
        NewItem::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}: {}", flow_item(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// The value of the last of `keys`.
fn leaf(goal: &Goal, flow: bool, indent: usize, line_break: &str) -> String {
    match goal {
        Goal::Append(item) if flow => format!("[{}]", flow_item(item)),
        Goal::Append(item) => block_item(item, indent, line_break),
        Goal::Set(new) => value(new, flow),
        Goal::List(items) => flow_item(&NewItem::List(items.clone())),
        Goal::Insert(_) | Goal::Remove | Goal::RemoveKey => "[]".to_owned(),
    }
}

/// `key: {key: [item]}`.
pub(super) fn flow_entry(keys: &[&str], goal: &Goal) -> String {
    match keys.split_first() {
        None => leaf(goal, true, 0, ""),
        Some((key, [])) => format!("{key}: {}", leaf(goal, true, 0, "")),
        Some((key, rest)) => format!("{key}: {{{}}}", flow_entry(rest, goal)),
    }
}

/// The same over several lines; the first line has no indentation.
pub(super) fn block_entry(keys: &[&str], goal: &Goal, indent: usize, line_break: &str) -> String {
    let next = format!("{line_break}{:width$}", "", width = indent + 2);
    match keys.split_first() {
        None => leaf(goal, false, indent, line_break),
        Some((key, [])) if matches!(goal, Goal::Set(_)) => {
            format!("{key}: {}", leaf(goal, false, indent, line_break))
        }
        Some((key, rest)) => format!("{key}:{next}{}", block_entry(rest, goal, indent + 2, line_break)),
    }
}

/// Where keys stand by custom: a new key comes behind the last one that is before it in this list.
const ORDER: &[&str] = &[
    "schema_version",
    "context",
    "recipe",
    "package",
    "staging",
    "inherit",
    "source",
    "number",
    "string",
    "script",
    "build",
    "host",
    "run",
    "run_constraints",
    "run_exports",
    "ignore_run_exports",
    "requirements",
    "outputs",
    "tests",
    "about",
    "extra",
];

/// How many of the keys come before a new one.
pub(super) fn position<'k>(key: &str, present: impl Iterator<Item = &'k str>) -> usize {
    let rank = |key: &str| ORDER.iter().position(|k| *k == key);
    let count = |present: &[&str], new: usize| {
        present.iter().rposition(|key| rank(key).is_some_and(|rank| rank < new)).map_or(0, |last| last + 1)
    };
    let present: Vec<&str> = present.collect();
    rank(key).map_or(present.len(), |new| count(&present, new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_quoted_only_where_they_have_to_be() {
        for (text, block, flow) in [
            ("python", "python", "python"),
            ("python >=3.8,<4", "python >=3.8,<4", "'python >=3.8,<4'"),
            ("${{ compiler('c') }}", "${{ compiler('c') }}", "'${{ compiler(''c'') }}'"),
            ("a: b", "'a: b'", "'a: b'"),
            ("*", "'*'", "'*'"),
            ("", "''", "''"),
            ("a\nb", "\"a\\nb\"", "\"a\\nb\""),
            ("conda-forge::a", "conda-forge::a", "'conda-forge::a'"),
        ] {
            assert_eq!(scalar(text, false), block);
            assert_eq!(scalar(text, true), flow);
        }
    }

    #[test]
    fn keys_come_where_custom_has_them() {
        assert_eq!(position("requirements", ["package", "build", "about"].into_iter()), 2);
        assert_eq!(position("number", ["script", "noarch"].into_iter()), 0);
        assert_eq!(position("patches", ["url", "sha256"].into_iter()), 2);
        assert_eq!(position("host", ["run"].into_iter()), 0);
    }
}
