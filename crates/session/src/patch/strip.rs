//! How many leading directories of the names in a patch are removed.

use std::path::PathBuf;

use super::hunk::FileDiff;
use super::tree::{Tree, is_present};
use crate::sources::inside;

/// The first level at which some file that the patch changes exists. Where none does, as all files are new: the level
/// from which on the old and the new names are the same, as `diff -N` compares `x-1.0.orig/new` with `x-1.0/new`; and 1
/// where a name still has the prefix of git.
pub(super) fn strip_level(diffs: &[FileDiff], tree: &dyn Tree) -> usize {
    let changed: Vec<&str> = diffs
        .iter()
        .filter(|diff| diff.old.is_some())
        .flat_map(|diff| [&diff.old, &diff.new])
        .flatten()
        .map(String::as_str)
        .collect();
    let deepest = changed.iter().map(|name| name.split('/').count()).max().unwrap_or_default();
    let exists = |name: &str, level| stripped(name, level).is_some_and(|path| is_present(tree, &path));
    let level = (0..deepest).find(|&level| changed.iter().any(|name| exists(name, level)));
    level.unwrap_or_else(|| {
        let same_from = diffs.iter().filter(|diff| !diff.rename && !diff.copy).filter_map(|diff| {
            let (old, new) = (diff.old.as_deref()?, diff.new.as_deref()?);
            let depth = old.split('/').count();
            (0..depth).find(|&level| rest_of(old, level).is_some() && rest_of(old, level) == rest_of(new, level))
        });
        let mut names = diffs.iter().flat_map(|diff| [&diff.old, &diff.new]).flatten();
        let has_prefix = names.any(|name| name.starts_with("a/") || name.starts_with("b/"));
        same_from.max().unwrap_or_default().max(usize::from(has_prefix))
    })
}

fn rest_of(name: &str, level: usize) -> Option<&str> {
    (0..level).try_fold(name, |rest, _| Some(rest.split_once('/')?.1))
}

/// A name without its first directories; `None` when nothing is left, or when it would leave the source directory.
pub(super) fn stripped(name: &str, level: usize) -> Option<PathBuf> {
    inside(rest_of(name, level)?).filter(|path| !path.as_os_str().is_empty())
}
