//! One run from start to end, on a thread of its own.
//!
//! Starting a process, writing the log and the caller's callback all may block. With an event loop of its own, the thread
//! also hears of output and of the end without a detour over the caller's.

use std::path::PathBuf;
use std::process::{self, Command as Process};
use std::time::Duration;

use tokio::process::{ChildStderr, ChildStdin, ChildStdout};
use tokio_util::sync::CancellationToken;

use super::output::{Collected, Pipes, Pump};
use super::process::{Exit, Stubborn, Tree, Waiter, start, start_without_network, widen};
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// What is to be run, and how it is watched.
pub(super) struct Job {
    pub(super) process: Process,
    /// The work folder of the build that it is a script of, if it is one.
    pub(super) work_dir: Option<PathBuf>,
    /// Whether it may reach the network.
    pub(super) network: bool,
    pub(super) stdin: Option<String>,
    pub(super) limit: Option<Duration>,
    pub(super) cancel: Cancel,
    /// Nobody waits any more.
    pub(super) dropped: CancellationToken,
    pub(super) pump: Pump,
}

/// How a run went.
pub(super) struct Done {
    pub(super) end: End,
    pub(super) exit: Exit,
    pub(super) collected: Collected,
}

/// Why a run is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    ByItself,
    TimedOut,
    Cancelled,
}

impl Job {
    /// Runs it; blocks until it is over.
    ///
    /// # Errors
    /// [`Error::Spawn`], [`Error::Cancelled`] when nobody waits any more, [`Error::Internal`].
    pub(super) fn run(self) -> Result<(Done, Stubborn)> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|error| internal("cannot make an event loop", &error))?;
        let dropped = self.dropped.clone();
        runtime.block_on(async {
            tokio::select! {
                biased;
                // The process is killed as its tree is dropped.
                () = dropped.cancelled() => Err(Error::Cancelled),
                done = self.supervise() => done,
            }
        })
    }

    async fn supervise(self) -> Result<(Done, Stubborn)> {
        let Self { process, work_dir, network, stdin, limit, cancel, pump, .. } = self;
        let (mut running, pipes) = Running::start(process, work_dir, network, stdin)?;
        let (ended, killed) = (CancellationToken::new(), CancellationToken::new());
        // Who cancels does not take output any more, also when the script has ended and only its output is waited for.
        let nobody_takes = async {
            cancel.cancelled().await;
            killed.cancel();
            std::future::pending::<()>().await;
        };
        let run =
            async { tokio::join!(running.end(limit, &cancel, &ended, &killed), pump.run(pipes, &ended, &killed)) };
        let (end, collected) = tokio::select! {
            done = run => done,
            () = nobody_takes => return Err(Error::Cancelled),
        };
        let Running { tree, waiter } = running;
        let (exit, stubborn) =
            tree.finish(waiter).map_err(|error| internal("cannot tell how the script ended", &error))?;
        Ok((Done { end, exit, collected }, stubborn))
    }
}

/// A started process. Dropped before it ended, it is killed with all that it started.
struct Running {
    // First, so that it is dropped before the process's number is given back.
    tree: Tree,
    waiter: Waiter,
}

impl Running {
    fn start(
        mut process: Process,
        work_dir: Option<PathBuf>,
        network: bool,
        stdin: Option<String>,
    ) -> Result<(Self, Pipes)> {
        let started = if network {
            start(&mut process, stdin.is_some())
        } else {
            start_without_network(&mut process, stdin.is_some())
        };
        let started = started.map_err(|source| {
            let program = process.get_program().to_string_lossy().into_owned();
            if network || source.kind() == std::io::ErrorKind::NotFound {
                Error::Spawn { program, source }
            } else {
                no_isolation(&source)
            }
        })?;
        let tree = Tree::of(&started, work_dir);
        let (waiter, to_stdin, stdout, stderr) = started.split();
        let running = Self { tree, waiter };
        let pipes = pipes(to_stdin.zip(stdin), stdout, stderr);
        Ok((running, pipes.map_err(|error| internal("cannot read the script's output", &error))?))
    }

    /// Waits until the process ended, or ends it and all that it started.
    async fn end(
        &mut self,
        limit: Option<Duration>,
        cancel: &Cancel,
        ended: &CancellationToken,
        killed: &CancellationToken,
    ) -> End {
        let time_is_over = async {
            match limit {
                Some(limit) => tokio::time::sleep(limit).await,
                None => std::future::pending().await,
            }
        };
        let end = tokio::select! {
            biased;
            () = self.waiter.ended() => End::ByItself,
            () = cancel.token().cancelled() => End::Cancelled,
            () = time_is_over => End::TimedOut,
        };
        if end != End::ByItself {
            killed.cancel();
            self.tree.terminate(&mut self.waiter).await;
        }
        ended.cancel();
        end
    }
}

fn pipes(
    stdin: Option<(process::ChildStdin, String)>,
    stdout: process::ChildStdout,
    stderr: process::ChildStderr,
) -> std::io::Result<Pipes> {
    widen(&stdout);
    widen(&stderr);
    let stdin = stdin.map(|(pipe, text)| Ok::<_, std::io::Error>((ChildStdin::from_std(pipe)?, text))).transpose()?;
    Ok(Pipes {
        stdout: Box::pin(ChildStdout::from_std(stdout)?),
        stderr: Box::pin(ChildStderr::from_std(stderr)?),
        stdin,
    })
}

/// A failure that is neither the caller's nor the script's.
pub(super) fn internal(what: &str, error: &dyn std::fmt::Display) -> Error {
    Error::Internal { reason: format!("{what}: {error}") }
}

/// Checks that this system can keep a script from the network.
///
/// # Errors
/// [`Error::InvalidOption`] when it cannot.
pub fn check_isolation_from_network() -> Result<()> {
    let mut process = Process::new("/bin/sh");
    process.args(["-c", ":"]).env_clear();
    let started = start_without_network(&mut process, false).map_err(|error| no_isolation(&error))?;
    let (waiter, ..) = started.split();
    waiter.reap().map(drop).map_err(|error| no_isolation(&error))
}

fn no_isolation(error: &std::io::Error) -> Error {
    let reason = format!(
        "a script can be kept from the network only where Linux allows user namespaces, which this system does not ({error})"
    );
    Error::InvalidOption { option: "network", reason }
}
