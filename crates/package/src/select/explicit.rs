//! The list of files that a script may write (`RATTLER_BUILD_PACKAGE_FILES`).

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use crate::error::{Error, Result};
use crate::monitor::Monitor;
use crate::prefix::{Folder, Kind, Listed};

const MAX_LIST_BYTES: u64 = 64 << 20;

/// The paths that the list names, relative to the prefix; nothing if there is no list or it is blank. A folder stands for
/// the files below it.
///
/// # Errors
/// [`Error::ListedFileMissing`], [`Error::ListedFileOutside`], [`Error::Io`].
pub(super) fn read(
    list: &Path,
    prefix: &Folder,
    listed: &[Listed],
    monitor: &dyn Monitor,
) -> Result<Option<HashSet<PathBuf>>> {
    let Some((folder, name)) = list.parent().zip(list.file_name()) else { return Ok(None) };
    let text = match Folder::open(folder).and_then(|folder| folder.read(Path::new(name), MAX_LIST_BYTES)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("failed to read", list)(error)),
    };
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let mut paths = HashSet::new();
    for line in &lines {
        let relative = inside(line, prefix.path())?;
        let start = listed.partition_point(|entry| entry.path < relative);
        let below = listed.get(start..).unwrap_or_default();
        match below.first() {
            Some(entry) if entry.path == relative && entry.kind == Kind::Folder => {
                let files = below.iter().take_while(|entry| entry.path.starts_with(&relative));
                paths.extend(files.filter(|entry| entry.kind != Kind::Folder).map(|entry| entry.path.clone()));
            }
            Some(entry) if entry.path == relative => {
                paths.insert(relative);
            }
            _ => return Err(Error::ListedFileMissing { path: (*line).to_owned() }),
        }
    }
    monitor.info(format!("Using {} package files listed in {}", paths.len(), list.display()));
    Ok(Some(paths))
}

/// A listed path relative to the prefix, with `.` and `..` resolved.
fn inside(line: &str, prefix: &Path) -> Result<PathBuf> {
    let outside = || Error::ListedFileOutside { path: line.to_owned() };
    let path = Path::new(line);
    let relative = if path.is_absolute() { path.strip_prefix(prefix).map_err(|_| outside())? } else { path };
    let mut parts = PathBuf::new();
    for component in relative.components() {
        match component {
            Component::Normal(name) => parts.push(name),
            Component::CurDir => {}
            Component::ParentDir if parts.pop() => {}
            _ => return Err(outside()),
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::monitor::Unwatched;
    use crate::prefix::list;

    fn listed(lines: &str) -> Result<Option<Vec<String>>> {
        let dir = tempfile::tempdir().unwrap();
        let prefix = dir.path().join("prefix");
        fs_err::create_dir_all(prefix.join("share/sub")).unwrap();
        for file in ["bin", "share/a", "share/sub/b"] {
            fs_err::write(prefix.join(file), "").unwrap();
        }
        let list_file = dir.path().join("list");
        fs_err::write(&list_file, lines.replace("PREFIX", prefix.to_str().unwrap())).unwrap();
        let entries = list(&prefix, &Unwatched).unwrap();
        let paths = read(&list_file, &Folder::open(&prefix).unwrap(), &entries, &Unwatched)?;
        Ok(paths.map(|paths| {
            let mut paths: Vec<_> = paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
            paths.sort();
            paths
        }))
    }

    #[test]
    fn paths_may_be_relative_absolute_or_folders() {
        let found = listed(" bin \n\nPREFIX/share/a\n").unwrap().unwrap();
        assert_eq!(found, ["bin", "share/a"]);
        assert_eq!(listed("share").unwrap().unwrap(), ["share/a", "share/sub/b"]);
        assert_eq!(listed("share/../bin").unwrap().unwrap(), ["bin"]);
        assert_eq!(listed(" \n").unwrap(), None);
    }

    #[test]
    fn paths_that_are_missing_or_outside_are_errors() {
        for (lines, code) in [
            ("nope", "PACKAGE_FILE_MISSING"),
            ("/etc/hostname", "PACKAGE_FILE_OUTSIDE"),
            ("../list", "PACKAGE_FILE_OUTSIDE"),
            ("PREFIX/../list", "PACKAGE_FILE_OUTSIDE"),
        ] {
            assert_eq!(listed(lines).unwrap_err().code(), code, "{lines}");
        }
    }
}
