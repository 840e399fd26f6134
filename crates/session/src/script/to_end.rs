//! Running a program that is not the build's, under the same control.

use std::path::PathBuf;
use std::process::Command;

use tokio_util::sync::CancellationToken;

use super::caller::CallerEnvironment;
use super::job::{End, Job, internal};
use super::output::{Log, Pump, Secrets};
use super::program::{command_processor, program_on_path};
use super::shell::Shell;
use crate::cancel::Cancel;
use crate::error::{Error, Result};

/// How much of each stream is kept.
const KEPT_BYTES: usize = 64 * 1024;

/// The shell that scripts of packages are written for.
///
/// # Errors
/// [`Error::Spawn`] when there is none.
pub(crate) fn native_shell() -> Result<PathBuf> {
    let caller = CallerEnvironment::of_process();
    if cfg!(windows) {
        return Ok(command_processor(&caller));
    }
    program_on_path("bash", &caller, Shell::Bash).ok_or_else(|| Error::Spawn {
        program: "bash".into(),
        source: std::io::Error::new(std::io::ErrorKind::NotFound, "it is in no folder of PATH"),
    })
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) success: bool,
    pub(crate) stderr: String,
}

/// Runs a program, whose environment must be set in full, until it ends; when the work is stopped, or nobody waits any
/// more, it and all it started is ended.
///
/// # Errors
/// [`Error::Spawn`], [`Error::Cancelled`], [`Error::Internal`].
pub(crate) async fn run_to_end(process: Command, cancel: &Cancel) -> Result<Outcome> {
    let job = Job {
        process,
        work_dir: None,
        network: true,
        stdin: None,
        limit: None,
        cancel: cancel.clone(),
        dropped: CancellationToken::new(),
        pump: Pump { secrets: Secrets::default(), limit: KEPT_BYTES, log: Log::none(), sink: None },
    };
    let _end_when_dropped = job.dropped.clone().drop_guard();
    let done = tokio::task::spawn_blocking(move || job.run()).await;
    let (done, stubborn) = done.map_err(|error| internal("running a program failed", &error))??;
    stubborn.end_later();
    if done.end == End::Cancelled {
        return Err(Error::Cancelled);
    }
    Ok(Outcome { success: done.exit.code == 0, stderr: done.collected.stderr.0 })
}
