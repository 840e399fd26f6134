//! What a patch says, file by file.

use super::binary::BinaryDiff;
use super::tree::FileKind;

/// What a patch says about one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FileDiff {
    /// Which of the commits of a mail series it belongs to, from 0. Within a commit all names are those before it, as in
    /// git: `a` becomes `b` and `b` becomes `c` is not a contradiction.
    pub(super) commit: usize,
    /// Name before; `None` for a file that is created.
    pub(super) old: Option<String>,
    /// Name after; `None` for a file that is deleted.
    pub(super) new: Option<String>,
    /// Whether the old file stays although the names differ.
    pub(super) copy: bool,
    /// Whether the names differ on purpose, as git says it.
    pub(super) rename: bool,
    /// The kind before, where the patch says so.
    pub(super) old_kind: Option<FileKind>,
    /// The kind after, where the patch says so.
    pub(super) new_kind: Option<FileKind>,
    /// Whether an empty result means that the file is removed: its new date is the epoch.
    pub(super) remove_if_empty: bool,
    /// Whether the header lines end with a carriage return: then all lines do, whatever the files have.
    pub(super) has_crlf_headers: bool,
    /// The changes, in order.
    pub(super) hunks: Vec<Hunk>,
    /// The change of a binary file; there are no hunks then.
    pub(super) binary: Option<BinaryDiff>,
}

/// One change at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hunk {
    /// Line of the patch that it starts at, from 1.
    pub(super) at: usize,
    /// The line of the old file that it names, from 1; 0 only for an empty file.
    pub(super) old_start: usize,
    /// Its lines.
    pub(super) lines: Vec<Line>,
    /// Whether its last old line is the last of the file, without a line end.
    pub(super) old_ends_open: bool,
    /// The same for its last new line.
    pub(super) new_ends_open: bool,
    /// Whether the patch ends before the hunk has as many lines as its header says.
    pub(super) is_cut: bool,
}

/// A line of a hunk, without its line end; a carriage return before that is part of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) kind: LineKind,
    pub(super) text: Vec<u8>,
}

/// What a line of a hunk is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    /// In both files.
    Context,
    /// In the old file only.
    Removed,
    /// In the new file only.
    Added,
}

impl FileDiff {
    /// The name for messages.
    pub(super) fn name(&self) -> &str {
        self.new.as_deref().or(self.old.as_deref()).unwrap_or_default()
    }

    /// Whether it is about a symlink itself, not the file it leads to.
    pub(super) fn is_about_symlink(&self) -> bool {
        self.old_kind == Some(FileKind::Symlink) || self.new_kind == Some(FileKind::Symlink)
    }

    /// Whether the first hunk creates the file: it is for an empty one and has no old lines.
    pub(super) fn starts_from_nothing(&self) -> bool {
        self.hunks.first().is_some_and(|hunk| hunk.old_start == 0 && hunk.old_lines().next().is_none())
    }
}

impl Hunk {
    /// The lines before.
    pub(super) fn old_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.kind != LineKind::Added)
    }

    /// The hunk that reverts this one.
    pub(super) fn reversed(&self) -> Self {
        let lines = self.lines.iter().map(|line| {
            let kind = match line.kind {
                LineKind::Context => LineKind::Context,
                LineKind::Removed => LineKind::Added,
                LineKind::Added => LineKind::Removed,
            };
            Line { kind, text: line.text.clone() }
        });
        Self {
            at: self.at,
            old_start: self.old_start,
            lines: lines.collect(),
            old_ends_open: self.new_ends_open,
            is_cut: self.is_cut,
            new_ends_open: self.old_ends_open,
        }
    }
}
