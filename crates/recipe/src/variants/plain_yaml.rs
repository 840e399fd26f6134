//! Ordinary YAML: values typed as most readers type them, anchors and aliases. Only `conda_build_config.yaml` is read so.

use std::collections::HashMap;

use granit_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag, options};
use serde_json::Value;

use crate::yaml::{self, MAX_BYTES, MAX_DEPTH, Node};

/// How many nodes aliases may add, so that a small text cannot grow without bounds.
const MAX_NODES: usize = 200_000;

/// A place: line from 1 and column from 0, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl From<&Marker> for Place {
    fn from(marker: &Marker) -> Self {
        Self { line: marker.line(), column: marker.col() }
    }
}

/// A node with its place.
#[derive(Clone, Debug)]
pub(super) struct Plain {
    pub(super) place: Place,
    pub(super) kind: PlainKind,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(super) enum PlainKind {
    Scalar { text: String, value: Value },
    List(Vec<Plain>),
    Map(Vec<(Key, Plain)>),
}

/// A key, as text.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) text: String,
    pub(super) place: Place,
}

/// Why a text could not be read.
#[derive(Clone, Debug)]
pub(super) struct PlainError {
    pub(super) message: String,
    pub(super) place: Place,
    /// Whether a limit was hit, and not a rule broken.
    pub(super) limit: bool,
}

impl Plain {
    /// The node as JSON.
    pub(super) fn into_json(self) -> Value {
        match self.kind {
            PlainKind::Scalar { value, .. } => value,
            PlainKind::List(items) => items.into_iter().map(Self::into_json).collect(),
            PlainKind::Map(entries) => {
                Value::Object(entries.into_iter().map(|(key, value)| (key.text, value.into_json())).collect())
            }
        }
    }
}

/// A YAML document as JSON: for YAML that is data, such as the metadata of packages. Recipes are read by [`crate::yaml`].
///
/// # Errors
/// What is wrong with the text, with its line.
pub fn yaml_to_json(text: &str) -> Result<Value, String> {
    match read_plain(text) {
        Ok(document) => Ok(document.map_or(Value::Null, Plain::into_json)),
        Err(error) => Err(format!("line {}: {}", error.place.line, error.message)),
    }
}

/// Reads one YAML document; `None` where the text has none.
pub(super) fn read_plain(text: &str) -> Result<Option<Plain>, PlainError> {
    if text.len() > MAX_BYTES {
        let message = format!("the text has {} bytes, more than the {MAX_BYTES} that are read", text.len());
        return Err(PlainError { message, place: Place::default(), limit: true });
    }
    // A text has fewer nodes than bytes.
    if text.len() <= MAX_NODES
        && let Some(root) = yaml::read_regular(text)
    {
        return Ok(Some(from_node(root, &mut Places::new(text))));
    }
    read_irregular(text)
}

/// Reads one YAML document with the full parser.
fn read_irregular(text: &str) -> Result<Option<Plain>, PlainError> {
    let options = options! { emit_comments: false, flow_nesting_limit: MAX_DEPTH, block_nesting_limit: MAX_DEPTH };
    let mut reader = Reader { anchors: HashMap::new(), open: Vec::new(), root: None, nodes: 0 };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| syntax(&error))?;
        reader.take(event, Place::from(&span.start))?;
    }
    Ok(reader.root)
}

/// Lines and columns of places. They are asked for in the order of the text.
struct Places<'t> {
    text: &'t str,
    line: usize,
    line_start: usize,
}

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, line: 1, line_start: 0 }
    }

    fn at(&mut self, offset: u32) -> Place {
        let offset = offset as usize;
        while let Some(length) = self.text.get(self.line_start..offset).and_then(|passed| passed.find('\n')) {
            self.line += 1;
            self.line_start += length + 1;
        }
        let column = self.text.get(self.line_start..offset).map_or(0, |before| before.chars().count());
        Place { line: self.line, column }
    }
}

/// A tree of the recipe reader, which has no aliases and no tags, with its scalars typed.
fn from_node(node: Node, places: &mut Places<'_>) -> Plain {
    let place = places.at(node.span().start);
    let kind = match node {
        Node::Scalar(scalar) => {
            let style = if scalar.plain { ScalarStyle::Plain } else { ScalarStyle::DoubleQuoted };
            let value = typed(&scalar.text, style, None);
            PlainKind::Scalar { text: scalar.text, value }
        }
        Node::Sequence(list) => PlainKind::List(list.items.into_iter().map(|item| from_node(item, places)).collect()),
        Node::Mapping(mapping) => {
            let entries = mapping.entries.into_iter().map(|entry| {
                let key = Key { place: places.at(entry.key.span.start), text: entry.key.text };
                (key, from_node(entry.value, places))
            });
            PlainKind::Map(entries.collect())
        }
    };
    Plain { place, kind }
}

fn syntax(error: &ScanError) -> PlainError {
    PlainError { message: error.info().to_string(), place: error.marker().into(), limit: false }
}

enum Open {
    List { items: Vec<Plain>, place: Place, anchor: usize },
    Map { entries: Vec<(Key, Plain)>, seen: HashMap<String, usize>, key: Option<Key>, place: Place, anchor: usize },
}

struct Reader {
    anchors: HashMap<usize, Plain>,
    open: Vec<Open>,
    root: Option<Plain>,
    nodes: usize,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, place: Place) -> Result<(), PlainError> {
        match event {
            Event::DocumentStart(..) if self.root.is_some() => Err(refuse("only one YAML document is allowed", place)),
            Event::Scalar(text, style, anchor, tag) => {
                let value = typed(&text, style, tag.as_deref());
                self.add(Plain { place, kind: PlainKind::Scalar { text: text.into_owned(), value } }, anchor)
            }
            Event::SequenceStart(_, anchor, _) => self.start(Open::List { items: Vec::new(), place, anchor }, place),
            Event::MappingStart(_, anchor, _) => {
                let (entries, seen) = (Vec::new(), HashMap::new());
                self.start(Open::Map { entries, seen, key: None, place, anchor }, place)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List { items, place, anchor }) => {
                    self.add(Plain { place, kind: PlainKind::List(items) }, anchor)
                }
                Some(Open::Map { entries, place, anchor, .. }) => {
                    self.add(Plain { place, kind: PlainKind::Map(entries) }, anchor)
                }
                None => Ok(()),
            },
            Event::Alias(id) => match self.anchors.get(&id).cloned() {
                Some(node) => {
                    self.nodes = self.nodes.saturating_add(count(&node));
                    self.add(Plain { place, ..node }, 0)
                }
                None => Err(refuse("an alias cannot stand inside of what it names", place)),
            },
            _ => Ok(()),
        }
    }

    fn start(&mut self, open: Open, place: Place) -> Result<(), PlainError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(PlainError { message: "nested too deeply".to_owned(), place, limit: true });
        }
        self.open.push(open);
        Ok(())
    }

    fn add(&mut self, node: Plain, anchor: usize) -> Result<(), PlainError> {
        self.nodes = self.nodes.saturating_add(1);
        if self.nodes > MAX_NODES {
            let message = format!("more than {MAX_NODES} values");
            return Err(PlainError { message, place: node.place, limit: true });
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, seen, key, .. }) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => *key = Some(as_key(node, seen)?),
            },
        }
        Ok(())
    }
}

fn count(node: &Plain) -> usize {
    match &node.kind {
        PlainKind::Scalar { .. } => 1,
        PlainKind::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        PlainKind::Map(entries) => 1 + entries.iter().map(|(_, value)| count(value)).sum::<usize>(),
    }
}

fn as_key(node: Plain, seen: &mut HashMap<String, usize>) -> Result<Key, PlainError> {
    let PlainKind::Scalar { text, .. } = node.kind else {
        return Err(refuse("keys must be scalars", node.place));
    };
    if let Some(line) = seen.insert(text.clone(), node.place.line) {
        return Err(refuse(format!("the key '{text}' is given twice, first on line {line}"), node.place));
    }
    Ok(Key { text, place: node.place })
}

fn refuse(message: impl Into<String>, place: Place) -> PlainError {
    PlainError { message: message.into(), place, limit: false }
}

/// The value of a scalar: plain ones may be null, bools and numbers.
fn typed(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    let text_only = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
    if style != ScalarStyle::Plain || text_only {
        return Value::from(text);
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    whole_number(text).or_else(|| float(text)).unwrap_or_else(|| Value::from(text))
}

/// Decimal, `0x`, `0o` and `0b` numbers; decimal ones with leading zeros are text.
fn whole_number(text: &str) -> Option<Value> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (radix, digits) = [("0x", 16), ("0o", 8), ("0b", 2)]
        .into_iter()
        .find_map(|(prefix, radix)| Some((radix, digits.strip_prefix(prefix)?)))
        .unwrap_or((10, digits));
    let leading_zero = radix == 10 && digits.len() > 1 && digits.starts_with('0');
    if leading_zero || !digits.starts_with(|c: char| c.is_digit(radix)) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative { 0i64.checked_sub_unsigned(magnitude).map(Value::from) } else { Some(Value::from(magnitude)) }
}

/// Decimal fractions and exponents; infinities and `.nan` have no JSON form and become null.
fn float(text: &str) -> Option<Value> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Value::Null);
    }
    let digits_only = unsigned.bytes().all(|b| b.is_ascii_digit());
    if digits_only || !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]
    use super::*;

    fn json(text: &str) -> String {
        read_plain(text).unwrap().unwrap().into_json().to_string()
    }

    #[test]
    fn scalars_are_typed() {
        assert_eq!(
            json("[007, 0o17, 0b11, 1_000, 5, +5, -0, -0x10, 0x, 0X1F, 12345678901234567890]"),
            r#"["007",15,3,"1_000",5,5,0,-16,"0x","0X1F",12345678901234567890]"#
        );
        assert_eq!(
            json("[1e3, 1.0, 1., .5, +.5, 1e400, .e5, 1.5.2, nan, inf, .inf, -.inf, .nan]"),
            r#"[1000.0,1.0,1.0,0.5,0.5,"1e400",".e5","1.5.2","nan","inf",null,null,null]"#
        );
        assert_eq!(
            json("[~, Null, NULL, '', TRUE, yes, '5', \"true\", !!str 5, 2024-01-01]"),
            r#"[null,null,null,"",true,"yes","5","true","5","2024-01-01"]"#
        );
    }

    #[test]
    fn regular_texts_give_what_the_parser_gives() {
        let text = "a:\n- 3\n- '3'  # x\n- 1.50\nb: [~, true, é, \"x\"]\nc: {d: 0x1f}\né: 1\n";
        assert!(yaml::read_regular(text).is_none(), "a key outside of ASCII is for the parser");
        let text = text.replace("é: 1", "e: |\n  é\n\n  y");
        let read = |plain: &Plain| format!("{:?}", plain.clone().into_json());
        let (short, full) = (read_plain(&text).unwrap().unwrap(), read_irregular(&text).unwrap().unwrap());
        assert!(yaml::read_regular(&text).is_some());
        assert_eq!(read(&short), read(&full));
        let (PlainKind::Map(short), PlainKind::Map(full)) = (short.kind, full.kind) else { panic!("two mappings") };
        let places = |entries: &[(Key, Plain)]| entries.iter().map(|(key, _)| key.place).collect::<Vec<_>>();
        assert_eq!(places(&short), places(&full));
        let PlainKind::List(items) = &short[1].1.kind else { panic!("a list") };
        assert_eq!(items[3].place, Place { line: 5, column: 16 });
    }

    #[test]
    fn aliases_repeat_what_they_name() {
        assert_eq!(json("a: &x [1, 2]\nb: *x\nc: [&y foo, *y]\n"), r#"{"a":[1,2],"b":[1,2],"c":["foo","foo"]}"#);
    }

    #[test]
    fn aliases_cannot_grow_without_bounds() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for n in 1..10 {
            text.push_str(&format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(", ")));
        }
        assert!(read_plain(&text).unwrap_err().limit);
    }

    #[test]
    fn keys_stand_once_and_documents_are_single() {
        let twice = read_plain("a: 1\nb: 2\na: 3\n").unwrap_err();
        assert_eq!((twice.place.line, twice.place.column), (3, 0));
        assert!(read_plain("a: 1\n---\nb: 2\n").is_err());
        assert!(read_plain("").unwrap().is_none());
    }
}
