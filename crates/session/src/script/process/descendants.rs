//! Finding the processes that a script started, also those that made a process group of their own.

use std::collections::HashSet;
use std::path::Path;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A process, told apart from later ones with the same number by when it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Descendant {
    pid: i32,
    started: u64,
}

/// What `/proc` says about a process.
struct Entry {
    process: Descendant,
    parent: i32,
    group: i32,
    session: i32,
}

/// All processes of a session and all that descend from its leader; empty where there is no `/proc`.
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

/// All processes that have the variable `SRC_DIR` of a build, as what its scripts start has, and that are not older than
/// another process: those too that left their session and whose parents are gone. This process and those that it descends
/// from are never among them. Empty where there is no `/proc`.
pub(super) fn of_build(work_dir: &Path, not_before: Option<Descendant>) -> HashSet<Descendant> {
    let variable = [b"SRC_DIR=", work_dir.as_os_str().as_encoded_bytes()].concat();
    let since = not_before.map_or(0, |process| process.started);
    let entries = all();
    let mut own = HashSet::new();
    let mut next = i32::try_from(std::process::id()).ok();
    while let Some(pid) = next.filter(|pid| own.insert(*pid)) {
        next = entries.iter().find(|entry| entry.process.pid == pid).map(|entry| entry.parent);
    }
    let has_variable = |pid: i32| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|entry| entry == variable)
    };
    let processes = entries.into_iter().map(|entry| entry.process);
    processes
        .filter(|process| process.started >= since && !own.contains(&process.pid) && has_variable(process.pid))
        .collect()
}

/// A process as it is now.
pub(super) fn process(pid: Pid) -> Option<Descendant> {
    entry(pid.as_raw()).map(|entry| entry.process)
}

/// All processes of a process group; empty where there is no `/proc`.
pub(super) fn of_group(group: i32) -> Vec<Descendant> {
    all().into_iter().filter(|entry| entry.group == group).map(|entry| entry.process).collect()
}

/// Sends a signal to a process unless its number means another one by now.
pub(super) fn signal(process: Descendant, signal: Signal) {
    if entry(process.pid).is_some_and(|entry| entry.process == process) {
        let _ = kill(Pid::from_raw(process.pid), signal);
    }
}

/// Whether a process has not ended yet.
pub(super) fn is_running(process: Descendant) -> bool {
    entry(process.pid).is_some_and(|entry| entry.process == process)
}

/// As [`signal`], but for processes of a group, which have the signal already.
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
    // The name stands in parentheses and may hold anything: fields are counted from behind it.
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
