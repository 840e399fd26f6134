//! Saving the state of a session, restoring it, and creating an independent copy of it.
//!
//! A checkpoint is a copy of the work directory, both prefixes and the record of the sources, inside the build directory.
//! What the file system can share is shared: blocks where it clones files, else whole files with the previous checkpoint,
//! if they did not change since. Restoring one touches only what changed.

mod copy;
mod fingerprint;
mod fork;
mod record;
mod restore;
mod take;
mod work;

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::layout::{Layout, check_folder};

pub use fork::copy_session;
pub use restore::restore;
pub use take::take;
pub(crate) use work::{WorkCheckpoint, work_checkpoint};

/// Folder of the checkpoints, inside the build folder.
const FOLDER: &str = ".checkpoints";

/// Longer names are refused.
const MAX_NAME_LENGTH: usize = 64;

/// The directories that a checkpoint contains, with their names in it.
fn trees(layout: &Layout) -> Vec<(&'static str, &Path)> {
    let mut trees = vec![("work", layout.work_dir.as_path()), ("host", layout.host_prefix.as_path())];
    if layout.build_prefix != layout.host_prefix {
        trees.push(("build", &layout.build_prefix));
    }
    trees
}

/// The directory of a checkpoint that exists.
///
/// # Errors
/// [`Error::InvalidOption`] naming `option` when there is no checkpoint of that name, [`Error::Replaced`].
fn existing(layout: &Layout, option: &'static str, name: &str) -> Result<PathBuf> {
    let checkpoint = folder(layout, name)?;
    check_folder(&checkpoint)?;
    if checkpoint.is_dir() {
        return Ok(checkpoint);
    }
    let names = list(layout)?;
    let known =
        if names.is_empty() { "none exist".to_owned() } else { format!("expected one of: {}", names.join(", ")) };
    Err(Error::InvalidOption { option, reason: format!("checkpoint not found: `{name}`; {known}") })
}

/// The directory of a checkpoint; its name becomes a path, so it must be harmless.
fn folder(layout: &Layout, name: &str) -> Result<PathBuf> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.len() > MAX_NAME_LENGTH || name.starts_with('.') || !name.chars().all(plain) {
        let reason = format!(
            "`{}` is not a valid checkpoint name; expected 1 to {MAX_NAME_LENGTH} letters, digits, `-`, `_` and `.`, not starting \
             with `.`",
            name.escape_debug()
        );
        return Err(Error::InvalidOption { option: "name", reason });
    }
    Ok(layout.build_dir.join(FOLDER).join(name))
}

/// The names of all checkpoints, sorted.
///
/// # Errors
/// [`Error::Io`] when they cannot be listed.
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
