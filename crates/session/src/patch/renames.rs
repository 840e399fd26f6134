//! Files that were renamed, as `git diff -M` finds them: a deleted and a new file whose content is mostly the same.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use super::compare::{Changed, Comparison, same_content};
use super::new_files::NewFile;
use super::options::Change;
use super::tree::Tree;
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// As in git: at least half of the content is the same.
const MIN_SIMILARITY: u8 = 50;

/// As in git (`diff.renameLimit`): with more pairs to compare, only files with the very same content are found.
const MAX_PAIRS: usize = 1_000_000;

/// Larger files are compared as a whole only.
const MAX_COMPARED_SIZE: u64 = 1 << 20;

/// Turns deletions into renames where a new file has mostly the same content, and takes that file out of `new`.
///
/// # Errors
/// [`Error::Io`] when a file cannot be read, [`Error::Cancelled`].
pub(super) fn detect_renames(comparison: &mut Comparison<'_>, new: &mut Vec<NewFile>, cancel: &Cancel) -> Result<()> {
    let deleted: Vec<PathBuf> = comparison
        .changed
        .iter()
        .filter(|(path, changed)| {
            // All empty files are the same.
            changed.change == Change::Deleted && comparison.baseline.size(path).is_some_and(|size| size > 0)
        })
        .map(|(path, _)| path.clone())
        .collect();
    if deleted.is_empty() {
        return Ok(());
    }
    let mut pairs = exact_pairs(comparison, &deleted, new, cancel)?;
    let taken: HashSet<PathBuf> = pairs.iter().flat_map(|pair| [pair.old.clone(), pair.new.clone()]).collect();
    let left: Vec<&PathBuf> = deleted.iter().filter(|path| !taken.contains(*path)).collect();
    let candidates: Vec<&NewFile> = new
        .iter()
        .filter(|file| file.is_source && file.size <= MAX_COMPARED_SIZE && !taken.contains(&file.path))
        .collect();
    if left.len().saturating_mul(candidates.len()) <= MAX_PAIRS {
        pairs.extend(similar_pairs(comparison, &left, &candidates, cancel)?);
    }
    let found: HashSet<&Path> = pairs.iter().map(|pair| pair.new.as_path()).collect();
    new.retain(|file| !found.contains(file.path.as_path()));
    for pair in pairs {
        comparison.changed.remove(&pair.old);
        comparison.renamed_from.insert(pair.old.clone());
        let changed = Changed { change: Change::Added, from: Some(pair.old), similarity: pair.similarity };
        comparison.changed.insert(pair.new, changed);
    }
    Ok(())
}

struct Pair {
    old: PathBuf,
    new: PathBuf,
    similarity: u8,
}

/// Pairs with the same content; of several, those with the same file name.
fn exact_pairs(
    comparison: &Comparison<'_>,
    deleted: &[PathBuf],
    new: &[NewFile],
    cancel: &Cancel,
) -> Result<Vec<Pair>> {
    let mut by_size: HashMap<u64, Vec<&NewFile>> = HashMap::new();
    for file in new.iter().filter(|file| !file.is_symlink && file.path.to_str().is_some()) {
        by_size.entry(file.size).or_default().push(file);
    }
    let mut pairs: Vec<Pair> = Vec::new();
    let mut taken: HashSet<&Path> = HashSet::new();
    for old in deleted {
        let Some(size) = comparison.baseline.size(old) else { continue };
        let mut candidates = by_size.get(&size).cloned().unwrap_or_default();
        candidates.retain(|file| !taken.contains(file.path.as_path()));
        candidates.sort_by_key(|file| file.path.file_name() != old.file_name());
        for file in candidates {
            cancel.check()?;
            let full = comparison.work_dir.join(&file.path);
            let same = comparison.baseline.open(old).and_then(|opened| match opened {
                Some((_, mut content)) => same_content(&mut content, &mut std::fs::File::open(&full)?),
                None => Ok(false),
            });
            if same.map_err(Error::io("cannot read", &full))? {
                pairs.push(Pair { old: old.clone(), new: file.path.clone(), similarity: 100 });
                taken.insert(&file.path);
                break;
            }
        }
    }
    Ok(pairs)
}

/// The most similar pairs first, each file in one at most.
fn similar_pairs(
    comparison: &Comparison<'_>,
    deleted: &[&PathBuf],
    new: &[&NewFile],
    cancel: &Cancel,
) -> Result<Vec<Pair>> {
    let mut olds = Vec::new();
    for path in
        deleted.iter().filter(|path| comparison.baseline.size(path).is_some_and(|size| size <= MAX_COMPARED_SIZE))
    {
        cancel.check()?;
        let state = comparison.baseline.read(path).map_err(|reason| internal(path, reason))?;
        olds.push((*path, Lines::new(&state.unwrap_or_default().content)));
    }
    let mut scores = Vec::new();
    for file in new {
        cancel.check()?;
        let (min, max) = (file.size / 2, file.size.saturating_mul(2));
        let alike: Vec<_> = olds.iter().filter(|(_, lines)| (min..=max).contains(&lines.size)).collect();
        if alike.is_empty() {
            continue;
        }
        // It may be gone by now: a build may be running.
        let Ok(state) = comparison.new_state(&file.path) else { continue };
        let lines = Lines::new(&state.content);
        for (old, old_lines) in alike {
            let similarity = old_lines.similarity(&lines);
            if similarity >= MIN_SIMILARITY {
                let other_name = old.file_name() != file.path.file_name();
                scores.push((std::cmp::Reverse(similarity), other_name, *old, &file.path));
            }
        }
    }
    scores.sort();
    let mut pairs: Vec<Pair> = Vec::new();
    for (std::cmp::Reverse(similarity), _, old, new) in scores {
        if pairs.iter().all(|pair| pair.old != *old && pair.new != *new) {
            // A file that is not quite the same is not 100 % similar, whatever the rounding.
            pairs.push(Pair { old: old.clone(), new: new.clone(), similarity: similarity.min(99) });
        }
    }
    Ok(pairs)
}

fn internal(path: &Path, reason: String) -> Error {
    Error::Source { location: path.display().to_string(), reason, http: None }
}

/// The lines of a file by their hashes, with how many bytes they have together.
struct Lines {
    size: u64,
    bytes: HashMap<u64, u64>,
}

impl Lines {
    fn new(content: &[u8]) -> Self {
        let mut bytes = HashMap::new();
        for line in content.split_inclusive(|&byte| byte == b'\n') {
            let mut hasher = DefaultHasher::new();
            line.hash(&mut hasher);
            *bytes.entry(hasher.finish()).or_default() += line.len() as u64;
        }
        Self { size: content.len() as u64, bytes }
    }

    /// How much of the larger one is in both, in percent.
    fn similarity(&self, other: &Self) -> u8 {
        let common: u64 =
            self.bytes.iter().map(|(line, bytes)| other.bytes.get(line).map_or(0, |others| *bytes.min(others))).sum();
        let larger = self.size.max(other.size).max(1);
        u8::try_from(common * 100 / larger).unwrap_or(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similarity_is_the_common_part_of_the_larger_file() {
        let similarity = |a: &str, b: &str| Lines::new(a.as_bytes()).similarity(&Lines::new(b.as_bytes()));
        assert_eq!(similarity("a\nb\n", "a\nb\n"), 100);
        assert_eq!(similarity("a\nb\n", "b\na\n"), 100);
        assert_eq!(similarity("a\nb\nc\nd\n", "a\nb\n"), 50);
        assert_eq!(similarity("a\n", "b\n"), 0);
    }
}
