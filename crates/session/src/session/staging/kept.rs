//! What a staging output made, kept for the next set-up.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::tree;
use crate::error::{Error, Result};
use crate::layout::{Layout, check_folder, remove_tree};

/// A folder of `build_cache`.
#[derive(Debug)]
pub(super) struct Kept {
    folder: PathBuf,
}

impl Kept {
    pub(super) fn new(layout: &Layout, key: String) -> Self {
        Self { folder: layout.build_cache().join(format!("staging_{key}")) }
    }

    /// Whether it was built before; it exists completely or not at all.
    pub(super) fn is_there(&self) -> bool {
        self.folder.is_dir()
    }

    /// What was put into the host prefix.
    pub(super) fn prefix(&self) -> PathBuf {
        self.folder.join("prefix")
    }

    /// What was left in the work folder.
    pub(super) fn work(&self) -> PathBuf {
        self.folder.join("work_dir")
    }

    /// Moves what the script made out of the host prefix, and copies the work folder. Files that packages own or that were
    /// `installed` before the script ran stay: link scripts leave files that are in no record.
    ///
    /// # Errors
    /// [`Error::Replaced`], [`Error::Io`].
    pub(super) fn keep(&self, layout: &Layout, installed: &HashSet<PathBuf>) -> Result<()> {
        // The staging output's script ran.
        layout.check_own()?;
        let parent = layout.build_cache();
        check_folder(&parent)?;
        fs_err::create_dir_all(&parent).map_err(Error::io("cannot create", &parent))?;
        let new = tempfile::Builder::new()
            .prefix(".new-")
            .tempdir_in(&parent)
            .map_err(Error::io("cannot create a folder in", &parent))?;
        for folder in ["prefix", "work_dir"] {
            let folder = new.path().join(folder);
            fs_err::create_dir(&folder).map_err(Error::io("cannot create", folder))?;
        }
        let owned = tree::owned_files(&layout.host_prefix)?;
        let is_made =
            |file: &Path| !file.starts_with("conda-meta") && !owned.contains(file) && !installed.contains(file);
        tree::take(&layout.host_prefix, &new.path().join("prefix"), &is_made)?;
        tree::copy(&layout.work_dir, &new.path().join("work_dir"))?;
        match fs_err::rename(new.path(), &self.folder) {
            Ok(()) => {
                let _moved = new.keep();
                Ok(())
            }
            // Another session was quicker: what it made is as good.
            Err(_) if self.is_there() => remove_tree(new.path()).map_err(Error::io("cannot remove", new.path())),
            Err(error) => Err(Error::io("cannot keep what was built in", &self.folder)(error)),
        }
    }
}
