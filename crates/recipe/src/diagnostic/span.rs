//! Places in a text: byte ranges inside the crate, UTF-16 positions outside.

/// A range of bytes in a text: `start` included, `end` not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

impl Span {
    /// The range from `start` to `end`; an `end` before `start` gives an empty range.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        Self { start, end: u32::try_from(end).unwrap_or(u32::MAX).max(start) }
    }
}

/// A place as JavaScript counts: line and column from 1, offset from 0, all in UTF-16 code units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Span"))]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Offset in the text, from 0.
    pub offset: u32,
    /// Length of the range.
    pub length: u32,
}

/// Turns byte ranges of one text into [`Position`]s.
#[derive(Clone, Debug)]
pub struct TextIndex<'t> {
    text: &'t str,
    lines: Vec<u32>,
}

impl<'t> TextIndex<'t> {
    /// Reads the line starts of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let mut lines = vec![0];
        lines.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1));
        Self { text, lines }
    }

    /// The position of a range; a range beyond the text or inside a character is moved to the nearest place before.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        let start = self.floor(span.start);
        let end = self.floor(span.end).max(start);
        let line = self.lines.partition_point(|&l| l as usize <= start).saturating_sub(1);
        let line_start = self.lines.get(line).map_or(0, |&l| l as usize);
        let units = |from: usize, to: usize| {
            self.text.get(from..to).map_or(0, |t| t.chars().map(|c| c.len_utf16() as u32).sum())
        };
        Position {
            line: line as u32 + 1,
            column: units(line_start, start) + 1,
            offset: units(0, start),
            length: units(start, end),
        }
    }

    fn floor(&self, byte: u32) -> usize {
        let mut at = (byte as usize).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}
