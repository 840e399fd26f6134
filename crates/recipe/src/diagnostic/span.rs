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

/// Bytes between two places whose UTF-16 offset is kept.
const STRIDE: usize = 512;

/// Turns byte ranges of one text into [`Position`]s.
#[derive(Clone, Debug)]
pub struct TextIndex<'t> {
    text: &'t str,
    /// Byte at which each line starts.
    lines: Vec<u32>,
    /// UTF-16 offset of every [`STRIDE`]th byte, so that no position has to count from the start of the text.
    units: Vec<u32>,
    /// Whether bytes are UTF-16 units: `units` is then empty.
    ascii: bool,
}

impl<'t> TextIndex<'t> {
    /// Reads the line starts of a text.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let mut lines = vec![0];
        lines.extend(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1));
        if text.is_ascii() {
            return Self { text, lines, units: Vec::new(), ascii: true };
        }
        let mut units = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut count = 0;
        for (byte, character) in text.char_indices() {
            // A mark inside a character counts as the place before it, as `floor` does.
            while units.len() * STRIDE < byte + character.len_utf8() {
                units.push(count);
            }
            count += character.len_utf16() as u32;
        }
        Self { text, lines, units, ascii: false }
    }

    /// The position of a range; a range beyond the text or inside a character is moved to the nearest place before.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        let start = self.floor(span.start as usize);
        let end = self.floor(span.end as usize).max(start);
        let line = self.lines.partition_point(|&l| l as usize <= start).saturating_sub(1);
        let line_start = self.lines.get(line).map_or(0, |&l| l as usize);
        let offset = self.units_before(start);
        Position {
            line: line as u32 + 1,
            column: offset - self.units_before(line_start) + 1,
            offset,
            length: self.units_before(end) - offset,
        }
    }

    /// UTF-16 units before a byte that is a character's first.
    fn units_before(&self, byte: usize) -> u32 {
        if self.ascii {
            return byte as u32;
        }
        let (mark, known) = match self.units.get(byte / STRIDE) {
            Some(&known) => (self.floor(byte / STRIDE * STRIDE), known),
            None => (0, 0),
        };
        let between = self.text.get(mark..byte).unwrap_or_default();
        known + between.chars().map(|c| c.len_utf16() as u32).sum::<u32>()
    }

    fn floor(&self, byte: usize) -> usize {
        let mut at = byte.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, needle: &str) -> (u32, u32, u32, u32) {
        let start = text.find(needle).unwrap_or(text.len());
        let position = TextIndex::new(text).position(Span::new(start, start + needle.len()));
        (position.line, position.column, position.offset, position.length)
    }

    #[test]
    fn positions_count_utf16_units() {
        assert_eq!(at("a: b\nc: d\n", "d"), (2, 4, 8, 1));
        assert_eq!(at("ä: b\nc: d\n", "d"), (2, 4, 8, 1));
        assert_eq!(at("a: 🐍 x\n", "x"), (1, 7, 6, 1));
        assert_eq!(at("a: 🐍 x\n", "🐍"), (1, 4, 3, 2));
    }

    #[test]
    fn long_texts_give_the_same_positions_as_counting_from_the_start() {
        let text = "aé🐍\n日本 b".repeat(400);
        let index = TextIndex::new(&text);
        for (byte, _) in text.char_indices() {
            let units: usize = text[..byte].chars().map(char::len_utf16).sum();
            assert_eq!(index.position(Span::new(byte, byte)).offset as usize, units);
        }
    }

    #[test]
    fn places_beyond_the_text_or_inside_a_character_move_back() {
        let index = TextIndex::new("é\n");
        assert_eq!(index.position(Span::new(1, 1)).offset, 0);
        assert_eq!(index.position(Span::new(90, 99)), Position { line: 2, column: 1, offset: 2, length: 0 });
        assert_eq!(TextIndex::new("").position(Span::new(5, 9)), Position { line: 1, column: 1, offset: 0, length: 0 });
    }
}
