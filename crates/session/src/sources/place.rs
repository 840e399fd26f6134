//! Copying a fetched source to its place below the work folder.

use std::path::{Path, PathBuf};

use super::copy::{copy_file, copy_tree};
use super::origin::Origin;
use super::target::{inside, make_target};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::progress::Progress;

/// Where a source goes.
pub(super) struct Destination<'a> {
    pub(super) build_dir: &'a Path,
    pub(super) work_dir: &'a Path,
    pub(super) target_directory: Option<&'a str>,
}

/// Copies a source; returns its folder.
///
/// # Errors
/// [`Error::Source`] for a place outside of the work folder or a file that exists already; [`Error::Io`],
/// [`Error::Cancelled`].
pub(super) fn place(
    origin: &Origin,
    destination: &Destination<'_>,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<PathBuf> {
    let folder = make_target(destination.work_dir, destination.target_directory)?;
    match origin {
        Origin::Tree { root, selection } => {
            let root = destination.build_dir.join(root);
            progress.info(format!("Copying source from cache: {} to {}", root.display(), folder.display()));
            let count = copy_tree(&root, selection, &folder, progress, cancel)?;
            progress.info(format!("Copied {count} files into isolated environment"));
        }
        Origin::File { path, name } => {
            let path = destination.build_dir.join(path);
            let to = file_place(&folder, name)?;
            progress.info(format!("Copying source from cache: {} to {}", path.display(), to.display()));
            copy_file(&path, &to)?;
        }
    }
    Ok(folder)
}

/// A place for a single file, which may overwrite another; it is written nowhere else than it says.
fn file_place(folder: &Path, name: &str) -> Result<PathBuf> {
    let refused = |reason: &str| Error::Source { location: name.to_owned(), reason: reason.to_owned(), http: None };
    let relative = inside(name).filter(|path| !path.as_os_str().is_empty());
    let relative = relative.ok_or_else(|| refused("`file_name` must be inside the work directory"))?;
    let parent = relative.parent().and_then(Path::to_str).filter(|parent| !parent.is_empty());
    let parent = make_target(folder, parent)?;
    let file = relative.file_name().ok_or_else(|| refused("`file_name` names no file"))?;
    let to = parent.join(file);
    match std::fs::symlink_metadata(&to) {
        Ok(metadata) if metadata.is_dir() => Err(refused("a directory of this name already exists")),
        // Not written into: it may be a symlink that leads out, or not be writable.
        Ok(_) => fs_err::remove_file(&to).map_err(Error::io("cannot replace", &to)).map(|()| to),
        Err(_) => Ok(to),
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_file_replaces_a_symlink_and_stays_inside() {
        let dir = tempfile::tempdir().unwrap();
        let work = dir.path().join("work");
        fs_err::create_dir(&work).unwrap();
        let outside = dir.path().join("outside");
        fs_err::write(&outside, "kept").unwrap();
        std::os::unix::fs::symlink(&outside, work.join("a")).unwrap();
        fs_err::write(dir.path().join("source"), "new").unwrap();
        let put = |name: &str| {
            let origin = Origin::File { path: "source".into(), name: name.into() };
            let destination = Destination { build_dir: dir.path(), work_dir: &work, target_directory: None };
            place(&origin, &destination, &Progress::default(), &Cancel::new())
        };
        put("a").unwrap();
        assert_eq!(fs_err::read_to_string(&outside).unwrap(), "kept");
        assert_eq!(fs_err::read_to_string(work.join("a")).unwrap(), "new");
        put("sub/b").unwrap();
        assert!(work.join("sub/b").exists());
        for name in ["../b", "/tmp/b", ""] {
            assert!(matches!(put(name), Err(Error::Source { .. })), "{name:?}");
        }
    }
}
