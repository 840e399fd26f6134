//! Running the build script, or another command, in the environment of the build.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sidewinder_diagnosis::{Output, diagnose};
use tokio_util::sync::CancellationToken;

use super::caller::CallerEnvironment;
use super::job::{Done, End, Job, internal};
use super::launch::{self, Target};
use super::options::{Command, RunOptions};
use super::output::{Collected, Log, OutputSink, Pump, Secrets};
use super::result::{Omitted, ScriptResult};
use super::shell::Shell;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::options::Isolation;

/// What a run follows from.
#[derive(Clone, Copy, Debug)]
pub struct RunRequest<'a> {
    /// Folders of the session.
    pub layout: &'a Layout,
    /// The environment of the caller, as it is now.
    pub caller: &'a CallerEnvironment,
    /// What the script sees of it.
    pub isolation: Isolation,
    /// Whether the script may reach the network.
    pub network: bool,
    /// Names of variables of the caller that the script sees all the same.
    pub pass_env: &'a [String],
    /// Names of variables of the caller that the script sees, and whose values are masked in all that it writes.
    pub secrets: &'a [String],
    /// What the caller chose for this run.
    pub options: &'a RunOptions,
}

/// Runs the build script.
///
/// Returns when the script's own process ended. What it left running in its process group is ended then; a daemon that
/// made a session of its own stays. When the time is over or the run is cancelled, the whole tree is ended: asked
/// first, killed after a moment.
///
/// The whole output goes to `conda_build.log` in the build folder as well.
///
/// # Errors
/// [`Error::Missing`] for a script or folder that is not there, [`Error::Cancelled`], [`Error::Spawn`],
/// [`Error::InvalidOption`], [`Error::Io`] for a log that cannot be made. A script that fails is no error.
pub async fn run(request: RunRequest<'_>, cancel: &Cancel, on_output: Option<OutputSink>) -> Result<ScriptResult> {
    let shell = Shell::native();
    check(request.layout, &[shell.env_file(), shell.script_file()])?;
    supervise(request, Target::Script, "conda_build.log", cancel, on_output).await
}

/// Runs one command as the build script would run it: in the work folder, in the environment of the build. The output
/// goes to `conda_exec.log`.
///
/// # Errors
/// As [`run`].
pub async fn exec(
    request: RunRequest<'_>,
    command: &Command,
    cancel: &Cancel,
    on_output: Option<OutputSink>,
) -> Result<ScriptResult> {
    check(request.layout, &[Shell::native().env_file()])?;
    supervise(request, Target::Command(command), "conda_exec.log", cancel, on_output).await
}

fn check(layout: &Layout, files: &[&str]) -> Result<()> {
    let work_dir = &layout.work_dir;
    layout.check_work_dir()?;
    for file in files {
        if !work_dir.join(file).is_file() {
            return Err(Error::Missing { reason: format!("{file} not found in {}", work_dir.display()) });
        }
    }
    Ok(())
}

async fn supervise(
    request: RunRequest<'_>,
    target: Target<'_>,
    log_name: &str,
    cancel: &Cancel,
    on_output: Option<OutputSink>,
) -> Result<ScriptResult> {
    cancel.check()?;
    let limit = time_limit(request.options)?;
    let marker = ActivationMarker::new(&request.layout.build_dir);
    let log_path = request.layout.build_dir.join(log_name);
    // As it is now: a script may change itself.
    let script = match target {
        Target::Script => fs_err::tokio::read_to_string(request.layout.build_script()).await.ok(),
        Target::Command(_) => None,
    };
    let process = launch::process(&request, target, &marker.path)?;
    let log = Log::create(&log_path)?;
    let job = Job {
        process,
        work_dir: Some(request.layout.work_dir.clone()),
        network: request.network,
        stdin: request.options.stdin.clone(),
        limit,
        cancel: cancel.clone(),
        dropped: CancellationToken::new(),
        pump: Pump {
            secrets: Secrets::new(request.secrets.iter().flat_map(|name| {
                let own = request.options.env.get(name).map(String::as_str);
                own.into_iter().chain(request.caller.get(name))
            })),
            limit: request.options.output_limit(),
            log,
            sink: on_output,
        },
    };
    let started = Instant::now();
    let _end_when_dropped = job.dropped.clone().drop_guard();
    let done = tokio::task::spawn_blocking(move || job.run()).await;
    let (done, stubborn) = done.map_err(|error| internal("running the script failed", &error))??;
    stubborn.end_later();
    let duration_ms = started.elapsed().as_secs_f64() * 1000.0;

    let Done { end, exit, collected } = done;
    if end == End::Cancelled {
        return Err(Error::Cancelled);
    }
    let timed_out = end == End::TimedOut;
    let Collected { stdout: (stdout, out_omitted), stderr: (stderr, err_omitted), log_error } = collected;
    let result = ScriptResult {
        edited_packages: Vec::new(),
        success: exit.code == 0 && !timed_out,
        activation_failed: exit.code != 0 && marker.path.exists(),
        exit_code: exit.code,
        signal: exit.signal,
        timed_out,
        stdout,
        stderr,
        omitted: Omitted { stdout: out_omitted, stderr: err_omitted },
        log_path: log_path.to_string_lossy().into_owned(),
        log_error,
        duration_ms,
        diagnosis: Vec::new(),
    };
    if result.success { Ok(result) } else { diagnosed(result, script).await }
}

/// The result with what its output tells of why it failed. Not on the threads of the runtime: outputs are long.
async fn diagnosed(mut result: ScriptResult, script: Option<String>) -> Result<ScriptResult> {
    let diagnosed = tokio::task::spawn_blocking(move || {
        result.diagnosis = diagnose(&Output {
            stdout: &result.stdout,
            stderr: &result.stderr,
            exit_code: result.exit_code,
            signal: result.signal.as_deref(),
            timed_out: result.timed_out,
            script: script.as_deref(),
        });
        result
    });
    diagnosed.await.map_err(|error| internal("reading the output failed", &error))
}

fn time_limit(options: &RunOptions) -> Result<Option<Duration>> {
    let Some(milliseconds) = options.timeout_ms else { return Ok(None) };
    if milliseconds.is_nan() || milliseconds < 0.0 {
        let reason = format!("{milliseconds} is no time");
        return Err(Error::InvalidOption { option: "timeoutMs", reason });
    }
    // Longer than a duration can be is no limit.
    Ok(Duration::try_from_secs_f64(milliseconds / 1000.0).ok())
}

/// A file that is there after a run exactly when the set-up of its environment failed.
struct ActivationMarker {
    path: PathBuf,
}

impl ActivationMarker {
    fn new(build_dir: &Path) -> Self {
        let path = build_dir.join(".activation-failed");
        let _ = std::fs::remove_file(&path);
        Self { path }
    }
}

impl Drop for ActivationMarker {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
