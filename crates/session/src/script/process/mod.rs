//! A process and everything it starts, as one thing that can be waited for and ended.
//!
//! On Linux a small supervisor process starts the script and finds all that the script starts; see `supervisor/main.rs`.
//! Elsewhere, and where the supervisor cannot start, the script is a child of this process: [`direct`].

#[cfg(unix)]
mod descendants;
#[cfg(unix)]
mod direct;
mod exit;
#[cfg(sidewinder_supervisor)]
mod sandbox_setup;
#[cfg(unix)]
mod spawn;
#[cfg(sidewinder_supervisor)]
mod supervised;
mod waiter;
#[cfg(windows)]
mod windows;

use std::fs::File;
use std::path::Path;
use std::process::{ChildStderr, ChildStdin, ChildStdout, Command};

#[cfg(unix)]
pub use self::descendants::end_processes_of;
#[cfg(target_os = "linux")]
pub(super) use self::descendants::process as process_of;
#[cfg(unix)]
use self::direct::{Leftovers, Process, Tree, start_direct};
pub(super) use self::exit::Exit;
#[cfg(sidewinder_supervisor)]
pub(super) use self::sandbox_setup::SandboxSetup;
#[cfg(unix)]
pub(super) use self::spawn::widen;
use self::waiter::Waiter;
#[cfg(windows)]
pub use self::windows::end_processes_of;
#[cfg(windows)]
pub(super) use self::windows::widen;
#[cfg(windows)]
use self::windows::{Leftovers, Process, Tree, start_direct};
use super::limits::Limits;

/// What is to be started, and how it is watched over.
pub(super) struct Start<'a> {
    /// The program, its arguments and its whole environment.
    pub(super) command: &'a mut Command,
    /// Whether it gets a pipe as its standard input; otherwise there is nothing to read.
    pub(super) stdin: bool,
    /// The work folder of the build whose script it is, if it is one.
    pub(super) work_dir: Option<&'a Path>,
    /// The lock of the run, held until the script ended.
    pub(super) lock: Option<&'a File>,
    /// Set when the run goes on after this process ended: where its output goes then.
    pub(super) keep: Option<&'a File>,
    /// What it may not do.
    pub(super) confinement: Confinement,
}

/// What a script may not do.
#[derive(Debug, Default)]
pub(super) struct Confinement {
    /// No network but a loopback of its own.
    pub(super) no_network: bool,
    /// Where the script's end sends a socket that listens in its network namespace, for the proxy.
    #[cfg(sidewinder_supervisor)]
    pub(super) proxy: Option<std::os::fd::OwnedFd>,
    /// Files to write, and more: see [`sandbox_setup`].
    #[cfg(sidewinder_supervisor)]
    pub(super) sandbox: Option<SandboxSetup>,
    /// Limits are measured below the supervisor, so it must start.
    #[cfg(sidewinder_supervisor)]
    pub(super) is_measured: bool,
    /// `cgroup.procs` files to enter.
    #[cfg(sidewinder_supervisor)]
    pub(super) cgroups: Vec<File>,
    /// Resource limits of each process, by their numbers.
    #[cfg(sidewinder_supervisor)]
    pub(super) resource_limits: Vec<(u32, u64)>,
}

impl Confinement {
    /// As for a run with these limits.
    pub(super) fn measured_for(self, limits: Limits) -> Self {
        let confinement = self;
        #[cfg(sidewinder_supervisor)]
        let confinement = Self { is_measured: confinement.is_measured || limits.is_measured(), ..confinement };
        #[cfg(not(sidewinder_supervisor))]
        let _ = limits;
        confinement
    }

    /// Whether the script may do everything.
    #[cfg(sidewinder_supervisor)]
    pub(super) fn is_none(&self) -> bool {
        !self.no_network
            && self.sandbox.is_none()
            && !self.is_measured
            && self.cgroups.is_empty()
            && self.resource_limits.is_empty()
    }

    /// Whether the script may do everything.
    #[cfg(not(sidewinder_supervisor))]
    pub(super) fn is_none(&self) -> bool {
        !self.no_network
    }
}

/// The pipes of a process that was just started.
#[derive(Debug)]
pub(super) struct Pipes {
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: ChildStdout,
    pub(super) stderr: ChildStderr,
}

/// A process that runs; killed with all it started when dropped before it ended.
#[derive(Debug)]
#[expect(private_interfaces, reason = "what is in them is for this module")]
pub(super) enum Running {
    /// Below the supervisor.
    #[cfg(sidewinder_supervisor)]
    Supervised(supervised::Supervised),
    /// A child of this process. The tree first, so that it is dropped before the process is reaped.
    Direct(Tree, Waiter),
}

/// How a process ended.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) exit: Exit,
    /// What it and its children used, where the system says so.
    pub(super) usage: Option<ReapedUsage>,
    /// What it left behind.
    pub(super) leftovers: RunLeftovers,
}

/// What processes used that were waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ReapedUsage {
    pub(super) cpu_micros: u64,
    /// Of the largest process.
    pub(super) max_memory_bytes: u64,
    /// By calls that read, from files, pipes and devices.
    pub(super) read_bytes: u64,
    /// By calls that write.
    pub(super) written_bytes: u64,
}

/// What a script left in its process group.
#[derive(Debug, Default)]
pub(super) struct RunLeftovers(Option<Leftovers>);

impl RunLeftovers {
    /// Ends it a moment later; nobody waits for that. The supervisor does so on its own.
    pub(super) fn end_later(self) {
        if let Some(leftovers) = self.0 {
            leftovers.end_later();
        }
    }
}

impl Running {
    /// Starts a program in a session of its own, without a terminal: a program that asks for a password fails at once,
    /// and does not wait for an answer that nobody gives.
    ///
    /// # Errors
    /// Those of the system; of kind `Unsupported` where it cannot confine the program as asked.
    pub(super) fn start(start: Start<'_>) -> std::io::Result<(Self, Pipes)> {
        #[cfg(sidewinder_supervisor)]
        match supervised::Supervised::start(&start)? {
            Some((running, pipes)) => return Ok((Self::Supervised(running), pipes)),
            None => tracing::debug!("the supervisor cannot start; the script becomes a child of this process"),
        }
        if !start.confinement.is_none() {
            return Err(std::io::ErrorKind::Unsupported.into());
        }
        let (process, pipes) = start_direct(start.command, start.stdin)?;
        let tree = Tree::of(&process, start.work_dir, start.keep.is_some());
        Ok((Self::Direct(tree, Waiter::new(process)), pipes))
    }

    /// The process below which all of the run are, where there is one.
    pub(super) fn supervisor(&self) -> Option<i32> {
        match self {
            #[cfg(sidewinder_supervisor)]
            Self::Supervised(supervised) => supervised.supervisor(),
            Self::Direct(..) => None,
        }
    }

    /// Waits until it ended. Can be cancelled and called again.
    pub(super) async fn ended(&mut self) {
        match self {
            #[cfg(sidewinder_supervisor)]
            Self::Supervised(supervised) => supervised.ended().await,
            Self::Direct(_, waiter) => waiter.ended().await,
        }
    }

    /// Asks it and all it started to end, kills what did not, and waits for its end.
    pub(super) async fn terminate(&mut self) {
        match self {
            #[cfg(sidewinder_supervisor)]
            Self::Supervised(supervised) => supervised.terminate().await,
            Self::Direct(tree, waiter) => tree.terminate(waiter).await,
        }
    }

    /// Says how it ended, and ends what it left in its process group. A daemon, which has a session of its own, stays.
    ///
    /// # Errors
    /// Those of the system.
    pub(super) fn finish(self) -> std::io::Result<Finished> {
        match self {
            #[cfg(sidewinder_supervisor)]
            Self::Supervised(supervised) => supervised.finish(),
            Self::Direct(tree, waiter) => {
                let (exit, leftovers) = tree.finish(waiter)?;
                Ok(Finished { exit, usage: None, leftovers: RunLeftovers(Some(leftovers)) })
            }
        }
    }
}
