//! A script as a child of this process (Unix): a session of its own for each run.

use std::collections::HashSet;
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::descendants::{self, Descendant, KILL_GRACE_OF_LEFTOVERS, KILL_GRACE_OF_REST};
use super::spawn::{ScriptPipes, Words, spawn};
use super::{Exit, Pipes, Waiter};

/// How long processes may take to end once they are asked to.
const KILL_GRACE: Duration = Duration::from_millis(1500);

/// Ends a process group when its standard input ends without a line: when the process that would write it is gone.
const WATCHDOG: &std::ffi::CStr = c"read -r _ || { kill -TERM -- \"-$1\"; sleep 1; kill -KILL -- \"-$1\"; }";

/// Starts a command in a session of its own, in the folder that this process is in.
///
/// # Errors
/// Those of the system, and of arguments that contain a NUL.
pub(super) fn start_direct(command: &Command, wants_stdin: bool) -> std::io::Result<(Process, Pipes)> {
    let words = Words::of(command)?;
    let pipes = ScriptPipes::new(wants_stdin)?;
    let pid = spawn(&words.program, &words.arguments, &words.environment, &pipes.ends())?;
    Ok((Process { pid }, pipes.pipes))
}

/// A process that was started and not reaped yet.
#[derive(Debug)]
pub(super) struct Process {
    pid: Pid,
}

impl Process {
    /// A file that is readable once the process ended.
    #[cfg(target_os = "linux")]
    pub(super) fn file(&self) -> Option<std::os::fd::OwnedFd> {
        use rustix::process::{PidfdFlags, pidfd_open};
        pidfd_open(rustix::process::Pid::from_raw(self.pid.as_raw())?, PidfdFlags::NONBLOCK).ok()
    }

    /// Waits until it ended, and reaps it.
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

/// A process and all that it started; killed when dropped before it was ended.
#[derive(Debug)]
pub(super) struct Tree {
    leader: Option<Pid>,
    /// The leader, told apart from later processes with its number.
    first: Option<Descendant>,
    /// The build that the processes are of, if they are of one.
    work_dir: Option<PathBuf>,
    _watchdog: Option<Watchdog>,
}

impl Tree {
    /// `keep`: the processes outlive this one.
    pub(super) fn of(process: &Process, work_dir: Option<&Path>, keep: bool) -> Self {
        let leader = Some(process.pid).filter(|pid| pid.as_raw() > 1);
        let watchdog = leader.filter(|_| !keep).and_then(|leader| Watchdog::start(leader).ok());
        let first = leader.and_then(descendants::process);
        Self { leader, first, work_dir: work_dir.map(Path::to_path_buf), _watchdog: watchdog }
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
    pub(super) async fn terminate(&mut self, waiter: &mut Waiter) {
        let Some(leader) = self.leader else { return };
        let mut processes = self.processes(leader);
        signal_all(leader, &processes, Signal::SIGTERM);
        let _ = tokio::time::timeout(KILL_GRACE, waiter.ended()).await;
        // The rest gets a moment, not the whole grace: its leader is gone.
        tokio::time::sleep(KILL_GRACE_OF_REST).await;
        processes.extend(self.processes(leader));
        signal_all(leader, &processes, Signal::SIGKILL);
        waiter.ended().await;
        self.leader = None;
    }

    /// Asks what the script left behind in its process group to end, once it ended by itself, and reaps it.
    /// A daemon has a session of its own and stays.
    pub(super) fn finish(mut self, waiter: Waiter) -> std::io::Result<(Exit, Leftovers)> {
        let leader = self.leader.take();
        if let Some(leader) = leader {
            let _ = killpg(leader, Signal::SIGTERM);
        }
        let exit = waiter.reap()?;
        // As long as a group has members, no other can get its number.
        let left = leader.filter(|group| killpg(*group, None).is_ok());
        let processes = left.map(|group| descendants::of_group(group.as_raw())).unwrap_or_default();
        Ok((exit, Leftovers { group: left, processes }))
    }
}

/// What a script left behind and was asked to end, but has not ended yet.
#[derive(Debug)]
pub(super) struct Leftovers {
    group: Option<Pid>,
    processes: Vec<Descendant>,
}

impl Leftovers {
    /// Ends it a moment later; nobody waits for that.
    pub(super) fn end_later(self) {
        let Some(group) = self.group else { return };
        tokio::spawn(async move {
            tokio::time::sleep(KILL_GRACE_OF_LEFTOVERS).await;
            for process in self.processes {
                descendants::signal(process, Signal::SIGKILL);
            }
            if !cfg!(target_os = "linux") {
                let _ = killpg(group, Signal::SIGKILL);
            }
        });
    }
}

/// Ends a run when this process ends before it, in whatever way.
#[derive(Debug)]
struct Watchdog {
    pid: Pid,
    done: std::io::PipeWriter,
}

impl Watchdog {
    fn start(group: Pid) -> std::io::Result<Self> {
        let (input, done) = std::io::pipe()?;
        let group = std::ffi::CString::new(group.to_string())?;
        let arguments = [c"sh".into(), c"-c".into(), WATCHDOG.into(), c"sh".into(), group];
        let null = std::fs::OpenOptions::new().write(true).open("/dev/null")?;
        let descriptors = [(input.as_fd(), 0), (null.as_fd(), 1), (null.as_fd(), 2)];
        let pid = spawn(c"/bin/sh", &arguments, &[c"PATH=/usr/bin:/bin".into()], &descriptors)?;
        Ok(Self { pid, done })
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        let _ = std::io::Write::write_all(&mut self.done, b"\n");
        let _ = Process { pid: self.pid }.wait();
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
fn signal_all(leader: Pid, processes: &HashSet<Descendant>, signal: Signal) {
    let _ = killpg(leader, signal);
    for process in processes {
        descendants::signal_outside(*process, leader.as_raw(), signal);
    }
}
