//! Binary changes in git's own form (`git diff --binary`): the new content, or a delta against the old one, compressed
//! with zlib and written in git's base 85.

use std::io::Read;

use flate2::read::ZlibDecoder;
use sha1::{Digest, Sha1};

/// Git's alphabet. It is not that of Ascii85 or Z85.
const ALPHABET: &[u8; 85] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

/// More than any file that a patch should carry, and little enough to be held in memory.
const MAX_SIZE: usize = 1 << 30;

/// What becomes of a binary file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BinaryDiff {
    /// Line of the patch that it starts at, from 1.
    pub(super) at: usize,
    pub(super) change: BinaryChange,
    /// The git object names before and after, where the `index` line has all 40 digits of them.
    pub(super) blobs: Option<(String, String)>,
}

/// How a binary diff gives the new content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BinaryChange {
    /// The new content itself.
    Literal(Vec<u8>),
    /// Git's delta format, to be applied to the old content.
    Delta(Vec<u8>),
}

impl BinaryDiff {
    /// The new content.
    ///
    /// # Errors
    /// When the old content is another one than the diff was made against, or the delta is damaged.
    pub(super) fn apply(&self, old: &[u8]) -> Result<Vec<u8>, String> {
        let mismatch = || "the file has other content than the binary diff was made against".to_owned();
        if let Some((before, _)) = &self.blobs
            && !is_null(before)
            && blob_name(old) != *before
        {
            return Err(mismatch());
        }
        let new = match &self.change {
            BinaryChange::Literal(content) => content.clone(),
            BinaryChange::Delta(delta) => apply_delta(old, delta).ok_or_else(mismatch)?,
        };
        match &self.blobs {
            Some((_, after)) if !is_null(after) && blob_name(&new) != *after => Err(mismatch()),
            _ => Ok(new),
        }
    }

    /// Whether a content is the result already.
    pub(super) fn is_result(&self, content: &[u8]) -> bool {
        match (&self.blobs, &self.change) {
            (Some((_, after)), _) => blob_name(content) == *after,
            (None, BinaryChange::Literal(new)) => content == new,
            (None, BinaryChange::Delta(_)) => false,
        }
    }
}

/// Reads one `literal N` or `delta N` block whose first line is `header`; `lines` are those that follow it. Returns the
/// change and how many lines it took.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read_block<'a>(
    header: &str,
    lines: impl Iterator<Item = &'a [u8]>,
) -> Result<(BinaryChange, usize), String> {
    let damaged = |what: &str| format!("the binary diff is damaged: {what}");
    let (is_delta, size) = match (header.strip_prefix("literal "), header.strip_prefix("delta ")) {
        (Some(size), _) => (false, size),
        (_, Some(size)) => (true, size),
        _ => return Err(damaged("expected `literal` or `delta` with a size")),
    };
    let size: usize = size.trim().parse().map_err(|_| damaged("its size is not a number"))?;
    if size > MAX_SIZE {
        return Err(format!("the binary diff is too large (limit {} MiB)", MAX_SIZE >> 20));
    }
    let mut packed = Vec::new();
    let mut count = 0;
    for line in lines {
        count += 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        decode_line(line, &mut packed).ok_or_else(|| damaged("a line is not base 85"))?;
    }
    let mut content = Vec::new();
    let limit = size as u64 + 1;
    ZlibDecoder::new(&*packed).take(limit).read_to_end(&mut content).map_err(|error| damaged(&error.to_string()))?;
    if content.len() != size {
        return Err(damaged("its size is not what its header says"));
    }
    Ok((if is_delta { BinaryChange::Delta(content) } else { BinaryChange::Literal(content) }, count))
}

/// A letter for the number of bytes (`A`–`Z` for 1–26, `a`–`z` for 27–52), then five digits for each four bytes.
fn decode_line(line: &[u8], to: &mut Vec<u8>) -> Option<()> {
    let (&length, digits) = line.split_first()?;
    let length = match length {
        b'A'..=b'Z' => usize::from(length - b'A') + 1,
        b'a'..=b'z' => usize::from(length - b'a') + 27,
        _ => return None,
    };
    let end = to.len() + length;
    if digits.len() != length.div_ceil(4) * 5 {
        return None;
    }
    for group in digits.chunks(5) {
        let value = group.iter().try_fold(0u64, |value, digit| {
            let digit = ALPHABET.iter().position(|letter| letter == digit)?;
            Some(value * 85 + digit as u64)
        })?;
        to.extend(u32::try_from(value).ok()?.to_be_bytes());
    }
    to.truncate(end);
    Some(())
}

/// Applies a delta of git: the sizes before and after, then copies from the old content and insertions.
fn apply_delta(old: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = delta.iter().copied();
    if size(&mut bytes)? != old.len() {
        return None;
    }
    let new_size = size(&mut bytes).filter(|&size| size <= MAX_SIZE)?;
    let mut new = Vec::new();
    while let Some(operation) = bytes.next() {
        if operation & 0x80 != 0 {
            let mut number = |first: u32, count: u32| -> Option<usize> {
                let mut number = 0;
                for index in 0..count {
                    if operation & (1 << (first + index)) != 0 {
                        number |= usize::from(bytes.next()?) << (8 * index);
                    }
                }
                Some(number)
            };
            let (from, count) = (number(0, 4)?, number(4, 3)?);
            // No bytes at all stand for 64 KiB.
            let count = if count == 0 { 0x10000 } else { count };
            new.extend_from_slice(old.get(from..from.checked_add(count)?)?);
        } else {
            for _ in 0..operation {
                new.push(bytes.next()?);
            }
            // Reserved by git.
            if operation == 0 {
                return None;
            }
        }
        if new.len() > new_size {
            return None;
        }
    }
    (new.len() == new_size).then_some(new)
}

/// Seven bits at a time, the lowest first.
fn size(bytes: &mut impl Iterator<Item = u8>) -> Option<usize> {
    let mut size = 0usize;
    for shift in (0..usize::BITS).step_by(7) {
        let byte = bytes.next()?;
        size |= usize::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(size);
        }
    }
    None
}

/// The name that git gives a content.
pub(super) fn blob_name(content: &[u8]) -> String {
    let mut hasher = Sha1::new();
    hasher.update(format!("blob {}\0", content.len()));
    hasher.update(content);
    hex::encode(hasher.finalize())
}

fn is_null(blob: &str) -> bool {
    blob.bytes().all(|digit| digit == b'0')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_delta_copies_and_inserts() {
        // 5 bytes become 6: "ab", "X", "cde".
        let delta = [5, 6, 0b1001_0000, 2, 1, b'X', 0b1001_0001, 2, 3];
        assert_eq!(apply_delta(b"abcde", &delta).unwrap(), b"abXcde");
        assert_eq!(apply_delta(b"abcd", &delta), None, "another old size");
        for cut in 0..delta.len() {
            assert_eq!(apply_delta(b"abcde", &delta[..cut]), None);
        }
    }

    #[test]
    fn a_blob_has_the_name_that_git_gives_it() {
        assert_eq!(blob_name(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(blob_name(b"test content\n"), "d670460b4b4aece5915caf5c68d12f560a9fe3e4");
    }

    #[test]
    fn a_damaged_block_is_an_error() {
        for (header, line) in [("literal 3", "?"), ("literal 3", "Czz"), ("literal x", ""), ("other", "")] {
            assert!(read_block(header, [line.as_bytes(), b""].into_iter()).is_err(), "{header} {line}");
        }
    }
}
