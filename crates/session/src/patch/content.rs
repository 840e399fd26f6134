//! The lines of a file, and replacing some of them.

use std::path::Path;

use super::hunk::{Hunk, LineKind};
use super::locate::{Place, same_but_for_blanks};
use super::tree::{FileKind, Tree};

/// A file as lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content<'a> {
    /// Without line ends; a carriage return before one is part of the line.
    pub(super) lines: Vec<&'a [u8]>,
    /// Whether the last line has no line end.
    pub(super) ends_open: bool,
}

impl<'a> Content<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        if bytes.is_empty() {
            return Self { lines: Vec::new(), ends_open: false };
        }
        let ends_open = !bytes.ends_with(b"\n");
        let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        Self { lines: body.split(|&byte| byte == b'\n').collect(), ends_open }
    }

    /// Whether most lines end with CRLF; `None` where no line has an end.
    pub(super) fn has_crlf(&self) -> Option<bool> {
        let ended = self.lines.len() - usize::from(self.ends_open && !self.lines.is_empty());
        let crlf = self.lines.iter().take(ended).filter(|line| line.ends_with(b"\r")).count();
        (ended > 0).then_some(crlf * 2 > ended)
    }

    /// Whether the line before a place, or else the one at it, ends with CRLF.
    fn has_crlf_near(&self, at: usize) -> Option<bool> {
        let ended = self.lines.len() - usize::from(self.ends_open && !self.lines.is_empty());
        let line = at.checked_sub(1).filter(|&before| before < ended).or(Some(at).filter(|&at| at < ended))?;
        self.lines.get(line).map(|line| line.ends_with(b"\r"))
    }

    /// The file with all hunks applied at their places, which are in order and do not overlap.
    pub(super) fn apply(&self, hunks: &[(&Hunk, Place)]) -> Vec<u8> {
        let mut lines: Vec<Vec<u8>> = Vec::with_capacity(self.lines.len());
        let mut ends_open = self.ends_open;
        let mut next = 0;
        for (hunk, place) in hunks {
            lines.extend(self.lines.iter().skip(next).take(place.at.saturating_sub(next)).map(|line| line.to_vec()));
            next = place.at;
            let kept = hunk.lines.get(place.skip_start..hunk.lines.len() - place.skip_end).unwrap_or_default();
            let like_file = self.line_ends(kept, place);
            let mut last_added = false;
            for line in kept {
                match line.kind {
                    LineKind::Context => {
                        // The file's own text, which may differ in blanks.
                        lines.extend(self.lines.get(next).map(|line| line.to_vec()));
                        next += 1;
                    }
                    LineKind::Removed => next += 1,
                    LineKind::Added => lines.push(like_file(&line.text)),
                }
                match line.kind {
                    LineKind::Added => last_added = true,
                    LineKind::Context => last_added = false,
                    LineKind::Removed => {}
                }
            }
            if next >= self.lines.len() && place.skip_end == 0 {
                ends_open = match (hunk.new_ends_open, hunk.old_ends_open) {
                    (true, _) => true,
                    (false, true) => false,
                    (false, false) => ends_open && !last_added,
                };
            }
        }
        lines.extend(self.lines.iter().skip(next).map(|line| line.to_vec()));
        let mut bytes = lines.join(&b'\n');
        if !lines.is_empty() && !ends_open {
            bytes.push(b'\n');
        }
        bytes
    }

    /// How added lines are written: as they are where the hunk's other lines match the file exactly, else with the line
    /// endings of the file at that place.
    fn line_ends(&self, kept: &[super::hunk::Line], place: &Place) -> impl Fn(&[u8]) -> Vec<u8> + use<> {
        let mut old = kept.iter().filter(|line| line.kind != LineKind::Added).peekable();
        // Nothing to compare with: lines with CRLF are meant, but lines without may come from a patch that lost it.
        let compares_nothing = old.peek().is_none();
        let exact = old.zip(self.lines.iter().skip(place.at)).all(|(line, own)| line.text == *own);
        let crlf = self.has_crlf_near(place.at).or(self.has_crlf()).unwrap_or(false);
        move |text: &[u8]| {
            if exact && !(compares_nothing && crlf) {
                return text.to_vec();
            }
            let bare = text.strip_suffix(b"\r").unwrap_or(text);
            if crlf { [bare, b"\r"].concat() } else { bare.to_vec() }
        }
    }

    /// Whether a line of a hunk and a line of the file are the same, exactly or except for whitespace.
    pub(super) fn line_is(&self, at: usize, text: &[u8], exact: bool) -> bool {
        match self.lines.get(at) {
            Some(own) if exact => *own == text,
            Some(own) => same_but_for_blanks(own, text),
            None => false,
        }
    }
}

/// Whether the text files next to a path have CRLF: first those with the same extension, then the others, then those of
/// the directories above.
pub(super) fn neighbors_have_crlf(tree: &dyn Tree, path: &Path) -> bool {
    /// A tree without any text file is not searched to its end.
    const MAX_READ: usize = 64;
    let mut read = 0;
    for folder in path.ancestors().skip(1) {
        let mut files = tree.below(folder).unwrap_or_default();
        files.retain(|file| file != path);
        files.sort_by_key(|file| (file.parent() != Some(folder), file.extension() != path.extension()));
        for file in files {
            read += 1;
            if read > MAX_READ {
                return false;
            }
            let Ok(Some(state)) = tree.read(&file) else { continue };
            if state.kind == FileKind::Symlink || state.content.contains(&0) {
                continue;
            }
            if let Some(crlf) = Content::new(&state.content).has_crlf() {
                return crlf;
            }
        }
    }
    false
}
