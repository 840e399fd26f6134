//! How many leading folders of the names in a patch are left out.

use std::path::PathBuf;

use super::hunk::FileDiff;
use super::tree::Tree;
use crate::sources::inside;

/// The first level at which some file that the patch changes is there; otherwise 1 where a name still starts as git
/// writes them, else 0.
pub(super) fn strip_level(diffs: &[FileDiff], tree: &dyn Tree) -> usize {
    let changed: Vec<&str> = diffs
        .iter()
        .filter(|diff| diff.old.is_some())
        .flat_map(|diff| [&diff.old, &diff.new])
        .flatten()
        .map(String::as_str)
        .collect();
    let deepest = changed.iter().map(|name| name.split('/').count()).max().unwrap_or_default();
    let found = (0..deepest)
        .find(|&level| changed.iter().any(|name| stripped(name, level).is_some_and(|path| tree.is_file(&path))));
    found.unwrap_or_else(|| {
        let mut names = diffs.iter().flat_map(|diff| [&diff.old, &diff.new]).flatten();
        usize::from(names.any(|name| name.starts_with("a/") || name.starts_with("b/")))
    })
}

/// A name without its first folders; `None` when nothing is left, or when it would leave the folder.
pub(super) fn stripped(name: &str, level: usize) -> Option<PathBuf> {
    let mut rest = name;
    for _ in 0..level {
        rest = rest.split_once('/')?.1;
    }
    inside(rest).filter(|path| !path.as_os_str().is_empty())
}
