//! Applying a new patch to what it was made against, before anybody else does.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::apply::{commits, removed_names};
use super::baseline::{Baseline, Below};
use super::compare::Comparison;
use super::file_change::FileChange;
use super::parse::parse;
use super::strip::strip_level;
use super::tree::{Changes, FileState, conflicts};

/// Which names a patch has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a> {
    /// The directory that they are relative to, below the work directory.
    pub(super) below: &'a Path,
    /// Their prefix.
    pub(super) prefix: &'static str,
}

impl Names<'static> {
    /// Relative to the work directory, as the reference writes them.
    pub(super) fn plain() -> Self {
        Self { below: Path::new(""), prefix: "" }
    }
}

/// The text of a patch that, applied in the directory of the source that lists it, gives the files as they are now.
///
/// Whoever applies a patch finds out how many leading directories to remove by the files that exist. Where that misleads,
/// because all files are new or because a directory has the name of the one it is in, names are relative to the source's
/// directory. Of new files alone that are in a directory `a` or `b`, this directory would be taken for what git writes
/// before names; so they get one more.
///
/// # Errors
/// None of them gives the files: the reason.
pub(super) fn names_that_apply(
    comparison: &Comparison<'_>,
    target: &Path,
    text: impl Fn(Names<'_>) -> Result<Vec<u8>, String>,
) -> Result<Vec<u8>, String> {
    let mut reason = String::new();
    for names in [Names::plain(), Names { below: target, prefix: "" }, Names { below: target, prefix: "a/" }] {
        let text = text(names)?;
        match verify(comparison, target, &text) {
            Ok(()) => return Ok(text),
            Err(error) => reason = error,
        }
    }
    Err(reason)
}

/// Checks that a patch makes of the baseline what is in the work directory. One file at a time: all results together may
/// be large.
fn verify(comparison: &Comparison<'_>, target: &Path, text: &[u8]) -> Result<(), String> {
    let tree = Below { tree: comparison.baseline, target };
    let diffs = parse(text)?;
    let level = strip_level(&diffs, &tree);
    let mut expected: BTreeSet<PathBuf> = comparison.changed.keys().cloned().collect();
    expected.extend(comparison.changed.values().filter_map(|changed| changed.from.clone()));
    let mut kinds = Changes::new();
    let differs = |path: &Path| {
        format!("applied to the sources, it would not result in `{}` as it is in the work directory", path.display())
    };
    for commit in commits(&diffs) {
        let removed = removed_names(&commit, level, &tree);
        for diff in commit {
            let results = FileChange { diff, level, tree: &tree, removed: &removed }.apply(&mut Vec::new())?;
            for (path, state) in results {
                let full = target.join(&path);
                let is_right = match &state {
                    Some(state) => {
                        let is_changed = comparison.changed.get(&full).is_some_and(|changed| changed.has_new());
                        is_changed && comparison.new_state(&full)? == *state
                    }
                    None => comparison.is_removed(&full) || comparison.changed.contains_key(&full),
                };
                if !is_right || !expected.remove(&full) && state.is_some() {
                    return Err(differs(&full));
                }
                let kind = state.map(|state| FileState { content: Vec::new(), kind: state.kind });
                // In a rename to the name of a deleted file, the new file wins.
                if kind.is_some() || !matches!(kinds.get(&path), Some(Some(_))) {
                    kinds.insert(path, kind);
                }
            }
        }
    }
    match (expected.pop_first(), conflicts(&tree, &kinds)?.pop()) {
        (Some(path), _) => Err(differs(&path)),
        (None, Some(conflict)) => Err(conflict),
        (None, None) => Ok(()),
    }
}

/// Why a patch against something else does not apply to a baseline; `None` where it does.
pub(super) fn failure_on(baseline: &Baseline, target: &Path, text: &[u8]) -> Option<String> {
    super::apply::changes(&Below { tree: baseline, target }, text).err()
}
