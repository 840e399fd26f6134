//! The lines of an output as a person would read them.

use std::borrow::Cow;

/// Longer lines are read to here: they are data, not messages.
const LONGEST: usize = 4096;

/// The lines of a text with their numbers from 1: without colors, white space at the end, and what a carriage return
/// has overwritten.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (u32, Cow<'_, str>)> {
    text.split('\n').zip(1u32..).map(|(line, number)| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let shown = line.rsplit('\r').next().unwrap_or(line);
        (number, trimmed(without_escapes(cut(shown))))
    })
}

fn cut(line: &str) -> &str {
    if line.len() <= LONGEST {
        return line;
    }
    let mut end = LONGEST;
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line.get(..end).unwrap_or(line)
}

fn trimmed(line: Cow<'_, str>) -> Cow<'_, str> {
    match line {
        Cow::Borrowed(line) => Cow::Borrowed(line.trim_end()),
        Cow::Owned(line) => Cow::Owned(line.trim_end().to_owned()),
    }
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

    fn all(text: &str) -> Vec<(u32, String)> {
        lines(text).map(|(number, line)| (number, line.into_owned())).collect()
    }

    #[test]
    fn lines_are_as_a_terminal_shows_them() {
        assert_eq!(
            all("a \r\n\u{1b}[1;31merror:\u{1b}[0m b\n10 %\r100 %\n\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{7}"),
            [(1, "a".to_owned()), (2, "error: b".to_owned()), (3, "100 %".to_owned()), (4, "link".to_owned())]
        );
        assert_eq!(all("\u{1b}"), [(1, String::new())]);
        assert_eq!(all("\u{1b}[31"), [(1, String::new())]);
    }

    #[test]
    fn a_very_long_line_is_cut_between_characters() {
        let long = "ä".repeat(LONGEST);
        let (_, line) = all(&long).remove(0);
        assert_eq!(line.len(), LONGEST);
        assert_eq!(all(&format!("x{long}")).remove(0).1.len(), LONGEST - 1);
    }
}
