//! The YAML of an old recipe as a tree that keeps what recipes of v1 cannot have: keys that are given several times under
//! different conditions, comments, and the line of each node.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use super::template::Line;

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 64;
/// Most nodes that aliases may add to a recipe.
const MAX_ALIASED: usize = 10_000;

/// A node with its lines.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// Its first line in [`Document::lines`].
    pub(super) line: usize,
    /// Its last line.
    pub(super) last_line: usize,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Scalar(String, Style),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Quoted,
    /// `|` or `>`.
    Literal,
    Folded,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) value: Node,
}

/// A read recipe.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// The lines that are not comments.
    pub(super) lines: Vec<Line>,
    /// The comment lines right before each line.
    pub(super) lead: HashMap<usize, Vec<String>>,
    /// Comment lines behind the last line.
    pub(super) tail: Vec<String>,
    pub(super) root: Vec<Entry>,
}

impl Node {
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar(text, Style::Plain) if matches!(text.as_str(), "" | "~" | "null" | "Null"))
    }

    pub(super) fn scalar(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(text, _) => Some(text),
            _ => None,
        }
    }
}

/// Reads the lines that the template left.
///
/// # Errors
/// The line (an index of `lines`) and what is wrong with it.
pub(super) fn read(all: Vec<Line>) -> Result<Document, (usize, String)> {
    let mut document = Document::default();
    let mut comments = Vec::new();
    let mut block_indent: Option<usize> = None;
    for line in all {
        if line.text.trim().is_empty() {
            document.lines.push(line);
            continue;
        }
        let indent = line.text.len() - line.text.trim_start().len();
        // Inside `|` and `>` a `#` is text.
        block_indent = block_indent.filter(|outer| indent > *outer);
        if block_indent.is_none() && line.text.trim_start().starts_with('#') {
            comments.push(line.text.trim().to_owned());
            continue;
        }
        if block_indent.is_none() && starts_block(&line.text) {
            block_indent = Some(indent);
        }
        if !comments.is_empty() {
            document.lead.insert(document.lines.len(), std::mem::take(&mut comments));
        }
        document.lines.push(line);
    }
    document.tail = comments;
    let text: String = document.lines.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect();
    let root = Builder::default().read(&text)?;
    match root.map(|node| node.kind) {
        Some(Kind::Map(entries)) => document.root = entries,
        None => {}
        Some(_) => return Err((0, "the top level must be a mapping".to_owned())),
    }
    Ok(document)
}

/// Whether a line starts a block scalar: `key: |`, `- >-`.
fn starts_block(line: &str) -> bool {
    let content = line.split(" #").next().unwrap_or_default().trim_end();
    let last = content.rsplit([' ', '\t']).next().unwrap_or_default();
    last.starts_with(['|', '>'])
        && last[1..].chars().all(|c| matches!(c, '+' | '-' | '0'..='9'))
        && (content[..content.len() - last.len()].trim_end().ends_with([':', '-']))
}

#[derive(Default)]
struct Builder {
    stack: Vec<Open>,
    root: Option<Node>,
    anchors: HashMap<usize, Node>,
    aliased: usize,
}

struct Open {
    node: Node,
    anchor: usize,
    /// The key whose value comes next.
    key: Option<(String, usize)>,
}

impl Builder {
    fn read(mut self, text: &str) -> Result<Option<Node>, (usize, String)> {
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|error| {
                (error.marker().line().saturating_sub(1), format!("invalid YAML: {}", error.kind()))
            })?;
            let line = span.start.line().saturating_sub(1);
            let last_line = span.end.line().saturating_sub(1).max(line);
            match event {
                Event::Scalar(text, style, anchor, _) => {
                    let style = match style {
                        ScalarStyle::Plain => Style::Plain,
                        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                        ScalarStyle::Literal => Style::Literal,
                        ScalarStyle::Folded => Style::Folded,
                    };
                    let missing = style == Style::Plain && span.start.index() == span.end.index();
                    let text = if missing { String::new() } else { text.into_owned() };
                    // Block scalars end where the next node starts.
                    let last_line = match style {
                        Style::Literal | Style::Folded => last_line.saturating_sub(1).max(line),
                        _ => last_line,
                    };
                    self.add(Node { kind: Kind::Scalar(text, style), line, last_line }, anchor, line)?;
                }
                Event::SequenceStart(_, anchor, _) => self.open(Kind::List(Vec::new()), line, anchor)?,
                Event::MappingStart(style, anchor, _) => {
                    let _: StructureStyle = style;
                    self.open(Kind::Map(Vec::new()), line, anchor)?;
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    if let Some(mut open) = self.stack.pop() {
                        open.node.last_line = open.node.last_line.max(match &open.node.kind {
                            Kind::List(items) => items.last().map_or(line, |item| item.last_line),
                            Kind::Map(entries) => entries.last().map_or(line, |entry| entry.value.last_line),
                            Kind::Scalar(..) => line,
                        });
                        let first = open.node.line;
                        self.add(open.node, open.anchor, first)?;
                    }
                }
                Event::Alias(anchor) => {
                    let node = self.anchors.get(&anchor).cloned().ok_or((line, "alias of nothing".to_owned()))?;
                    self.aliased += size(&node);
                    if self.aliased > MAX_ALIASED {
                        return Err((line, format!("aliases repeat too much (limit {MAX_ALIASED} nodes)")));
                    }
                    self.add(node, 0, line)?;
                }
                Event::DocumentEnd => break,
                _ => {}
            }
        }
        Ok(self.root)
    }

    fn open(&mut self, kind: Kind, line: usize, anchor: usize) -> Result<(), (usize, String)> {
        if self.stack.len() >= MAX_DEPTH {
            return Err((line, format!("lists and mappings are nested too deeply (limit {MAX_DEPTH} levels)")));
        }
        self.stack.push(Open { node: Node { kind, line, last_line: line }, anchor, key: None });
        Ok(())
    }

    fn add(&mut self, node: Node, anchor: usize, line: usize) -> Result<(), (usize, String)> {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.stack.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.node.kind {
            Kind::List(items) => items.push(node),
            Kind::Map(entries) => match open.key.take() {
                None => match node.kind {
                    Kind::Scalar(key, _) => open.key = Some((key, line)),
                    _ => return Err((line, "keys must be plain text".to_owned())),
                },
                // `<<: *anchor`: keys that are given override the merged ones, so they come later.
                Some((key, _)) if key == "<<" => {
                    if let Kind::Map(merged) = node.kind {
                        entries.splice(0..0, merged);
                    }
                }
                Some((key, line)) => entries.push(Entry { key, line, value: node }),
            },
            Kind::Scalar(..) => {}
        }
        Ok(())
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.kind {
        Kind::Scalar(..) => 0,
        Kind::List(items) => items.iter().map(size).sum(),
        Kind::Map(entries) => entries.iter().map(|entry| size(&entry.value)).sum(),
    }
}
