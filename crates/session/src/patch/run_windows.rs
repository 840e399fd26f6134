//! When the build script ran: files that changed in between were probably changed by it.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::sources::{changed_at, file_system_now, nanoseconds};

const FILE_NAME: &str = "script_runs.json";

/// Older runs are dropped.
const MAX_RUNS: usize = 200;

/// The runs of a session.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct RunWindows(Vec<Window>);

/// Nanoseconds since the epoch. A run that the machine or the host did not survive has no end.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Window {
    start: u64,
    end: Option<u64>,
}

/// Records a run of the build script, from its creation until it is dropped.
#[derive(Debug)]
pub struct RecordedRun {
    build_dir: PathBuf,
    start: u64,
}

impl RecordedRun {
    /// Records that the build script starts now. A record that cannot be written is not worth failing the run for: then
    /// changes count as those of the user.
    #[must_use]
    pub fn start(build_dir: &Path) -> Self {
        let run = Self { build_dir: build_dir.to_path_buf(), start: now(build_dir) };
        run.write(None);
        run
    }

    fn write(&self, end: Option<u64>) {
        let mut windows = RunWindows::read(&self.build_dir);
        windows.0.retain(|window| window.start != self.start);
        windows.0.push(Window { start: self.start, end });
        let excess = windows.0.len().saturating_sub(MAX_RUNS);
        windows.0.drain(..excess);
        let _ = windows.write(&self.build_dir);
    }
}

impl Drop for RecordedRun {
    fn drop(&mut self) {
        self.write(Some(now(&self.build_dir)));
    }
}

impl RunWindows {
    /// Reads the record of a session; empty where there is none.
    pub(super) fn read(build_dir: &Path) -> Self {
        let json = std::fs::read(build_dir.join(FILE_NAME)).unwrap_or_default();
        serde_json::from_slice(&json).unwrap_or_default()
    }

    fn write(&self, build_dir: &Path) -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(build_dir)?;
        serde_json::to_writer(&mut file, self)?;
        file.persist(build_dir.join(FILE_NAME)).map_err(|error| error.error)?;
        Ok(())
    }

    /// Whether a file changed last while the script ran.
    pub(super) fn contain(&self, metadata: &Metadata) -> bool {
        // `ctime` first: scripts set `mtime`, by `touch` or by unpacking.
        let changed = changed_at(metadata).or_else(|| metadata.modified().ok().and_then(nanoseconds));
        let Some(changed) = changed else { return false };
        self.0.iter().any(|window| window.start <= changed && window.end.is_some_and(|end| changed <= end))
    }
}

fn now(build_dir: &Path) -> u64 {
    file_system_now(build_dir).or_else(|| nanoseconds(SystemTime::now())).unwrap_or_default()
}
