//! Lines and indentation of a text, for fixes that remove or move entries.

use sidewinder_recipe::Span;
use sidewinder_recipe::yaml::{Entry, Mapping, Node};

use crate::edits::Replacement;

/// Start of the line that a byte is in.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

/// End of the line that a byte is in, its line break included.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |newline| at + newline + 1)
}

/// Whether only blanks come before a byte on its line.
pub(super) fn begins_line(text: &str, at: usize) -> bool {
    text.get(line_start(text, at)..at).is_some_and(|before| before.trim().is_empty())
}

/// Whether a mapping or list is written in brackets.
pub(super) fn is_flow(text: &str, span: Span) -> bool {
    text.get(span.start as usize..).is_some_and(|rest| rest.starts_with(['{', '[']))
}

/// Last byte of a value that is not blank, and so on its last line; spans of block scalars may reach further.
fn content_end(text: &str, entry: &Entry) -> usize {
    let end = (entry.value.span().end as usize).max(entry.key.span.end as usize);
    text.get(..end).map_or(end, |before| before.trim_end().len()).max(entry.key.span.end as usize)
}

/// The lines of an entry of a block mapping, with the comment behind it.
///
/// `None` where the entry shares its first line with something else.
pub(super) fn entry_lines(text: &str, mapping: &Mapping, key: &str) -> Option<Span> {
    let index = mapping.entries.iter().position(|entry| entry.key.text == key)?;
    let entry = mapping.entries.get(index)?;
    let start = entry.key.span.start as usize;
    if is_flow(text, mapping.span) || !begins_line(text, start) {
        return None;
    }
    Some(Span::new(line_start(text, start), line_end(text, content_end(text, entry))))
}

/// Removes an entry of a block mapping together with its lines; the mapping's own entry, too, if nothing is left of it.
pub(super) fn without_entry(text: &str, parent: &Mapping, section: &str, key: &str) -> Option<Replacement> {
    let Some(Node::Mapping(mapping)) = parent.get(section) else { return None };
    let lines = match mapping.entries.as_slice() {
        [_] => {
            let lines = entry_lines(text, parent, section)?;
            // A blank line behind the section would be doubled.
            let rest = text.get(lines.end as usize..)?;
            let blank = rest.lines().next().is_some_and(|line| line.trim().is_empty());
            let is_first = text.get(..lines.start as usize)?.trim().is_empty();
            let after_blank = text.get(..lines.start as usize)?.ends_with("\n\n");
            let end = lines.end as usize;
            Span::new(lines.start as usize, if blank && (is_first || after_blank) { line_end(text, end) } else { end })
        }
        _ => entry_lines(text, mapping, key)?,
    };
    Some(Replacement { span: lines, text: String::new() })
}

/// The lines of an item of a block list, which has others: `- item` alone on its line.
pub(super) fn item_lines(text: &str, item: Span) -> Option<Span> {
    let start = line_start(text, item.start as usize);
    let before = text.get(start..item.start as usize)?;
    let is_item = before.trim_start().strip_prefix('-').is_some_and(|rest| rest.trim().is_empty());
    is_item.then(|| Span::new(start, line_end(text, item.end as usize)))
}

/// The entries of a block mapping in another order, each with the comment lines right above it.
///
/// What is between two entries (blank lines) stays at its place, so that the layout is the same. `None` where moving
/// lines could change what they mean.
pub(super) fn reordered(text: &str, mapping: &Mapping, rank: impl Fn(&str) -> usize) -> Option<Replacement> {
    if is_flow(text, mapping.span) || text.contains('\t') {
        return None;
    }
    let first = mapping.entries.first()?;
    let start = line_start(text, first.key.span.start as usize);
    let mut starts = Vec::with_capacity(mapping.entries.len());
    for (index, entry) in mapping.entries.iter().enumerate() {
        let at = entry.key.span.start as usize;
        if !begins_line(text, at) {
            return None;
        }
        // Comments above the first entry may be about the whole recipe: they stay.
        starts.push(if index == 0 { start } else { comments_above(text, line_start(text, at), start) });
    }
    let last = mapping.entries.last()?;
    let end = line_end(text, content_end(text, last));
    let mut blocks = Vec::with_capacity(starts.len());
    for (index, from) in starts.iter().enumerate() {
        let to = starts.get(index + 1).copied().unwrap_or(end);
        let block = text.get(*from..to)?;
        // `|+` keeps the line breaks behind it, which would move along.
        if block.lines().any(|line| ["|+", ">+"].iter().any(|keep| line.trim_end().ends_with(keep))) {
            return None;
        }
        blocks.push((block.trim_end(), block.get(block.trim_end().len()..)?));
    }
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by_key(|index| mapping.entries.get(*index).map(|entry| rank(&entry.key.text)));
    let mut out = String::new();
    for (place, index) in order.iter().enumerate() {
        let (block, _) = blocks.get(*index)?;
        let (_, gap) = blocks.get(place)?;
        out.push_str(block);
        out.push_str(if gap.is_empty() && place + 1 < blocks.len() { "\n" } else { gap });
    }
    Some(Replacement::new(start, end, out))
}

/// Start of the comment lines right above a line, but not above `limit`.
fn comments_above(text: &str, line: usize, limit: usize) -> usize {
    let mut start = line;
    while start > limit {
        let above = line_start(text, start - 1);
        let indentation = |at: usize| text.get(at..).map_or(0, |rest| rest.len() - rest.trim_start_matches(' ').len());
        let is_comment = text.get(above..start).is_some_and(|line| line.trim_start().starts_with('#'));
        if above < limit || !is_comment || indentation(above) != indentation(line) {
            break;
        }
        start = above;
    }
    start
}
