//! Process trees on Unix: a session of its own for each run.

use std::collections::HashSet;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::descendants::{self, Descendant};
use super::{Exit, Started, Waiter};

/// How long processes may take to end by themselves once they are asked to.
const GRACE: Duration = Duration::from_millis(1500);

/// How long the others may take once the script itself is gone.
const GRACE_FOR_THE_REST: Duration = Duration::from_millis(50);

/// How long what a script left behind may take.
const GRACE_FOR_LEFTOVERS: Duration = Duration::from_millis(500);

/// A process that was started and whose number was not given back yet.
#[derive(Debug)]
pub(super) struct Process {
    pid: Pid,
}

impl Process {
    pub(super) fn new(pid: Pid) -> Self {
        Self { pid }
    }

    /// A file that is readable once the process ended.
    #[cfg(target_os = "linux")]
    pub(super) fn file(&self) -> Option<std::os::fd::OwnedFd> {
        use rustix::process::{PidfdFlags, pidfd_open};
        pidfd_open(rustix::process::Pid::from_raw(self.pid.as_raw())?, PidfdFlags::NONBLOCK).ok()
    }

    /// Waits until it ended, and gives its number back.
    pub(super) fn wait(self) -> std::io::Result<Exit> {
        use rustix::process::{WaitOptions, waitpid};
        let pid = rustix::process::Pid::from_raw(self.pid.as_raw());
        loop {
            match waitpid(pid, WaitOptions::empty()) {
                Ok(Some((_, status))) => return Ok(Exit::from(ExitStatus::from_raw(status.as_raw()))),
                Ok(None) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Makes room in a pipe, so that a script that writes much is not stopped at every turn. Where the system does not allow
/// it, the pipe stays as it is.
pub(in crate::script) fn widen(pipe: &impl std::os::fd::AsFd) {
    #[cfg(target_os = "linux")]
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, 1024 * 1024);
    #[cfg(not(target_os = "linux"))]
    let _ = pipe;
}

/// A process and all that it started; killed when dropped before it was ended.
#[derive(Debug)]
pub(in crate::script) struct Tree {
    leader: Option<Pid>,
    /// The leader, told apart from later processes with its number.
    first: Option<Descendant>,
    /// The build that the processes are of, if they are of one.
    work_dir: Option<PathBuf>,
}

impl Tree {
    pub(in crate::script) fn of(started: &Started, work_dir: Option<PathBuf>) -> Self {
        let leader = Some(started.process.pid).filter(|pid| pid.as_raw() > 1);
        Self { leader, first: leader.and_then(descendants::process), work_dir }
    }

    /// What was started and still runs.
    fn processes(&self, leader: Pid) -> HashSet<Descendant> {
        let mut processes = descendants::of_session(leader.as_raw());
        if let (Some(work_dir), Some(_)) = (&self.work_dir, self.first) {
            processes.extend(descendants::of_build(work_dir, self.first));
        }
        processes
    }

    /// Asks all processes to end, and ends those that did not.
    pub(in crate::script) async fn terminate(&mut self, waiter: &mut Waiter) {
        let Some(leader) = self.leader else { return };
        let mut processes = self.processes(leader);
        signal_all(leader, &processes, Signal::SIGTERM);
        let _ = tokio::time::timeout(GRACE, waiter.ended()).await;
        // The rest gets a moment, not the whole grace: its leader is gone.
        tokio::time::sleep(GRACE_FOR_THE_REST).await;
        processes.extend(self.processes(leader));
        signal_all(leader, &processes, Signal::SIGKILL);
        waiter.ended().await;
        self.leader = None;
    }

    /// Asks what the script left behind in its process group to end, once it ended by itself, and gives its number back.
    /// A daemon has a session of its own and stays.
    pub(in crate::script) fn finish(mut self, waiter: Waiter) -> std::io::Result<(Exit, Stubborn)> {
        let leader = self.leader.take();
        if let Some(leader) = leader {
            let _ = killpg(leader, Signal::SIGTERM);
        }
        let exit = waiter.reap()?;
        // As long as a group has members, no other can get its number.
        let left = leader.filter(|group| killpg(*group, None).is_ok());
        let processes = left.map(|group| descendants::of_group(group.as_raw())).unwrap_or_default();
        Ok((exit, Stubborn { group: left, processes }))
    }
}

/// What a script left behind and was asked to end, but has not ended yet.
#[derive(Debug)]
pub(in crate::script) struct Stubborn {
    group: Option<Pid>,
    processes: Vec<Descendant>,
}

impl Stubborn {
    /// Ends it a moment later; nobody waits for that.
    pub(in crate::script) fn end_later(self) {
        let Some(group) = self.group else { return };
        tokio::spawn(async move {
            tokio::time::sleep(GRACE_FOR_LEFTOVERS).await;
            for process in self.processes {
                descendants::signal(process, Signal::SIGKILL);
            }
            if !cfg!(target_os = "linux") {
                let _ = killpg(group, Signal::SIGKILL);
            }
        });
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            signal_all(leader, &self.processes(leader), Signal::SIGKILL);
        }
    }
}

/// Signals the leader's process group, and those that left it: each process once, or what it does on the signal would be
/// done twice.
/// Ends what scripts of a build left behind, daemons too, and waits until it ended.
pub(crate) fn end_all_of(work_dir: &Path) {
    for (signal, grace) in [(Signal::SIGTERM, GRACE_FOR_LEFTOVERS), (Signal::SIGKILL, GRACE_FOR_THE_REST)] {
        let processes = descendants::of_build(work_dir, None);
        processes.iter().for_each(|process| descendants::signal(*process, signal));
        let deadline = std::time::Instant::now() + grace;
        while processes.iter().any(|process| descendants::is_running(*process)) && std::time::Instant::now() < deadline
        {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn signal_all(leader: Pid, processes: &HashSet<Descendant>, signal: Signal) {
    let _ = killpg(leader, signal);
    for process in processes {
        descendants::signal_outside(*process, leader.as_raw(), signal);
    }
}
