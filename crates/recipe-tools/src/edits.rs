//! Replacements in a text, as editors apply them.

use serde::{Deserialize, Serialize};
use sidewinder_recipe::Span;
use sidewinder_recipe::diagnostic::{Position, TextIndex};

/// One replacement in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TextEdit {
    /// What is replaced; nothing where its length is 0.
    pub span: Position,
    /// The text that takes its place.
    pub new_text: String,
}

/// A replacement with byte positions, before it leaves the crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Replacement {
    pub(crate) span: Span,
    pub(crate) text: String,
}

impl Replacement {
    pub(crate) fn new(start: usize, end: usize, text: impl Into<String>) -> Self {
        Self { span: Span::new(start, end), text: text.into() }
    }

    /// The smallest replacement that turns one text into another; `None` if they are equal.
    pub(crate) fn between(old: &str, new: &str) -> Option<Self> {
        if old == new {
            return None;
        }
        let start = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
        let start = (0..=start).rev().find(|at| old.is_char_boundary(*at) && new.is_char_boundary(*at))?;
        let rest = old.len().min(new.len()) - start;
        let same = old.bytes().rev().zip(new.bytes().rev()).take(rest).take_while(|(a, b)| a == b).count();
        let same =
            (0..=same).rev().find(|n| old.is_char_boundary(old.len() - n) && new.is_char_boundary(new.len() - n))?;
        Some(Self::new(start, old.len() - same, new.get(start..new.len() - same)?))
    }

    pub(crate) fn as_edit(&self, index: &TextIndex<'_>) -> TextEdit {
        TextEdit { span: index.position(self.span), new_text: self.text.clone() }
    }
}

/// The text with all replacements made, or `None` if two of them overlap or one is outside of the text.
pub(crate) fn replaced(text: &str, replacements: &[Replacement]) -> Option<String> {
    let mut sorted: Vec<&Replacement> = replacements.iter().collect();
    sorted.sort_by_key(|replacement| (replacement.span.start, replacement.span.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for Replacement { span, text: new } in sorted {
        out.push_str(text.get(at..span.start as usize)?);
        out.push_str(new);
        at = span.end as usize;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// The text with the edits made; their positions are those of the text before any of them.
///
/// Returns `None` if two edits overlap or one is outside of the text.
///
/// # Example: quote a version
/// ```
/// use sidewinder_recipe::diagnostic::Position;
/// use sidewinder_recipe_tools::{TextEdit, apply_edits};
///
/// let span = Position { line: 1, column: 10, offset: 9, length: 4 };
/// let edit = TextEdit { span, new_text: "\"1.10\"".to_owned() };
/// assert_eq!(apply_edits("version: 1.10\n", &[edit]).as_deref(), Some("version: \"1.10\"\n"));
/// ```
#[must_use]
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> Option<String> {
    let bytes = byte_offsets(text);
    let replacements: Option<Vec<_>> = edits
        .iter()
        .map(|edit| {
            let start = *bytes.get(edit.span.offset as usize)?;
            let end = *bytes.get(edit.span.offset.checked_add(edit.span.length)? as usize)?;
            Some(Replacement::new(start, end, edit.new_text.clone()))
        })
        .collect();
    replaced(text, &replacements?)
}

/// The byte at which each UTF-16 unit starts, and the end of the text; the second unit of a pair counts as its first.
fn byte_offsets(text: &str) -> Vec<usize> {
    let mut offsets = Vec::with_capacity(text.len() + 1);
    for (byte, character) in text.char_indices() {
        offsets.extend(std::iter::repeat_n(byte, character.len_utf16()));
    }
    offsets.push(text.len());
    offsets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_replacement_keeps_what_both_texts_share() {
        let found = |old, new| Replacement::between(old, new).map(|r| (r.span.start, r.span.end, r.text));
        assert_eq!(found("a b c", "a x c"), Some((2, 3, "x".to_owned())));
        assert_eq!(found("aa", "aaa"), Some((2, 2, "a".to_owned())));
        assert_eq!(found("é", "è"), Some((0, 2, "è".to_owned())));
        assert_eq!(found("same", "same"), None);
    }

    #[test]
    fn edits_that_overlap_are_refused() {
        let edit = |start, end| Replacement::new(start, end, "");
        assert_eq!(replaced("abcdef", &[edit(3, 5), edit(0, 2)]).as_deref(), Some("cf"));
        assert_eq!(replaced("abcdef", &[edit(0, 3), edit(2, 5)]), None);
        assert_eq!(replaced("abc", &[edit(2, 9)]), None);
    }
}
