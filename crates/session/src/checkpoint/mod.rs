//! Remembering the folders of a session, bringing them back, and making an independent copy of them.
//!
//! A checkpoint is a copy of the work folder and both prefixes inside the build folder. What the file system can share
//! is shared: blocks where it clones files, else whole files with the checkpoint before, if they did not change since.
//! Bringing one back touches only what changed.

mod copy;
mod fingerprint;
mod fork;
mod restore;
mod take;

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::layout::Layout;

pub use fork::copy_session;
pub use restore::restore;
pub use take::take;

/// Folder of the checkpoints, inside the build folder.
const FOLDER: &str = ".checkpoints";

/// The longest name.
const LONGEST_NAME: usize = 64;

/// The folders that a checkpoint holds, with the names they have in it.
fn trees(layout: &Layout) -> Vec<(&'static str, &Path)> {
    let mut trees = vec![("work", layout.work_dir.as_path()), ("host", layout.host_prefix.as_path())];
    if layout.build_prefix != layout.host_prefix {
        trees.push(("build", &layout.build_prefix));
    }
    trees
}

/// The folder of a checkpoint; its name becomes a path, so it must be harmless.
fn folder(layout: &Layout, name: &str) -> Result<PathBuf> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > LONGEST_NAME || name.starts_with('.') || !name.chars().all(plain) {
        let reason = format!(
            "`{}` is no name of a checkpoint: 1 to {LONGEST_NAME} letters, digits, `-`, `_` and `.`, not `.` first",
            name.escape_debug()
        );
        return Err(Error::InvalidOption { option: "name", reason });
    }
    Ok(layout.build_dir.join(FOLDER).join(name))
}

/// The names of all checkpoints, sorted.
///
/// # Errors
/// [`Error::Io`].
pub fn list(layout: &Layout) -> Result<Vec<String>> {
    let parent = layout.build_dir.join(FOLDER);
    let entries = match std::fs::read_dir(&parent) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("cannot read", parent)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(Error::io("cannot read", &parent))?;
        names.extend(entry.file_name().into_string().ok().filter(|name| folder(layout, name).is_ok()));
    }
    names.sort();
    Ok(names)
}
