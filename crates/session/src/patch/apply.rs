//! Applying a patch to a directory: all of it, or nothing.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::file_change::FileChange;
use super::folder::Folder;
use super::hunk::FileDiff;
use super::parse::{BYTE_ORDER_MARK, parse};
use super::strip::{strip_level, stripped};
use super::tree::{Changes, Overlay, Tree, conflicts, parent_followed};
use super::write::write_changes;
use crate::error::{Error, Result};

/// The effect of a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// Files were changed.
    Changed,
    /// All of its changes were in the files already.
    Already,
    /// The patch is empty.
    Empty,
}

/// The effect of a patch, and what is unusual about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The effect.
    pub applied: Applied,
    /// What looks wrong, although it was done as the patch says: a created file existed, or a deleted one had other
    /// content. The reference applies such patches, so recipes may depend on it.
    pub warnings: Vec<String>,
}

/// Applies a patch to a directory. `name` is for messages.
///
/// Hunks may have moved, context may be off by a few lines, and whitespace and line endings may differ: the file keeps
/// its own.
///
/// # Errors
/// [`Error::Patch`] for a text that is not a unified diff, for names that lead out of the directory, and for hunks that do
/// not match, naming every file and hunk; nothing is changed then. [`Error::Io`] when a file cannot be written.
pub fn apply(folder: &Path, patch: &[u8], name: &str) -> Result<Application> {
    let fails = |reason: String| Error::Patch { patch: name.to_owned(), reason };
    let folder = Folder::new(folder).map_err(Error::io("cannot resolve", folder))?;
    let (changes, application) = changes(&folder, patch).map_err(fails)?;
    write_changes(&folder, &changes, name)?;
    Ok(application)
}

/// The result of a patch on a tree.
///
/// # Errors
/// Why it does not apply.
pub(super) fn changes(tree: &dyn Tree, patch: &[u8]) -> Result<(Changes, Application), String> {
    let diffs = parse(patch)?;
    if diffs.is_empty() {
        return Ok((Changes::new(), Application { applied: Applied::Empty, warnings: Vec::new() }));
    }
    let level = strip_level(&diffs, tree);
    let mut overlay = Overlay::new(tree);
    let mut applied = Applied::Already;
    let mut warnings = warnings_of_text(patch, &diffs);
    let mut failures = Vec::new();
    for commit in commits(&diffs) {
        let removed = removed_names(&commit, level, &overlay);
        let mut results = Vec::new();
        for diff in commit {
            let change = FileChange { diff, level, tree: &overlay, removed: &removed };
            match change.apply(&mut warnings) {
                Ok(result) => results.extend(result),
                Err(reason) => failures.push(reason),
            }
        }
        if !results.is_empty() {
            applied = Applied::Changed;
        }
        // All names of a commit are those before it. So what is created wins over what is removed: in a swap, or when a
        // file is renamed to the name of a deleted one, a name is both.
        let (removed, created): (Vec<_>, Vec<_>) = results.into_iter().partition(|(_, state)| state.is_none());
        overlay.changes.extend(removed);
        overlay.changes.extend(created);
    }
    if failures.is_empty() {
        failures = conflicts(tree, &overlay.changes)?;
    }
    if !failures.is_empty() {
        return Err(failures.join("\n"));
    }
    Ok((overlay.changes, Application { applied, warnings }))
}

fn warnings_of_text(patch: &[u8], diffs: &[FileDiff]) -> Vec<String> {
    let mut warnings = Vec::new();
    if patch.starts_with(BYTE_ORDER_MARK) {
        let text = "the patch starts with a byte order mark (BOM), which `git apply` does not accept; save it without";
        warnings.push(text.to_owned());
    }
    for hunk in diffs.iter().flat_map(|diff| &diff.hunks).filter(|hunk| hunk.is_cut) {
        warnings.push(format!(
            "line {}: the last hunk has fewer lines than its header says; the patch may be cut off",
            hunk.at
        ));
    }
    warnings
}

/// Groups diffs that belong to the same state of the files. Where several patches were joined into one file without the
/// mails around them, the second diff of a file starts the next group.
pub(super) fn commits(diffs: &[FileDiff]) -> Vec<Vec<&FileDiff>> {
    #[derive(PartialEq)]
    enum Seen {
        Edited,
        Created,
        Deleted,
    }
    let mut commits: Vec<Vec<&FileDiff>> = Vec::new();
    let mut seen: HashMap<&str, Seen> = HashMap::new();
    for diff in diffs {
        let before = diff.old.as_deref().and_then(|old| seen.get(old));
        let after = diff.new.as_deref().and_then(|new| seen.get(new));
        let repeats = match (&diff.old, &diff.new) {
            // A symlink that becomes a file is deleted and created.
            (None, Some(_)) => after.is_some_and(|after| *after != Seen::Deleted),
            (Some(_), None) => before.is_some(),
            _ if diff.rename || diff.copy => {
                // A copy is of the file before the commit, even if the commit edits that as well.
                diff.rename && before == Some(&Seen::Edited) || after.is_some_and(|after| *after != Seen::Deleted)
            }
            _ => before.is_some() || after.is_some(),
        };
        let same_commit =
            commits.last().and_then(|commit| commit.last()).is_some_and(|last| last.commit == diff.commit);
        if !same_commit || repeats {
            commits.push(Vec::new());
            seen.clear();
        }
        match (&diff.old, &diff.new) {
            (None, Some(new)) => drop(seen.insert(new, Seen::Created)),
            (Some(old), None) => drop(seen.insert(old, Seen::Deleted)),
            (Some(_), Some(new)) if diff.rename || diff.copy => drop(seen.insert(new, Seen::Created)),
            (_, Some(new)) => drop(seen.insert(new, Seen::Edited)),
            (None, None) => {}
        }
        if let Some(commit) = commits.last_mut() {
            commit.push(diff);
        }
    }
    commits
}

/// The names that a commit removes: another file may get them.
pub(super) fn removed_names(commit: &[&FileDiff], level: usize, tree: &dyn Tree) -> HashSet<PathBuf> {
    let removes = |diff: &&&FileDiff| diff.new.is_none() || diff.rename;
    let names = commit.iter().filter(removes).filter_map(|diff| stripped(diff.old.as_deref()?, level));
    names.filter_map(|path| parent_followed(tree, &path).ok()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

    use std::collections::BTreeMap;

    use super::*;
    use crate::patch::tree::{EntryKind, FileKind, FileState};
    use crate::patch::unified::{Side, unified_diff};

    struct Memory(BTreeMap<&'static str, Vec<u8>>);

    impl Tree for Memory {
        fn kind(&self, path: &Path) -> Option<EntryKind> {
            self.0.contains_key(path.to_str().unwrap()).then_some(EntryKind::File)
        }

        fn read(&self, path: &Path) -> Result<Option<FileState>, String> {
            let content = self.0.get(path.to_str().unwrap());
            Ok(content.map(|content| FileState { content: content.clone(), kind: FileKind::Regular }))
        }

        fn link_target(&self, _: &Path) -> Option<PathBuf> {
            None
        }

        fn below(&self, _: &Path) -> Result<Vec<PathBuf>, String> {
            Ok(Vec::new())
        }
    }

    /// Numbers that look random and are the same every time.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }

        /// Few different lines, so that places look alike; odd ends.
        fn file(&mut self) -> Vec<u8> {
            let lines = ["", "a", "b", "  a", "-- a", "++ b", "@@ -1 +1 @@", "a\r", "\\ no", "diff --git a/x b/x"];
            let count = self.below(30);
            let mut file: Vec<u8> = (0..count)
                .flat_map(|_| format!("{}\n", lines[usize::try_from(self.below(10)).unwrap()]).into_bytes())
                .collect();
            if self.below(3) == 0 {
                file.pop();
            }
            file
        }

        fn edited(&mut self, file: &[u8]) -> Vec<u8> {
            let mut lines: Vec<&[u8]> = file.split_inclusive(|&byte| byte == b'\n').collect();
            for _ in 0..=self.below(4) {
                let at = usize::try_from(self.below(lines.len() as u64 + 1)).unwrap();
                match self.below(3) {
                    0 if at < lines.len() => drop(lines.remove(at)),
                    1 if at < lines.len() => lines[at] = b"changed\n",
                    _ if lines.last().is_none_or(|line| line.ends_with(b"\n")) => lines.insert(at, b"new\n"),
                    _ => {}
                }
            }
            lines.concat()
        }
    }

    #[test]
    fn a_diff_that_is_written_is_read_and_applied_to_the_same_file() {
        let mut numbers = Numbers(7);
        for round in 0..20_000 {
            let old = numbers.file();
            let new = if round % 2 == 0 { numbers.edited(&old) } else { numbers.file() };
            if old == new || old.is_empty() || new.is_empty() {
                continue;
            }
            let state = |content: &Vec<u8>| FileState { content: content.clone(), kind: FileKind::Regular };
            let text = {
                let (old, new) = (state(&old), state(&new));
                let side = |state| Some(Side { name: "f", state });
                unified_diff(side(&old), side(&new), (round % 3 == 0).then_some(0))
            };
            let tree = Memory(BTreeMap::from([("f", old.clone())]));
            let shown = String::from_utf8_lossy(&text).into_owned();
            let (changes, _) = changes(&tree, &text).unwrap_or_else(|error| panic!("{error}\n{shown}"));
            let result = changes.get(Path::new("f")).cloned().flatten().map(|state| state.content);
            assert_eq!(result.as_ref(), Some(&new), "round {round}\n{shown}");
        }
    }
}
