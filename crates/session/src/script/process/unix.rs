//! Process trees on Unix: a session of its own for each run.

use std::collections::HashSet;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::Waiter;
use super::descendants::{self, Process};

/// How long processes may take to end by themselves once they are asked to.
const GRACE: Duration = Duration::from_millis(1500);

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

/// Waits until the process ended, without giving its number back.
pub(super) fn wait_without_reaping(child: &mut Child) {
    #[cfg(target_os = "linux")]
    if let Ok(pid) = i32::try_from(child.id()) {
        use nix::sys::wait::{Id, WaitPidFlag, waitid};
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
        while waitid(Id::Pid(Pid::from_raw(pid)), flags) == Err(nix::errno::Errno::EINTR) {}
    }
    #[cfg(not(target_os = "linux"))]
    let _ = child.wait();
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
        let mut processes = find(leader).await;
        signal_all(leader, &processes, Signal::SIGTERM);
        let _ = tokio::time::timeout(GRACE, waiter.ended()).await;
        // The rest gets the time that is left of a moment, not of the whole grace: its leader is gone.
        tokio::time::sleep(Duration::from_millis(50)).await;
        processes.extend(find(leader).await);
        signal_all(leader, &processes, Signal::SIGKILL);
        waiter.ended().await;
        self.leader = None;
    }

    /// Asks what the script left behind in its process group to end, once it ended by itself. A daemon has a session of
    /// its own and stays. Called before the process's number is given back.
    pub(in crate::script) fn end_leftovers(&mut self) -> Leftovers {
        let leader = self.leader.take();
        if let Some(leader) = leader {
            let _ = killpg(leader, Signal::SIGTERM);
        }
        Leftovers { group: leader }
    }
}

/// What a script left behind, and was asked to end.
#[derive(Debug)]
pub(in crate::script) struct Leftovers {
    group: Option<Pid>,
}

impl Leftovers {
    /// Ends what did not listen, a moment later; nobody waits for that. Called right after the number of the script's
    /// process was given back: as long as a group has members, no other can get its number.
    pub(in crate::script) fn end(self) {
        let Some(group) = self.group.filter(|group| killpg(*group, None).is_ok()) else { return };
        let stubborn = descendants::of_group(group.as_raw());
        tokio::spawn(async move {
            tokio::time::sleep(GRACE_FOR_LEFTOVERS).await;
            for process in stubborn {
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

async fn find(leader: Pid) -> HashSet<Process> {
    tokio::task::spawn_blocking(move || descendants::of_session(leader.as_raw())).await.unwrap_or_default()
}
