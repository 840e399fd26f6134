//! Checksums and commits in the text: each is long enough to be found by itself, wherever a recipe keeps it.

/// One text that takes the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Swap {
    pub(super) from: String,
    pub(super) to: String,
}

/// The text with all swaps made at once, so that a new checksum is never taken for an old one.
///
/// # Errors
/// The swap whose text was not found.
pub(super) fn swapped(text: &str, swaps: &[Swap]) -> Result<String, Swap> {
    // Lower case keeps offsets: checksums are ASCII, and other letters are only lowered if ASCII.
    let lower = text.to_ascii_lowercase();
    let mut places: Vec<(usize, &Swap)> = Vec::new();
    for swap in swaps {
        let before = places.len();
        let from = swap.from.to_ascii_lowercase();
        places.extend(lower.match_indices(&from).map(|(at, _)| (at, swap)));
        if places.len() == before {
            return Err(swap.clone());
        }
    }
    places.sort_by_key(|(at, _)| *at);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (start, swap) in places {
        if start < at {
            continue;
        }
        out.push_str(text.get(at..start).unwrap_or_default());
        out.push_str(&swap.to);
        at = start + swap.from.len();
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_swaps_are_made_at_once() {
        let swap = |from: &str, to: &str| Swap { from: from.to_owned(), to: to.to_owned() };
        assert_eq!(swapped("aa bb AA", &[swap("aa", "bb"), swap("bb", "cc")]), Ok("bb cc bb".to_owned()));
        assert_eq!(swapped("aa", &[swap("bb", "cc")]), Err(swap("bb", "cc")));
    }
}
