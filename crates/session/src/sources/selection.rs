//! Which entries of a source's tree are taken.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::WalkBuilder;
use serde::{Deserialize, Serialize};
use sidewinder_recipe::stage1::Globs;

use super::filter::Filter;
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// Larger files are not lists of globs.
const MAX_IGNORE_FILE_SIZE: u64 = 16 << 20;

/// The rules by which entries of a tree are taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Selection {
    /// The `filter` globs of the source.
    pub filter: Globs,
    /// Whether `.gitignore` files count. They do so only in a tree that has a `.git`, as the reference does it.
    pub gitignore: bool,
    /// Whether `.condapackageignore` files count.
    pub condapackageignore: bool,
    /// Folders that are never entered: the session's own, where a source contains them.
    pub leave_out: Vec<PathBuf>,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeEntryKind {
    /// A folder.
    Folder,
    /// A file.
    File,
    /// A symlink, to whatever.
    Symlink,
    /// A pipe, socket or device.
    Special,
}

/// An entry that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// Relative to the root.
    pub path: PathBuf,
    /// What it is.
    pub kind: TreeEntryKind,
}

impl Selection {
    /// Everything.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// What globs leave.
    #[must_use]
    pub fn filtered(filter: &Globs) -> Self {
        Self { filter: filter.clone(), ..Self::default() }
    }

    /// The entries below a root, parents before children, by name. Symlinks are not followed.
    ///
    /// # Errors
    /// [`Error::Io`], also for an ignore file that is a device, a pipe or too large; [`Error::Source`] for a glob that
    /// cannot be read, [`Error::Cancelled`].
    pub fn entries(&self, root: &Path, cancel: &Cancel) -> Result<Vec<TreeEntry>> {
        let filter = Filter::new(&self.filter)?;
        let mut entries = Vec::new();
        // The root itself is not asked for.
        self.ignore_files(root).check(root)?;
        let refused = Arc::new(Mutex::new(None));
        let take_refused = || refused.lock().unwrap_or_else(PoisonError::into_inner).take();
        for entry in self.walk(root, &filter, Arc::clone(&refused)) {
            cancel.check()?;
            if let Some(error) = take_refused() {
                return Err(error);
            }
            let entry = entry.map_err(|error| walk_error(root, error))?;
            let Ok(path) = entry.path().strip_prefix(root) else { continue };
            if path.as_os_str().is_empty() {
                continue;
            }
            let Some(file_type) = entry.file_type() else { continue };
            let kind = if file_type.is_dir() {
                TreeEntryKind::Folder
            } else if file_type.is_file() {
                TreeEntryKind::File
            } else if file_type.is_symlink() {
                TreeEntryKind::Symlink
            } else {
                TreeEntryKind::Special
            };
            let taken = match kind {
                TreeEntryKind::Folder => {
                    filter.takes_empty_folders() && filter.takes(path) && !filter.excludes_all_below(path)
                }
                _ => filter.takes(path),
            };
            if taken {
                entries.push(TreeEntry { path: path.to_path_buf(), kind });
            }
        }
        match take_refused() {
            Some(error) => Err(error),
            None if filter.excludes_anything() => Ok(without_emptied_folders(root, entries)),
            None => Ok(entries),
        }
    }

    fn ignore_files(&self, root: &Path) -> IgnoreFiles {
        IgnoreFiles {
            gitignore: self.gitignore && root.join(".git").exists(),
            condapackageignore: self.condapackageignore,
        }
    }

    /// Goes through a tree. A folder with an ignore file that must not be read is not entered, and the reason kept.
    fn walk(&self, root: &Path, filter: &Filter, refused: Arc<Mutex<Option<Error>>>) -> ignore::Walk {
        let ignore_files = self.ignore_files(root);
        let mut walk = WalkBuilder::new(root);
        walk.standard_filters(false)
            .hidden(false)
            .parents(false)
            .require_git(false)
            .git_ignore(ignore_files.gitignore)
            .follow_links(false)
            .sort_by_file_name(std::cmp::Ord::cmp);
        if ignore_files.condapackageignore {
            walk.add_custom_ignore_filename(CONDAPACKAGEIGNORE);
        }
        let (filter, leave_out, top) = (filter.clone(), self.leave_out.clone(), root.to_path_buf());
        walk.filter_entry(move |entry| {
            let path = entry.path();
            let relative = path.strip_prefix(&top).unwrap_or(path);
            let is_folder = entry.file_type().is_some_and(|file_type| file_type.is_dir());
            if is_folder && (filter.excludes_all_below(relative) || leave_out.iter().any(|folder| folder == path)) {
                return false;
            }
            match if is_folder { ignore_files.check(path) } else { Ok(()) } {
                Ok(()) => true,
                Err(error) => {
                    refused.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                    false
                }
            }
        });
        walk.build()
    }
}

/// Leaves out directories that are empty only because the filter excludes what is in them. Those that are empty in the
/// source are kept, as builds may expect them.
fn without_emptied_folders(root: &Path, entries: Vec<TreeEntry>) -> Vec<TreeEntry> {
    let taken: HashSet<PathBuf> = entries
        .iter()
        .filter(|entry| entry.kind != TreeEntryKind::Folder)
        .flat_map(|entry| entry.path.ancestors().skip(1).map(Path::to_path_buf))
        .collect();
    let is_kept = |entry: &TreeEntry| {
        entry.kind != TreeEntryKind::Folder || taken.contains(&entry.path) || !has_files(&root.join(&entry.path))
    };
    entries.into_iter().filter(is_kept).collect()
}

fn has_files(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => has_files(&entry.path()),
        Ok(_) => true,
        Err(_) => false,
    })
}

const CONDAPACKAGEIGNORE: &str = ".condapackageignore";

/// Which ignore files the walk reads.
#[derive(Clone, Copy)]
struct IgnoreFiles {
    gitignore: bool,
    condapackageignore: bool,
}

impl IgnoreFiles {
    /// Refuses a folder whose ignore files would be read without end. Missing files and folders are never read.
    fn check(self, folder: &Path) -> Result<()> {
        for (name, counts) in [(CONDAPACKAGEIGNORE, self.condapackageignore), (".gitignore", self.gitignore)] {
            if !counts {
                continue;
            }
            let path = folder.join(name);
            let Ok(metadata) = std::fs::metadata(&path) else { continue };
            let reason = if metadata.is_dir() || (metadata.is_file() && metadata.len() <= MAX_IGNORE_FILE_SIZE) {
                continue;
            } else if metadata.is_file() {
                format!("it has more than {MAX_IGNORE_FILE_SIZE} bytes")
            } else {
                "not a regular file".to_owned()
            };
            return Err(Error::io("cannot read", &path)(std::io::Error::other(reason)));
        }
        Ok(())
    }
}

fn walk_error(root: &Path, error: ignore::Error) -> Error {
    let path = root.to_path_buf();
    let message = error.to_string();
    match error.into_io_error() {
        Some(source) => Error::Io { action: "cannot read", path, source },
        None => Error::Source { location: path.display().to_string(), reason: message, http: None },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let (name, content) = file.split_once('=').unwrap_or((file, ""));
            let path = dir.path().join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, content.replace(',', "\n")).unwrap();
        }
        dir
    }

    fn files(selection: &Selection, root: &Path) -> Vec<String> {
        let entries = selection.entries(root, &Cancel::new()).unwrap();
        let files = entries.into_iter().filter(|entry| entry.kind == TreeEntryKind::File);
        files.map(|entry| entry.path.to_string_lossy().replace('\\', "/")).collect()
    }

    #[test]
    fn a_gitignore_counts_only_in_a_repository() {
        let rules = Selection { gitignore: true, ..Selection::all() };
        let plain = tree(&["a", "b.o", ".gitignore=*.o"]);
        assert_eq!(files(&rules, plain.path()), [".gitignore", "a", "b.o"]);
        let repository = tree(&["a", "b.o", ".gitignore=*.o", ".git/HEAD"]);
        assert_eq!(files(&rules, repository.path()), [".git/HEAD", ".gitignore", "a"]);
        assert_eq!(files(&Selection::all(), repository.path()), [".git/HEAD", ".gitignore", "a", "b.o"]);
    }

    #[test]
    fn a_condapackageignore_counts_at_every_level() {
        let dir = tree(&["a", "sub/b", "sub/c", "sub/.condapackageignore=c", "out/x", "out/.condapackageignore=*"]);
        let rules = Selection { condapackageignore: true, ..Selection::all() };
        assert_eq!(files(&rules, dir.path()), ["a", "sub/.condapackageignore", "sub/b"]);
    }

    #[test]
    fn folders_that_are_left_out_are_not_entered() {
        let dir = tree(&["a", "cache/b"]);
        let rules = Selection { leave_out: vec![dir.path().join("cache")], ..Selection::all() };
        assert_eq!(files(&rules, dir.path()), ["a"]);
    }

    #[test]
    fn excluded_folders_leave_nothing_behind() {
        for pattern in ["drop", "drop/", "drop/*", "drop/**", "**/drop", "**/drop/**", "./drop/"] {
            let dir = tree(&["a", "drop/b", "drop/sub/c"]);
            fs_err::create_dir_all(dir.path().join("empty/deep")).unwrap();
            let selection = Selection::filtered(&Globs::new(vec![], vec![pattern.into()]));
            let paths: Vec<_> =
                selection.entries(dir.path(), &Cancel::new()).unwrap().into_iter().map(|entry| entry.path).collect();
            assert_eq!(paths, ["a", "empty", "empty/deep"].map(PathBuf::from), "{pattern}");
        }
    }

    #[test]
    fn empty_folders_are_taken_unless_files_are_picked() {
        let dir = tree(&["a.txt"]);
        fs_err::create_dir(dir.path().join("empty")).unwrap();
        let has_empty = |globs: &Globs| {
            let entries = Selection::filtered(globs).entries(dir.path(), &Cancel::new()).unwrap();
            entries.iter().any(|entry| entry.kind == TreeEntryKind::Folder)
        };
        assert!(has_empty(&Globs::default()));
        assert!(!has_empty(&Globs::new(vec!["*".into()], vec![])));
    }
}
