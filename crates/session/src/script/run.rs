//! Running the build script, or another command, in the environment of the build.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sidewinder_diagnosis::{Activation, Output, diagnose};
use tokio_util::sync::CancellationToken;

use super::activation_failure::{ActivationFailure, ActivationState, failed_line};
use super::atomic;
use super::caller::CallerEnvironment;
use super::command::{self, RunFiles, START, Target};
use super::limits::{LimitKind, Limits, Monitor};
use super::network_proxy::{self, AllowedHosts, Proxy};
use super::options::{Command, RunOptions};
use super::output::{Collected, Log, OutputSink, Pump, Secrets};
use super::process::Confinement;
#[cfg(sidewinder_supervisor)]
use super::process::SandboxSetup;
use super::result::{Omitted, ScriptResult};
use super::run_lock;
use super::sandbox::{NetworkAccess, Sandbox, SandboxRules};
use super::shell::Shell;
use super::stdin::{Stdin, StdinStream};
use super::supervisor::{Completed, EndCause, Supervisor, check_confinement, internal};
use super::text::PREAMBLE_START;
use super::usage::Usage;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::{Held, Layout};
use crate::options::Isolation;

/// What is needed to run something in a session.
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
    /// What it may use, unless the options of the run say otherwise.
    pub limits: Limits,
    /// What it may do.
    pub sandbox: Option<&'a Sandbox>,
    /// Names of variables of the caller that the script sees under strict isolation too.
    pub pass_env: &'a [String],
    /// Names of variables of the caller that the script sees, and whose values are masked in all that it writes.
    pub secrets: &'a [String],
    /// What the caller chose for this run.
    pub options: &'a RunOptions,
    /// Standard input that is written while the script runs; `options.stdin` goes before it.
    pub stdin: Option<&'a StdinStream>,
}

/// Runs the build script.
///
/// Returns when the script's own process ended. What it left running in its process group is ended then; a daemon with a
/// session of its own stays until the session is closed. On a timeout or cancellation all processes are ended, daemons
/// too: asked first, killed after a moment. So they are when this process ends before the run, in whatever way, unless
/// `keep_running` is set.
///
/// The complete output is also written to `conda_build.log` in the build folder.
///
/// # Errors
/// [`Error::Missing`] for a missing script or folder, [`Error::Busy`] while another run goes on, [`Error::Cancelled`],
/// [`Error::Spawn`], [`Error::InvalidOption`], [`Error::Io`] for a log that cannot be created. A script that fails is not
/// an error.
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

/// A text without the values that these variables of the caller have, as in the output of a run.
#[must_use]
pub fn mask(text: &str, secrets: &[String], caller: &CallerEnvironment) -> String {
    Secrets::new(secrets.iter().filter_map(|name| caller.get(name))).mask(text)
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
    let timeout = timeout(request.options)?;
    let limits = request.options.limits.or(request.limits);
    limits.check()?;
    let rules = request.sandbox.and_then(Sandbox::rules);
    let network = rules.as_ref().and_then(|rules| rules.network.as_ref());
    let proxy = network.and_then(NetworkAccess::hosts).map(AllowedHosts::parse).transpose()?;
    let network = network.map_or(request.network, NetworkAccess::is_open);
    let keep = request.options.keep_running;
    let lock = {
        let layout = request.layout.clone();
        let locked = tokio::task::spawn_blocking(move || run_lock::lock(&layout, keep)).await;
        locked.map_err(|error| internal("cannot lock the run", &error))??
    };
    // As it is now: a script may change itself.
    let script = match target {
        Target::Script => fs_err::tokio::read_to_string(request.layout.build_script()).await.ok(),
        Target::Command(_) => None,
    };
    let files = StartFiles::create(request.layout)?;
    let has_preamble = script.as_ref().is_some_and(|script| script.starts_with(PREAMBLE_START));
    let run_files = RunFiles { start: &files.start, state: &files.state, has_preamble };
    let mut process = command::process(&request, target, run_files)?;
    if proxy.is_some() {
        network_proxy::set_variables(&mut process);
    }
    let log_path = request.layout.build_dir.join(log_name);
    let log = Log::create(&log_path)?;
    let secrets = Secrets::new(request.secrets.iter().flat_map(|name| {
        let own = request.options.env.get(name).map(String::as_str);
        own.into_iter().chain(request.caller.get(name))
    }));
    let monitor = {
        let layout = request.layout;
        let folders = vec![layout.work_dir.clone(), layout.build_prefix.clone(), layout.host_prefix.clone()];
        let prepared = tokio::task::spawn_blocking(move || Monitor::new(limits, folders)).await;
        Arc::new(prepared.map_err(|error| internal("cannot measure the run", &error))?)
    };
    let confinement = confinement(&monitor, rules.as_ref(), network, &files.state, request.layout)?;
    let (confinement, proxy) = with_proxy(confinement, proxy)?;
    let supervisor = Supervisor {
        process,
        work_dir: Some(request.layout.work_dir.clone()),
        confinement,
        monitor: monitor.clone(),
        lock: Some(lock),
        keep: if keep { Some(kept_output(&log, &secrets)?) } else { None },
        stdin: match (request.stdin, &request.options.stdin) {
            (Some(stream), _) => stream.take(),
            (None, Some(text)) => Stdin::Text(text.clone()),
            (None, None) => Stdin::None,
        },
        timeout,
        proxy,
        cancel: cancel.clone(),
        dropped: CancellationToken::new(),
        pump: Pump {
            secrets,
            limit: request.options.output_limit(),
            log,
            sink: on_output,
            max_bytes: limits.log_bytes,
            log_full: CancellationToken::new(),
        },
    };
    tracing::debug!(work_dir = %request.layout.work_dir.display(), log = log_name, "a script starts");
    let started = Instant::now();
    let Completed { cause, exit, usage, collected } = supervisor.run_on_thread().await?;
    let duration_ms = started.elapsed().as_secs_f64() * 1000.0;
    tracing::debug!(?cause, code = exit.code, duration_ms, "a script ended");
    if cause == EndCause::Cancelled {
        return Err(Error::Cancelled);
    }
    let timed_out = cause == EndCause::TimedOut;
    let Collected { stdout: (stdout, out_omitted), stderr: (stderr, err_omitted), log_error } = collected;
    let limit = match cause {
        EndCause::Exceeded(limit) => Some(limit),
        EndCause::Exited => monitor.hit(exit.code).await,
        EndCause::TimedOut | EndCause::Cancelled => None,
    };
    let activation = files.activation(request.layout, &stderr).filter(|_| limit.is_none() && !timed_out);
    let result = ScriptResult {
        edited_packages: Vec::new(),
        success: exit.code == 0 && !timed_out && activation.is_none() && limit.is_none(),
        activation_failed: activation.is_some(),
        activation,
        exit_code: exit.code,
        signal: exit.signal,
        timed_out,
        stdout,
        stderr,
        omitted: Omitted { stdout: out_omitted, stderr: err_omitted },
        log_path: log_path.to_string_lossy().into_owned(),
        log_error,
        duration_ms,
        usage: Usage::new(usage, monitor.observed()),
        limit,
        diagnosis: Vec::new(),
    };
    let script_line = files.script_line(request.layout, result.exit_code);
    if result.success { Ok(result) } else { diagnosed(result, script, script_line).await }
}

/// Checks that limits make sense, and that this system can enforce them and a sandbox, by running an empty script in it.
/// Blocks.
///
/// # Errors
/// [`Error::InvalidOption`] when they cannot be enforced, [`Error::Spawn`].
pub fn check_enforceable(limits: Limits, sandbox: Option<&Sandbox>, network: bool, layout: &Layout) -> Result<()> {
    limits.check()?;
    let rules = sandbox.and_then(Sandbox::rules);
    let network = rules.as_ref().and_then(|rules| rules.network.as_ref()).map_or(network, NetworkAccess::is_open);
    if let Some(hosts) = rules.as_ref().and_then(|rules| rules.network.as_ref()?.hosts()) {
        AllowedHosts::parse(hosts)?;
    }
    // Without the limits themselves, which may be too small for a shell. The work folder stands for the file of the
    // activation, which only a run has.
    let monitor = Monitor::new(Limits::default(), Vec::new());
    let confinement = confinement(&monitor, rules.as_ref(), network, &layout.work_dir, layout)?;
    let confinement = confinement.measured_for(limits);
    if confinement.is_none() { Ok(()) } else { check_confinement(confinement) }
}

/// What the system keeps the script from.
#[cfg(sidewinder_supervisor)]
fn confinement(
    monitor: &Monitor,
    rules: Option<&SandboxRules>,
    network: bool,
    state: &Path,
    layout: &Layout,
) -> Result<Confinement> {
    let invalid = |error: std::io::Error| Error::InvalidOption {
        option: "sandbox",
        reason: format!("cannot set it up: {error}"),
    };
    let sandbox = rules.map(|rules| SandboxSetup::new(rules, layout, state).map_err(invalid)).transpose()?;
    let (cgroups, resource_limits) = (monitor.cgroups(), monitor.resource_limits());
    let is_measured = monitor.is_measured();
    Ok(Confinement { no_network: !network, sandbox, is_measured, proxy: None, cgroups, resource_limits })
}

#[cfg(not(sidewinder_supervisor))]
fn confinement(_: &Monitor, rules: Option<&SandboxRules>, network: bool, _: &Path, _: &Layout) -> Result<Confinement> {
    if rules.is_some() {
        let reason = "a sandbox requires Linux 6.12 or later on x86-64 or AArch64".to_owned();
        return Err(Error::InvalidOption { option: "sandbox", reason });
    }
    Ok(Confinement { no_network: !network })
}

/// Has the script's network namespace listen for connections that the proxy takes.
#[cfg(sidewinder_supervisor)]
fn with_proxy(mut confinement: Confinement, hosts: Option<AllowedHosts>) -> Result<(Confinement, Option<Proxy>)> {
    let Some(hosts) = hosts else { return Ok((confinement, None)) };
    let (proxy, socket) = Proxy::new(hosts).map_err(|error| internal("cannot create a socket pair", &error))?;
    confinement.proxy = Some(socket);
    Ok((confinement, Some(proxy)))
}

#[cfg(not(sidewinder_supervisor))]
fn with_proxy(confinement: Confinement, _: Option<AllowedHosts>) -> Result<(Confinement, Option<Proxy>)> {
    // Without a sandbox, the run was refused before.
    Ok((confinement, None))
}

/// Where the output goes once this process is gone. Nobody would mask secrets then.
fn kept_output(log: &Log, secrets: &Secrets) -> Result<File> {
    let file = match log.file() {
        Some(file) if secrets.is_empty() => file.try_clone(),
        _ => std::fs::OpenOptions::new().write(true).open(if cfg!(windows) { "NUL" } else { "/dev/null" }),
    };
    file.map_err(|error| internal("cannot open the output of a kept run", &error))
}

/// The result with what its output says about why it failed. Not on the threads of the runtime: outputs are long.
async fn diagnosed(mut result: ScriptResult, script: Option<String>, script_line: Option<u32>) -> Result<ScriptResult> {
    let diagnosed = tokio::task::spawn_blocking(move || {
        let activation = result.activation.as_ref().map(|failure| Activation {
            script: &failure.script,
            line: failure.line,
            package: failure.package.as_deref(),
        });
        result.diagnosis = diagnose(&Output {
            stdout: &result.stdout,
            stderr: &result.stderr,
            exit_code: result.exit_code,
            signal: result.signal.as_deref(),
            timed_out: result.timed_out,
            script: script.as_deref(),
            script_line,
            limit: result.limit.map(LimitKind::name),
            activation,
        });
        result
    });
    diagnosed.await.map_err(|error| internal("cannot diagnose the output", &error))
}

fn timeout(options: &RunOptions) -> Result<Option<Duration>> {
    let Some(milliseconds) = options.timeout_ms else { return Ok(None) };
    if milliseconds.is_nan() || milliseconds < 0.0 {
        let reason = format!("expected a non-negative number, found {milliseconds}");
        return Err(Error::InvalidOption { option: "timeoutMs", reason });
    }
    // A time that is too long for a duration means no limit.
    Ok(Duration::try_from_secs_f64(milliseconds / 1000.0).ok())
}

/// The files by which bash and this process talk about the activation; removed after the run.
struct StartFiles {
    start: PathBuf,
    state: PathBuf,
}

impl StartFiles {
    fn create(layout: &Layout) -> Result<Self> {
        let files =
            Self { start: layout.build_dir.join(".activate.sh"), state: layout.build_dir.join(".activation-state") };
        let _ = std::fs::remove_file(&files.state);
        if !cfg!(windows) {
            let folder = Held::open(&layout.build_dir)?;
            let written = atomic::write(&folder.entry(".activate.sh"), START.as_bytes(), false);
            written.map_err(Error::io("cannot write", &files.start))?;
            // In a sandbox the shell cannot create it.
            std::fs::File::create_new(&files.state).map_err(Error::io("cannot create", &files.state))?;
        }
        Ok(files)
    }

    fn script_line(&self, layout: &Layout, exit_code: i32) -> Option<u32> {
        failed_line(&self.state, &layout.build_script(), exit_code)
    }

    fn activation(&self, layout: &Layout, stderr: &str) -> Option<ActivationFailure> {
        match ActivationState::read(&self.state, layout, stderr) {
            ActivationState::Failed(failure) => Some(failure),
            ActivationState::Done => None,
        }
    }
}

impl Drop for StartFiles {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.start);
        let _ = std::fs::remove_file(&self.state);
    }
}
