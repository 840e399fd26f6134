//! What a tree of processes uses at the moment, from `/proc`.

use std::path::PathBuf;
use std::time::Duration;

/// A measurement.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sample {
    /// Processes below the supervisor.
    pub(super) processes: u64,
    /// Memory that no file backs, of all of them: what is shared with files would count once for each.
    pub(super) memory_bytes: u64,
    /// Processor time, with that of processes that ended.
    pub(super) cpu: Duration,
}

impl Sample {
    /// Measures all processes below one; `None` once that has ended.
    pub(super) fn of_tree(supervisor: i32) -> Option<Self> {
        let mut sample = Self::default();
        let page = u64::try_from(rustix::param::page_size()).unwrap_or(4096);
        let mut waiting = vec![supervisor];
        while let Some(pid) = waiting.pop() {
            let folder = PathBuf::from(format!("/proc/{pid}"));
            let Some(ticks) = ticks(&folder) else {
                if pid == supervisor {
                    return None;
                }
                continue;
            };
            sample.cpu += Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64);
            if pid != supervisor {
                sample.processes += 1;
                sample.memory_bytes += pages(&folder).unwrap_or(0) * page;
            }
            // Each thread has its own children.
            for thread in std::fs::read_dir(folder.join("task")).into_iter().flatten().flatten() {
                let children = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
                waiting.extend(children.split_ascii_whitespace().filter_map(|pid| pid.parse::<i32>().ok()));
            }
        }
        Some(sample)
    }
}

/// Clock ticks of a process and of those of its children that it waited for.
fn ticks(folder: &std::path::Path) -> Option<u64> {
    let stat = std::fs::read(folder.join("stat")).ok()?;
    let stat = String::from_utf8_lossy(&stat);
    // The name is in parentheses and may contain anything; `utime` is the twelfth field after it.
    let fields = stat.get(stat.rfind(')')? + 1..)?.split_ascii_whitespace();
    Some(fields.skip(11).take(4).filter_map(|field| field.parse::<u64>().ok()).sum())
}

fn pages(folder: &std::path::Path) -> Option<u64> {
    let statm = std::fs::read_to_string(folder.join("statm")).ok()?;
    let mut fields = statm.split_ascii_whitespace().skip(1).filter_map(|field| field.parse::<u64>().ok());
    let (resident, shared) = (fields.next()?, fields.next()?);
    Some(resident.saturating_sub(shared))
}
