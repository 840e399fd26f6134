//! A cgroup of its own for a run: version 2 where this process may create one, otherwise version 1.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::{LimitKind, Limits};

/// The cgroups of one run; removed when dropped, once they are empty.
#[derive(Debug)]
pub(super) struct Cgroup {
    memory: Option<Controller>,
    pids: Option<Controller>,
}

/// A folder that limits something.
#[derive(Debug)]
struct Controller {
    folder: PathBuf,
    /// Where the kernel counts how often the limit was hit, and under which name.
    events: (&'static str, &'static str),
}

impl Cgroup {
    /// Cgroups for what is limited; without those that the system does not let this process create.
    pub(super) fn create(limits: &Limits) -> Self {
        let memory = limits.memory_bytes.and_then(|bytes| {
            let version_two = || {
                let folder = new_version_two("memory")?;
                write(&folder, "memory.max", bytes)?;
                // Swapped memory is memory, and killing one process of many leaves a broken build running.
                let _ = (write(&folder, "memory.swap.max", 0), write(&folder, "memory.oom.group", 1));
                Some(Controller { folder, events: ("memory.events", "oom_kill") })
            };
            let version_one = || {
                let folder = new_version_one("memory")?;
                write(&folder, "memory.limit_in_bytes", bytes)?;
                let _ = write(&folder, "memory.memsw.limit_in_bytes", bytes);
                Some(Controller { folder, events: ("memory.oom_control", "oom_kill") })
            };
            version_two().or_else(version_one)
        });
        let pids = limits.processes.and_then(|count| {
            let limited = |folder: PathBuf| {
                write(&folder, "pids.max", count)?;
                Some(Controller { folder, events: ("pids.events", "max") })
            };
            new_version_two("pids").and_then(limited).or_else(|| new_version_one("pids").and_then(limited))
        });
        Self { memory, pids }
    }

    /// The files by which a process enters them.
    pub(super) fn entrances(&self) -> Vec<File> {
        let controllers = self.memory.iter().chain(&self.pids);
        controllers
            .filter_map(|controller| OpenOptions::new().write(true).open(controller.folder.join("cgroup.procs")).ok())
            .collect()
    }

    /// A limit that was hit.
    pub(super) fn exceeded(&self) -> Option<LimitKind> {
        let was_hit = |controller: &Option<Controller>| controller.as_ref().is_some_and(Controller::was_hit);
        if was_hit(&self.memory) {
            return Some(LimitKind::MemoryBytes);
        }
        was_hit(&self.pids).then_some(LimitKind::Processes)
    }
}

impl Controller {
    fn was_hit(&self) -> bool {
        let (file, name) = self.events;
        let events = std::fs::read_to_string(self.folder.join(file)).unwrap_or_default();
        let count = events.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
        count.is_some_and(|count| count > 0)
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        // A daemon that the run left keeps it from being removed; it is empty and harmless once that has ended.
        let _ = std::fs::remove_dir(&self.folder);
    }
}

/// Which version of cgroups can limit memory and processes, where one can.
pub(super) fn available() -> super::AvailableCgroups {
    let limits = Limits { memory_bytes: Some(1 << 40), processes: Some(1 << 20), ..Limits::default() };
    let cgroups = Cgroup::create(&limits);
    let is_two = |controller: &Controller| controller.folder.join("cgroup.controllers").exists();
    let version = |controller: &Option<Controller>| controller.as_ref().map(|it| if is_two(it) { 2 } else { 1 });
    super::AvailableCgroups { memory: version(&cgroups.memory), processes: version(&cgroups.pids) }
}

fn write(folder: &Path, file: &str, value: u64) -> Option<()> {
    let written = std::fs::write(folder.join(file), value.to_string());
    if written.is_err() {
        let _ = std::fs::remove_dir(folder);
    }
    written.ok()
}

/// A new cgroup of version 2 that has a controller. A cgroup with processes cannot have limited ones below it, so it goes
/// next to that of this process.
fn new_version_two(controller: &str) -> Option<PathBuf> {
    let mount = mount_point(|kind, _| kind == "cgroup2")?;
    let own = own_path(|controllers| controllers.is_empty())?;
    let own = mount.join(own.trim_start_matches('/'));
    let parents = [own.parent().filter(|parent| parent.starts_with(&mount)), Some(own.as_path())];
    parents.into_iter().flatten().find_map(|parent| {
        let enabled = std::fs::read_to_string(parent.join("cgroup.subtree_control")).ok()?;
        enabled.split_ascii_whitespace().any(|name| name == controller).then(|| new_in(parent, controller)).flatten()
    })
}

fn new_version_one(controller: &str) -> Option<PathBuf> {
    let has = |names: &str| names.split(',').any(|name| name == controller);
    let mount = mount_point(|kind, options| kind == "cgroup" && has(options))?;
    let own = own_path(has)?;
    new_in(&mount.join(own.trim_start_matches('/')), controller)
}

fn new_in(parent: &Path, controller: &str) -> Option<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = parent.join(format!("sidewinder-{controller}-{}-{number}", std::process::id()));
    std::fs::create_dir(&folder).ok()?;
    Some(folder)
}

/// The mount point of the file system of this kind with these options of its own.
fn mount_point(is_it: impl Fn(&str, &str) -> bool) -> Option<PathBuf> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    mounts.lines().find_map(|line| {
        let (mount, file_system) = line.split_once(" - ")?;
        let mut file_system = file_system.split(' ');
        let (kind, options) = (file_system.next()?, file_system.nth(1)?);
        is_it(kind, options).then(|| mount.split(' ').nth(4).map(PathBuf::from)).flatten()
    })
}

/// The path of this process's cgroup in the hierarchy with these controllers.
fn own_path(is_it: impl Fn(&str) -> bool) -> Option<String> {
    let cgroups = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    cgroups.lines().find_map(|line| {
        let mut fields = line.splitn(3, ':');
        let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
        is_it(controllers).then(|| path.to_owned())
    })
}
