//! Edited lines of a script → edited texts of the recipe.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::script::InlineText;

/// Maximum number of pairs of lines that are compared.
const MAX_PAIRS: usize = 10_000;
/// Lines that are less alike than this are different lines.
const MIN_LIKENESS: f64 = 0.5;

/// A line of the script as it was written.
struct Line<'t> {
    /// Which text it comes from.
    text: usize,
    /// The line of that text, with its templates; `None` where the templates gave the text another number of lines.
    source: Option<&'t str>,
    rendered: &'t str,
}

/// The texts after the edits, in the order of `texts`. `first` is the number of the first line in the script.
///
/// # Errors
/// Why a line cannot be carried over.
pub(super) fn carry(texts: &[InlineText], own: &str, first: usize) -> Result<Vec<String>, String> {
    let before: Vec<Line<'_>> = texts.iter().enumerate().flat_map(|(index, text)| lines(index, text)).collect();
    let old: Vec<&str> = before.iter().map(|line| line.rendered).collect();
    let new: Vec<&str> = own.strip_suffix('\n').unwrap_or(own).split('\n').collect();
    let mut after: Vec<Vec<String>> = texts.iter().map(|_| Vec::new()).collect();
    let mut is_changed = vec![false; texts.len()];
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        match op {
            DiffOp::Equal { old_index, len, .. } => {
                for line in before.get(old_index..old_index + len).unwrap_or_default() {
                    push(&mut after, line.text, line.source.unwrap_or(line.rendered));
                }
            }
            DiffOp::Delete { old_index, old_len, .. } => {
                remove(&before, old_index..old_index + old_len, first, &mut is_changed)?;
            }
            DiffOp::Insert { old_index, new_index, new_len } => {
                let text = anchor(&before, old_index).ok_or("the recipe's script has no lines")?;
                check(&before, text, first + old_index)?;
                mark(&mut is_changed, text);
                for line in new.get(new_index..new_index + new_len).unwrap_or_default() {
                    push(&mut after, text, line);
                }
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                remove(&before, old_index..old_index + old_len, first, &mut is_changed)?;
                let old = before.get(old_index..old_index + old_len).unwrap_or_default();
                let lines = new.get(new_index..new_index + new_len).unwrap_or_default();
                let mut last = old.first();
                for (line, place) in lines.iter().zip(counterparts(old, lines)) {
                    let counterpart = place.and_then(|place| old.get(place));
                    // A line without a counterpart belongs to the one before it.
                    last = counterpart.or(last);
                    let Some(owner) = last else { continue };
                    match counterpart.and_then(|line| line.source) {
                        Some(source) => push(&mut after, owner.text, &restore(source, owner.rendered, line)),
                        None => push(&mut after, owner.text, line),
                    }
                }
            }
        }
    }
    let edited = texts.iter().zip(after).zip(is_changed).map(|((text, lines), is_changed)| {
        if !is_changed {
            return text.source.clone();
        }
        let tail = text.source.get(text.source.trim_end_matches('\n').len()..).unwrap_or_default();
        let body = lines.join("\n");
        let body = body.trim_end_matches('\n');
        if body.trim().is_empty() { String::new() } else { format!("{body}{tail}") }
    });
    Ok(edited.collect())
}

/// For each new line the old line that it was, if there is one: by position where both sides have as many lines, otherwise
/// by likeness, in order.
fn counterparts(old: &[Line<'_>], new: &[&str]) -> Vec<Option<usize>> {
    if old.len() == new.len() || old.len() * new.len() > MAX_PAIRS {
        return (0..new.len()).map(|index| Some(index).filter(|index| *index < old.len())).collect();
    }
    let likeness = |old: &Line<'_>, new: &str| {
        let alike = strsim::normalized_levenshtein(old.rendered.trim(), new.trim());
        if alike < MIN_LIKENESS { 0.0 } else { alike }
    };
    let scores: Vec<Vec<f64>> = old.iter().map(|old| new.iter().map(|new| likeness(old, new)).collect()).collect();
    let at = |table: &[Vec<f64>], row: usize, column: usize| -> f64 {
        table.get(row).and_then(|row| row.get(column)).copied().unwrap_or_default()
    };
    // The most alike pairs in order: `best[i][j]` is for the old lines from i and the new lines from j on.
    let mut best = vec![vec![0.0; new.len() + 1]; old.len() + 1];
    for row in (0..old.len()).rev() {
        for column in (0..new.len()).rev() {
            let paired = at(&scores, row, column) + at(&best, row + 1, column + 1);
            let value = paired.max(at(&best, row + 1, column)).max(at(&best, row, column + 1));
            if let Some(cell) = best.get_mut(row).and_then(|row| row.get_mut(column)) {
                *cell = value;
            }
        }
    }
    let (mut row, mut column, mut found) = (0, 0, vec![None; new.len()]);
    while row < old.len() && column < new.len() {
        let score = at(&scores, row, column);
        if score > 0.0 && at(&best, row, column) <= score + at(&best, row + 1, column + 1) {
            if let Some(place) = found.get_mut(column) {
                *place = Some(row);
            }
            (row, column) = (row + 1, column + 1);
        } else if at(&best, row + 1, column) >= at(&best, row, column + 1) {
            row += 1;
        } else {
            column += 1;
        }
    }
    found
}

fn lines(index: usize, text: &InlineText) -> Vec<Line<'_>> {
    let split = |text: &'_ str| text.split('\n').count();
    let rendered = text.rendered.as_str();
    let same = split(rendered) == split(&text.source);
    let mut sources = text.source.split('\n');
    let all = rendered.split('\n').map(|line| Line {
        text: index,
        source: if same { sources.next().map(|line| line.strip_suffix('\r').unwrap_or(line)) } else { None },
        rendered: line,
    });
    let mut all: Vec<Line<'_>> = all.collect();
    // The line break at the end of the last text is that of the script.
    if all.len() > 1 && all.last().is_some_and(|line| line.rendered.is_empty()) && rendered.ends_with('\n') {
        all.pop();
    }
    all
}

fn push(after: &mut [Vec<String>], text: usize, line: &str) {
    if let Some(lines) = after.get_mut(text) {
        lines.push(line.to_owned());
    }
}

fn mark(is_changed: &mut [bool], text: usize) {
    if let Some(changed) = is_changed.get_mut(text) {
        *changed = true;
    }
}

fn remove(before: &[Line<'_>], range: Range<usize>, first: usize, is_changed: &mut [bool]) -> Result<(), String> {
    for (offset, line) in before.get(range.clone()).unwrap_or_default().iter().enumerate() {
        check(before, line.text, first + range.start + offset)?;
        mark(is_changed, line.text);
    }
    Ok(())
}

/// # Errors
/// Templates gave the text another number of lines, so that it is not known which is which.
fn check(before: &[Line<'_>], text: usize, number: usize) -> Result<(), String> {
    if before.iter().any(|line| line.text == text && line.source.is_none()) {
        return Err(format!("line {number} is part of a template with several lines; edit the recipe"));
    }
    Ok(())
}

/// The text that new lines before the line at `index` belong to: that of the line before.
fn anchor(before: &[Line<'_>], index: usize) -> Option<usize> {
    index.checked_sub(1).and_then(|index| before.get(index)).or_else(|| before.get(index)).map(|line| line.text)
}

/// An edited line with the templates of the line that it was, where the edit left their values alone.
pub(super) fn restore(source: &str, rendered: &str, edited: &str) -> String {
    let mut result = String::new();
    let mut rest = edited;
    for (template, value) in templates(source, rendered) {
        if value.is_empty() {
            continue;
        }
        // A value that occurs more than once may not be the template's.
        let mut places = rest.match_indices(value.as_str());
        let (Some((at, _)), is_only) = (places.next(), places.next().is_none()) else { continue };
        let occurs_once_before = rendered.matches(value.as_str()).count() == 1;
        if !is_only && occurs_once_before {
            continue;
        }
        result.push_str(rest.get(..at).unwrap_or_default());
        result.push_str(&template);
        rest = rest.get(at + value.len()..).unwrap_or_default();
    }
    result.push_str(rest);
    result
}

/// The templates of a line with their values, in order; none if the line does not tell them apart.
fn templates(source: &str, rendered: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let (mut source, mut rendered) = (source, rendered);
    while let Some(start) = source.find("${{") {
        let Some(end) = source.get(start..).and_then(|rest| rest.find("}}")).map(|end| start + end + 2) else { break };
        let Some(after) = rendered.strip_prefix(source.get(..start).unwrap_or_default()) else { return Vec::new() };
        let next = source.get(end..).unwrap_or_default();
        let literal = next.get(..next.find("${{").unwrap_or(next.len())).unwrap_or_default();
        let at = if literal.is_empty() {
            if next.is_empty() { Some(after.len()) } else { None }
        } else if literal.len() == next.len() {
            after.strip_suffix(literal).map(str::len)
        } else {
            after.find(literal)
        };
        // Two templates in a row.
        let Some(at) = at else { return Vec::new() };
        let value = after.get(..at).unwrap_or_default().to_owned();
        found.push((source.get(start..end).unwrap_or_default().to_owned(), value));
        rendered = after.get(at..).unwrap_or_default();
        source = next;
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn text(source: &str, rendered: &str) -> InlineText {
        InlineText { source: source.to_owned(), rendered: rendered.to_owned() }
    }

    #[test]
    fn templates_stay_where_their_values_do() {
        for (source, rendered, edited, expected) in [
            (
                "./configure --v=${{ version }}",
                "./configure --v=1.0",
                "./configure --v=1.0 -q",
                "./configure --v=${{ version }} -q",
            ),
            (
                "make ${{ name }} V=${{ v }}",
                "make demo V=1.0",
                "make demo -j1 V=1.0",
                "make ${{ name }} -j1 V=${{ v }}",
            ),
            ("make V=${{ v }}", "make V=1.0", "make V=2.0", "make V=2.0"),
            ("make V=${{ v }}", "make V=1.0", "make W=1.0 V=1.0", "make W=1.0 V=1.0"),
            ("echo ${{ a }}${{ b }}", "echo 12", "echo 12 3", "echo 12 3"),
            ("${{ PYTHON }} setup.py", "$PYTHON setup.py", "$PYTHON -m pip", "${{ PYTHON }} -m pip"),
            ("make", "make", "make -k", "make -k"),
        ] {
            assert_eq!(restore(source, rendered, edited), expected, "{edited}");
        }
    }

    #[test]
    fn edited_lines_change_the_texts_that_they_come_from() {
        let texts = [
            text("./configure ${{ v }}", "./configure 1"),
            text("make\nmake check\n", "make\nmake check\n"),
            text("ls", "ls"),
        ];
        for (own, expected) in [
            ("./configure 1 -q\nmake\nmake check\n\nls\n", ["./configure ${{ v }} -q", "make\nmake check\n", "ls"]),
            ("./configure 1\nmake -j1\nmake check\n\nls\n", ["./configure ${{ v }}", "make -j1\nmake check\n", "ls"]),
            (
                "./configure 1\nautoreconf\nmake\nmake check\n\nls\n",
                ["./configure ${{ v }}\nautoreconf", "make\nmake check\n", "ls"],
            ),
            (
                "set -x\n./configure 1\nmake\nmake check\n\nls\n",
                ["set -x\n./configure ${{ v }}", "make\nmake check\n", "ls"],
            ),
            ("./configure 1\nmake\nmake check\n\n", ["./configure ${{ v }}", "make\nmake check\n", ""]),
            (
                "./configure 1\nmake\nmake check\n\nls\nls -l\n",
                ["./configure ${{ v }}", "make\nmake check\n", "ls\nls -l"],
            ),
        ] {
            assert_eq!(carry(&texts, own, 8).unwrap(), expected, "{own}");
        }
        // One line became two, and the next one changed as well.
        let texts = [text("echo ${{ v }} one", "echo 1 one"), text("echo two", "echo two")];
        assert_eq!(
            carry(&texts, "echo 1 uno\necho due\necho 'two'\n", 8).unwrap(),
            ["echo ${{ v }} uno\necho due", "echo 'two'"]
        );
        let several = [text("${{ lines }}", "a\nb")];
        assert_eq!(
            carry(&several, "a\nc\n", 8).unwrap_err(),
            "line 9 is part of a template with several lines; edit the recipe"
        );
        assert_eq!(carry(&several, "a\nb\n", 8).unwrap(), ["${{ lines }}"]);
    }
}
