//! Events → tree, without recursion, so that no nesting can overflow the stack.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use granit_parser::{Event, Marker, ScalarStyle, StructureStyle};

use super::read::{Document, MAX_DEPTH, too_deep};
use super::scalar::{block_sequence_start, place};
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
    /// Where each key stands first. A map of its own, so that large mappings do not take quadratic time.
    seen: HashMap<String, Span>,
    pending: Pending,
    start: usize,
    flow: bool,
    /// Where a key stood that is no scalar.
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
    stack: Vec<Open>,
    root: Option<Node>,
    done: bool,
    failed: bool,
    unreadable: Vec<Span>,
    pub(super) diagnostics: Diagnostics,
}

impl<'t> Builder<'t> {
    pub(super) fn new(body: &'t str, offset: usize) -> Self {
        Self {
            body,
            offset,
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
        Span::new(start + self.offset, end + self.offset)
    }

    /// Takes in one event.
    pub(super) fn take(&mut self, event: Event<'_>, at: &granit_parser::Span) -> Step {
        if event.tag().is_some() {
            let span = at.tag_span().map_or_else(|| self.span(at), |tag| self.span(&tag));
            self.report(span, "YAML tags are not part of the recipe format", "remove the tag");
        }
        let start = at.start.byte_offset().unwrap_or(0);
        match event {
            Event::Scalar(text, style, ..) => {
                let end = at.end.byte_offset().unwrap_or(start);
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
                self.report(span, "YAML aliases are not part of the recipe format", "use a variable in `context`");
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

    fn report(&mut self, span: Span, message: &str, help: &str) {
        self.diagnostics.push(Diagnostic::error(Code::InvalidYaml, message, span).with_help(help));
    }

    fn scalar(&self, text: &str, style: ScalarStyle, start: usize, end: usize) -> Scalar {
        let plain = style == ScalarStyle::Plain;
        // The parser writes `~` for a value that is not there.
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
        let end = end + self.offset;
        match self.stack.pop() {
            Some(Open::Sequence { items, start, flow }) => {
                let last = items.last().map(|item| item.span().end as usize);
                let span = Span::new(start + self.offset, if flow { end } else { last.unwrap_or(end) });
                self.add(Node::Sequence(Sequence { items, span }));
            }
            Some(Open::Mapping(mapping)) => {
                let last = mapping.entries.last().map(|entry| entry.value.span().end as usize);
                let span = Span::new(mapping.start + self.offset, if mapping.flow { end } else { last.unwrap_or(end) });
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

    fn add_unreadable(&mut self, span: Span) {
        self.unreadable.push(span);
        self.add(Node::Scalar(Scalar { text: String::new(), plain: true, span }));
    }

    fn add(&mut self, node: Node) {
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Open::Sequence { items, .. }) => items.push(node),
            Some(Open::Mapping(mapping)) => {
                if let Some(diagnostic) = mapping.add(node, self.body, self.offset) {
                    self.diagnostics.push(diagnostic);
                }
            }
        }
    }
}

impl OpenMapping {
    /// Takes in a key or a value, and says what is wrong with it.
    fn add(&mut self, node: Node, body: &str, offset: usize) -> Option<Diagnostic> {
        match std::mem::replace(&mut self.pending, Pending::Key) {
            Pending::ValueOf(key) => {
                self.entries.push(Entry { key, value: node });
                None
            }
            Pending::Refused => None,
            Pending::Key => self.add_key(node, body, offset),
        }
    }

    fn add_key(&mut self, node: Node, body: &str, offset: usize) -> Option<Diagnostic> {
        self.pending = Pending::Refused;
        let Node::Scalar(key) = node else {
            self.bad_key = true;
            let span = node.span();
            let source = body.get(self.start..(span.end as usize).saturating_sub(offset)).unwrap_or_default();
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
