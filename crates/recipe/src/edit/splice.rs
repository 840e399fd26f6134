//! The text after a change: only the bytes that have to change do.

use super::EditError;
use super::change::{Change, Goal, NewItem, is_null};
use super::locate::{Step, get};
use super::write;
use crate::diagnostic::Span;
use crate::yaml::{Mapping, Node, Scalar, Sequence};

/// The text after a change.
pub(super) fn edited(text: &str, root: &Node, change: &Change) -> Result<String, EditError> {
    let source = Source { text, line_break: if text.contains("\r\n") { "\r\n" } else { "\n" } };
    let (range, new) = match change.goal {
        Goal::Remove => source.without(root, change)?,
        Goal::RemoveKey => source.without_key(root, change)?,
        Goal::Insert(ref item) => source.before_item(root, change, item)?,
        Goal::Append(_) | Goal::Set(_) | Goal::List(_) => source.with(root, change)?,
    };
    match (text.get(..range.start as usize), text.get(range.end as usize..)) {
        (Some(before), Some(after)) => Ok(format!("{before}{new}{after}")),
        _ => Err(EditError::path_not_found()),
    }
}

/// A piece of the text and what comes in its place.
type Replacement = (Span, String);

/// A block of lines: its header is not part of the scalar's span.
struct Block {
    /// Place of `|` or `>`.
    start: u32,
    is_folded: bool,
}

impl Block {
    /// The block that a scalar is written as, if it is one.
    fn of(text: &str, scalar: &Scalar) -> Option<Self> {
        let before = text.get(..scalar.span.start as usize)?;
        let between = before.len() - before.trim_end().len();
        if scalar.plain || !before.get(before.len() - between..)?.contains('\n') {
            return None;
        }
        let line_start = before.trim_end().rfind('\n').map_or(0, |at| at + 1);
        let line = before.trim_end().get(line_start..)?;
        // A comment may follow the header.
        let header = line.split_once(" #").map_or(line, |(header, _)| header).trim_end();
        let at = header.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
        let (rest, is_folded) = match (at.strip_suffix('|'), at.strip_suffix('>')) {
            (Some(rest), _) => (rest, false),
            (_, Some(rest)) => (rest, true),
            _ => return None,
        };
        let start = u32::try_from(line_start + rest.len()).ok()?;
        (rest.is_empty() || rest.ends_with([' ', '\t'])).then_some(Self { start, is_folded })
    }
}

/// A text, and the line breaks at its end.
fn body_and_tail(text: &str) -> (&str, &str) {
    let body = text.trim_end_matches('\n');
    (body, text.get(body.len()..).unwrap_or_default())
}

struct Source<'t> {
    text: &'t str,
    line_break: &'static str,
}

impl Source<'_> {
    /// Appends or sets, adding missing keys.
    fn with(&self, root: &Node, change: &Change) -> Result<Replacement, EditError> {
        // The deepest node that exists, and the keys that do not.
        let depth = (0..=change.path.len()).rev().find(|depth| get(root, &change.path[..*depth]).is_some());
        let depth = depth.unwrap_or(0);
        let node = get(root, &change.path[..depth]).unwrap_or(root);
        let keys: Vec<&str> = change.path[depth..]
            .iter()
            .filter_map(|step| match step {
                Step::Key(key) => Some(key.as_str()),
                Step::Index(_) => None,
            })
            .collect();
        match node {
            Node::Mapping(mapping) if !keys.is_empty() => Ok(self.new_entry(mapping, &keys, &change.goal)),
            node if is_null(node) && !matches!((&change.goal, keys.len()), (Goal::Set(_), 0)) => {
                let parents = &change.path[..depth.saturating_sub(1)];
                Ok(self.in_place_of_nothing(get(root, parents).unwrap_or(root), node, &keys, &change.goal))
            }
            Node::Sequence(sequence) if keys.is_empty() => match &change.goal {
                Goal::Append(item) => self.new_item(sequence, item),
                _ => Err(EditError::not_safe("expected a single value, found a list")),
            },
            Node::Scalar(scalar) if keys.is_empty() => match &change.goal {
                Goal::Set(value) => {
                    if let Some(block) = Block::of(self.text, scalar) {
                        return self.in_block(scalar, &block, &value.text);
                    }
                    let old = self.text.get(scalar.span.start as usize..).and_then(|rest| rest.chars().next());
                    let flow = self.is_in_flow(root, &change.path);
                    Ok((scalar.span, self.spaced(scalar.span, write::value_like(value, old, flow))))
                }
                Goal::List(items) => self.list_in_place(root, change, scalar, items),
                _ => Err(EditError::not_safe("expected a list, found a single value")),
            },
            _ => Err(EditError::not_safe("expected a mapping or a list")),
        }
    }

    /// A new key in a mapping.
    fn new_entry(&self, mapping: &Mapping, keys: &[&str], goal: &Goal) -> Replacement {
        let first_key = keys.first().copied().unwrap_or_default();
        let position = write::position(first_key, mapping.entries.iter().map(|e| e.key.text.as_str()));
        let before = position.checked_sub(1).and_then(|i| mapping.entries.get(i));
        if self.is_flow(mapping.span) {
            let entry = write::flow_entry(keys, goal);
            return match before {
                Some(before) => self.insert(before.value.span().end, format!(", {entry}")),
                None if mapping.entries.is_empty() => self.insert(mapping.span.start + 1, entry),
                None => self.insert(mapping.span.start + 1, format!("{entry}, ")),
            };
        }
        let indent = self.column(mapping.span.start);
        let entry = write::block_entry(keys, goal, indent, self.line_break);
        let margin = format!("{}{:indent$}", self.line_break, "");
        match before {
            Some(before) => {
                let end = self.line_end(before.value.span().end);
                // Where sections are set apart by blank lines, the new one is too.
                let apart = if indent == 0 && self.has_blank_lines() { self.line_break } else { "" };
                self.insert(end, format!("{apart}{margin}{entry}"))
            }
            None if mapping.entries.is_empty() => {
                self.insert(mapping.span.start, format!("{entry}{}", self.line_break))
            }
            None => self.insert(mapping.span.start, format!("{entry}{margin}")),
        }
    }

    /// A value where there is none, or an explicit null.
    fn in_place_of_nothing(&self, parent: &Node, node: &Node, keys: &[&str], goal: &Goal) -> Replacement {
        let span = node.span();
        if span.start < span.end || self.is_flow(parent.span()) {
            let value = if keys.is_empty() {
                write::flow_entry(keys, goal)
            } else {
                format!("{{{}}}", write::flow_entry(keys, goal))
            };
            return (span, self.spaced(span, value));
        }
        let indent = self.column(parent.span().start) + 2;
        let value = write::block_entry(keys, goal, indent, self.line_break);
        self.insert(self.line_end(span.end), format!("{}{:indent$}{value}", self.line_break, ""))
    }

    /// A new item at the end of a list.
    fn new_item(&self, sequence: &Sequence, item: &NewItem) -> Result<Replacement, EditError> {
        let Some(last) = sequence.items.last() else {
            return Ok(self.insert(sequence.span.start + 1, write::flow_item(item)));
        };
        let end = last.span().end;
        if !self.is_flow(sequence.span) {
            let indent = self.column(sequence.span.start);
            let item = write::block_item(item, indent, self.line_break);
            let line = format!("{}{:indent$}{item}", self.line_break, "");
            return Ok(self.insert(self.line_end(end), line));
        }
        let item = write::flow_item(item);
        let start = last.span().start;
        let own_line = self.before_on_line(start).trim().is_empty();
        if own_line {
            let indent = self.column(start);
            return Ok(self.insert(end, format!(",{}{:indent$}{item}", self.line_break, "")));
        }
        Ok(self.insert(end, format!(", {item}")))
    }

    /// A new item before another one.
    fn before_item(&self, root: &Node, change: &Change, item: &str) -> Result<Replacement, EditError> {
        let missing = EditError::path_not_found;
        let (_, parents) = change.path.split_last().ok_or_else(missing)?;
        let next = get(root, &change.path).ok_or_else(missing)?.span();
        let Some(Node::Sequence(sequence)) = get(root, parents) else { return Err(missing()) };
        if self.is_flow(sequence.span) {
            return Ok(self.insert(next.start, format!("{}, ", write::scalar(item, true))));
        }
        let dash = self.dash(next.start)?;
        let indent = self.column(dash);
        Ok(self.insert(dash, format!("- {}{}{:indent$}", write::scalar(item, false), self.line_break, "")))
    }

    /// A list in the place of a single value.
    fn list_in_place(
        &self,
        root: &Node,
        change: &Change,
        scalar: &Scalar,
        items: &[String],
    ) -> Result<Replacement, EditError> {
        let parent = change.path.split_last().and_then(|(_, parents)| get(root, parents));
        if self.is_in_flow(root, &change.path) {
            let items: Vec<String> = items.iter().map(|item| write::scalar(item, true)).collect();
            return Ok((scalar.span, self.spaced(scalar.span, format!("[{}]", items.join(", ")))));
        }
        let Some(Node::Mapping(mapping)) = parent else {
            return Err(EditError::not_safe("the value is written in a way that this edit cannot change safely"));
        };
        let indent = self.column(mapping.span.start) + 2;
        let line = |item: &String| format!("{}{:indent$}- {}", self.line_break, "", write::scalar(item, false));
        let lines: String = items.iter().map(line).collect();
        let before = self.text.get(..scalar.span.start as usize).unwrap_or_default();
        let colon = before.trim_end().len() as u32;
        if !before.trim_end().ends_with(':') {
            return Err(EditError::not_safe("the value is written in a way that this edit cannot change safely"));
        }
        // What follows on the line is a comment; it stays at the key.
        let rest = self.text.get(scalar.span.end as usize..self.line_end(scalar.span.end) as usize).unwrap_or_default();
        let end = self.line_end(scalar.span.end);
        Ok((Span { start: colon, end }, format!("{}{lines}", rest.trim_end())))
    }

    /// New text in a block of lines.
    fn in_block(&self, scalar: &Scalar, block: &Block, new: &str) -> Result<Replacement, EditError> {
        let span = scalar.span;
        let (old, old_tail) = body_and_tail(&scalar.text);
        let (body, tail) = body_and_tail(new);
        if block.is_folded {
            // A folded line may be one of several in the text.
            let raw = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
            let is_one_line = !raw.contains('\n') && !body.contains('\n') && tail == old_tail;
            let error = "the text is a folded block (`>`); write it as a literal block (`|`)";
            return if is_one_line { Ok((span, body.to_owned())) } else { Err(EditError::not_safe(error)) };
        }
        if tail != old_tail || body.trim().is_empty() {
            if body.contains('\n') {
                return Err(EditError::not_safe("the text is a block that this edit cannot change safely"));
            }
            let value = write::scalar(new, true);
            return Ok((Span { start: block.start, end: span.end }, value));
        }
        // Empty lines at the beginning are before the span.
        let leading = old.len() - old.trim_start_matches('\n').len();
        let body = body.get(leading..).filter(|_| body.starts_with(&"\n".repeat(leading))).unwrap_or(body);
        let indent = self.column(span.start);
        let mut written = String::new();
        for (index, line) in body.split('\n').enumerate() {
            if index > 0 {
                written.push_str(self.line_break);
                if !line.is_empty() {
                    written.push_str(&" ".repeat(indent));
                }
            }
            written.push_str(line);
        }
        Ok((span, written))
    }

    /// Removes a key and its value.
    fn without_key(&self, root: &Node, change: &Change) -> Result<Replacement, EditError> {
        let missing = EditError::path_not_found;
        let (last, parents) = change.path.split_last().ok_or_else(missing)?;
        let (Step::Key(key), Some(Node::Mapping(mapping))) = (last, get(root, parents)) else {
            return Err(missing());
        };
        let index = mapping.entries.iter().position(|entry| entry.key.text == *key).ok_or_else(missing)?;
        let entry = mapping.entries.get(index).ok_or_else(missing)?;
        if mapping.entries.len() == 1 {
            return Err(EditError::not_safe(format!("`{key}` is the only key; remove what it is part of")));
        }
        let end = entry.value.span().end.max(entry.key.span.end);
        let next = mapping.entries.get(index + 1).map(|next| next.key.span.start);
        if self.is_flow(mapping.span) {
            let before = index.checked_sub(1).and_then(|before| mapping.entries.get(before));
            return Ok(match (next, before) {
                (Some(next), _) => (Span { start: entry.key.span.start, end: next }, String::new()),
                (None, Some(before)) => (Span { start: before.value.span().end, end }, String::new()),
                (None, None) => return Err(missing()),
            });
        }
        let start = entry.key.span.start;
        let margin = self.before_on_line(start);
        if !margin.trim().is_empty() {
            // The first key follows the dash of an item: the next key takes its place.
            let next = next.ok_or_else(missing)?;
            return Ok((Span { start, end: next }, String::new()));
        }
        let end = self.line_end(end);
        Ok((Span { start: start - margin.len() as u32, end: end + self.line_break_at(end) }, String::new()))
    }

    /// Removes an item of a list, or empties a branch.
    fn without(&self, root: &Node, change: &Change) -> Result<Replacement, EditError> {
        let missing = EditError::path_not_found;
        let (last, parents) = change.path.split_last().ok_or_else(missing)?;
        let node = get(root, &change.path).ok_or_else(missing)?;
        let (Step::Index(index), Some(Node::Sequence(sequence))) = (last, get(root, parents)) else {
            return Ok((node.span(), self.spaced(node.span(), "[]".to_owned())));
        };
        if self.is_flow(sequence.span) {
            return Ok((self.flow_item(sequence, *index), String::new()));
        }
        let span = node.span();
        let dash = self.dash(span.start)?;
        if sequence.items.len() == 1 {
            let before = self.text.get(..dash as usize).unwrap_or_default().trim_end();
            return Ok(if before.ends_with(':') {
                (Span { start: before.len() as u32, end: span.end }, " []".to_owned())
            } else {
                // A comment is in between. The list has to be indented, even where its items were not.
                (Span { start: dash, end: span.end }, "  []".to_owned())
            });
        }
        let start = dash - self.before_on_line(dash).len() as u32;
        let end = self.line_end(span.end) + self.line_break_at(self.line_end(span.end));
        if !self.before_on_line(dash).trim().is_empty() {
            // The first item follows another indicator: the next item takes its place.
            let next = sequence.items.get(index + 1).ok_or_else(missing)?.span().start;
            return Ok((Span { start: dash, end: self.dash(next)? }, String::new()));
        }
        Ok((Span { start, end }, String::new()))
    }

    /// An item of a flow list with the comma that goes with it.
    fn flow_item(&self, sequence: &Sequence, index: usize) -> Span {
        let span = |index: usize| sequence.items.get(index).map(Node::span);
        let own = span(index).unwrap_or_default();
        match (index.checked_sub(1).and_then(span), span(index + 1)) {
            (_, Some(next)) => Span { start: own.start, end: next.start },
            (Some(before), None) => Span { start: before.end, end: own.end },
            (None, None) => {
                let comma = self.text.get(own.end as usize..).is_some_and(|rest| rest.trim_start().starts_with(','));
                let rest = self.text.get(own.end as usize..).and_then(|rest| rest.find(',')).unwrap_or(0) as u32;
                Span { start: own.start, end: if comma { own.end + rest + 1 } else { own.end } }
            }
        }
    }

    /// The `-` of a block item whose value starts at `start`.
    fn dash(&self, start: u32) -> Result<u32, EditError> {
        let before = self.text.get(..start as usize).unwrap_or_default().trim_end();
        match before.strip_suffix('-') {
            Some(rest) => Ok(rest.len() as u32),
            None => Err(EditError::not_safe("the item is written in a way that this edit cannot change safely")),
        }
    }

    fn insert(&self, at: u32, new: String) -> Replacement {
        (Span { start: at, end: at }, new)
    }

    /// The new text, set apart from a colon or dash right before it.
    fn spaced(&self, span: Span, new: String) -> String {
        let before = self.text.get(..span.start as usize).and_then(|t| t.chars().next_back());
        if before.is_some_and(|c| matches!(c, ':' | '-')) { format!(" {new}") } else { new }
    }

    /// Whether a place is inside of `[…]` or `{…}`.
    fn is_in_flow(&self, root: &Node, path: &[Step]) -> bool {
        (0..path.len()).any(|depth| {
            get(root, path.get(..depth).unwrap_or_default())
                .is_some_and(|node| !matches!(node, Node::Scalar(_)) && self.is_flow(node.span()))
        })
    }

    fn is_flow(&self, span: Span) -> bool {
        self.text.get(span.start as usize..).is_some_and(|rest| rest.starts_with(['[', '{']))
    }

    fn before_on_line(&self, at: u32) -> &str {
        let before = self.text.get(..at as usize).unwrap_or_default();
        before.get(before.rfind('\n').map_or(0, |i| i + 1)..).unwrap_or_default()
    }

    fn column(&self, at: u32) -> usize {
        self.before_on_line(at).trim_start_matches('\u{feff}').chars().count()
    }

    /// The end of the line that a place is in, without its line break.
    fn line_end(&self, at: u32) -> u32 {
        let rest = self.text.get(at as usize..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        at + line.strip_suffix('\r').unwrap_or(line).len() as u32
    }

    /// Length of the line break at a place.
    fn line_break_at(&self, at: u32) -> u32 {
        let rest = self.text.get(at as usize..).unwrap_or_default();
        if rest.starts_with("\r\n") { 2 } else { u32::from(rest.starts_with('\n')) }
    }

    fn has_blank_lines(&self) -> bool {
        self.text.contains("\n\n") || self.text.contains("\n\r\n")
    }
}
