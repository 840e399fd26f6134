//! Folders of sessions that another tool made in the same layout.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::folder_log;
use super::plan::{Layout, canonical};
use crate::error::{Error, Result};

/// A line of the folder log.
#[derive(Deserialize)]
struct Line {
    work_dir: PathBuf,
    build_dir: PathBuf,
    host_prefix: PathBuf,
    build_prefix: PathBuf,
    recipe_dir: PathBuf,
    recipe_path: PathBuf,
    output_dir: PathBuf,
}

impl Layout {
    /// Finds the session of another tool by its work, build or output folder, which stands for its latest session; `None`
    /// where no folder log names it.
    ///
    /// # Errors
    /// [`Error::NotASession`] for a log that names folders outside of its own, or folders that are gone.
    pub fn read_foreign(dir: &Path) -> Result<Option<Self>> {
        let Ok(dir) = canonical(dir) else { return Ok(None) };
        for output_dir in dir.ancestors().take(4) {
            let Ok(log) = fs_err::read_to_string(output_dir.join(folder_log::FILE_NAME)) else { continue };
            let mut lines = log.lines().rev().filter_map(|line| serde_json::from_str::<Line>(line).ok());
            // The latest that is still there stands for the output folder.
            let is_latest = |line: &Line| dir == output_dir && line.build_dir.is_dir();
            let line = lines.find(|line| is_latest(line) || dir == line.work_dir || dir == line.build_dir);
            return line.map(|line| line.layout(output_dir)).transpose();
        }
        Ok(None)
    }
}

impl Line {
    /// The folders, which must be where this layout has them: they are changed and run as the session's own.
    fn layout(self, output_dir: &Path) -> Result<Layout> {
        let no_session = |reason: String| Error::NotASession { path: self.build_dir.clone(), reason };
        if canonical(&self.output_dir).ok().as_deref() != Some(output_dir) {
            return Err(no_session("it was moved, and its environments only work where they were made".to_owned()));
        }
        for folder in [&self.build_dir, &self.work_dir, &self.host_prefix, &self.build_prefix] {
            let real = canonical(folder).map_err(|_| no_session(format!("`{}` is gone", folder.display())))?;
            if real != *folder || !real.starts_with(output_dir) || real == output_dir {
                return Err(no_session(format!("its log names `{}`, which is not in its folder", folder.display())));
            }
        }
        Ok(Layout {
            merged: self.build_prefix == self.host_prefix,
            output_dir: output_dir.to_path_buf(),
            build_dir: self.build_dir,
            work_dir: self.work_dir,
            build_prefix: self.build_prefix,
            host_prefix: self.host_prefix,
            recipe_dir: self.recipe_dir,
            recipe_path: self.recipe_path,
        })
    }
}
