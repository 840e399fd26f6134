//! Process trees on Unix: a session of its own for each run.

use std::collections::HashSet;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::descendants::{self, Process};
use super::{Exit, Waiter};

/// How long processes may take to end by themselves once they are asked to.
const GRACE: Duration = Duration::from_millis(1500);

/// How long the others may take once the script itself is gone.
const GRACE_FOR_THE_REST: Duration = Duration::from_millis(50);

/// How long what a script left behind may take.
const GRACE_FOR_LEFTOVERS: Duration = Duration::from_millis(500);

/// Gives a process a session of its own. It then has no terminal either: a program that asks for a password fails at
/// once, and does not wait for an answer that nobody gives.
pub(in crate::script) fn prepare(command: &mut Command) {
    #[expect(unsafe_code, reason = "the standard library has no other way to make a session for a child")]
    // SAFETY: between fork and exec only `setsid` is called, which is async-signal-safe; nothing is allocated.
    unsafe {
        command.pre_exec(|| nix::unistd::setsid().map(drop).map_err(std::io::Error::from));
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
}

impl Tree {
    pub(in crate::script) fn of(child: &Child) -> Self {
        Self { leader: i32::try_from(child.id()).ok().filter(|pid| *pid > 1).map(Pid::from_raw) }
    }

    /// Asks all processes to end, and ends those that did not.
    pub(in crate::script) async fn terminate(&mut self, waiter: &mut Waiter) {
        let Some(leader) = self.leader else { return };
        let mut processes = descendants::of_session(leader.as_raw());
        signal_all(leader, &processes, Signal::SIGTERM);
        let _ = tokio::time::timeout(GRACE, waiter.ended()).await;
        // The rest gets a moment, not the whole grace: its leader is gone.
        tokio::time::sleep(GRACE_FOR_THE_REST).await;
        processes.extend(descendants::of_session(leader.as_raw()));
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
    processes: Vec<Process>,
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
            let processes = descendants::of_session(leader.as_raw());
            signal_all(leader, &processes, Signal::SIGKILL);
        }
    }
}

fn signal_all(leader: Pid, processes: &HashSet<Process>, signal: Signal) {
    let _ = killpg(leader, signal);
    for process in processes {
        descendants::signal(*process, signal);
    }
}
