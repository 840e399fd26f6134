//! What a scalar's text may be read as, and the exact place of a scalar.

use granit_parser::ScalarStyle;

use super::Scalar;

impl Scalar {
    /// The bool that a plain `true`, `True`, `TRUE`, `false`, `False` or `FALSE` is.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.text.as_str() {
            "true" | "True" | "TRUE" if self.plain => Some(true),
            "false" | "False" | "FALSE" if self.plain => Some(false),
            _ => None,
        }
    }

    /// The whole number that a plain scalar of decimal digits is. Leading zeros and a sign are fine.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        if !self.plain {
            return None;
        }
        let digits = self.text.strip_prefix(['+', '-']).unwrap_or(&self.text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        self.text.parse().ok()
    }

    /// The number that a plain decimal float text is. Infinities and the like are text.
    #[must_use]
    pub fn as_float(&self) -> Option<f64> {
        let decimal = self.text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
        if self.plain && decimal { self.text.parse().ok() } else { None }
    }

    /// Whether the text is what some fields read as "nothing": empty, `~` or `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.text.as_str(), "" | "~" | "null")
    }
}

/// Place of a scalar: without the white space around it that the parser counts in, and with the place of an empty
/// value right behind what announces it.
pub(super) fn place(body: &str, style: ScalarStyle, start: usize, end: usize) -> (usize, usize) {
    let slice = body.get(start..end).unwrap_or_default();
    match style {
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => (start, end),
        ScalarStyle::Plain if start == end => {
            let after_colon = body.get(start..).is_some_and(|rest| rest.starts_with(':'));
            let at = start + usize::from(after_colon);
            (at, at)
        }
        ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => {
            let trimmed = slice.trim_end();
            if !trimmed.is_empty() {
                return (start, start + trimmed.len());
            }
            let before = body.get(..start).unwrap_or_default().trim_end().len();
            (before, before)
        }
    }
}

/// Where a block list that is a value starts: at its first `-`. For a list that is not indented, the parser says where
/// the first item is.
pub(super) fn block_sequence_start(body: &str, start: usize) -> usize {
    let before = body.get(..start).unwrap_or_default();
    let is_first_on_line = before.trim_end_matches(' ').ends_with('\n');
    if is_first_on_line && body.get(start..).is_some_and(|rest| rest.starts_with('-')) {
        return start;
    }
    let line_start = before.trim_end().rfind('\n').map_or(0, |i| i + 1);
    let line = before.get(line_start..).unwrap_or_default();
    let content = line.trim_start_matches(' ');
    let Some(rest) = content.strip_prefix('-') else { return start };
    // `- key:` on the line above is an item of the list outside.
    let is_own = rest.lines().all(|line| line.trim_start().is_empty() || line.trim_start().starts_with('#'));
    if is_own { start - content.len() } else { start }
}

/// Where a double-quoted scalar has a `\u` escape of half a surrogate pair.
pub(super) fn surrogate_escape(source: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in source.bytes().enumerate() {
        let half =
            || source.get(at + 1..at + 3).is_some_and(|digits| ("d8".."e0").contains(&&*digits.to_ascii_lowercase()));
        if escaped && byte == b'u' && half() {
            return Some(at - 1);
        }
        escaped = byte == b'\\' && !escaped;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;

    fn plain(text: &str) -> Scalar {
        Scalar { text: text.to_owned(), plain: true, span: Span::default() }
    }

    #[test]
    fn only_three_spellings_of_each_bool_are_bools() {
        for text in ["true", "True", "TRUE"] {
            assert_eq!(plain(text).as_bool(), Some(true));
        }
        for text in ["yes", "no", "on", "off", "y", "n", "tRue", "1", "0", ""] {
            assert_eq!(plain(text).as_bool(), None, "{text}");
        }
    }

    #[test]
    fn whole_numbers_are_decimal_and_fit_64_bits() {
        assert_eq!(plain("007").as_integer(), Some(7));
        assert_eq!(plain("+5").as_integer(), Some(5));
        assert_eq!(plain("-5").as_integer(), Some(-5));
        for text in ["0x1f", "0o17", "1_000", "1e3", "9223372036854775808", "", "+", "1.0"] {
            assert_eq!(plain(text).as_integer(), None, "{text}");
        }
    }

    #[test]
    fn floats_are_decimal_texts() {
        assert_eq!(plain("1e3").as_float(), Some(1000.0));
        assert_eq!(plain(".5").as_float(), Some(0.5));
        assert_eq!(plain("5.").as_float(), Some(5.0));
        assert_eq!(plain("-1.0").as_float(), Some(-1.0));
        for text in [".inf", "inf", "nan", "infinity", "1.0.0", "e", ""] {
            assert_eq!(plain(text).as_float(), None, "{text}");
        }
    }

    #[test]
    fn quoted_scalars_are_always_text() {
        let quoted = |text: &str| Scalar { plain: false, ..plain(text) };
        assert_eq!(quoted("true").as_bool(), None);
        assert_eq!(quoted("5").as_integer(), None);
        assert_eq!(quoted("1.5").as_float(), None);
    }
}
