//! Running a program of a package or of the machine, under the same control as a script.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::caller::CallerEnvironment;
use super::limits::{Limits, Monitor};
use super::output::Pump;
use super::process::Confinement;
use super::program::{command_processor, program_on_path};
use super::shell::Shell;
use super::stdin::Stdin;
use super::supervisor::{EndCause, Supervisor};
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// How much of each stream is kept.
const KEPT_BYTES: usize = 64 * 1024;

/// The shell that scripts of packages are written for.
///
/// # Errors
/// [`Error::Spawn`] when it is not on `PATH`.
pub(crate) fn native_shell() -> Result<PathBuf> {
    let caller = CallerEnvironment::of_process();
    if cfg!(windows) {
        return Ok(command_processor(&caller));
    }
    program_on_path("bash", &caller, Shell::Bash).ok_or_else(|| Error::Spawn {
        program: "bash".into(),
        source: std::io::Error::new(std::io::ErrorKind::NotFound, "not found in `PATH`"),
    })
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) success: bool,
    pub(crate) stderr: String,
}

/// Runs a program, whose environment must be set in full, until it ends. When the work is cancelled, or nobody waits any
/// more, it is ended with all it started.
///
/// # Errors
/// [`Error::Spawn`], [`Error::Cancelled`], [`Error::Internal`].
pub(crate) async fn run_program(process: Command, cancel: &Cancel) -> Result<Outcome> {
    let supervisor = Supervisor {
        process,
        work_dir: None,
        confinement: Confinement::default(),
        lock: None,
        keep: None,
        stdin: Stdin::None,
        monitor: Arc::new(Monitor::new(Limits::default(), Vec::new())),
        proxy: None,
        timeout: None,
        cancel: cancel.clone(),
        dropped: CancellationToken::new(),
        pump: Pump { limit: KEPT_BYTES, ..Pump::to_nowhere() },
    };
    let done = supervisor.run_on_thread().await?;
    if done.cause == EndCause::Cancelled {
        return Err(Error::Cancelled);
    }
    Ok(Outcome { success: done.exit.code == 0, stderr: done.collected.stderr.0 })
}
