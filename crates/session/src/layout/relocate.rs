//! The same folders at another place.

use std::path::{Path, PathBuf};

use super::lock::SessionLock;
use super::plan::{Layout, canonical, check_usable_on_path};
use crate::error::{Error, Result};

/// What the name of a copy's folder begins with.
pub(super) const PREFIX: &str = "sw";
/// How many characters of the name are by chance, at least.
const CHANCE: usize = 6;

impl Layout {
    /// A name for a new temporary folder whose path is as long as that of the output folder; nothing is created, so that
    /// the name can be written down before there is anything that a killed process could leave behind.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] when the output folder's path is too short or too long for that,
    /// [`Error::UnusableOnPath`], [`Error::Io`].
    pub fn twin_folder(&self) -> Result<PathBuf> {
        let length = self.output_dir.as_os_str().len();
        let parent = canonical(&super::temporary_folder())?;
        check_usable_on_path(&parent)?;
        let room = length.checked_sub(parent.as_os_str().len() + 1).filter(|room| *room >= PREFIX.len() + CHANCE);
        // Names of files have 255 bytes at most.
        let Some(room) = room.filter(|room| *room <= 255) else {
            let reason = format!(
                "a copy of the session needs a path of the same length ({length} bytes) in `{}`, which there is not",
                parent.display()
            );
            return Err(Error::InvalidOption { option: "outputDir", reason });
        };
        loop {
            let folder = parent.join(format!("{PREFIX}{}", random_name(room - PREFIX.len())));
            if std::fs::symlink_metadata(&folder).is_err() {
                return Ok(folder);
            }
        }
    }

    /// The folders as they are when the output folder is another one; what is outside of it stays.
    #[must_use]
    pub fn relocated(&self, output_dir: &Path) -> Self {
        let moved = |path: &Path| {
            path.strip_prefix(&self.output_dir).map_or_else(|_| path.to_path_buf(), |rest| output_dir.join(rest))
        };
        Self {
            output_dir: output_dir.to_path_buf(),
            build_dir: moved(&self.build_dir),
            work_dir: moved(&self.work_dir),
            build_prefix: moved(&self.build_prefix),
            host_prefix: moved(&self.host_prefix),
            recipe_dir: moved(&self.recipe_dir),
            recipe_path: moved(&self.recipe_path),
            merged: self.merged,
        }
    }

    /// Takes the build folder and makes it, empty: whoever calls it fills it.
    ///
    /// # Errors
    /// As [`Layout::create`].
    pub fn create_empty(&self) -> Result<SessionLock> {
        let lock = self.create()?;
        for folder in [&self.work_dir, &self.build_prefix, &self.host_prefix] {
            super::remove_tree(folder).map_err(Error::io("cannot remove", folder))?;
        }
        Ok(lock)
    }
}

/// Hexadecimal digits that nobody can guess: the standard library seeds its hashes at random.
fn random_name(length: usize) -> String {
    use std::hash::{BuildHasher, RandomState};
    let mut name = String::new();
    while name.len() < length {
        name.push_str(&format!("{:016x}", RandomState::new().hash_one(std::process::id())));
    }
    name.truncate(length);
    name
}
