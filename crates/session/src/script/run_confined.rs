//! Running a program of a prefix that a build script wrote to, confined as the script was.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::limits::{Limits, Monitor};
use super::output::Pump;
use super::run::confinement;
use super::sandbox::{NetworkAccess, Sandbox};
use super::stdin::Stdin;
use super::supervisor::{Completed, EndCause, Supervisor};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::Layout;

/// How much of each stream is kept.
const KEPT_BYTES: usize = 32 << 20;

/// What a program gets, and what it may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Confined<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) sandbox: Option<&'a Sandbox>,
    pub(crate) network: bool,
    pub(crate) limits: Limits,
    /// A folder that it may write to besides those of the build.
    pub(crate) writable: &'a Path,
    pub(crate) timeout: Duration,
    /// Ends what the program left running.
    pub(crate) runtime: &'a Handle,
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// How it failed; nothing if it succeeded.
    pub(crate) failure: Option<String>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a program, whose environment must be set in full, until it ends. Blocks.
///
/// # Errors
/// [`Error::Spawn`], [`Error::InvalidOption`] if it cannot be confined, [`Error::Cancelled`], [`Error::Internal`].
pub(crate) fn run_confined(process: Command, input: String, how: Confined<'_>, cancel: &Cancel) -> Result<Ended> {
    let Confined { layout, sandbox, network, limits, writable, timeout, runtime } = how;
    let rules = sandbox.and_then(Sandbox::rules);
    let network = rules.as_ref().and_then(|rules| rules.network.as_ref()).map_or(network, NetworkAccess::is_open);
    let folders = vec![layout.work_dir.clone(), layout.build_prefix.clone(), layout.host_prefix.clone()];
    let monitor = Arc::new(Monitor::new(limits, folders));
    let confinement = confinement(&monitor, rules.as_ref(), network, writable, layout)?;
    let supervisor = Supervisor {
        process,
        work_dir: None,
        confinement,
        lock: None,
        keep: None,
        stdin: if input.is_empty() { Stdin::None } else { Stdin::Text(input) },
        monitor,
        proxy: None,
        timeout: Some(timeout),
        cancel: cancel.clone(),
        dropped: CancellationToken::new(),
        pump: Pump { limit: KEPT_BYTES, ..Pump::to_nowhere() },
    };
    let Completed { cause, exit, collected, .. } = supervisor.run_to_end(runtime)?;
    let failure = match cause {
        EndCause::Cancelled => return Err(Error::Cancelled),
        EndCause::TimedOut => Some(format!("timed out after {} s", timeout.as_secs())),
        EndCause::Exceeded(limit) => Some(format!("exceeded a limit: {limit:?}")),
        EndCause::Exited if exit.code == 0 => None,
        EndCause::Exited => Some(format!("exited with status {}", exit.code)),
    };
    Ok(Ended { failure, stdout: collected.stdout.0, stderr: collected.stderr.0 })
}
