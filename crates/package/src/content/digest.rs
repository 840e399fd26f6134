//! What is learned about a file while it is read: its hash, its type, and the build's paths in it.

use memchr::memmem::Finder;
use sha2::{Digest as _, Sha256};

/// So many bytes at the start of a file decide whether it is text.
const HEAD: usize = 1024;

/// What a file contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    Text,
    Binary,
    /// Text in UTF-16 or UTF-32: neither a C string nor ASCII, but searched as binary.
    WideText,
}

/// What is learned about a file while it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digest {
    pub(crate) sha256: [u8; 32],
    pub(crate) kind: FileKind,
    /// Which needles it contains, in their order.
    pub(crate) contains: Vec<bool>,
    /// Bytes read.
    pub(crate) size: u64,
}

/// Texts that files are searched for.
#[derive(Clone, Debug)]
pub(crate) struct Needles {
    finders: Vec<Finder<'static>>,
    overlap: usize,
}

impl Needles {
    pub(crate) fn new<'a>(needles: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let finders: Vec<_> = needles.into_iter().map(|needle| Finder::new(needle).into_owned()).collect();
        let longest = finders.iter().map(|finder| finder.needle().len()).max().unwrap_or(0);
        Self { finders, overlap: longest.saturating_sub(1) }
    }

    /// Starts on a file.
    pub(crate) fn digester(&self) -> Digester<'_> {
        Digester {
            needles: self,
            hash: Sha256::new(),
            head: Vec::new(),
            tail: Vec::new(),
            contains: vec![false; self.finders.len()],
            size: 0,
        }
    }
}

/// Learns about one file from its pieces.
pub(crate) struct Digester<'a> {
    needles: &'a Needles,
    hash: Sha256,
    head: Vec<u8>,
    /// The end of the piece before: a needle may span two pieces.
    tail: Vec<u8>,
    contains: Vec<bool>,
    size: u64,
}

impl Digester<'_> {
    pub(crate) fn update(&mut self, piece: &[u8]) {
        self.hash.update(piece);
        self.size += piece.len() as u64;
        if self.head.len() < HEAD {
            let missing = (HEAD - self.head.len()).min(piece.len());
            self.head.extend_from_slice(piece.get(..missing).unwrap_or_default());
        }
        self.search(piece);
    }

    fn search(&mut self, piece: &[u8]) {
        let overlap = self.needles.overlap;
        if self.contains.iter().all(|&found| found) || overlap == 0 {
            return;
        }
        let joint_end = overlap.min(piece.len());
        let mut joint = std::mem::take(&mut self.tail);
        joint.extend_from_slice(piece.get(..joint_end).unwrap_or_default());
        for (finder, found) in self.needles.finders.iter().zip(&mut self.contains) {
            *found = *found || finder.find(&joint).is_some() || finder.find(piece).is_some();
        }
        self.tail = if piece.len() >= overlap {
            piece.get(piece.len() - overlap..).unwrap_or_default().to_vec()
        } else {
            joint.split_off(joint.len().saturating_sub(overlap))
        };
    }

    pub(crate) fn finish(self) -> Digest {
        Digest {
            sha256: self.hash.finalize().into(),
            kind: kind_of(&self.head),
            contains: self.contains,
            size: self.size,
        }
    }
}

/// The type of a file by its first bytes. Text need not be valid UTF-8.
fn kind_of(head: &[u8]) -> FileKind {
    const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
    // The mark of UTF-32 LE begins with that of UTF-16 LE.
    const WIDE_MARKS: [&[u8]; 3] = [b"\xFF\xFE", b"\xFE\xFF", b"\x00\x00\xFE\xFF"];
    if head.starts_with(UTF8_MARK) {
        FileKind::Text
    } else if WIDE_MARKS.iter().any(|mark| head.starts_with(mark)) {
        FileKind::WideText
    } else if head.contains(&0) || head.starts_with(b"%PDF") {
        FileKind::Binary
    } else {
        FileKind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(pieces: &[&[u8]]) -> Digest {
        let needles = Needles::new([b"/prefix".as_slice(), b"/a/longer/one"]);
        let mut digester = needles.digester();
        pieces.iter().for_each(|piece| digester.update(piece));
        digester.finish()
    }

    #[test]
    fn a_needle_is_found_however_the_file_is_cut() {
        let text = b"xx/prefix and /a/longer/one yy";
        for size in 1..text.len() {
            let pieces: Vec<&[u8]> = text.chunks(size).collect();
            assert_eq!(digest(&pieces).contains, [true, true], "pieces of {size}");
        }
        assert_eq!(digest(&[b"/prefi", b"/longer/one", b"x"]).contains, [false, false]);
    }

    #[test]
    fn the_type_is_decided_by_the_head() {
        let text_then_nul = |at: usize| {
            let mut bytes = vec![b'a'; 2048];
            if let Some(byte) = bytes.get_mut(at) {
                *byte = 0;
            }
            digest(&[&bytes]).kind
        };
        assert_eq!(text_then_nul(1023), FileKind::Binary);
        assert_eq!(text_then_nul(1024), FileKind::Text);
        assert_eq!(digest(&[b"%PDF-1.4"]).kind, FileKind::Binary);
        assert_eq!(digest(&[b"\xEF\xBB\xBF\0"]).kind, FileKind::Text);
        assert_eq!(digest(&[b"\xFF\xFEa\0"]).kind, FileKind::WideText);
        assert_eq!(digest(&[b"caf\xE9"]).kind, FileKind::Text);
        assert_eq!(digest(&[]).kind, FileKind::Text);
    }
}
