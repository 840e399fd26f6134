//! Watching a run while it goes on.

#[cfg(target_os = "linux")]
use std::fs::File;
use std::path::PathBuf;
#[cfg(target_os = "linux")]
use std::sync::{Arc, Mutex, PoisonError};
#[cfg(target_os = "linux")]
use std::time::{Duration, Instant};

use super::{LimitKind, Limits};

/// Between two measurements: the first, the longest with limits, the longest without.
#[cfg(target_os = "linux")]
const FIRST_INTERVAL: Duration = Duration::from_millis(10);
#[cfg(target_os = "linux")]
const LIMITED_INTERVAL: Duration = Duration::from_millis(50);
#[cfg(target_os = "linux")]
const UNLIMITED_INTERVAL: Duration = Duration::from_secs(1);
/// Walking the folders may take this part of the time.
#[cfg(target_os = "linux")]
const DISK_SHARE: u32 = 20;

/// The largest values that were seen.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::script) struct Observed {
    pub(in crate::script) processes: u64,
    pub(in crate::script) memory_bytes: u64,
}

/// Measures a run and compares it with its limits.
#[derive(Debug)]
pub(in crate::script) struct Monitor {
    limits: Limits,
    #[cfg(target_os = "linux")]
    cgroup: super::cgroup::Cgroup,
    /// What may grow by `disk_bytes`, and how large it was.
    #[cfg(target_os = "linux")]
    folders: Vec<PathBuf>,
    #[cfg(target_os = "linux")]
    occupied_before: u64,
    #[cfg(target_os = "linux")]
    observed: Arc<Mutex<Observed>>,
}

#[cfg(target_os = "linux")]
impl Monitor {
    /// Prepares what has to be there before the run. Blocks.
    pub(in crate::script) fn new(limits: Limits, folders: Vec<PathBuf>) -> Self {
        let occupied_before = limits.disk_bytes.map_or(0, |_| super::disk::occupied(&folders));
        let cgroup = super::cgroup::Cgroup::create(&limits);
        Self { limits, cgroup, folders, occupied_before, observed: Arc::default() }
    }

    /// The cgroups that the script enters.
    pub(in crate::script) fn cgroups(&self) -> Vec<File> {
        self.cgroup.entrances()
    }

    /// Whether there is a limit that is measured while the run goes on.
    pub(in crate::script) fn is_measured(&self) -> bool {
        self.limits.is_measured()
    }

    /// Resource limits of each process: `RLIMIT_FSIZE`.
    pub(in crate::script) fn resource_limits(&self) -> Vec<(u32, u64)> {
        const RLIMIT_FSIZE: u32 = 1;
        self.limits.disk_bytes.map(|bytes| (RLIMIT_FSIZE, bytes)).into_iter().collect()
    }

    /// Waits until the run below a supervisor exceeds a limit.
    pub(in crate::script) async fn exceeded(&self, supervisor: Option<i32>) -> LimitKind {
        let Some(supervisor) = supervisor else { return std::future::pending().await };
        let longest = if self.limits == Limits::default() { UNLIMITED_INTERVAL } else { LIMITED_INTERVAL };
        let mut interval = FIRST_INTERVAL;
        let mut next_walk = Instant::now();
        loop {
            tokio::time::sleep(interval).await;
            interval = (interval * 2).min(longest);
            if let Some(limit) = self.cgroup.exceeded().or_else(|| self.measure(supervisor)) {
                return limit;
            }
            if self.limits.disk_bytes.is_some() && Instant::now() >= next_walk {
                let started = Instant::now();
                if self.disk_is_exceeded().await {
                    return LimitKind::DiskBytes;
                }
                next_walk = Instant::now() + started.elapsed() * DISK_SHARE;
            }
        }
    }

    fn measure(&self, supervisor: i32) -> Option<LimitKind> {
        let sample = super::sample::Sample::of_tree(supervisor)?;
        {
            let mut observed = self.observed.lock().unwrap_or_else(PoisonError::into_inner);
            observed.processes = observed.processes.max(sample.processes);
            observed.memory_bytes = observed.memory_bytes.max(sample.memory_bytes);
        }
        let limits = &self.limits;
        if limits.memory_bytes.is_some_and(|most| sample.memory_bytes > most) {
            return Some(LimitKind::MemoryBytes);
        }
        if limits.cpu_seconds.is_some_and(|most| sample.cpu.as_secs_f64() >= most) {
            return Some(LimitKind::CpuSeconds);
        }
        limits.processes.is_some_and(|most| sample.processes > most).then_some(LimitKind::Processes)
    }

    async fn disk_is_exceeded(&self) -> bool {
        let Some(most) = self.limits.disk_bytes else { return false };
        let folders = self.folders.clone();
        let occupied = tokio::task::spawn_blocking(move || super::disk::occupied(&folders)).await;
        occupied.is_ok_and(|occupied| occupied.saturating_sub(self.occupied_before) >= most)
    }

    /// A limit that the run hit although it ended by itself: a program that is killed or refused by the system fails, and
    /// may take the script with it before anybody looks.
    pub(in crate::script) async fn hit(&self, exit_code: i32) -> Option<LimitKind> {
        const SIGXFSZ: i32 = 25;
        if self.limits.disk_bytes.is_some() && (exit_code == 128 + SIGXFSZ || self.disk_is_exceeded().await) {
            return Some(LimitKind::DiskBytes);
        }
        self.cgroup.exceeded().filter(|_| exit_code != 0)
    }

    /// The largest values that were seen.
    pub(in crate::script) fn observed(&self) -> Observed {
        *self.observed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(not(target_os = "linux"))]
impl Monitor {
    /// Nothing is measured: only limits of the output can be asked for.
    pub(in crate::script) fn new(limits: Limits, _: Vec<PathBuf>) -> Self {
        Self { limits }
    }

    /// Never.
    pub(in crate::script) async fn exceeded(&self, _: Option<i32>) -> LimitKind {
        let _ = self.limits;
        std::future::pending().await
    }

    /// None.
    pub(in crate::script) async fn hit(&self, _: i32) -> Option<LimitKind> {
        None
    }

    /// Nothing.
    pub(in crate::script) fn observed(&self) -> Observed {
        Observed::default()
    }
}
