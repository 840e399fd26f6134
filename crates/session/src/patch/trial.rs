//! Applying a patch that was just made to what it was made against, before anybody else does.

use std::path::Path;

use super::apply::{Level, changes};
use super::baseline::{Baseline, Below};
use super::compare::Comparison;
use super::tree::Changes;

/// Which names a patch has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a> {
    /// The folder that they are relative to, below the work folder.
    pub(super) below: &'a Path,
    /// What stands before them.
    pub(super) prefix: &'static str,
}

impl Names<'static> {
    /// Relative to the work folder, as the reference writes them.
    pub(super) fn plain() -> Self {
        Self { below: Path::new(""), prefix: "" }
    }
}

/// The text of a patch that, applied in the folder of the source that lists it, gives the files as they are now.
///
/// Whoever applies a patch finds out how much of its names to leave out by files that are there. Where that misleads,
/// because all files are new or because a folder has the name of the one it is in, names are relative to the source's
/// folder. Of new files alone that are in a folder `a` or `b`, this folder would be taken for what git writes before
/// names; so they get one more.
///
/// # Errors
/// None of them gives the files: the reason.
pub(super) fn names_that_apply(
    baseline: &Baseline,
    comparison: &Comparison,
    target: &Path,
    text: impl Fn(Names<'_>) -> Vec<u8>,
) -> Result<Vec<u8>, String> {
    let mut reason = String::new();
    for names in [Names::plain(), Names { below: target, prefix: "" }, Names { below: target, prefix: "a/" }] {
        let text = text(names);
        match gives(baseline, comparison, target, &text) {
            Ok(()) => return Ok(text),
            Err(error) => reason = error,
        }
    }
    Err(reason)
}

/// Whether a patch makes of the baseline what was found in the work folder.
fn gives(baseline: &Baseline, comparison: &Comparison, target: &Path, text: &[u8]) -> Result<(), String> {
    let wanted: Changes =
        comparison.changed.iter().map(|(path, changed)| (path.clone(), changed.new.clone())).collect();
    let (made, _) = changes(&Below { tree: baseline, target }, text, Level::Found)?;
    let made: Changes = made.into_iter().map(|(path, state)| (target.join(path), state)).collect();
    if made == wanted {
        return Ok(());
    }
    let differs = wanted.iter().find(|(path, state)| made.get(*path) != Some(*state));
    let path = differs.map(|(path, _)| path.display().to_string()).unwrap_or_default();
    Err(format!("applied to the sources it would not give `{path}` as it is: its text cannot be told apart"))
}
