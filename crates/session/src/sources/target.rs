//! Paths that come from a recipe, an archive or a patch, and must stay inside a folder.

use std::path::{Component, Path, PathBuf};

use crate::error::{Error, Result};

/// A relative path without `..`, root or drive, with `.` left out; `None` when it would leave the folder.
pub(crate) fn inside(path: impl AsRef<Path>) -> Option<PathBuf> {
    let path = path.as_ref();
    if path.as_os_str().as_encoded_bytes().contains(&0) {
        return None;
    }
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => clean.push(part),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(clean)
}

/// Makes the folder that `target_directory` names, and returns it with symlinks resolved.
///
/// # Errors
/// [`Error::Source`] when it is outside of the work directory, also through a symlink of a source; [`Error::Io`].
pub(crate) fn make_target(work_dir: &Path, target: Option<&str>) -> Result<PathBuf> {
    let work_dir = fs_err::canonicalize(work_dir).map_err(Error::io("cannot resolve", work_dir))?;
    let Some(target) = target else { return Ok(work_dir) };
    let outside = || Error::Source {
        location: target.to_owned(),
        reason: "`target_directory` must be inside the work directory".to_owned(),
        http: None,
    };
    let relative = inside(target).ok_or_else(outside)?;
    let mut folder = work_dir.clone();
    for part in relative.components() {
        folder.push(part);
        match fs_err::create_dir(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(Error::io("cannot create", folder)(error));
            }
            _ => {}
        }
        // Step by step, as nothing must be made behind a symlink that leads out.
        folder = fs_err::canonicalize(&folder).map_err(Error::io("cannot resolve", &folder))?;
        if !folder.starts_with(&work_dir) {
            return Err(outside());
        }
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn paths_that_leave_are_told_apart() {
        for (path, clean) in [
            ("a/b", Some("a/b")),
            ("./a/./b/", Some("a/b")),
            ("", Some("")),
            (".", Some("")),
            ("..", None),
            ("a/../b", None),
            ("/etc", None),
            ("a\0b", None),
        ] {
            assert_eq!(inside(path), clean.map(PathBuf::from), "{path:?}");
        }
    }

    #[test]
    fn a_target_outside_of_the_work_folder_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let work = dir.path().join("work");
        fs_err::create_dir(&work).unwrap();
        for target in ["../esc", "a/../../esc", "/tmp"] {
            assert!(matches!(make_target(&work, Some(target)), Err(Error::Source { .. })), "{target}");
        }
        assert!(make_target(&work, Some("a/b")).unwrap().ends_with("work/a/b"));
    }

    #[cfg(unix)]
    #[test]
    fn a_symlink_that_leads_out_is_refused_and_nothing_is_made_behind_it() {
        let dir = tempfile::tempdir().unwrap();
        let work = dir.path().join("work");
        fs_err::create_dir(&work).unwrap();
        std::os::unix::fs::symlink(dir.path(), work.join("link")).unwrap();
        assert!(matches!(make_target(&work, Some("link/new")), Err(Error::Source { .. })));
        assert!(!dir.path().join("new").exists());
    }
}
