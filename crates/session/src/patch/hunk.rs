//! What a patch says, file by file.

/// What a patch says about one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FileDiff {
    /// Name before; `None` for a file that is created.
    pub(super) old: Option<String>,
    /// Name after; `None` for a file that is deleted.
    pub(super) new: Option<String>,
    /// Whether the old file stays although the names differ.
    pub(super) copy: bool,
    /// Whether the names differ on purpose, as git says it.
    pub(super) rename: bool,
    /// Whether the file is to be executable, where the patch says so.
    pub(super) executable: Option<bool>,
    /// Whether an empty result means that the file is to go: its new date is the epoch.
    pub(super) remove_if_empty: bool,
    /// The changes, in order.
    pub(super) hunks: Vec<Hunk>,
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
}

impl Hunk {
    /// The lines before.
    pub(super) fn old_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.kind != LineKind::Added)
    }

    /// The hunk that takes this one back.
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
