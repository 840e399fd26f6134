//! Files of the recipe and of the sources that go into a package.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::error::{Error, Result};
use crate::monitor::{Monitor, check};
use crate::prefix::{Folder, Kind, kind_at};

/// How a tree is walked.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Walk<'a> {
    /// Leaves out files and folders whose names begin with a dot.
    pub(super) skip_hidden: bool,
    /// Respects `.gitignore` if the tree is that of a git repository.
    pub(super) gitignore: bool,
    /// A folder that is not entered.
    pub(super) leave_out: Option<&'a Path>,
}

/// What is below a folder, relative to it, sorted; `.condapackageignore` is respected, symlinks are not followed.
///
/// # Errors
/// [`Error::Io`], [`Error::Cancelled`].
pub(super) fn walk(root: &Path, how: Walk<'_>, monitor: &dyn Monitor) -> Result<Vec<(PathBuf, Kind)>> {
    let mut builder = WalkBuilder::new(root);
    let gitignore = how.gitignore && root.join(".git").exists();
    builder
        .standard_filters(false)
        .hidden(how.skip_hidden)
        .git_ignore(gitignore)
        .add_custom_ignore_filename(".condapackageignore")
        .follow_links(false);
    let leave_out = how.leave_out.map(Path::to_path_buf);
    builder.filter_entry(move |entry| leave_out.as_deref() != Some(entry.path()));
    let mut found = Vec::new();
    for entry in builder.build() {
        check(monitor)?;
        let entry = entry.map_err(|error| Error::Io {
            action: "failed to read",
            path: root.to_path_buf(),
            source: std::io::Error::other(error.to_string()),
        })?;
        let Ok(path) = entry.path().strip_prefix(root) else { continue };
        if !path.as_os_str().is_empty() {
            let kind = kind_at(entry.path()).map_err(Error::read(root, path))?;
            found.push((path.to_path_buf(), kind));
        }
    }
    found.sort_by(|left, right| left.0.cmp(&right.0));
    Ok(found)
}

/// Where a symlink of a tree leads, if it stays in one of some folders: as a path below that folder.
pub(super) fn follow<'a>(link: &Path, roots: &'a [Folder]) -> Option<(&'a Folder, PathBuf)> {
    let lands = fs_err::canonicalize(link).ok()?;
    roots.iter().find_map(|root| {
        let inside = lands.strip_prefix(fs_err::canonicalize(root.path()).ok()?).ok()?;
        Some((root, inside.to_path_buf()))
    })
}
