//! Merging two changes of one text, line by line.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The lines of the base that both sides changed in different ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextConflict {
    /// Number of the first such line of the base, counting from 1.
    pub(crate) line: usize,
}

/// Applies the changes of both sides to the base.
///
/// Changes of neighboring lines count as a conflict, as they do in git: one of them was made without knowing the other.
///
/// # Errors
/// [`TextConflict`] for the first lines that both sides changed differently.
pub(crate) fn merge_text(base: &[u8], ours: &[u8], theirs: &[u8]) -> Result<Vec<u8>, TextConflict> {
    let [base, ours, theirs] = [base, ours, theirs].map(lines);
    let (our_changes, their_changes) = (changes(&base, &ours), changes(&base, &theirs));
    let (mut our_rest, mut their_rest) = (our_changes.as_slice(), their_changes.as_slice());
    let mut merged: Vec<&[u8]> = Vec::new();
    let mut position = 0;
    loop {
        let starts = [our_rest.first(), their_rest.first()].into_iter().flatten().map(|change| change.base.start);
        let Some(start) = starts.min() else { break };
        // Everything that overlaps or touches is decided together.
        let mut end = start;
        let (mut our_count, mut their_count) = (0, 0);
        loop {
            if let Some(change) = our_rest.get(our_count).filter(|change| change.base.start <= end) {
                end = end.max(change.base.end);
                our_count += 1;
            } else if let Some(change) = their_rest.get(their_count).filter(|change| change.base.start <= end) {
                end = end.max(change.base.end);
                their_count += 1;
            } else {
                break;
            }
        }
        let (our_hunk, our_left) = our_rest.split_at(our_count);
        let (their_hunk, their_left) = their_rest.split_at(their_count);
        (our_rest, their_rest) = (our_left, their_left);
        merged.extend(slice(&base, position..start));
        let region = start..end;
        let our_lines = slice(&ours, side(our_hunk, &region));
        let their_lines = slice(&theirs, side(their_hunk, &region));
        match (our_hunk.is_empty(), their_hunk.is_empty()) {
            (false, true) => merged.extend(our_lines),
            (true, false) => merged.extend(their_lines),
            _ if our_lines == their_lines => merged.extend(our_lines),
            _ => return Err(TextConflict { line: start + 1 }),
        }
        position = end;
    }
    merged.extend(slice(&base, position..base.len()));
    Ok(merged.concat())
}

/// Lines of the base, and the lines of one side in their place.
struct LineChange {
    base: Range<usize>,
    side: Range<usize>,
}

fn changes(base: &[&[u8]], side: &[&[u8]]) -> Vec<LineChange> {
    let ops = capture_diff_slices(Algorithm::Myers, base, side);
    let changed = ops.into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed.map(|op| LineChange { base: op.old_range(), side: op.new_range() }).collect()
}

/// The lines of one side that a region of the base became.
fn side(hunk: &[LineChange], region: &Range<usize>) -> Range<usize> {
    match (hunk.first(), hunk.last()) {
        (Some(first), Some(last)) => {
            let start = first.side.start - (first.base.start - region.start);
            start..last.side.end + (region.end - last.base.end)
        }
        _ => 0..0,
    }
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

fn slice<'a, 'b>(lines: &'b [&'a [u8]], range: Range<usize>) -> &'b [&'a [u8]] {
    lines.get(range).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    const BASE: &[u8] = b"1\n2\n3\n4\n5\n6\n7\n8\n";

    fn merge(ours: &str, theirs: &str) -> Result<String, TextConflict> {
        merge_text(BASE, ours.as_bytes(), theirs.as_bytes()).map(|text| String::from_utf8(text).unwrap())
    }

    #[test]
    fn changes_of_different_lines_are_combined() {
        assert_eq!(
            merge("1\ntwo\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\n5\n7\n8\nnine\n").unwrap(),
            "1\ntwo\n3\n4\n5\n7\n8\nnine\n"
        );
        assert_eq!(
            merge("zero\n1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\n5\n6\n7\n").unwrap(),
            "zero\n1\n2\n3\n4\n5\n6\n7\n"
        );
    }

    #[test]
    fn the_same_change_on_both_sides_is_taken_once() {
        let both = "1\n2\nthree\n4\n5\n6\n7\n8\n";
        assert_eq!(merge(both, both).unwrap(), both);
    }

    #[test]
    fn different_changes_of_the_same_or_neighboring_lines_conflict() {
        assert_eq!(merge("1\nA\n3\n4\n5\n6\n7\n8\n", "1\nB\n3\n4\n5\n6\n7\n8\n"), Err(TextConflict { line: 2 }));
        assert_eq!(merge("1\nA\n3\n4\n5\n6\n7\n8\n", "1\n2\nB\n4\n5\n6\n7\n8\n"), Err(TextConflict { line: 2 }));
        assert_eq!(merge("1\n2\nA\n3\n4\n5\n6\n7\n8\n", "1\n2\nB\n3\n4\n5\n6\n7\n8\n"), Err(TextConflict { line: 3 }));
    }

    #[test]
    fn a_change_of_more_lines_contains_a_change_of_fewer() {
        let wide = "1\nA\nB\nC\n5\n6\n7\n8\n";
        assert_eq!(merge(wide, "1\n2\nB\n4\n5\n6\n7\n8\n"), Err(TextConflict { line: 2 }));
        assert_eq!(merge(wide, "1\n2\n3\n4\n5\n6\n7\nH\n").unwrap(), "1\nA\nB\nC\n5\n6\n7\nH\n");
    }

    #[test]
    fn a_missing_newline_at_the_end_is_a_change_of_its_own() {
        assert_eq!(merge("1\n2\n3\n4\n5\n6\n7\n8", "one\n2\n3\n4\n5\n6\n7\n8\n").unwrap(), "one\n2\n3\n4\n5\n6\n7\n8");
    }
}
