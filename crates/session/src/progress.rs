//! One stream of what is happening, and the set-up log that is kept from it.

mod backlog;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

pub use self::backlog::Backlog;
use serde::{Deserialize, Serialize};
pub use sidewinder_diagnosis::Environment;

/// What is happening, fit for a progress bar or a log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum ProgressEvent {
    /// A stage of the way begins or ends.
    Phase {
        /// Which stage.
        phase: Phase,
        /// Begins or ends.
        state: PhaseState,
        /// For which environment, where the stage is done for each.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        environment: Option<Environment>,
        /// How long it took, in milliseconds, when it ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        duration_ms: Option<f64>,
    },
    /// Bytes arrived.
    Transfer {
        /// Of what: a file name.
        name: String,
        /// So far.
        bytes: u64,
        /// In all, where known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
    },
    /// A package was worked on.
    Package {
        /// What was done.
        action: PackageAction,
        /// Its name.
        name: String,
        /// How many are done.
        done: u32,
        /// Of how many.
        total: u32,
    },
    /// A line for people.
    Log {
        /// How important.
        level: LogLevel,
        /// The line.
        message: String,
    },
}

/// The stages of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Fetching sources and applying patches.
    Sources,
    /// Reading the channels' indexes.
    Repodata,
    /// Choosing packages.
    Solve,
    /// Downloading packages.
    Download,
    /// Linking packages into a prefix.
    Link,
    /// Writing or running the script.
    Script,
    /// Building the package.
    Package,
    /// Testing the package.
    Test,
}

/// Whether a stage begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum PhaseState {
    /// It begins.
    Started,
    /// It ended.
    Finished,
}

/// What was done to a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum PackageAction {
    /// It is in the cache now.
    Downloaded,
    /// It is in the prefix now.
    Linked,
    /// It is no longer in the prefix.
    Unlinked,
}

/// How important a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// For information.
    Info,
    /// Something looks wrong.
    Warning,
}

/// Takes events; clones report to the same place. Never blocks for long, never fails.
#[derive(Clone, Default)]
pub struct Progress {
    sink: Option<Arc<dyn Fn(ProgressEvent) + Send + Sync>>,
    log: Arc<Mutex<Vec<String>>>,
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress").finish_non_exhaustive()
    }
}

impl Progress {
    /// Reports to a function, which is called from any thread.
    pub fn to(sink: impl Fn(ProgressEvent) + Send + Sync + 'static) -> Self {
        Self { sink: Some(Arc::new(sink)), log: Arc::default() }
    }

    /// Reports one event.
    pub fn emit(&self, event: ProgressEvent) {
        trace(&event);
        if let Some(sink) = &self.sink {
            sink(event);
        }
    }

    /// Reports a line for information, and keeps it in the log.
    pub fn info(&self, message: impl Into<String>) {
        self.line(LogLevel::Info, message.into());
    }

    /// Reports a line that says something looks wrong, and keeps it in the log.
    pub fn warn(&self, message: impl Into<String>) {
        self.line(LogLevel::Warning, message.into());
    }

    /// Reports that a stage begins; the returned guard reports its end when dropped.
    #[must_use]
    pub fn phase(&self, phase: Phase, environment: Option<Environment>) -> PhaseGuard {
        self.emit(ProgressEvent::Phase { phase, state: PhaseState::Started, environment, duration_ms: None });
        PhaseGuard { progress: self.clone(), phase, environment, started: Instant::now() }
    }

    /// All lines so far.
    #[must_use]
    pub fn log_lines(&self) -> Vec<String> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn line(&self, level: LogLevel, message: String) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(message.clone());
        self.emit(ProgressEvent::Log { level, message });
    }
}

/// For a log of the whole process, next to the events of one session.
fn trace(event: &ProgressEvent) {
    match event {
        ProgressEvent::Phase { phase, state: PhaseState::Finished, environment, duration_ms } => {
            tracing::debug!(?phase, ?environment, duration_ms, "phase finished");
        }
        ProgressEvent::Phase { phase, environment, .. } => tracing::debug!(?phase, ?environment, "phase started"),
        ProgressEvent::Transfer { name, bytes, total } => tracing::trace!(name, bytes, total, "transfer"),
        ProgressEvent::Package { action, name, done, total } => {
            tracing::trace!(?action, name, done, total, "package");
        }
        ProgressEvent::Log { level: LogLevel::Info, message } => tracing::info!("{message}"),
        ProgressEvent::Log { level: LogLevel::Warning, message } => tracing::warn!("{message}"),
    }
}

/// Reports the end of a stage when dropped.
#[derive(Debug)]
pub struct PhaseGuard {
    progress: Progress,
    phase: Phase,
    environment: Option<Environment>,
    started: Instant,
}

impl Drop for PhaseGuard {
    fn drop(&mut self) {
        self.progress.emit(ProgressEvent::Phase {
            phase: self.phase,
            state: PhaseState::Finished,
            environment: self.environment,
            duration_ms: Some(self.started.elapsed().as_secs_f64() * 1000.0),
        });
    }
}
