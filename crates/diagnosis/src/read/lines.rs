//! The lines of an output as a terminal shows them.

use std::borrow::Cow;

use super::prefixes::without_prefixes;

/// Longer lines are cut here: they are data or command lines, and an error message at their end is not worth reading
/// megabytes with every rule.
const MAX_LINE_BYTES: usize = 4096;

/// One line of output.
pub(crate) struct Line<'t> {
    /// From 1, in the text of the stream.
    pub(crate) number: u32,
    /// Without colors, white space at the end, and what a carriage return has overwritten.
    pub(crate) shown: Cow<'t, str>,
    /// What rules read: [`Line::shown`] without indentation and the prefixes of CI systems and wrappers, and with plain
    /// quotes.
    pub(crate) text: Cow<'t, str>,
    /// Bytes before the text in [`Line::shown`].
    pub(crate) indent: usize,
}

/// All lines of a stream.
pub(crate) fn clean_lines(text: &str) -> Vec<Line<'_>> {
    text.split('\n')
        .zip(1u32..)
        .map(|(raw, number)| {
            let shown = trim_end(without_escapes(cut(last_overwrite(raw))));
            let start = shown.len() - without_prefixes(&shown).len();
            let text = match &shown {
                Cow::Borrowed(shown) => with_plain_quotes(shown.get(start..).unwrap_or_default()),
                Cow::Owned(shown) => Cow::Owned(with_plain_quotes(shown.get(start..).unwrap_or_default()).into_owned()),
            };
            Line { number, shown, text, indent: start }
        })
        .collect()
}

/// Progress bars write a line again and again, each time after a carriage return; the last one that is not blank stays.
fn last_overwrite(line: &str) -> &str {
    line.rsplit('\r').find(|part| !part.trim().is_empty()).unwrap_or_default()
}

fn cut(line: &str) -> &str {
    if line.len() <= MAX_LINE_BYTES {
        return line;
    }
    let mut end = MAX_LINE_BYTES;
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line.get(..end).unwrap_or(line)
}

fn trim_end(line: Cow<'_, str>) -> Cow<'_, str> {
    match line {
        Cow::Borrowed(line) => Cow::Borrowed(line.trim_end()),
        Cow::Owned(line) => Cow::Owned(line.trim_end().to_owned()),
    }
}

/// GNU tools quote 'like this', `like this' or ‘like this’, depending on the locale and their age.
pub(crate) fn with_plain_quotes(text: &str) -> Cow<'_, str> {
    if !text.contains(['`', '‘', '’', '´', '“', '”']) {
        return Cow::Borrowed(text);
    }
    let plain = |c| match c {
        '`' | '‘' | '’' | '´' => '\'',
        '“' | '”' => '"',
        other => other,
    };
    Cow::Owned(text.chars().map(plain).collect())
}

/// A line without terminal escape sequences (ECMA-48: CSI, OSC and two-character ones).
fn without_escapes(line: &str) -> Cow<'_, str> {
    if !line.contains('\u{1b}') {
        return Cow::Borrowed(line);
    }
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character != '\u{1b}' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('[') => {
                characters.by_ref().find(|c| ('@'..='~').contains(c));
            }
            Some(']') => {
                let mut last = '\0';
                for c in characters.by_ref() {
                    if c == '\u{7}' || (last == '\u{1b}' && c == '\\') {
                        break;
                    }
                    last = c;
                }
            }
            _ => {}
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        clean_lines(text).into_iter().map(|line| line.shown.into_owned()).collect()
    }

    #[test]
    fn lines_are_read_as_a_terminal_shows_them() {
        let text = "a \r\n\u{1b}[1;31merror:\u{1b}[0m b\n10 %\r100 %\r\n\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{7}";
        assert_eq!(shown(text), ["a", "error: b", "100 %", "link"]);
        assert_eq!(shown("\u{1b}"), [""]);
        assert_eq!(shown("\u{1b}[31"), [""]);
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        let long = "ä".repeat(MAX_LINE_BYTES);
        assert_eq!(shown(&long).remove(0).len(), MAX_LINE_BYTES);
        assert_eq!(shown(&format!("x{long}")).remove(0).len(), MAX_LINE_BYTES - 1);
    }

    #[test]
    fn quotes_of_all_locales_become_plain() {
        let line = clean_lines("cp: cannot stat ‘a’: `b' “c”").remove(0);
        assert_eq!(line.text, "cp: cannot stat 'a': 'b' \"c\"");
        assert_eq!(line.shown, "cp: cannot stat ‘a’: `b' “c”");
    }
}
