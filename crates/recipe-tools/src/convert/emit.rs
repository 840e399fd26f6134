//! The new recipe as a tree, and its text.

use std::fmt::Write as _;

use super::expr::Expr;

/// A value of the new recipe.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Out {
    /// A scalar as it is written, quotes included.
    Scalar(String),
    /// A block scalar: its header and its lines without indentation.
    Block(String, Vec<String>),
    List(Vec<Item>),
    Map(Vec<Field>),
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    /// All of them hold where the item counts.
    pub(super) conditions: Vec<Expr>,
    pub(super) value: Out,
    /// Comment lines before it.
    pub(super) lead: Vec<String>,
    /// The comment behind it.
    pub(super) trail: Option<String>,
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field {
    pub(super) key: String,
    pub(super) value: Out,
    pub(super) lead: Vec<String>,
    pub(super) trail: Option<String>,
}

impl Item {
    pub(super) fn new(value: Out) -> Self {
        Self { conditions: Vec::new(), value, lead: Vec::new(), trail: None }
    }
}

impl Field {
    pub(super) fn new(key: &str, value: Out) -> Self {
        Self { key: key.to_owned(), value, lead: Vec::new(), trail: None }
    }
}

impl Out {
    /// Plain text, quoted where YAML needs that.
    pub(super) fn text(text: &str) -> Self {
        Self::Scalar(scalar(text))
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Map(fields) => fields.is_empty(),
            Self::Scalar(text) => text.is_empty(),
            Self::Block(_, lines) => lines.is_empty(),
        }
    }
}

/// Writes the top level, with a blank line between sections.
pub(super) fn document(fields: &[Field], tail: &[String]) -> String {
    let mut out = String::new();
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        write_field(&mut out, field, 0);
    }
    for comment in tail {
        let _ = writeln!(out, "{comment}");
    }
    out
}

fn write_fields(out: &mut String, fields: &[Field], indent: usize) {
    for field in fields {
        write_field(out, field, indent);
    }
}

fn write_field(out: &mut String, field: &Field, indent: usize) {
    write_lead(out, &field.lead, indent);
    let _ = write!(out, "{:indent$}{}:", "", scalar(&field.key));
    write_value(out, &field.value, indent, field.trail.as_deref());
}

fn write_lead(out: &mut String, lead: &[String], indent: usize) {
    for comment in lead {
        let _ = writeln!(out, "{:indent$}{comment}", "");
    }
}

fn end_line(out: &mut String, trail: Option<&str>) {
    if let Some(trail) = trail {
        let _ = write!(out, "  {trail}");
    }
    out.push('\n');
}

/// Writes what follows `key:`, from the same line on.
fn write_value(out: &mut String, value: &Out, indent: usize, trail: Option<&str>) {
    match value {
        Out::Scalar(text) if text.is_empty() => end_line(out, trail),
        Out::Scalar(text) => {
            let _ = write!(out, " {text}");
            end_line(out, trail);
        }
        Out::Block(header, lines) => write_block(out, header, lines, indent + 2, trail),
        Out::List(items) if items.is_empty() => {
            out.push_str(" []");
            end_line(out, trail);
        }
        Out::Map(fields) if fields.is_empty() => {
            out.push_str(" {}");
            end_line(out, trail);
        }
        Out::List(items) => {
            end_line(out, trail);
            write_items(out, items, indent + 2);
        }
        Out::Map(fields) => {
            end_line(out, trail);
            write_fields(out, fields, indent + 2);
        }
    }
}

fn write_block(out: &mut String, header: &str, lines: &[String], indent: usize, trail: Option<&str>) {
    let _ = write!(out, " {header}");
    end_line(out, trail);
    for line in lines {
        if line.is_empty() {
            out.push('\n');
        } else {
            let _ = writeln!(out, "{:indent$}{line}", "");
        }
    }
}

/// Items under the same condition share one `if`.
fn write_items(out: &mut String, items: &[Item], indent: usize) {
    let mut rest = items;
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|item| item.conditions == first.conditions).count();
        let (group, behind) = rest.split_at(same);
        rest = behind;
        if first.conditions.is_empty() {
            group.iter().for_each(|item| write_item(out, item, indent));
            continue;
        }
        let condition = joined(&first.conditions);
        let mut otherwise: &[Item] = &[];
        if let Some(next) = rest.first().filter(|next| !next.conditions.is_empty()) {
            let other = joined(&next.conditions);
            if other == condition.clone().negated()
                || condition == other.clone().negated()
                || are_opposites(&condition, &other)
            {
                let same = rest.iter().take_while(|item| item.conditions == next.conditions).count();
                let (group, behind) = rest.split_at(same);
                otherwise = group;
                rest = behind;
            }
        }
        let _ = writeln!(out, "{:indent$}- if: {}", "", scalar(&condition.print()));
        write_branch(out, "then", group, indent + 2);
        if !otherwise.is_empty() {
            write_branch(out, "else", otherwise, indent + 2);
        }
    }
}

/// Platforms are either Unix or Windows, in the recipes that conda-build reads.
fn are_opposites(a: &Expr, b: &Expr) -> bool {
    let is = |expr: &Expr, wanted: &str| matches!(expr, Expr::Name(name) if name == wanted);
    (is(a, "unix") && is(b, "win")) || (is(a, "win") && is(b, "unix"))
}

fn write_branch(out: &mut String, key: &str, items: &[Item], indent: usize) {
    if let [item] = items
        && item.lead.is_empty()
        && matches!(item.value, Out::Scalar(_))
    {
        let _ = write!(out, "{:indent$}{key}:", "");
        write_value(out, &item.value, indent, item.trail.as_deref());
        return;
    }
    let _ = writeln!(out, "{:indent$}{key}:", "");
    items.iter().for_each(|item| write_item(out, item, indent + 2));
}

fn write_item(out: &mut String, item: &Item, indent: usize) {
    write_lead(out, &item.lead, indent);
    match &item.value {
        Out::Map(fields) if !fields.is_empty() => {
            // Comments of the first key come before the dash.
            if let Some(first) = fields.first() {
                write_lead(out, &first.lead, indent);
            }
            let dash = out.len();
            let without_lead: Vec<Field> = fields
                .iter()
                .enumerate()
                .map(|(i, f)| if i == 0 { Field { lead: Vec::new(), ..f.clone() } } else { f.clone() })
                .collect();
            write_fields(out, &without_lead, indent + 2);
            out.replace_range(dash + indent..dash + indent + 1, "-");
        }
        Out::List(items) if !items.is_empty() => {
            let dash = out.len();
            write_items(out, items, indent + 2);
            out.replace_range(dash + indent..dash + indent + 1, "-");
        }
        value => {
            let _ = write!(out, "{:indent$}-", "");
            write_value(out, value, indent, item.trail.as_deref());
        }
    }
}

/// The conjunction of conditions.
pub(super) fn joined(conditions: &[Expr]) -> Expr {
    let mut all = conditions.iter().cloned();
    let first = all.next().unwrap_or_else(|| Expr::name("true"));
    all.fold(first, Expr::and)
}

/// A scalar as YAML: plain where that is read as the same text.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// A scalar in quotes: those that need no escapes.
pub(super) fn quoted(text: &str) -> String {
    let needs_escapes = text.chars().any(char::is_control);
    if needs_escapes || !text.contains(['"', '\\']) {
        // JSON strings are YAML double-quoted scalars.
        return serde_json::Value::from(text).to_string();
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// Whether a plain scalar is read as exactly this text.
fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let starts = match first {
        '-' | '?' | ':' => text.chars().nth(1).is_some_and(|c| !c.is_whitespace()),
        c => !"!&*#{}[],|>@`\"'%".contains(c) && !c.is_whitespace(),
    };
    starts
        && text != "---"
        && text != "..."
        && text.trim() == text
        && !text.contains(": ")
        && !text.contains(":\t")
        && !text.contains(" #")
        && !text.contains("\t#")
        && !text.ends_with(':')
        && !text.chars().any(char::is_control)
}

/// Whether a plain scalar is read as something other than text in `context`.
pub(super) fn looks_typed(text: &str) -> bool {
    let word = text.to_ascii_lowercase();
    matches!(word.as_str(), "" | "true" | "false" | "null" | "~" | "yes" | "no" | "on" | "off")
        || text.parse::<f64>().is_ok()
        || text.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(condition: Option<&str>, text: &str) -> Item {
        Item { conditions: condition.map(Expr::name).into_iter().collect(), ..Item::new(Out::text(text)) }
    }

    #[test]
    fn items_under_one_condition_share_an_if() {
        let not_osx = Item { conditions: vec![Expr::name("osx").negated()], ..Item::new(Out::text("e")) };
        let items = vec![
            item(None, "a"),
            item(Some("win"), "b"),
            item(Some("win"), "c"),
            item(Some("unix"), "d"),
            item(Some("osx"), "x"),
            not_osx,
        ];
        let text = document(&[Field::new("run", Out::List(items))], &[]);
        assert_eq!(
            text,
            "run:\n  - a\n  - if: win\n    then:\n      - b\n      - c\n    else: d\n  - if: osx\n    then: x\n    else: e\n"
        );
    }

    #[test]
    fn scalars_are_quoted_only_where_yaml_needs_it() {
        for (text, written) in [
            ("python >=3.8,<4", "python >=3.8,<4"),
            ("${{ compiler('c') }}", "${{ compiler('c') }}"),
            ("a: b", "\"a: b\""),
            ("say \"a: b\"", "'say \"a: b\"'"),
            ("*.txt", "\"*.txt\""),
            ("\"x\" y", "'\"x\" y'"),
            ("", "\"\""),
            ("a #b", "\"a #b\""),
            ("-m", "-m"),
        ] {
            assert_eq!(scalar(text), written);
        }
    }
}
