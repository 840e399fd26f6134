//! Secrets are masked before anything leaves the process, also where a pipe cuts them in two.

use std::borrow::Cow;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};

const MASK: &[u8] = b"********";
/// Shorter lines of a secret are not masked on their own, such as the brackets of a JSON text.
const MIN_LINE_CHARS: usize = 4;

/// The values that must not be shown.
#[derive(Clone, Debug, Default)]
pub(in crate::script) struct Secrets {
    patterns: Option<Arc<Patterns>>,
}

#[derive(Debug)]
struct Patterns {
    finder: AhoCorasick,
    values: Vec<Vec<u8>>,
    max_length: usize,
}

impl Secrets {
    /// Masks these values, and each of their lines: a script may take a key apart. Empty ones are ignored.
    pub(in crate::script) fn new<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut patterns: Vec<Vec<u8>> = Vec::new();
        for value in values {
            if value.is_empty() {
                continue;
            }
            let lines = value.lines().map(str::trim).filter(|line| line.chars().count() >= MIN_LINE_CHARS);
            for secret in std::iter::once(value).chain(lines) {
                patterns.push(secret.as_bytes().to_vec());
                // How a trace of the shell shows it.
                if secret.contains('\'') {
                    patterns.push(secret.replace('\'', r"'\''").into_bytes());
                }
            }
        }
        patterns.sort();
        patterns.dedup();
        // Building fails for gigabytes of patterns only; no environment holds that much.
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&patterns);
        let max_length = patterns.iter().map(Vec::len).max();
        match (finder, max_length) {
            (Ok(finder), Some(max_length)) => {
                Self { patterns: Some(Arc::new(Patterns { finder, values: patterns, max_length })) }
            }
            _ => Self::default(),
        }
    }

    /// A whole text, masked.
    pub(in crate::script) fn mask(&self, text: &str) -> String {
        match &self.patterns {
            Some(patterns) => String::from_utf8_lossy(&patterns.mask(text.as_bytes(), false).0).into_owned(),
            None => text.to_owned(),
        }
    }

    /// Whether there are none.
    pub(in crate::script) fn is_empty(&self) -> bool {
        self.patterns.is_none()
    }

    /// Masks one stream.
    pub(super) fn masker(&self) -> Masker {
        Masker { patterns: self.patterns.clone(), held: Vec::new() }
    }
}

/// Masks one stream, piece by piece.
#[derive(Debug)]
pub(super) struct Masker {
    patterns: Option<Arc<Patterns>>,
    /// The end of what came, where it may be the start of a secret.
    held: Vec<u8>,
}

impl Masker {
    /// The next piece, masked. What may be the beginning of a secret is held back until more comes.
    pub(super) fn push<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let Some(patterns) = self.patterns.clone() else { return Cow::Borrowed(bytes) };
        let mut all = std::mem::take(&mut self.held);
        all.extend_from_slice(bytes);
        let (masked, done) = patterns.mask(&all, true);
        self.held = all.split_off(done);
        Cow::Owned(masked)
    }

    /// What is left when nothing more comes.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        let held = std::mem::take(&mut self.held);
        match &self.patterns {
            Some(patterns) => patterns.mask(&held, false).0,
            None => held,
        }
    }
}

impl Patterns {
    /// The masked text, and how much of the input it covers.
    fn mask(&self, bytes: &[u8], more_may_come: bool) -> (Vec<u8>, usize) {
        let mut masked = Vec::with_capacity(bytes.len());
        let mut done = 0;
        while let Some(rest) = bytes.get(done..) {
            let hold = if more_may_come { self.start_of_partial_secret(bytes, done) } else { bytes.len() };
            let secret = self.finder.find(rest).map(|secret| (done + secret.start(), done + secret.end()));
            match secret {
                // A secret that may turn out to be the beginning of a longer one waits as well.
                Some((start, end)) if start < hold => {
                    masked.extend_from_slice(bytes.get(done..start).unwrap_or_default());
                    masked.extend_from_slice(MASK);
                    done = end;
                }
                _ => {
                    masked.extend_from_slice(bytes.get(done..hold).unwrap_or_default());
                    return (masked, hold);
                }
            }
        }
        (masked, done)
    }

    /// The first place from which on everything is the beginning of a secret; the end, if there is none.
    fn start_of_partial_secret(&self, bytes: &[u8], from: usize) -> usize {
        let earliest = from.max(bytes.len().saturating_sub(self.max_length.saturating_sub(1)));
        (earliest..bytes.len())
            .find(|start| {
                bytes.get(*start..).is_some_and(|rest| {
                    self.values.iter().any(|value| value.len() > rest.len() && value.starts_with(rest))
                })
            })
            .unwrap_or(bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_pieces(secrets: &[&str], text: &str, size: usize) -> String {
        let mut masker = Secrets::new(secrets.iter().copied()).masker();
        let mut masked = Vec::new();
        for piece in text.as_bytes().chunks(size) {
            masked.extend_from_slice(&masker.push(piece));
        }
        masked.extend_from_slice(&masker.finish());
        String::from_utf8_lossy(&masked).into_owned()
    }

    #[test]
    fn secrets_are_masked_however_they_are_cut() {
        for size in 1..20 {
            assert_eq!(
                in_pieces(&["s3cr3t"], "a s3cr3t, s3cr s3cr3ts3cr3t.", size),
                "a ********, s3cr ****************."
            );
            assert_eq!(in_pieces(&["abc", "abcdef", "xab"], "abcdef abcd xabc", size), "******** ********d ********c");
            assert_eq!(in_pieces(&["it's"], "it's 'it'\\''s'", size), "******** '********'");
        }
    }

    #[test]
    fn the_lines_of_a_secret_are_masked_one_by_one() {
        let key = "{\n  \"a\": 1,\n-----BEGIN-----\r\nMIIsecret\n}";
        assert_eq!(in_pieces(&[key], "key: MIIsecret\r\n{}\n", 5), "key: ********\r\n{}\n");
        assert_eq!(in_pieces(&[key], key, 7), "********");
    }

    #[test]
    fn only_what_may_be_a_secret_is_held_back() {
        let mut masker = Secrets::new(["s3cr3t"]).masker();
        assert_eq!(&*masker.push(b"hello s3"), b"hello ");
        assert_eq!(&*masker.push(b"x"), b"s3x");
        assert_eq!(&*masker.push(b"s3cr"), b"");
        assert_eq!(masker.finish(), b"s3cr");
    }

    #[test]
    fn without_secrets_nothing_is_copied() {
        let mut masker = Secrets::new([""]).masker();
        assert!(matches!(masker.push(b"abc"), Cow::Borrowed(b"abc")));
        assert_eq!(masker.finish(), b"");
    }
}
