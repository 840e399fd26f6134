//! Finding the processes that a script started, also those that made a process group of their own.

use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How long what is left may take once the script itself is gone, or its leftovers, to end when they are asked to.
pub(super) const KILL_GRACE_OF_REST: Duration = Duration::from_millis(50);
pub(super) const KILL_GRACE_OF_LEFTOVERS: Duration = Duration::from_millis(500);

/// The variable that marks the supervisor of a run; its value is the work folder. Scripts do not get it, so that a
/// process with a cleaned environment is still found: below the supervisor.
pub(super) const RUN_MARK: &str = "SIDEWINDER_RUN";

/// A process, told apart from later ones with the same number by when it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::script) struct Descendant {
    pid: i32,
    started: u64,
}

impl Descendant {
    /// When it started, in clock ticks since the machine did.
    pub(in crate::script) fn started(self) -> u64 {
        self.started
    }
}

/// What `/proc` says about a process.
struct Entry {
    process: Descendant,
    parent: i32,
    group: i32,
    session: i32,
}

/// All processes of a session and all that descend from its leader; empty without `/proc`.
pub(super) fn of_session(leader: i32) -> HashSet<Descendant> {
    let entries = all();
    let mut found: HashSet<i32> = HashSet::from([leader]);
    loop {
        let before = found.len();
        for entry in &entries {
            if entry.session == leader || found.contains(&entry.parent) {
                found.insert(entry.process.pid);
            }
        }
        if found.len() == before {
            break;
        }
    }
    entries.into_iter().map(|entry| entry.process).filter(|process| found.contains(&process.pid)).collect()
}

/// All processes of a build's runs: those below a supervisor of the build, whatever they did to their environment, and
/// those with the build's `SRC_DIR`. Those that started before another process are left out. This process, those that it
/// descends from, and supervisors, which end when nothing is left below them, are never among them. Empty where there is
/// no `/proc`.
pub(super) fn of_build(work_dir: &Path, not_before: Option<Descendant>) -> HashSet<Descendant> {
    let variable = |name: &str| [name.as_bytes(), b"=", work_dir.as_os_str().as_encoded_bytes()].concat();
    let (source_dir, mark) = (variable("SRC_DIR"), variable(RUN_MARK));
    let since = not_before.map_or(0, |process| process.started);
    let entries = all();
    let mut own = HashSet::new();
    let mut next = i32::try_from(std::process::id()).ok();
    while let Some(pid) = next.filter(|pid| own.insert(*pid)) {
        next = entries.iter().find(|entry| entry.process.pid == pid).map(|entry| entry.parent);
    }
    let mut supervisors = HashSet::new();
    let mut members = HashSet::new();
    for entry in &entries {
        let pid = entry.process.pid;
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let has = |variable: &[u8]| environment.split(|byte| *byte == 0).any(|entry| entry == variable);
        if has(&mark) {
            supervisors.insert(pid);
        } else if has(&source_dir) {
            members.insert(pid);
        }
    }
    members.extend(below(&entries, supervisors.clone()));
    let processes = entries.into_iter().map(|entry| entry.process);
    processes
        .filter(|process| {
            let pid = process.pid;
            process.started >= since && members.contains(&pid) && !supervisors.contains(&pid) && !own.contains(&pid)
        })
        .collect()
}

/// Ends what the runs of a build left behind, daemons too, and waits until it ended. Blocks.
pub fn end_processes_of(work_dir: &Path) {
    for (signal, grace) in [(Signal::SIGTERM, KILL_GRACE_OF_LEFTOVERS), (Signal::SIGKILL, KILL_GRACE_OF_LEFTOVERS)] {
        let mut signaled = HashSet::new();
        let deadline = Instant::now() + grace;
        loop {
            let processes = of_build(work_dir, None);
            if processes.is_empty() {
                return;
            }
            for process in processes {
                // Asked once, as a process may act on each request; a kill is for those too that appeared meanwhile.
                if signaled.insert(process) || signal == Signal::SIGKILL {
                    self::signal(process, signal);
                }
            }
            if Instant::now() >= deadline {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// These processes and all that descend from them.
fn below(entries: &[Entry], mut pids: HashSet<i32>) -> HashSet<i32> {
    loop {
        let before = pids.len();
        for entry in entries {
            if pids.contains(&entry.parent) {
                pids.insert(entry.process.pid);
            }
        }
        if pids.len() == before {
            return pids;
        }
    }
}

/// A process as it is now.
pub(in crate::script) fn process(pid: Pid) -> Option<Descendant> {
    entry(pid.as_raw()).map(|entry| entry.process)
}

/// All processes of a process group; empty without `/proc`.
pub(super) fn of_group(group: i32) -> Vec<Descendant> {
    all().into_iter().filter(|entry| entry.group == group).map(|entry| entry.process).collect()
}

/// Sends a signal to a process unless its number means another one by now.
pub(super) fn signal(process: Descendant, signal: Signal) {
    if entry(process.pid).is_some_and(|entry| entry.process == process) {
        let _ = kill(Pid::from_raw(process.pid), signal);
    }
}

/// As [`signal`], except processes of a group, which have the signal already.
pub(super) fn signal_outside(process: Descendant, group: i32, signal: Signal) {
    if entry(process.pid).is_some_and(|entry| entry.process == process && entry.group != group) {
        let _ = kill(Pid::from_raw(process.pid), signal);
    }
}

fn all() -> Vec<Entry> {
    let Ok(folder) = std::fs::read_dir("/proc") else { return Vec::new() };
    folder.flatten().filter_map(|item| entry(item.file_name().to_str()?.parse().ok()?)).collect()
}

fn entry(pid: i32) -> Option<Entry> {
    let bytes = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    // The name is in parentheses and may contain anything: fields are counted from its end.
    let mut fields = text.get(text.rfind(')')? + 1..)?.split_ascii_whitespace();
    let state = fields.next()?;
    if state == "Z" || state == "X" {
        return None;
    }
    let parent = fields.next()?.parse().ok()?;
    let group = fields.next()?.parse().ok()?;
    let session = fields.next()?.parse().ok()?;
    let started = fields.nth(15)?.parse().ok()?;
    Some(Entry { process: Descendant { pid, started }, parent, group, session })
}
