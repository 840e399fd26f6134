//! Finding the place of a hunk in a file that may have changed since.

use super::content::Content;
use super::hunk::{Hunk, LineKind};

/// How many lines of context may be wrong at each end of a hunk.
const FUZZ: usize = 2;

/// Where a hunk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// First line of the file, from 0, that the hunk's lines stand for.
    pub(super) at: usize,
    /// How many of the hunk's first lines are left out, as their context is wrong.
    pub(super) skip_start: usize,
    /// How many of its last lines.
    pub(super) skip_end: usize,
    /// How far it is from where the patch says.
    pub(super) offset: isize,
}

/// How exactly a hunk must match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// All lines, byte for byte.
    Exact,
    /// Blanks may differ, and some context at the ends may be wrong.
    Lenient,
}

/// The places of all hunks, in order; or the hunks that have none.
pub(super) fn locate_all(content: &Content<'_>, hunks: &[Hunk], how: Match) -> Result<Vec<Place>, Vec<usize>> {
    let mut places = Vec::with_capacity(hunks.len());
    let mut failed = Vec::new();
    let (mut from, mut offset) = (0, 0);
    for (index, hunk) in hunks.iter().enumerate() {
        match locate(content, hunk, from, offset, how) {
            Some(place) => {
                from = place.at + kept_old_lines(hunk, &place);
                offset = place.offset;
                places.push(place);
            }
            None => failed.push(index),
        }
    }
    if failed.is_empty() { Ok(places) } else { Err(failed) }
}

/// The nearest place to where the patch says, not before line `from`.
fn locate(content: &Content<'_>, hunk: &Hunk, from: usize, offset: isize, how: Match) -> Option<Place> {
    let leading = context_lines(hunk.lines.iter());
    let trailing = context_lines(hunk.lines.iter().rev());
    let attempts: &[(usize, bool)] = match how {
        Match::Exact => &[(0, true)],
        Match::Lenient => &[(0, true), (0, false), (1, true), (1, false), (FUZZ, true), (FUZZ, false)],
    };
    attempts.iter().find_map(|&(fuzz, exact)| {
        let (skip_start, skip_end) = (fuzz.min(leading), fuzz.min(trailing));
        // Without a line left to compare, every position matches, so none is the right one.
        let compared = hunk.old_lines().count() - (skip_start + skip_end).min(hunk.old_lines().count());
        if fuzz > 0 && compared == 0 {
            return None;
        }
        search(content, hunk, from, offset, (skip_start, skip_end), exact)
    })
}

fn search(
    content: &Content<'_>,
    hunk: &Hunk,
    from: usize,
    offset: isize,
    (skip_start, skip_end): (usize, usize),
    exact: bool,
) -> Option<Place> {
    let lines = hunk.lines.get(skip_start..hunk.lines.len().checked_sub(skip_end)?)?;
    let old: Vec<&[u8]> =
        lines.iter().filter(|line| line.kind != LineKind::Added).map(|line| line.text.as_slice()).collect();
    // A hunk that only adds names the line that it adds after.
    let only_adds = hunk.old_lines().next().is_none();
    let named = if only_adds { hunk.old_start } else { hunk.old_start.saturating_sub(1) };
    let expected = named.checked_add(skip_start)?.checked_add_signed(offset)?;
    let last = content.lines.len().checked_sub(old.len())?;
    if only_adds {
        // Nothing to compare with: it goes where it says, and into an empty file when it says that.
        let fits = expected >= from && expected <= last && (hunk.old_start > 0 || content.lines.is_empty());
        return fits.then_some(Place { at: expected, skip_start, skip_end, offset });
    }
    let fits = |at: usize| old.iter().enumerate().all(|(index, text)| content.line_is(at + index, text, exact));
    let at_end = |at: usize| !(exact && hunk.old_ends_open && skip_end == 0) || at == last;
    let found = outwards(expected, from, last).find(|&at| fits(at) && at_end(at))?;
    let moved = isize::try_from(found).ok()? - isize::try_from(named + skip_start).ok()?;
    Some(Place { at: found, skip_start, skip_end, offset: moved })
}

/// All numbers in a range, the nearest to `middle` first.
fn outwards(middle: usize, first: usize, last: usize) -> impl Iterator<Item = usize> {
    let middle = middle.min(last.saturating_add(1));
    let span = last.saturating_sub(first).saturating_add(middle.abs_diff(first)).saturating_add(1);
    (0..=span).flat_map(move |distance| {
        let below = middle.checked_sub(distance);
        let above = middle.checked_add(distance).filter(|_| distance > 0);
        [below, above].into_iter().flatten().filter(move |at| (first..=last).contains(at))
    })
}

fn context_lines<'a>(lines: impl Iterator<Item = &'a super::hunk::Line>) -> usize {
    lines.take_while(|line| line.kind == LineKind::Context).count()
}

fn kept_old_lines(hunk: &Hunk, place: &Place) -> usize {
    hunk.old_lines().count().saturating_sub(place.skip_start + place.skip_end)
}

/// Whether two lines have the same words.
pub(super) fn same_but_for_blanks(a: &[u8], b: &[u8]) -> bool {
    let words = |line: &'_ [u8]| -> Vec<Vec<u8>> {
        line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).map(<[u8]>::to_vec).collect()
    };
    a == b || words(a) == words(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_place_comes_first() {
        assert_eq!(outwards(3, 1, 5).collect::<Vec<_>>(), [3, 2, 4, 1, 5]);
        assert_eq!(outwards(9, 1, 3).collect::<Vec<_>>(), [3, 2, 1]);
        assert_eq!(outwards(0, 2, 4).collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!(outwards(0, 0, 0).collect::<Vec<_>>(), [0]);
    }

    #[test]
    fn blanks_do_not_count() {
        assert!(same_but_for_blanks(b"\ta  b \r", b"  a b"));
        assert!(!same_but_for_blanks(b"ab", b"a b"));
    }
}
