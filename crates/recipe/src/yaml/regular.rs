//! A short way through YAML as recipes and variant files are mostly written.
//!
//! A full YAML scanner looks at each character several times, because nearly every one of them may mean several things. Most
//! files do without: block mappings and lists, scalars on one line, literal blocks. This reader takes those line by line, and
//! returns nothing as soon as it sees anything else (anchors, tags, scalars over several lines, tabs, errors of any kind).
//! The full parser then reads the text from its start, so this module never reports a problem. For every text that it does
//! read, tree and places are the same as the parser's; a test compares them.

use std::collections::HashSet;

use super::{Entry, Mapping, Node, Scalar, Sequence};
use crate::diagnostic::Span;

/// Deepest nesting that is read here. Only bounds the recursion; deeper texts are the parser's.
const MAX_DEPTH: usize = 48;

/// From this many keys on, a mapping looks for duplicates with a set.
const MANY_KEYS: usize = 16;

/// Reads a text that consists of one regular document; `None` for all others. `offset` is where `body` begins in the whole
/// text.
pub(super) fn read(body: &str, offset: usize) -> Option<Node> {
    if !has_regular_characters(body.as_bytes()) {
        return None;
    }
    let mut reader =
        Reader { text: body, bytes: body.as_bytes(), offset, at: 0, column: 0, line_start: 0, ended: false, depth: 0 };
    reader.start_line(0)?;
    if reader.rest_starts_document() {
        reader.next_line(reader.at + "---".len())?;
    }
    if reader.ended {
        return None;
    }
    let root = reader.block()?;
    reader.ended.then_some(root)
}

/// Whether there is no character that YAML forbids or takes for a line break, apart from line feeds.
fn has_regular_characters(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'\n' | b' '..=b'~' => true,
        0..=0x1f | 0x7f => false,
        // C1 control characters and the next-line character.
        0xc2 => !matches!(bytes.get(at + 1), Some(0x80..=0x9f)),
        // Line and paragraph separators.
        0xe2 => !matches!(bytes.get(at + 1..at + 3), Some([0x80, 0xa8 | 0xa9])),
        // The byte-order mark and non-characters.
        0xef => !matches!(bytes.get(at + 1..at + 3), Some([0xbb, 0xbf] | [0xbf, 0xbe | 0xbf])),
        _ => true,
    })
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    offset: usize,
    /// The next content: the first character of a line, or what follows a `-`.
    at: usize,
    /// Its column.
    column: usize,
    /// Where its line starts.
    line_start: usize,
    /// Whether there is no more content.
    ended: bool,
    depth: usize,
}

/// What a value belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parent {
    Mapping,
    Sequence,
}

impl Reader<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(start + self.offset, end + self.offset)
    }

    fn skip_spaces(&self, mut at: usize) -> usize {
        while self.byte(at) == Some(b' ') {
            at += 1;
        }
        at
    }

    /// The end of a line: the place of its line feed, or the end of the text.
    fn line_end(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        rest.iter().position(|byte| *byte == b'\n').map_or(self.bytes.len(), |length| from + length)
    }

    /// Goes to the content of the line after the one that ends at or after `from`.
    fn next_line(&mut self, from: usize) -> Option<()> {
        self.start_line(self.line_end(from) + 1)
    }

    /// Goes to the first content from a start of a line on, over empty lines and comments.
    fn start_line(&mut self, mut start: usize) -> Option<()> {
        loop {
            let at = self.skip_spaces(start);
            match self.byte(at) {
                None => {
                    (self.at, self.ended) = (self.bytes.len(), true);
                    return Some(());
                }
                Some(b'\n') => start = at + 1,
                Some(b'#') => start = self.line_end(at) + 1,
                Some(_) => {
                    (self.at, self.column, self.line_start) = (at, at - start, start);
                    // Only a marker at the very start is taken.
                    let marker =
                        self.column == 0 && at > 0 && (self.rest_starts_document() || self.rest_ends_document());
                    return (!marker || self.is_first_content()).then_some(());
                }
            }
        }
    }

    /// Whether nothing but comments and empty lines comes before this line.
    fn is_first_content(&self) -> bool {
        let before = self.text.get(..self.line_start).unwrap_or_default();
        self.rest_starts_document() && before.lines().all(|line| line.is_empty() || line.starts_with('#'))
    }

    fn rest_starts_document(&self) -> bool {
        self.column == 0 && self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"---\n"))
    }

    fn rest_ends_document(&self) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(b"---") || rest.starts_with(b"..."))
    }

    /// Whether a list item starts here.
    fn is_dash(&self, at: usize) -> bool {
        self.byte(at) == Some(b'-') && matches!(self.byte(at + 1), None | Some(b' ' | b'\n'))
    }

    /// A mapping or list that starts here.
    fn block(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let node = if self.is_dash(self.at) { self.sequence() } else { self.mapping() };
        self.depth -= 1;
        node
    }

    fn sequence(&mut self) -> Option<Node> {
        let (start, column) = (self.at, self.column);
        let mut items = Vec::new();
        while !self.ended && self.column == column && self.is_dash(self.at) {
            items.push(self.value(self.at + 1, column, Parent::Sequence)?);
        }
        let end = items.last()?.span().end as usize;
        self.is_outside(column)?;
        Some(Node::Sequence(Sequence { items, span: Span::new(start + self.offset, end) }))
    }

    fn mapping(&mut self) -> Option<Node> {
        let (start, column) = (self.at, self.column);
        let mut entries: Vec<Entry> = Vec::with_capacity(4);
        let mut seen = HashSet::new();
        while !self.ended && self.column == column && !self.is_dash(self.at) {
            let colon = self.key_end(self.at)?;
            let text = self.text.get(self.at..colon)?;
            if entries.len() < MANY_KEYS {
                if entries.iter().any(|entry| entry.key.text == text) {
                    return None;
                }
            } else {
                if seen.is_empty() {
                    seen.extend(entries.iter().map(|entry| entry.key.text.clone()));
                }
                if !seen.insert(text.to_owned()) {
                    return None;
                }
            }
            let key = Scalar { text: text.to_owned(), plain: true, span: self.span(self.at, colon) };
            let value = self.value(colon + 1, column, Parent::Mapping)?;
            entries.push(Entry { key, value });
        }
        let end = entries.last()?.value.span().end as usize;
        self.is_outside(column)?;
        Some(Node::Mapping(Mapping { entries, span: Span::new(start + self.offset, end) }))
    }

    /// The next line must not be indented more than the collection or scalar that ends before it.
    fn is_outside(&self, column: usize) -> Option<()> {
        (self.ended || self.column <= column).then_some(())
    }

    /// The place of the `:` after a plain key of letters, digits and some punctuation.
    fn key_end(&self, at: usize) -> Option<usize> {
        if !matches!(self.byte(at)?, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_') {
            return None;
        }
        let mut end = at;
        while let Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'/' | b'+') = self.byte(end) {
            end += 1;
        }
        let is_key = self.byte(end) == Some(b':') && matches!(self.byte(end + 1), None | Some(b' ' | b'\n'));
        // YAML bounds the length of keys without `?`.
        (is_key && end - at < 1000).then_some(end)
    }

    /// The value after the `:` of a key, or an item after its `-`. Leaves the reader at the next content line.
    fn value(&mut self, from: usize, column: usize, parent: Parent) -> Option<Node> {
        let at = self.skip_spaces(from);
        match self.byte(at) {
            None | Some(b'\n' | b'#') => return self.value_below(from, at, column, parent),
            Some(b'|' | b'>') => return self.block_scalar(at, column),
            _ => {}
        }
        if parent == Parent::Sequence && (self.is_dash(at) || self.key_end(at).is_some()) {
            (self.at, self.column) = (at, at - self.line_start);
            return self.block();
        }
        self.inline(at, column)
    }

    /// A value that starts on the current line and is no block.
    fn inline(&mut self, at: usize, column: usize) -> Option<Node> {
        let (node, end) = match self.byte(at)? {
            b'[' | b'{' => self.flow(at, self.depth + 1)?,
            b'"' | b'\'' => self.quoted(at)?,
            _ => self.plain(at, false)?,
        };
        let behind = self.skip_spaces(end);
        match self.byte(behind) {
            None | Some(b'\n') => {}
            Some(b'#') if behind > end => {}
            _ => return None,
        }
        self.next_line(behind)?;
        if !self.ended && self.column > column {
            return match node {
                Node::Scalar(scalar) if scalar.plain => self.continued(scalar, behind, column),
                _ => None,
            };
        }
        Some(node)
    }

    /// A plain scalar whose first line ends at `end`, with the lines that continue it.
    fn continued(&mut self, first: Scalar, mut end: usize, column: usize) -> Option<Node> {
        let mut scalar = first;
        while !self.ended && self.column > column {
            // Only line breaks and blanks may be in between: a comment ends a plain scalar.
            let gap = self.bytes.get(end..self.at)?;
            if !gap.iter().all(|byte| matches!(byte, b' ' | b'\n')) {
                return None;
            }
            let breaks = gap.iter().filter(|byte| **byte == b'\n').count();
            match breaks {
                1 => scalar.text.push(' '),
                _ => scalar.text.extend(std::iter::repeat_n('\n', breaks - 1)),
            }
            let (text, text_end) = self.plain_text(self.at, false)?;
            scalar.text.push_str(text);
            scalar.span.end = self.span(self.at, text_end).end;
            end = self.skip_spaces(text_end);
            self.next_line(end)?;
        }
        Some(Node::Scalar(scalar))
    }

    /// A value that starts on a later line, or is missing.
    fn value_below(&mut self, from: usize, at: usize, column: usize, parent: Parent) -> Option<Node> {
        let comment = self.byte(at) == Some(b'#');
        self.next_line(at)?;
        if !self.ended && self.column > column {
            let is_block = self.is_dash(self.at) || self.key_end(self.at).is_some();
            return if is_block { self.block() } else { self.inline(self.at, column) };
        }
        // The items of a list may start at the column of its key.
        if parent == Parent::Mapping && !self.ended && self.column == column && self.is_dash(self.at) {
            return self.block();
        }
        // A missing value is right behind its colon, a missing item at the end of its line.
        let place = if parent == Parent::Mapping { from } else { at };
        let missing = Scalar { text: String::new(), plain: true, span: self.span(place, place) };
        (!comment).then_some(Node::Scalar(missing))
    }

    /// A scalar in quotes on one line, and where it ends.
    fn quoted(&self, start: usize) -> Option<(Node, usize)> {
        let quote = self.byte(start)?;
        let mut text = String::new();
        let mut copied = start + 1;
        let mut at = copied;
        loop {
            let byte = self.byte(at)?;
            if byte == b'\n' {
                return None;
            }
            if byte == quote {
                text.push_str(self.text.get(copied..at)?);
                if quote != b'\'' || self.byte(at + 1) != Some(quote) {
                    let span = self.span(start, at + 1);
                    return Some((Node::Scalar(Scalar { text, plain: false, span }), at + 1));
                }
                // `''` is one quote: the second one is copied with what follows it.
                copied = at + 1;
                at += 2;
            } else if byte == b'\\' && quote == b'"' {
                text.push_str(self.text.get(copied..at)?);
                text.push(match self.byte(at + 1)? {
                    escaped @ (b'"' | b'\\' | b'/') => char::from(escaped),
                    b'n' => '\n',
                    b't' => '\t',
                    _ => return None,
                });
                copied = at + 2;
                at = copied;
            } else {
                at += 1;
            }
        }
    }

    /// A plain scalar on one line, and where it ends. In flow collections it ends before a comma or bracket, too.
    fn plain(&self, start: usize, flow: bool) -> Option<(Node, usize)> {
        let next = self.byte(start + 1).unwrap_or(b'\n');
        let starts = match self.byte(start)? {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'_'
            | b'$'
            | b'/'
            | b'.'
            | b'<'
            | b'='
            | b'~'
            | b'^'
            | b'('
            | b'+'
            | b';'
            | b'\\'
            | 0x80.. => true,
            b':' => !flow && !matches!(next, b' ' | b'\n'),
            b'-' => !matches!(next, b' ' | b'\n' | b',' | b'[' | b']' | b'{' | b'}'),
            _ => false,
        };
        if !starts || self.bytes.get(start..)?.starts_with(b"---") {
            return None;
        }
        let (text, end) = self.plain_text(start, flow)?;
        Some((Node::Scalar(Scalar { text: text.to_owned(), plain: true, span: self.span(start, end) }), end))
    }

    /// The part of a plain scalar that is on one line, and where it ends.
    fn plain_text(&self, start: usize, flow: bool) -> Option<(&str, usize)> {
        let mut at = start;
        loop {
            match self.byte(at) {
                None | Some(b'\n') => break,
                Some(b'#') if self.byte(at.checked_sub(1)?) == Some(b' ') => break,
                Some(b':') => match self.byte(at + 1) {
                    None | Some(b' ' | b'\n') => return None,
                    Some(b',' | b'[' | b']' | b'{' | b'}') if flow => return None,
                    Some(_) => {}
                },
                Some(b',' | b']' | b'}') if flow => break,
                Some(b'[' | b'{') if flow => return None,
                Some(_) => {}
            }
            at += 1;
        }
        let text = self.text.get(start..at)?.trim_end_matches(' ');
        // The place of a scalar ends before any white space, its text only before blanks.
        (text.len() == text.trim_end().len()).then_some((text, start + text.len()))
    }

    /// A list or mapping in brackets on one line, and where it ends.
    fn flow(&self, start: usize, depth: usize) -> Option<(Node, usize)> {
        if depth > MAX_DEPTH {
            return None;
        }
        let is_list = self.byte(start) == Some(b'[');
        let close = if is_list { b']' } else { b'}' };
        let (mut items, mut entries): (Vec<Node>, Vec<Entry>) = (Vec::new(), Vec::new());
        let mut at = self.skip_spaces(start + 1);
        while self.byte(at)? != close {
            if is_list {
                let (item, end) = self.flow_value(at, depth)?;
                items.push(item);
                at = end;
            } else {
                let colon = self.key_end(at).filter(|colon| self.byte(colon + 1) == Some(b' '))?;
                let text = self.text.get(at..colon)?;
                if entries.len() > MANY_KEYS || entries.iter().any(|entry| entry.key.text == text) {
                    return None;
                }
                let key = Scalar { text: text.to_owned(), plain: true, span: self.span(at, colon) };
                let (value, end) = self.flow_value(self.skip_spaces(colon + 1), depth)?;
                entries.push(Entry { key, value });
                at = end;
            }
            at = self.skip_spaces(at);
            match self.byte(at)? {
                b',' => at = self.skip_spaces(at + 1),
                byte if byte == close => {}
                _ => return None,
            }
        }
        let span = self.span(start, at + 1);
        let node =
            if is_list { Node::Sequence(Sequence { items, span }) } else { Node::Mapping(Mapping { entries, span }) };
        Some((node, at + 1))
    }

    fn flow_value(&self, at: usize, depth: usize) -> Option<(Node, usize)> {
        match self.byte(at)? {
            b'[' | b'{' => self.flow(at, depth + 1),
            b'"' | b'\'' => self.quoted(at),
            _ => self.plain(at, true),
        }
    }

    /// A literal (`|`) or folded (`>`) block.
    fn block_scalar(&mut self, header: usize, column: usize) -> Option<Node> {
        let folded = self.byte(header) == Some(b'>');
        let strip = self.byte(header + 1) == Some(b'-');
        let header_end = self.skip_spaces(header + 1 + usize::from(strip));
        if self.byte(header_end) != Some(b'\n') {
            return None;
        }
        let (start, indent, blanks) = self.block_content(header_end + 1)?;
        if indent <= column {
            return None;
        }
        let mut text = "\n".repeat(blanks);
        let mut empty_lines = 0;
        let mut line = start - indent;
        let mut content_end = start;
        while line < self.bytes.len() {
            let first = self.skip_spaces(line);
            let end = self.line_end(first);
            if first == end {
                // Blanks beyond the indentation are content; the parser decides what of it is kept.
                if end - line > indent {
                    return None;
                }
                empty_lines += 1;
            } else if first - line < indent {
                break;
            } else {
                let content = self.text.get(line + indent..end)?;
                // The last line break is part of the text, so it has to be there.
                if end == self.bytes.len() || (folded && content.starts_with(' ')) {
                    return None;
                }
                if line + indent > start {
                    match (folded, empty_lines) {
                        (true, 0) => text.push(' '),
                        (true, lines) => text.extend(std::iter::repeat_n('\n', lines)),
                        (false, lines) => text.extend(std::iter::repeat_n('\n', lines + 1)),
                    }
                }
                text.push_str(content);
                empty_lines = 0;
                content_end = end;
            }
            line = end + 1;
        }
        if !strip {
            text.push('\n');
        }
        let end = start + self.text.get(start..content_end)?.trim_end().len();
        self.next_line(content_end)?;
        self.is_outside(column)?;
        Some(Node::Scalar(Scalar { text, plain: false, span: self.span(start, end) }))
    }

    /// Where the content of a block starts, its indentation, and how many empty lines come before it.
    fn block_content(&self, mut line: usize) -> Option<(usize, usize, usize)> {
        let (mut blanks, mut widest) = (0, 0);
        loop {
            let first = self.skip_spaces(line);
            match self.byte(first)? {
                b'\n' => {
                    widest = widest.max(first - line);
                    blanks += 1;
                    line = first + 1;
                }
                _ if widest > first - line => return None,
                _ => return Some((first, first - line, blanks)),
            }
        }
    }
}
