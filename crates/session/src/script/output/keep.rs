//! The beginning and the end of a stream, in bounded memory.

use std::collections::VecDeque;

use super::decode::{rest_of_character, whole_characters};

/// Room for the line that says how much is missing.
const NOTICE: usize = 96;

/// Below this, there is no room for a notice.
const LEAST_WITH_NOTICE: usize = 1024;

/// Keeps the beginning and the end of a stream and counts the rest.
#[derive(Debug)]
pub(super) struct Kept {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    head_limit: usize,
    tail_limit: usize,
    notice: bool,
    omitted: u64,
}

impl Kept {
    /// Keeps at most this many bytes, the notice about missing ones included.
    pub(super) fn new(limit: usize) -> Self {
        let notice = limit >= LEAST_WITH_NOTICE;
        let room = if notice { limit - NOTICE } else { limit };
        let head_limit = room / 2;
        Self { head: Vec::new(), tail: VecDeque::new(), head_limit, tail_limit: room - head_limit, notice, omitted: 0 }
    }

    /// Takes the next piece.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let room = self.head_limit.saturating_sub(self.head.len()).min(bytes.len());
        let (head, rest) = bytes.split_at(room);
        self.head.extend_from_slice(head);
        if rest.len() >= self.tail_limit {
            let (gone, stay) = rest.split_at(rest.len() - self.tail_limit);
            self.omitted += (self.tail.len() + gone.len()) as u64;
            self.tail.clear();
            self.tail.extend(stay);
            return;
        }
        let excess = (self.tail.len() + rest.len()).saturating_sub(self.tail_limit);
        self.tail.drain(..excess);
        self.omitted += excess as u64;
        self.tail.extend(rest);
    }

    /// The text, and how many bytes are missing in it.
    pub(super) fn finish(mut self) -> (String, u64) {
        let tail = self.tail.make_contiguous();
        if self.omitted == 0 {
            self.head.extend_from_slice(tail);
            return (into_text(self.head), 0);
        }
        // Not in the middle of a character, on either side of the gap.
        let whole = whole_characters(&self.head);
        let half = rest_of_character(tail);
        let omitted = self.omitted + (self.head.len() - whole) as u64 + half as u64;
        self.head.truncate(whole);
        let mut text = into_text(self.head);
        if self.notice {
            text.push_str(&format!("\n[sidewinder: {omitted} bytes left out here; the log has them]\n"));
        }
        text.push_str(&String::from_utf8_lossy(tail.get(half..).unwrap_or_default()));
        (text, omitted)
    }
}

fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(limit: usize, text: &str, size: usize) -> (String, u64) {
        let mut kept = Kept::new(limit);
        for piece in text.as_bytes().chunks(size) {
            kept.push(piece);
        }
        kept.finish()
    }

    #[test]
    fn what_fits_stays_whole() {
        for size in 1..8 {
            assert_eq!(kept(10, "0123456789", size), ("0123456789".to_owned(), 0));
            assert_eq!(kept(10, "", size), (String::new(), 0));
        }
    }

    #[test]
    fn head_and_tail_stay_and_the_rest_is_counted() {
        for size in 1..30 {
            assert_eq!(kept(10, "0123456789abcdefghij", size), ("01234fghij".to_owned(), 10));
            assert_eq!(kept(0, "abc", size), (String::new(), 3));
        }
    }

    #[test]
    fn a_gap_does_not_cut_characters() {
        assert_eq!(kept(10, "ääääääääää", 7), ("ääää".to_owned(), 12));
    }

    #[test]
    fn the_notice_stays_within_the_limit() {
        let text = "x".repeat(100_000);
        let (kept, omitted) = kept(2048, &text, 1000);
        assert!(kept.len() <= 2048, "{} bytes", kept.len());
        assert!(kept.contains(&format!("\n[sidewinder: {omitted} bytes left out here; the log has them]\n")));
        assert_eq!(kept.matches('x').count() as u64 + omitted, 100_000);
    }
}
