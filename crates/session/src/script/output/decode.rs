//! Bytes that come in pieces, as text.

use std::borrow::Cow;

/// Decodes UTF-8 that is cut anywhere; bytes that are no UTF-8 become U+FFFD.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// The first bytes of a character whose rest has not come yet; at most three.
    started: Vec<u8>,
}

impl Decoder {
    /// The text of the next piece, as far as its characters are whole.
    pub(super) fn push<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, str> {
        if self.started.is_empty() {
            let whole = whole_characters(bytes);
            let (text, started) = bytes.split_at(whole);
            self.started.extend_from_slice(started);
            return String::from_utf8_lossy(text);
        }
        let mut all = std::mem::take(&mut self.started);
        all.extend_from_slice(bytes);
        let whole = whole_characters(&all);
        self.started = all.split_off(whole);
        Cow::Owned(String::from_utf8_lossy(&all).into_owned())
    }

    /// What is left when nothing more comes.
    pub(super) fn finish(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.started)).into_owned()
    }
}

/// How many bytes at the start do not end within a character.
pub(super) fn whole_characters(bytes: &[u8]) -> usize {
    let earliest = bytes.len().saturating_sub(3);
    for start in (earliest..bytes.len()).rev() {
        let Some(rest) = bytes.get(start..) else { break };
        let Some(first) = rest.first() else { break };
        if first & 0b1100_0000 == 0b1000_0000 {
            continue;
        }
        // Not the end of anything valid, yet nothing wrong so far: a character that goes on.
        let goes_on =
            std::str::from_utf8(rest).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none());
        return if goes_on { start } else { bytes.len() };
    }
    bytes.len()
}

/// How many bytes at the start are the rest of a character that began before.
pub(super) fn rest_of_character(bytes: &[u8]) -> usize {
    bytes.iter().take(3).take_while(|byte| **byte & 0b1100_0000 == 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "a test fails by panicking")]

    use super::*;

    fn in_pieces(bytes: &[u8], size: usize) -> String {
        let mut decoder = Decoder::default();
        let mut text = String::new();
        for piece in bytes.chunks(size) {
            text.push_str(&decoder.push(piece));
        }
        text.push_str(&decoder.finish());
        text
    }

    #[test]
    fn characters_survive_any_cut() {
        let text = "aä€😀 wörld\u{10ffff}";
        for size in 1..10 {
            assert_eq!(in_pieces(text.as_bytes(), size), text);
        }
    }

    #[test]
    fn wrong_bytes_read_the_same_however_they_are_cut() {
        let wrong = b"a\xff\xfe \xe2\x82 b \xf0\x9f\x98 \xc3";
        let whole = String::from_utf8_lossy(wrong);
        for size in 1..wrong.len() {
            assert_eq!(in_pieces(wrong, size), whole);
        }
        assert_eq!(in_pieces(b"\xff\xfe", 1), "\u{fffd}\u{fffd}");
    }

    #[test]
    fn a_whole_character_is_not_held_back() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.push("€".as_bytes()), "€");
        assert_eq!(decoder.push(&"€".as_bytes()[..2]), "");
        assert_eq!(decoder.push(&"€".as_bytes()[2..]), "€");
    }
}
