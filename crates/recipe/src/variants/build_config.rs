//! `conda_build_config.yaml`: lines with `# [selectors]`, then ordinary YAML.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::config::{KeySpans, Read};
use super::file_templates::FileTemplates;
use super::key::normalize_key;
use super::plain_yaml::{Place, Plain, PlainError, PlainKind, read_plain};
use super::{VariantConfig, VariantValue};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};

/// Reads a `conda_build_config.yaml`.
pub(super) fn read_build_config(text: &str, templates: &FileTemplates<'_>) -> Read {
    let mut diagnostics = Diagnostics::default();
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = Lines::new(text);
    let root = match read_plain(&kept_lines(body, templates)) {
        Ok(root) => root,
        Err(error) => {
            diagnostics.push(lines.error(&error));
            return Read::failed(diagnostics);
        }
    };
    let entries = match root.map(|root| (root.place, root.kind)) {
        None | Some((_, PlainKind::Scalar { value: serde_json::Value::Null, .. })) => Vec::new(),
        Some((_, PlainKind::Map(entries))) => entries,
        Some((place, _)) => {
            let message = "expected a mapping of keys to lists of values at the top level";
            diagnostics.push(Diagnostic::error(Code::WrongType, message, lines.span(place)));
            return Read::failed(diagnostics);
        }
    };
    let mut config = VariantConfig { values: IndexMap::with_capacity(entries.len()), ..VariantConfig::default() };
    let mut spans = KeySpans::default();
    for (key, value) in entries {
        let place = lines.span(value.place);
        if matches!(value.kind, PlainKind::Scalar { value: serde_json::Value::Null, .. }) {
            continue;
        }
        match key.text.as_str() {
            "pin_run_as_build" => diagnostics.push(super::file::pin_run_as_build(lines.span(key.place))),
            "zip_keys" => match zip_keys(value) {
                Some(groups) => {
                    spans.zip_keys = Some(lines.span(key.place));
                    config.zip_keys = groups;
                }
                None => diagnostics.push(super::file::zip_shape(place)),
            },
            name => match value.kind {
                PlainKind::List(items) => {
                    items.iter().filter_map(|item| lossy_number(item, &lines)).for_each(|w| diagnostics.push(w));
                    let values = items.into_iter().map(|item| VariantValue::from(item.into_json())).collect();
                    let name = normalize_key(name).into_owned();
                    spans.keys.push((name.clone(), lines.span(key.place)));
                    config.values.insert(name, values);
                }
                _ => diagnostics.push(super::file::not_a_list(name, place)),
            },
        }
    }
    Read::new(config, spans, diagnostics)
}

/// The warning for `3.10` in an inline list. Items on lines of their own keep their digits, see [`push_content`].
fn lossy_number(item: &Plain, lines: &Lines<'_>) -> Option<Diagnostic> {
    let PlainKind::Scalar { text, value: serde_json::Value::Number(number) } = &item.kind else { return None };
    let read_as = number.to_string();
    let lossy = text.contains('.') && text.ends_with('0') && *text != read_as;
    let start = lines.span(item.place).start as usize;
    lossy.then(|| {
        let message = format!("unquoted `{text}` is the number {read_as}");
        Diagnostic::warning(Code::LossyNumber, message, Span::new(start, start + text.len()))
            .with_help(format!("put it in quotes: `\"{text}\"`"))
    })
}

fn zip_keys(value: Plain) -> Option<Vec<Vec<String>>> {
    let PlainKind::List(groups) = value.kind else { return None };
    groups
        .into_iter()
        .map(|group| {
            let PlainKind::List(keys) = group.kind else { return None };
            keys.into_iter()
                .map(|key| match key.kind {
                    PlainKind::Scalar { text, value: serde_json::Value::String(_) } => {
                        Some(normalize_key(&text).into_owned())
                    }
                    _ => None,
                })
                .collect()
        })
        .collect()
}

/// The text without comments and without the lines whose selector does not hold; those are left empty, so that lines
/// keep their numbers. Numbers that stand alone in a list item get quotes, so that `3.10` stays `3.10`.
fn kept_lines(text: &str, templates: &FileTemplates<'_>) -> String {
    let text = text.replace("os.environ.get", "environ_get").replace(".startswith", " is startingwith");
    let mut verdicts: HashMap<String, bool> = HashMap::new();
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let (content, comment) = split_comment(line);
        let kept = comment.and_then(selector).is_none_or(|condition| {
            *verdicts
                .entry(condition.to_owned())
                .or_insert_with(|| condition.is_empty() || templates.selector_holds(condition))
        });
        if kept {
            push_content(content, &mut out);
        }
        out.push('\n');
    }
    out
}

fn push_content(content: &str, out: &mut String) {
    let item = content.trim_start().strip_prefix("- ").map(str::trim);
    let number = item.filter(|item| may_be_number(item) && item.parse::<f64>().is_ok());
    match number {
        Some(number) => {
            let indent = content.len() - content.trim_start().len();
            out.push_str(content.get(..indent).unwrap_or_default());
            out.push_str("- \"");
            out.push_str(number);
            out.push('"');
        }
        None => out.push_str(content.trim_end()),
    }
}

/// Whether an item starts as numbers do, `inf` and `nan` among them: parsing every item takes longer.
fn may_be_number(item: &str) -> bool {
    item.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'i' | 'I' | 'n' | 'N'))
}

/// The condition of a comment that is nothing but `[condition]`.
fn selector(comment: &str) -> Option<&str> {
    Some(comment.trim().strip_prefix('[')?.strip_suffix(']')?.trim())
}

/// Splits a line at its first `#` outside of quotes. The reference also cuts inside of quotes, which breaks `"x#y"`.
fn split_comment(line: &str) -> (&str, Option<&str>) {
    let Some((before, after)) = line.split_once('#') else { return (line, None) };
    if !before.contains(['"', '\'']) {
        return (before, Some(after));
    }
    let mut quote = None;
    let mut before = ' ';
    let mut cut = None;
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open && !(open == '"' && before == '\\') => quote = None,
            Some(_) => {}
            None if c == '#' => {
                cut = Some(at);
                break;
            }
            // Only at the start of a value does a quote open one: `don't` is plain text.
            None if matches!(c, '"' | '\'') && matches!(before, ' ' | '\t' | '[' | ',' | '{' | ':') => quote = Some(c),
            None => {}
        }
        before = c;
    }
    // A quote that never closes was none.
    let cut = if quote.is_some() { line.find('#') } else { cut };
    match cut.and_then(|at| Some((line.get(..at)?, line.get(at + 1..)?))) {
        Some((content, comment)) => (content, Some(comment)),
        None => (line, None),
    }
}

/// Finds places of the processed text in the original one: lines are the same, columns nearly.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1));
        Self { text, starts }
    }

    /// From a place to the end of the content of its line, without the comment.
    fn span(&self, place: Place) -> Span {
        let start = self.starts.get(place.line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let content = split_comment(line).0.trim_end();
        let from = content.char_indices().nth(place.column).map_or(content.len(), |(at, _)| at);
        Span::new(start + from, start + content.len())
    }

    fn error(&self, error: &PlainError) -> Diagnostic {
        let code = if error.limit { Code::LimitExceeded } else { Code::InvalidYaml };
        Diagnostic::error(code, format!("invalid YAML: {}", error.message), self.span(error.place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_starts_at_the_first_hash_outside_of_quotes() {
        assert_eq!(split_comment("  - a#b # [unix]"), ("  - a", Some("b # [unix]")));
        assert_eq!(split_comment("  - \"x#y\"  # [unix]"), ("  - \"x#y\"  ", Some(" [unix]")));
        assert_eq!(split_comment("  - don't # it's"), ("  - don't ", Some(" it's")));
        assert_eq!(split_comment("  - 'tis # [unix]"), ("  - 'tis ", Some(" [unix]")));
        assert_eq!(split_comment("plain: [\"a\\\"#\"]"), ("plain: [\"a\\\"#\"]", None));
    }

    #[test]
    fn a_selector_is_a_whole_comment_in_brackets() {
        assert_eq!(selector(" [unix] "), Some("unix"));
        assert_eq!(selector(" [ ]"), Some(""));
        assert_eq!(selector(" [unix] and more"), None);
        assert_eq!(selector(" [unix"), None);
    }

    #[test]
    fn numbers_alone_in_an_item_stay_text() {
        let quoted = |line: &str| {
            let mut out = String::new();
            push_content(line, &mut out);
            out
        };
        assert_eq!(quoted("  - 3.10  "), "  - \"3.10\"");
        assert_eq!(quoted("  -   7"), "  - \"7\"");
        assert_eq!(quoted("  - 0x10"), "  - 0x10");
        assert_eq!(quoted("  - - 8"), "  - - 8");
        assert_eq!(quoted("  - [1, 1.10]"), "  - [1, 1.10]");
        assert_eq!(quoted("a: 1"), "a: 1");
    }
}
