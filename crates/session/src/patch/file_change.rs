//! The effect of one file's diff.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::content::{Content, neighbors_have_crlf};
use super::hunk::{FileDiff, Hunk, LineKind};
use super::locate::{Match, Place, locate_all};
use super::strip::stripped;
use super::tree::{EntryKind, FileKind, FileState, Tree, followed, is_file, parent_followed};

/// New states of files by their paths; none where the diff is in the files already.
type Results = Vec<(PathBuf, Option<FileState>)>;

/// One file's diff and the tree before it.
pub(super) struct FileChange<'a> {
    pub(super) diff: &'a FileDiff,
    /// How many leading directories of the names are removed.
    pub(super) level: usize,
    /// The tree before the commit that the diff is part of.
    pub(super) tree: &'a dyn Tree,
    /// Names that the commit removes, also by diffs that come later.
    pub(super) removed: &'a HashSet<PathBuf>,
}

impl FileChange<'_> {
    /// Works out the result; what looks wrong goes to `warnings`.
    ///
    /// # Errors
    /// Why it does not apply.
    pub(super) fn apply(&self, warnings: &mut Vec<String>) -> Result<Results, String> {
        let path = |name: &str| {
            stripped(name, self.level).ok_or_else(|| format!("`{name}` is outside of the source directory"))
        };
        match (&self.diff.old, &self.diff.new) {
            (None, Some(new)) => self.create(&path(new)?, warnings),
            (Some(old), None) => self.delete(&path(old)?, warnings),
            (Some(old), Some(new)) => {
                let (old, new) = (path(old)?, path(new)?);
                if old == new {
                    self.edit(&new, warnings)
                } else if self.diff.rename || self.diff.copy {
                    self.rename(&old, &new)
                } else {
                    self.edit_renamed(&old, &new, warnings)
                }
            }
            (None, None) => Err("a change without a file".to_owned()),
        }
    }

    fn create(&self, path: &Path, warnings: &mut Vec<String>) -> Result<Results, String> {
        let path = parent_followed(self.tree, path)?;
        let kind = self.diff.new_kind.unwrap_or_default();
        let content = self.new_content(b"", &path, kind)?;
        let existing = if self.removed.contains(&path) { None } else { self.entry(&path)? };
        if let Some(existing) = &existing {
            if existing.content == content && (existing.kind == kind || self.diff.new_kind.is_none()) {
                return Ok(Vec::new());
            }
            self.refuse_other_kind(&path, existing.kind, kind)?;
            if !existing.content.is_empty() && existing.content != content {
                warnings.push(format!("`{}` already exists with other content and is replaced", path.display()));
            }
        }
        Ok(vec![(path, Some(FileState { content, kind }))])
    }

    fn delete(&self, path: &Path, warnings: &mut Vec<String>) -> Result<Results, String> {
        let path = parent_followed(self.tree, path)?;
        let Some(existing) = self.entry(&path)? else { return Ok(Vec::new()) };
        self.refuse_other_kind(&path, existing.kind, self.diff.old_kind.unwrap_or_default())?;
        let has_change = !self.diff.hunks.is_empty() || self.diff.binary.is_some();
        let is_emptied = || self.new_content(&existing.content, &path, existing.kind).is_ok_and(|left| left.is_empty());
        if has_change && !is_emptied() {
            warnings.push(format!("`{}` has other content than the patch says and is deleted anyway", path.display()));
        }
        Ok(vec![(path, None)])
    }

    fn edit(&self, path: &Path, warnings: &mut Vec<String>) -> Result<Results, String> {
        let diff = self.diff;
        let creates = diff.starts_from_nothing();
        if diff.is_about_symlink() || creates || diff.remove_if_empty {
            let place = parent_followed(self.tree, path)?;
            if let Some(existing) = self.entry(&place)? {
                self.refuse_other_kind(&place, existing.kind, diff.old_kind.unwrap_or_default())?;
            }
        }
        // Git does not patch through symlinks; other tools do, and releases have links where repositories have files.
        let path = if diff.is_about_symlink() { parent_followed(self.tree, path)? } else { followed(self.tree, path)? };
        if self.tree.kind(&path) == Some(EntryKind::Folder) && !creates {
            return Err(format!("`{}` is a directory", path.display()));
        }
        let Some(existing) = self.entry(&path)? else {
            return match () {
                () if diff.remove_if_empty && !creates => Ok(Vec::new()),
                // `diff -N` gives a created file its name on both sides.
                () if creates => self.create(&path, warnings),
                () => Err(format!("`{}` does not exist", path.display())),
            };
        };
        let kind = diff.new_kind.unwrap_or(existing.kind);
        if self.is_applied(&existing.content, &path) {
            let same = kind == existing.kind;
            return Ok(if same { Vec::new() } else { vec![(path, Some(FileState { kind, ..existing }))] });
        }
        let content = self.new_content(&existing.content, &path, kind)?;
        let removed = content.is_empty() && diff.remove_if_empty;
        Ok(vec![(path, (!removed).then_some(FileState { content, kind }))])
    }

    fn rename(&self, old: &Path, new: &Path) -> Result<Results, String> {
        let diff = self.diff;
        let (old, new) = (parent_followed(self.tree, old)?, parent_followed(self.tree, new)?);
        let verb = if diff.copy { "copied" } else { "renamed" };
        let Some(existing) = self.entry(&old)? else {
            return match self.entry(&new)? {
                Some(renamed) if self.is_applied(&renamed.content, &new) => Ok(Vec::new()),
                _ => Err(format!("`{}` cannot be {verb} to `{}`: it does not exist", old.display(), new.display())),
            };
        };
        let has_change = !diff.hunks.is_empty() || diff.binary.is_some();
        if has_change {
            self.refuse_other_kind(&old, existing.kind, diff.old_kind.unwrap_or_default())?;
        }
        let content =
            if has_change { self.new_content(&existing.content, &old, existing.kind)? } else { existing.content };
        let state = FileState { content, kind: diff.new_kind.unwrap_or(existing.kind) };
        let in_the_way = if self.removed.contains(&new) { None } else { self.entry(&new)? };
        match in_the_way {
            Some(other) if other == state && diff.copy => return Ok(Vec::new()),
            Some(other) if other != state => {
                let what = if other.kind == FileKind::Symlink { "a symlink of that name" } else { "it" };
                let (old, new) = (old.display(), new.display());
                return Err(format!("`{old}` cannot be {verb} to `{new}`: {what} already exists"));
            }
            _ => {}
        }
        let mut results = vec![(new, Some(state))];
        if !diff.copy {
            results.push((old, None));
        }
        Ok(results)
    }

    /// Names that differ without git saying so: most often a backup (`x.orig`) and the file itself.
    fn edit_renamed(&self, old: &Path, new: &Path, warnings: &mut Vec<String>) -> Result<Results, String> {
        if is_file(self.tree, new) {
            return self.edit(new, warnings);
        }
        if is_backup_of(old, new) {
            let (old, new) = (followed(self.tree, old)?, parent_followed(self.tree, new)?);
            if let Some(existing) = self.entry(&new)? {
                self.refuse_other_kind(&new, existing.kind, FileKind::Regular)?;
            }
            let existing = self.entry(&old)?.ok_or_else(|| format!("`{}` does not exist", new.display()))?;
            let content = self.new_content(&existing.content, &new, existing.kind)?;
            return Ok(vec![(new, Some(FileState { content, kind: existing.kind }))]);
        }
        if is_file(self.tree, old) && !self.diff.starts_from_nothing() {
            if self.diff.remove_if_empty {
                return self.edit(old, warnings);
            }
            return self.rename(old, new);
        }
        self.edit(new, warnings)
    }

    /// The file or symlink at a path. A directory in its place is none: whether it is removed is known when the whole
    /// patch is, as its diffs may come in any order.
    fn entry(&self, path: &Path) -> Result<Option<FileState>, String> {
        self.tree.read(path)
    }

    /// A diff of a file must not change what a symlink of its name leads to, nor replace the symlink.
    fn refuse_other_kind(&self, path: &Path, is: FileKind, expected: FileKind) -> Result<(), String> {
        match (is == FileKind::Symlink, expected == FileKind::Symlink) {
            (true, false) => Err(format!("`{}` is a symlink; the patch expects a regular file", path.display())),
            (false, true) => Err(format!("`{}` is a regular file; the patch expects a symlink", path.display())),
            _ => Ok(()),
        }
    }

    /// Whether a file is what the patch would make of it.
    ///
    /// A hunk that matches where the patch says is to be applied, even if its result is elsewhere in the file; one that
    /// matches only elsewhere, while its result is where the patch says, is not.
    fn is_applied(&self, bytes: &[u8], path: &Path) -> bool {
        if let Some(binary) = &self.diff.binary {
            return binary.is_result(bytes);
        }
        let content = Content::new(bytes);
        let hunks = self.hunks(bytes, path);
        let forward = locate_all(&content, &hunks, Match::Exact);
        let reversed: Vec<Hunk> = hunks.iter().map(Hunk::reversed).collect();
        // Without a line to look for, the result would be found anywhere.
        if reversed.iter().any(|hunk| hunk.old_lines().next().is_none()) {
            return false;
        }
        let backward = locate_all(&content, &reversed, Match::Exact);
        let stays = |places: &[Place]| places.iter().all(|place| place.offset == 0);
        match (forward, backward) {
            (_, Err(_)) => false,
            (Err(_), Ok(_)) => true,
            (Ok(forward), Ok(backward)) => !stays(&forward) && backward.first().is_some_and(|place| place.offset == 0),
        }
    }

    fn new_content(&self, bytes: &[u8], path: &Path, kind: FileKind) -> Result<Vec<u8>, String> {
        if let Some(binary) = &self.diff.binary {
            return binary.apply(bytes).map_err(|reason| {
                format!("`{}`, binary diff (line {} of the patch): {reason}", self.diff.name(), binary.at)
            });
        }
        let content = Content::new(bytes);
        let hunks = self.hunks(bytes, path);
        let places =
            locate_all(&content, &hunks, Match::Exact).or_else(|_| locate_all(&content, &hunks, Match::Lenient));
        match places {
            Ok(places) => {
                let mut new = content.apply(&hunks.iter().zip(places).collect::<Vec<_>>());
                // A target has no line end, but a diff without the note about that would give it one.
                if kind == FileKind::Symlink && new.ends_with(b"\n") {
                    new.pop();
                }
                Ok(new)
            }
            Err(failed) => {
                let reasons = failed.iter().filter_map(|&index| Some(self.hunk_failure(index, hunks.get(index)?)));
                Err(reasons.collect::<Vec<_>>().join("\n"))
            }
        }
    }

    /// The hunks with the line endings of the file. A patch that was converted to CRLF as a whole says nothing about
    /// those of the file; where that has no lines, the files next to it decide.
    fn hunks(&self, bytes: &[u8], path: &Path) -> Cow<'_, [Hunk]> {
        let hunks = &self.diff.hunks;
        if !self.diff.has_crlf_headers {
            return Cow::Borrowed(hunks);
        }
        let content = Content::new(bytes);
        let crlf = content.has_crlf().unwrap_or_else(|| neighbors_have_crlf(self.tree, path));
        if crlf {
            return Cow::Borrowed(hunks);
        }
        let mut hunks = hunks.clone();
        for line in hunks.iter_mut().flat_map(|hunk| &mut hunk.lines) {
            if line.text.ends_with(b"\r") {
                line.text.pop();
            }
        }
        Cow::Owned(hunks)
    }

    /// Names file and hunk, and shows the lines that were looked for.
    fn hunk_failure(&self, index: usize, hunk: &Hunk) -> String {
        const MAX_SHOWN: usize = 8;
        let mut text = format!(
            "`{}`, hunk #{} (line {} of the patch): its lines are not in the file",
            self.diff.name(),
            index + 1,
            hunk.at
        );
        for line in hunk.lines.iter().take(MAX_SHOWN) {
            let sign = match line.kind {
                LineKind::Context => ' ',
                LineKind::Removed => '-',
                LineKind::Added => '+',
            };
            text.push_str(&format!("\n    {sign}{}", String::from_utf8_lossy(&line.text)));
        }
        if hunk.lines.len() > MAX_SHOWN {
            text.push_str("\n    …");
        }
        text
    }
}

fn is_backup_of(old: &Path, new: &Path) -> bool {
    let backup = |ending: &str| {
        let mut name = new.as_os_str().to_owned();
        name.push(ending);
        Path::new(&name) == old
    };
    backup(".orig") || backup(".bak")
}
