//! One run from start to end, on a thread of its own.
//!
//! Starting a process, writing the log and the caller's callback all may block. With an event loop of its own, the thread
//! also hears of output and of the end without a detour through the caller's.

use std::fs::File;
use std::path::PathBuf;
use std::process::Command as Process;
use std::sync::Arc;
use std::time::Duration;

use tokio::process::{ChildStderr, ChildStdin, ChildStdout};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::limits::{LimitKind, Limits, Monitor};
use super::network_proxy::Proxy;
use super::output::{Collected, Pump, ScriptOutput};
use super::process::{Confinement, Exit, Finished, Pipes, ReapedUsage, RunLeftovers, Running, Start, widen};
use super::stdin::Stdin;
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// What is to be run, and how it is watched.
pub(super) struct Supervisor {
    pub(super) process: Process,
    /// The work folder of the build that it is a script of, if it is one.
    pub(super) work_dir: Option<PathBuf>,
    /// What it may not do.
    pub(super) confinement: Confinement,
    /// The lock of the run.
    pub(super) lock: Option<File>,
    /// Set when the run goes on after this process ended: where its output goes then.
    pub(super) keep: Option<File>,
    pub(super) stdin: Stdin,
    /// Compares what it uses with its limits.
    pub(super) monitor: Arc<Monitor>,
    /// Takes the connections of a run that may reach some hosts only.
    pub(super) proxy: Option<Proxy>,
    pub(super) timeout: Option<Duration>,
    pub(super) cancel: Cancel,
    /// Nobody waits any more.
    pub(super) dropped: CancellationToken,
    pub(super) pump: Pump,
}

/// How a run went.
pub(super) struct Completed {
    pub(super) cause: EndCause,
    pub(super) exit: Exit,
    pub(super) usage: Option<ReapedUsage>,
    pub(super) collected: Collected,
}

/// Why a run is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EndCause {
    /// The process ended by itself.
    Exited,
    TimedOut,
    Exceeded(LimitKind),
    Cancelled,
}

impl Supervisor {
    /// Runs it on a blocking thread. Dropping the future ends the run.
    ///
    /// # Errors
    /// [`Error::Spawn`], [`Error::Cancelled`] when nobody waits any more, [`Error::Internal`].
    pub(super) async fn run_on_thread(self) -> Result<Completed> {
        let _end_when_dropped = self.dropped.clone().drop_guard();
        let completed = tokio::task::spawn_blocking(move || self.run()).await;
        let (completed, leftovers) = completed.map_err(|error| internal("cannot run a process", &error))??;
        leftovers.end_later();
        Ok(completed)
    }

    /// Runs it on this thread, which blocks. `runtime` ends what it left running.
    ///
    /// # Errors
    /// Those of [`Self::run_on_thread`].
    pub(super) fn run_to_end(self, runtime: &Handle) -> Result<Completed> {
        let (completed, leftovers) = self.run()?;
        let _within = runtime.enter();
        leftovers.end_later();
        Ok(completed)
    }

    fn run(self) -> Result<(Completed, RunLeftovers)> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|error| internal("cannot create an event loop", &error))?;
        let dropped = self.dropped.clone();
        runtime.block_on(async {
            tokio::select! {
                biased;
                // The processes are killed as `Running` is dropped.
                () = dropped.cancelled() => Err(Error::Cancelled),
                completed = self.supervise() => completed,
            }
        })
    }

    async fn supervise(self) -> Result<(Completed, RunLeftovers)> {
        let Self {
            mut process, work_dir, confinement, lock, keep, stdin, monitor, proxy, timeout, cancel, pump, ..
        } = self;
        let start = Start {
            command: &mut process,
            stdin: !stdin.is_none(),
            work_dir: work_dir.as_deref(),
            lock: lock.as_ref(),
            keep: keep.as_ref(),
            confinement,
        };
        let (mut running, pipes) = start_process(start)?;
        let (output, input) =
            script_output(pipes).map_err(|error| internal("cannot read the output of a process", &error))?;
        let (ended, killed) = (CancellationToken::new(), CancellationToken::new());
        let log_full = pump.log_full.clone();
        // Who cancels does not take output any more, even when the script has ended and only its output is waited for.
        let nobody_takes = async {
            cancel.cancelled().await;
            killed.cancel();
            std::future::pending::<()>().await;
        };
        let run = async {
            tokio::join!(
                end(&mut running, timeout, &monitor, &log_full, &cancel, &ended, &killed),
                pump.run(output, stdin.feed(input), &ended, &killed)
            )
        };
        let serve = async {
            match proxy {
                Some(proxy) => proxy.serve().await,
                None => std::future::pending().await,
            }
        };
        let (cause, collected) = tokio::select! {
            done = run => done,
            // Without it, programs of the script get no connection: that is for them to report.
            never = serve => match never {},
            () = nobody_takes => return Err(Error::Cancelled),
        };
        let finished =
            running.finish().map_err(|error| internal("cannot read the exit status of a process", &error))?;
        let Finished { exit, usage, leftovers } = finished;
        Ok((Completed { cause, exit, usage, collected }, leftovers))
    }
}

fn start_process(start: Start<'_>) -> Result<(Running, Pipes)> {
    #[cfg(sidewinder_supervisor)]
    let is_sandboxed = start.confinement.sandbox.is_some();
    #[cfg(not(sidewinder_supervisor))]
    let is_sandboxed = false;
    let is_isolated = start.confinement.no_network;
    let program = start.command.get_program().to_string_lossy().into_owned();
    Running::start(start).map_err(|source| match source.kind() {
        std::io::ErrorKind::Unsupported if is_sandboxed => {
            Error::InvalidOption { option: "sandbox", reason: format!("cannot set up the sandbox: {source}") }
        }
        std::io::ErrorKind::Unsupported if is_isolated => no_isolation(&source),
        std::io::ErrorKind::Unsupported => {
            Error::InvalidOption { option: "limits", reason: format!("cannot enforce them: {source}") }
        }
        _ => Error::Spawn { program, source },
    })
}

/// Waits until the process ended, or ends it and all that it started.
async fn end(
    running: &mut Running,
    timeout: Option<Duration>,
    monitor: &Monitor,
    log_full: &CancellationToken,
    cancel: &Cancel,
    ended: &CancellationToken,
    killed: &CancellationToken,
) -> EndCause {
    let timed_out = async {
        match timeout {
            Some(timeout) => tokio::time::sleep(timeout).await,
            None => std::future::pending().await,
        }
    };
    let supervisor = running.supervisor();
    let cause = tokio::select! {
        biased;
        () = running.ended() => EndCause::Exited,
        () = cancel.token().cancelled() => EndCause::Cancelled,
        () = timed_out => EndCause::TimedOut,
        () = log_full.cancelled() => EndCause::Exceeded(LimitKind::LogBytes),
        limit = monitor.exceeded(supervisor) => EndCause::Exceeded(limit),
    };
    if cause != EndCause::Exited {
        killed.cancel();
        running.terminate().await;
    }
    ended.cancel();
    cause
}

fn script_output(pipes: Pipes) -> std::io::Result<(ScriptOutput, Option<ChildStdin>)> {
    widen(&pipes.stdout);
    widen(&pipes.stderr);
    let stdin = pipes.stdin.map(ChildStdin::from_std).transpose()?;
    let output = ScriptOutput {
        stdout: Box::pin(ChildStdout::from_std(pipes.stdout)?),
        stderr: Box::pin(ChildStderr::from_std(pipes.stderr)?),
    };
    Ok((output, stdin))
}

/// A failure that is neither the caller's nor the script's.
pub(super) fn internal(what: &str, error: &dyn std::fmt::Display) -> Error {
    Error::Internal { reason: format!("{what}: {error}") }
}

/// Checks that this system can keep a script from the network. Blocks.
///
/// # Errors
/// [`Error::InvalidOption`] when it cannot.
pub fn check_network_isolation() -> Result<()> {
    check_confinement(Confinement { no_network: true, ..Confinement::default() })
}

/// Checks that this system can confine a script, by running an empty one. Blocks.
///
/// # Errors
/// [`Error::InvalidOption`] when it cannot, [`Error::Spawn`].
pub(super) fn check_confinement(confinement: Confinement) -> Result<()> {
    let supervisor = Supervisor {
        process: {
            let mut process = Process::new("/bin/sh");
            process.args(["-c", ":"]).env_clear();
            process
        },
        work_dir: None,
        confinement,
        lock: None,
        keep: None,
        stdin: Stdin::None,
        monitor: Arc::new(Monitor::new(Limits::default(), Vec::new())),
        proxy: None,
        timeout: None,
        cancel: Cancel::new(),
        dropped: CancellationToken::new(),
        pump: Pump::to_nowhere(),
    };
    let (completed, _) = supervisor.run()?;
    match completed.exit.code {
        0 => Ok(()),
        code => Err(internal("cannot run an empty script", &format_args!("it exited with status {code}"))),
    }
}

fn no_isolation(error: &std::io::Error) -> Error {
    let reason = format!("isolating a script from the network requires Linux user namespaces: {error}");
    Error::InvalidOption { option: "network", reason }
}
