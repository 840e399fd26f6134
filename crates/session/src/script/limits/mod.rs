//! Limits of a run: what they are, and ending a run that exceeds one.
//!
//! A cgroup is a hard limit for memory and processes, where the system lets this process create one. Everything is also
//! measured while the run goes on, so that each limit holds without cgroups, only less exactly.

#[cfg(target_os = "linux")]
mod cgroup;
#[cfg(target_os = "linux")]
mod disk;
mod monitor;
#[cfg(target_os = "linux")]
mod sample;

use serde::{Deserialize, Serialize};

pub(super) use self::monitor::{Monitor, Observed};
use crate::error::{Error, Result};

/// What a run may use at most. A run that exceeds a limit is ended, and its result says which.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    /// Memory of all processes together. Default: no limit.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub memory_bytes: Option<u64>,
    /// Processor time of all processes together. Default: no limit.
    pub cpu_seconds: Option<f64>,
    /// Processes at once. Default: no limit.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub processes: Option<u64>,
    /// By how much the run may make the work folder and the environments grow; also the maximum size of one file. Default:
    /// no limit.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub disk_bytes: Option<u64>,
    /// Output of both streams together. Default: no limit.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub log_bytes: Option<u64>,
}

/// A limit that ended a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum LimitKind {
    /// [`Limits::memory_bytes`].
    MemoryBytes,
    /// [`Limits::cpu_seconds`].
    CpuSeconds,
    /// [`Limits::processes`].
    Processes,
    /// [`Limits::disk_bytes`].
    DiskBytes,
    /// [`Limits::log_bytes`].
    LogBytes,
}

impl LimitKind {
    /// The name of the option.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::MemoryBytes => "memoryBytes",
            Self::CpuSeconds => "cpuSeconds",
            Self::Processes => "processes",
            Self::DiskBytes => "diskBytes",
            Self::LogBytes => "logBytes",
        }
    }
}

/// Which version of cgroups can limit memory and processes, where one can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AvailableCgroups {
    pub(crate) memory: Option<u8>,
    pub(crate) processes: Option<u8>,
}

/// Finds out, by trying, what cgroups this process can create.
#[cfg(target_os = "linux")]
pub(crate) fn available_cgroups() -> AvailableCgroups {
    cgroup::available()
}

/// There are none elsewhere.
#[cfg(not(target_os = "linux"))]
pub(crate) fn available_cgroups() -> AvailableCgroups {
    AvailableCgroups::default()
}

impl Limits {
    /// These, and for what they leave open, others.
    pub(super) fn or(self, others: Self) -> Self {
        Self {
            memory_bytes: self.memory_bytes.or(others.memory_bytes),
            cpu_seconds: self.cpu_seconds.or(others.cpu_seconds),
            processes: self.processes.or(others.processes),
            disk_bytes: self.disk_bytes.or(others.disk_bytes),
            log_bytes: self.log_bytes.or(others.log_bytes),
        }
    }

    /// Whether there is one that is measured while a run goes on.
    pub(in crate::script) fn is_measured(&self) -> bool {
        Self { log_bytes: None, ..*self } != Self::default()
    }

    /// Checks that they make sense and that this system can enforce them.
    ///
    /// # Errors
    /// [`Error::InvalidOption`].
    pub(crate) fn check(&self) -> Result<()> {
        let invalid = |reason: &str| Err(Error::InvalidOption { option: "limits", reason: reason.to_owned() });
        if self.cpu_seconds.is_some_and(|seconds| seconds.is_nan() || seconds <= 0.0) {
            return invalid("expected `cpuSeconds` to be greater than 0");
        }
        let counts = [self.memory_bytes, self.processes, self.disk_bytes, self.log_bytes];
        if counts.contains(&Some(0)) {
            return invalid("expected each limit to be greater than 0");
        }
        if self.is_measured() && !cfg!(sidewinder_supervisor) {
            return invalid("only `logBytes` can be enforced on this system; the other limits require Linux");
        }
        Ok(())
    }
}
