//! `rattler-build-log.txt`: how other tools find the latest session of an output folder.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ownership::without_links;
use super::plan::Layout;
use crate::error::{Error, Result};

/// One line; names and order are those that other tools read.
#[derive(Serialize)]
struct Line<'a> {
    work_dir: &'a str,
    build_dir: &'a str,
    host_prefix: &'a str,
    build_prefix: &'a str,
    recipe_dir: &'a str,
    recipe_path: &'a str,
    output_dir: &'a str,
    cache_dir: &'a str,
}

/// File name of the log.
pub(super) const FILE_NAME: &str = "rattler-build-log.txt";

impl Layout {
    /// Appends one line that names all folders.
    pub(super) fn append_to_log(&self) -> Result<()> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let cache_dir = text(&self.build_cache());
        let line = Line {
            work_dir: &text(&self.work_dir),
            build_dir: &text(&self.build_dir),
            host_prefix: &text(&self.host_prefix),
            build_prefix: &text(&self.build_prefix),
            recipe_dir: &text(&self.recipe_dir),
            recipe_path: &text(&self.recipe_path),
            output_dir: &text(&self.output_dir),
            cache_dir: &cache_dir,
        };
        let mut json = serde_json::to_string(&line)
            .map_err(|error| Error::Internal { reason: format!("cannot write the folder log: {error}") })?;
        json.push('\n');
        let path = self.output_dir.join(FILE_NAME);
        // One write of a whole line, so that lines of several processes do not mix.
        without_links(fs_err::OpenOptions::new().create(true).append(true))
            .open(&path)
            .and_then(|mut file| file.write_all(json.as_bytes()))
            .map_err(Error::io("cannot write", path))
    }
}

/// Whether the log of an output folder names a build folder.
pub(super) fn names(output_dir: &Path, build_dir: &Path) -> bool {
    #[derive(Deserialize)]
    struct Named {
        build_dir: PathBuf,
    }
    let Ok(log) = fs_err::read_to_string(output_dir.join(FILE_NAME)) else { return false };
    log.lines().filter_map(|line| serde_json::from_str::<Named>(line).ok()).any(|line| line.build_dir == build_dir)
}
