//! Applying a patch to a folder: all of it, or nothing.

use std::path::Path;

use super::content::Content;
use super::folder::Folder;
use super::hunk::{FileDiff, Hunk, LineKind};
use super::locate::{Match, Place, locate_all};
use super::parse::parse;
use super::strip::{strip_level, stripped};
use super::tree::{Changes, FileState, Overlay, Tree, clashes, in_place};
use super::write::write_changes;
use crate::error::{Error, Result};

/// What applying a patch came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// Files were changed.
    Changed,
    /// All of it was in the files already.
    Already,
    /// The patch is empty.
    Empty,
}

/// What applying a patch came to, and what is odd about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// What it came to.
    pub applied: Applied,
    /// What looks wrong, although it was done as the patch says: a file that was to be new was there, or one that was to
    /// go had other lines. The reference does so too, so recipes may count on it.
    pub warnings: Vec<String>,
}

/// Applies a patch to a folder. `name` is for messages.
///
/// Hunks may have moved; some context may be wrong; blanks and line ends may differ, and those of the file are kept.
///
/// # Errors
/// [`Error::Patch`], naming every file and hunk that does not fit, for a text that is no unified diff, and for names that
/// lead out of the folder; nothing is changed then. [`Error::Io`].
pub fn apply(folder: &Path, patch: &[u8], name: &str) -> Result<Application> {
    let fails = |reason: String| Error::Patch { patch: name.to_owned(), reason };
    let folder = Folder::new(folder).map_err(Error::io("cannot resolve", folder))?;
    let (changes, application) = changes(&folder, patch, Level::Found).map_err(fails)?;
    write_changes(&folder, &changes, name)?;
    Ok(application)
}

/// How many leading folders of the names are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// As many as it takes to find a file.
    Found,
    /// This many.
    Exact(usize),
}

/// What a patch makes of a tree.
///
/// # Errors
/// Why it does not fit.
pub(super) fn changes(tree: &dyn Tree, patch: &[u8], level: Level) -> Result<(Changes, Application), String> {
    let diffs = parse(patch)?;
    if diffs.is_empty() {
        return Ok((Changes::new(), Application { applied: Applied::Empty, warnings: Vec::new() }));
    }
    let level = match level {
        Level::Found => strip_level(&diffs, tree),
        Level::Exact(level) => level,
    };
    let mut overlay = Overlay::new(tree);
    let mut applied = Applied::Already;
    let (mut failures, mut warnings) = (Vec::new(), Vec::new());
    for hunk in diffs.iter().flat_map(|diff| &diff.hunks).filter(|hunk| hunk.is_cut) {
        warnings.push(format!(
            "line {}: the last hunk has fewer lines than its header says; the patch may be cut off",
            hunk.at
        ));
    }
    for diff in &diffs {
        match apply_diff(diff, level, &overlay, &mut warnings) {
            Ok(None) => {}
            Ok(Some(changes)) => {
                overlay.changes.extend(changes);
                applied = Applied::Changed;
            }
            Err(reason) => failures.push(reason),
        }
    }
    if failures.is_empty() {
        failures = clashes(tree, &overlay.changes)?;
    }
    if !failures.is_empty() {
        return Err(failures.join("\n"));
    }
    Ok((overlay.changes, Application { applied, warnings }))
}

/// What one file's diff changes; `None` when it is in the tree already.
fn apply_diff(
    diff: &FileDiff,
    level: usize,
    tree: &Overlay<'_>,
    warnings: &mut Vec<String>,
) -> Result<Option<Changes>, String> {
    let path =
        |name: &str| stripped(name, level).ok_or_else(|| format!("`{name}` lies outside of the source's folder"));
    match (&diff.old, &diff.new) {
        (None, Some(new)) => create(diff, &path(new)?, tree, warnings),
        (Some(old), None) => delete(diff, &path(old)?, tree, warnings),
        (Some(old), Some(new)) => {
            let (old, new) = (path(old)?, path(new)?);
            if old == new {
                edit(diff, &new, tree, warnings)
            } else if diff.rename || diff.copy {
                rename(diff, &old, &new, tree)
            } else {
                edit_renamed(diff, &old, &new, tree, warnings)
            }
        }
        (None, None) => Err("a change without a file".to_owned()),
    }
}

fn create(
    diff: &FileDiff,
    path: &Path,
    tree: &Overlay<'_>,
    warnings: &mut Vec<String>,
) -> Result<Option<Changes>, String> {
    let content = new_content(diff, &[])?;
    let executable = diff.executable.unwrap_or(false);
    match in_place(tree, path)? {
        Some(existing) if existing.content == content => {
            let same_mode = diff.executable.is_none_or(|executable| executable == existing.executable);
            Ok(if same_mode { None } else { Some(only(path, FileState { content, executable })) })
        }
        existing => {
            if existing.is_some_and(|existing| !existing.content.is_empty()) {
                warnings.push(format!("`{}` was there already with another content, and is replaced", path.display()));
            }
            Ok(Some(only(path, FileState { content, executable })))
        }
    }
}

fn delete(
    diff: &FileDiff,
    path: &Path,
    tree: &Overlay<'_>,
    warnings: &mut Vec<String>,
) -> Result<Option<Changes>, String> {
    let Some(existing) = in_place(tree, path)? else { return Ok(None) };
    let leaves_nothing = new_content(diff, &existing.content).is_ok_and(|content| content.is_empty());
    if !diff.hunks.is_empty() && !leaves_nothing {
        warnings.push(format!("`{}` has other lines than the patch says, and is deleted all the same", path.display()));
    }
    Ok(Some(Changes::from([(path.to_path_buf(), None)])))
}

fn edit(
    diff: &FileDiff,
    path: &Path,
    tree: &Overlay<'_>,
    warnings: &mut Vec<String>,
) -> Result<Option<Changes>, String> {
    let creates = diff.hunks.first().is_some_and(|hunk| hunk.old_start == 0 && hunk.old_lines().next().is_none());
    let existing = if creates { in_place(tree, path)? } else { tree.read(path)? };
    let Some(existing) = existing else {
        return match () {
            () if diff.remove_if_empty && !creates => Ok(None),
            // `diff -N` gives a created file its name on both sides.
            () if creates => create(diff, path, tree, warnings),
            () => Err(format!("`{}` does not exist", path.display())),
        };
    };
    let executable = diff.executable.unwrap_or(existing.executable);
    if already(diff, &existing.content) {
        return Ok((executable != existing.executable)
            .then(|| only(path, FileState { content: existing.content, executable })));
    }
    let content = new_content(diff, &existing.content)?;
    if content.is_empty() && diff.remove_if_empty {
        in_place(tree, path)?;
        return Ok(Some(Changes::from([(path.to_path_buf(), None)])));
    }
    Ok(Some(only(path, FileState { content, executable })))
}

fn rename(diff: &FileDiff, old: &Path, new: &Path, tree: &Overlay<'_>) -> Result<Option<Changes>, String> {
    let Some(existing) = in_place(tree, old)? else {
        return match tree.read(new)? {
            Some(renamed) if already(diff, &renamed.content) => Ok(None),
            _ => Err(format!("`{}` is to become `{}`, but does not exist", old.display(), new.display())),
        };
    };
    let content = if diff.hunks.is_empty() { existing.content } else { new_content(diff, &existing.content)? };
    let state = FileState { content, executable: diff.executable.unwrap_or(existing.executable) };
    match in_place(tree, new)? {
        Some(there) if there == state && diff.copy => return Ok(None),
        Some(there) if there != state => {
            return Err(format!("`{}` is to become `{}`, which is there already", old.display(), new.display()));
        }
        _ => {}
    }
    let mut changes = only(new, state);
    if !diff.copy {
        changes.insert(old.to_path_buf(), None);
    }
    Ok(Some(changes))
}

/// Names that differ without git saying so: most often a backup (`x.orig`) and the file itself.
fn edit_renamed(
    diff: &FileDiff,
    old: &Path,
    new: &Path,
    tree: &Overlay<'_>,
    warnings: &mut Vec<String>,
) -> Result<Option<Changes>, String> {
    if tree.is_file(new) {
        return edit(diff, new, tree, warnings);
    }
    if is_backup_of(old, new) {
        in_place(tree, new)?;
        let existing = tree.read(old)?.ok_or_else(|| format!("`{}` does not exist", new.display()))?;
        let content = new_content(diff, &existing.content)?;
        return Ok(Some(only(new, FileState { content, executable: existing.executable })));
    }
    if tree.is_file(old) {
        return rename(diff, old, new, tree);
    }
    edit(diff, new, tree, warnings)
}

fn is_backup_of(old: &Path, new: &Path) -> bool {
    let backup = |ending: &str| {
        let mut name = new.as_os_str().to_owned();
        name.push(ending);
        Path::new(&name) == old
    };
    backup(".orig") || backup(".bak")
}

fn only(path: &Path, state: FileState) -> Changes {
    Changes::from([(path.to_path_buf(), Some(state))])
}

/// Whether a file is what the patch would make of it.
///
/// A hunk that fits where the patch says is to be applied, even if its result is found elsewhere; one that fits only
/// elsewhere, while its result stands where the patch says, is not.
fn already(diff: &FileDiff, content: &[u8]) -> bool {
    let content = Content::new(content);
    let forward = locate_all(&content, &diff.hunks, Match::Exact);
    let reversed: Vec<Hunk> = diff.hunks.iter().map(Hunk::reversed).collect();
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

fn new_content(diff: &FileDiff, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let content = Content::new(bytes);
    match locate_all(&content, &diff.hunks, Match::Exact).or_else(|_| locate_all(&content, &diff.hunks, Match::Lenient))
    {
        Ok(places) => Ok(content.apply(&diff.hunks.iter().zip(places).collect::<Vec<_>>())),
        Err(failed) => {
            let reasons = failed.iter().filter_map(|&index| Some(hunk_failure(diff, index, diff.hunks.get(index)?)));
            Err(reasons.collect::<Vec<_>>().join("\n"))
        }
    }
}

/// Names file and hunk, and shows what was looked for.
fn hunk_failure(diff: &FileDiff, index: usize, hunk: &Hunk) -> String {
    const SHOWN: usize = 8;
    let mut text = format!(
        "`{}`, hunk #{} (line {} of the patch): its lines are not in the file",
        diff.name(),
        index + 1,
        hunk.at
    );
    for line in hunk.lines.iter().take(SHOWN) {
        let sign = match line.kind {
            LineKind::Context => ' ',
            LineKind::Removed => '-',
            LineKind::Added => '+',
        };
        text.push_str(&format!("\n    {sign}{}", String::from_utf8_lossy(&line.text)));
    }
    if hunk.lines.len() > SHOWN {
        text.push_str("\n    …");
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use super::*;
    use crate::patch::unified::unified_diff;

    struct Memory(BTreeMap<&'static str, Vec<u8>>);

    impl Tree for Memory {
        fn is_file(&self, path: &Path) -> bool {
            self.0.contains_key(path.to_str().unwrap())
        }

        fn read(&self, path: &Path) -> Result<Option<FileState>, String> {
            let content = self.0.get(path.to_str().unwrap());
            Ok(content.map(|content| FileState { content: content.clone(), executable: false }))
        }

        fn is_link(&self, _: &Path) -> bool {
            false
        }

        fn is_folder(&self, _: &Path) -> bool {
            false
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
            let state = |content: &Vec<u8>| FileState { content: content.clone(), executable: false };
            let text = unified_diff("f", Some(&state(&old)), Some(&state(&new)), round % 3 == 0);
            let tree = Memory(BTreeMap::from([("f", old.clone())]));
            let shown = String::from_utf8_lossy(&text).into_owned();
            let (changes, _) = changes(&tree, &text, Level::Found).unwrap_or_else(|error| panic!("{error}\n{shown}"));
            let result = changes.get(Path::new("f")).cloned().flatten().map(|state| state.content);
            assert_eq!(result.as_ref(), Some(&new), "round {round}\n{shown}");
        }
    }
}
