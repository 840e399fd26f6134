//! What a run used of the machine.

use serde::{Deserialize, Serialize};

use super::limits::Observed;
use super::process::ReapedUsage;

/// What a run, or all runs of a session, used. Zeros where the system does not say (all but Linux).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Processor time of all processes, in milliseconds.
    pub cpu_ms: f64,
    /// The largest amount of memory in use at once: of all processes as far as it was seen, at least of the largest one.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub max_memory_bytes: u64,
    /// Bytes that calls of `read` got, from files, caches and pipes.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub read_bytes: u64,
    /// Bytes that calls of `write` took.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub written_bytes: u64,
    /// The largest number of processes at once that was seen.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub processes: u64,
}

impl Usage {
    pub(super) fn new(reaped: Option<ReapedUsage>, observed: Observed) -> Self {
        let reaped = reaped.unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "no run takes 285 years")]
        let cpu_ms = reaped.cpu_micros as f64 / 1000.0;
        Self {
            cpu_ms,
            max_memory_bytes: reaped.max_memory_bytes.max(observed.memory_bytes),
            read_bytes: reaped.read_bytes,
            written_bytes: reaped.written_bytes,
            processes: observed.processes.max(1),
        }
    }

    /// Adds a run that followed.
    pub(crate) fn add(&mut self, next: &Self) {
        self.cpu_ms += next.cpu_ms;
        self.max_memory_bytes = self.max_memory_bytes.max(next.max_memory_bytes);
        self.read_bytes += next.read_bytes;
        self.written_bytes += next.written_bytes;
        self.processes = self.processes.max(next.processes);
    }
}
