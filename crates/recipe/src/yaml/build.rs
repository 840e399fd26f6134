//! Events → tree, without recursion, so that no nesting can overflow the stack.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use granit_parser::{Event, Marker, ScalarStyle, StructureStyle};

use super::indentation::{Rule, first_violation};
use super::read::{Document, MAX_DEPTH, too_deep};
use super::scalar::{block_sequence_start, place, surrogate_escape};
use super::{Entry, Mapping, Node, Scalar, Sequence};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};

/// Whether the reader goes on after an event.
pub(super) enum Step {
    Continue,
    Stop,
}

/// A list or mapping that is still open.
enum Open {
    Sequence { items: Vec<Node>, start: usize, flow: bool },
    Mapping(OpenMapping),
}

struct OpenMapping {
    entries: Vec<Entry>,
    /// First place of each key. A map of its own, so that large mappings do not take quadratic time.
    seen: HashMap<String, Span>,
    pending: Pending,
    start: usize,
    flow: bool,
    /// Place of a key that is not a scalar.
    bad_key: bool,
}

/// What the next node of a mapping is.
enum Pending {
    Key,
    ValueOf(Scalar),
    /// The value of a key that was refused.
    Refused,
}

/// Builds the tree of the first document.
pub(super) struct Builder<'t> {
    body: &'t str,
    /// Bytes before `body` in the whole text.
    offset: usize,
    /// Where spaces were put into `body` that the text does not have.
    spaces: &'t [usize],
    /// Whether a quoted scalar or a flow collection has more than one line.
    multiline: bool,
    stack: Vec<Open>,
    root: Option<Node>,
    done: bool,
    failed: bool,
    unreadable: Vec<Span>,
    pub(super) diagnostics: Diagnostics,
}

impl<'t> Builder<'t> {
    pub(super) fn new(body: &'t str, offset: usize, spaces: &'t [usize]) -> Self {
        Self {
            body,
            offset,
            spaces,
            multiline: false,
            stack: Vec::new(),
            root: None,
            done: false,
            failed: false,
            unreadable: Vec::new(),
            diagnostics: Diagnostics::default(),
        }
    }

    /// Whether the first document is complete.
    pub(super) fn is_done(&self) -> bool {
        self.done
    }

    /// Gives up the tree: the text is not YAML.
    pub(super) fn fail(&mut self) {
        self.failed = true;
    }

    pub(super) fn span(&self, span: &granit_parser::Span) -> Span {
        let start = span.start.byte_offset().unwrap_or(0);
        self.bytes(start, span.end.byte_offset().unwrap_or(start))
    }

    pub(super) fn point(&self, marker: &Marker) -> Span {
        let at = marker.byte_offset().unwrap_or(0);
        self.bytes(at, at)
    }

    fn bytes(&self, start: usize, end: usize) -> Span {
        Span::new(self.in_text(start), self.in_text(end))
    }

    /// The place in the whole text of a place in `body`.
    fn in_text(&self, at: usize) -> usize {
        at - self.spaces.partition_point(|space| *space < at) + self.offset
    }

    /// Reports lines that the reference refuses because they are not indented enough. The parser does not check this.
    pub(super) fn check_indentation(&mut self) {
        if self.failed || !(self.multiline || self.body.contains(":\t")) {
            return;
        }
        let Some(violation) = first_violation(self.body) else { return };
        let columns = violation.column;
        let spaces = if columns == 1 { "space" } else { "spaces" };
        let (message, help) = match violation.rule {
            Rule::QuotedScalar => (
                "invalid YAML: continuation line of a quoted scalar is not indented enough",
                format!("indent it by at least {columns} {spaces}"),
            ),
            Rule::FlowCollection => (
                "invalid YAML: line inside `[…]` or `{…}` is not indented enough",
                format!("indent it by at least {columns} {spaces}"),
            ),
            Rule::Tab => ("invalid YAML: tab used as indentation", "indent with spaces".to_owned()),
            Rule::TabAfterColon => ("invalid YAML: tab after `:`", "put a space after `:`".to_owned()),
        };
        let span = self.bytes(violation.at, violation.at);
        self.report(span, message, &help);
    }

    /// Takes in one event.
    pub(super) fn take(&mut self, event: Event<'_>, at: &granit_parser::Span) -> Step {
        if event.tag().is_some() {
            let span = at.tag_span().map_or_else(|| self.span(at), |tag| self.span(&tag));
            let help = if self.in_sequence() {
                "put a pattern that starts with `!` in quotes, or remove the tag"
            } else {
                "write `not` for `!` in a condition, or remove the tag"
            };
            self.report(span, "YAML tags are not part of the recipe format", help);
        }
        let start = at.start.byte_offset().unwrap_or(0);
        match event {
            Event::Scalar(text, style, ..) => {
                let end = at.end.byte_offset().unwrap_or(start);
                let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
                self.note_lines(quoted, start, end);
                if style == ScalarStyle::DoubleQuoted {
                    self.refuse_surrogates(start, end);
                }
                let scalar = self.scalar(&text, style, start, end);
                self.add(Node::Scalar(scalar));
            }
            Event::SequenceStart(style, ..) => {
                let flow = style == StructureStyle::Flow;
                let in_mapping = matches!(self.stack.last(), Some(Open::Mapping(_)));
                let start = if in_mapping && !flow { block_sequence_start(self.body, start) } else { start };
                return self.open(Open::Sequence { items: Vec::new(), start, flow });
            }
            Event::MappingStart(style, ..) => {
                let flow = style == StructureStyle::Flow;
                return self.open(Open::Mapping(OpenMapping {
                    entries: Vec::new(),
                    seen: HashMap::new(),
                    pending: Pending::Key,
                    start,
                    flow,
                    bad_key: false,
                }));
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(at.end.byte_offset().unwrap_or(start)),
            Event::Anchor(..) => {
                let span = self.span(at);
                self.report(span, "YAML anchors are not part of the recipe format", "use a variable in `context`");
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                let span = self.span(at);
                let source = self.body.get(at.start.byte_offset().unwrap_or(0)..).unwrap_or_default();
                let name = source.split_whitespace().next().unwrap_or_default();
                // `*.txt` and `**/x` are patterns. A name of letters may be meant as an alias.
                let help = if name.contains(['.', '/', '?', '[', '{']) || name.get(1..).is_some_and(|n| n.contains('*'))
                {
                    format!("put the pattern in quotes: `\"{name}\"`")
                } else {
                    format!("put a pattern in quotes: `\"{name}\"`; to repeat a value, use a variable in `context`")
                };
                self.report(span, "YAML aliases are not part of the recipe format", &help);
                self.add_unreadable(span);
            }
            Event::DocumentEnd => self.done = true,
            _ => {}
        }
        Step::Continue
    }

    /// The tree, or what is left to say.
    pub(super) fn finish(self) -> Document {
        let root = match self.root {
            _ if self.failed => None,
            Some(Node::Scalar(scalar)) if scalar.text.is_empty() && scalar.plain => Some(empty(scalar.span)),
            Some(node) => Some(node),
            None => Some(empty(Span::new(self.offset, self.offset))),
        };
        Document { root, diagnostics: self.diagnostics, unreadable: self.unreadable }
    }

    /// The parser joins surrogate pairs, as JSON does. YAML and the reference have no such pairs.
    fn refuse_surrogates(&mut self, start: usize, end: usize) {
        let source = self.body.get(start..end).unwrap_or_default();
        if let Some(at) = surrogate_escape(source) {
            let span = self.bytes(start + at, start + at + "\\uXXXX".len());
            let help = "write the character itself, or its code point as `\\U0001F600`";
            self.report(span, "invalid YAML: `\\u` escape of a surrogate pair", help);
        }
    }

    fn report(&mut self, span: Span, message: &str, help: &str) {
        self.diagnostics.push(Diagnostic::error(Code::InvalidYaml, message, span).with_help(help));
    }

    fn scalar(&self, text: &str, style: ScalarStyle, start: usize, end: usize) -> Scalar {
        let plain = style == ScalarStyle::Plain;
        // The parser writes `~` for a missing value.
        let text = if plain && start == end { "" } else { text };
        let (start, end) = place(self.body, style, start, end);
        Scalar { text: text.to_owned(), plain, span: self.bytes(start, end) }
    }

    fn open(&mut self, open: Open) -> Step {
        if self.stack.len() >= MAX_DEPTH {
            let (Open::Sequence { start, .. } | Open::Mapping(OpenMapping { start, .. })) = open;
            let span = self.bytes(start, start);
            self.diagnostics.push(too_deep(span));
            self.fail();
            return Step::Stop;
        }
        self.stack.push(open);
        Step::Continue
    }

    fn close(&mut self, end: usize) {
        match self.stack.pop() {
            Some(Open::Sequence { items, start, flow }) => {
                self.note_lines(flow, start, end);
                let (start, end) = (self.in_text(start), self.in_text(end));
                let last = items.last().map(|item| item.span().end as usize);
                let span = Span::new(start, if flow { end } else { last.unwrap_or(end) });
                self.add(Node::Sequence(Sequence { items, span }));
            }
            Some(Open::Mapping(mapping)) => {
                self.note_lines(mapping.flow, mapping.start, end);
                let (start, end) = (self.in_text(mapping.start), self.in_text(end));
                let last = mapping.entries.last().map(|entry| entry.value.span().end as usize);
                let span = Span::new(start, if mapping.flow { end } else { last.unwrap_or(end) });
                // `{{ name }}` without `$` is read as mappings in one another: one error for it is enough.
                if mapping.bad_key && mapping.flow {
                    self.add_unreadable(span);
                } else {
                    self.add(Node::Mapping(Mapping { entries: mapping.entries, span }));
                }
            }
            None => {}
        }
    }

    fn note_lines(&mut self, flow: bool, start: usize, end: usize) {
        let lines = || self.body.get(start..end).is_some_and(|source| source.contains(['\n', '\r']));
        self.multiline = self.multiline || (flow && lines());
    }

    fn in_sequence(&self) -> bool {
        matches!(self.stack.last(), Some(Open::Sequence { .. }))
    }

    fn add_unreadable(&mut self, span: Span) {
        self.unreadable.push(span);
        self.add(Node::Scalar(Scalar { text: String::new(), plain: true, span }));
    }

    fn add(&mut self, node: Node) {
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Open::Sequence { items, .. }) => items.push(node),
            Some(Open::Mapping(mapping)) => {
                if let Some(diagnostic) = mapping.add(node, self.body) {
                    self.diagnostics.push(diagnostic);
                }
            }
        }
    }
}

impl OpenMapping {
    /// Takes in a key or a value, and says what is wrong with it.
    fn add(&mut self, node: Node, body: &str) -> Option<Diagnostic> {
        match std::mem::replace(&mut self.pending, Pending::Key) {
            Pending::ValueOf(key) => {
                self.entries.push(Entry { key, value: node });
                None
            }
            Pending::Refused => None,
            Pending::Key => self.add_key(node, body),
        }
    }

    fn add_key(&mut self, node: Node, body: &str) -> Option<Diagnostic> {
        self.pending = Pending::Refused;
        let Node::Scalar(key) = node else {
            self.bad_key = true;
            let span = node.span();
            let source = body.get(self.start..).unwrap_or_default();
            let diagnostic = Diagnostic::error(Code::InvalidYaml, "keys in mappings must be scalars", span);
            return Some(if source.starts_with("{{") {
                diagnostic.with_help("write a template as `${{ … }}`")
            } else {
                diagnostic
            });
        };
        match self.seen.entry(key.text.clone()) {
            Slot::Occupied(first) => Some(
                Diagnostic::error(Code::DuplicateKey, format!("duplicate key `{}`", key.text), key.span)
                    .with_related("first given here", *first.get())
                    .with_help("keep one of the two"),
            ),
            Slot::Vacant(slot) => {
                slot.insert(key.span);
                self.pending = Pending::ValueOf(key);
                None
            }
        }
    }
}

fn empty(span: Span) -> Node {
    Node::Mapping(Mapping { entries: Vec::new(), span })
}
