//! The command line and the environment of a run.
//!
//! No path and no value becomes part of a shell's text: they are arguments and variables.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command as Process;

use super::caller::CallerEnvironment;
use super::options::Command;
use super::program::program_on_path;
use super::run::RunRequest;
use super::shell::Shell;
use super::variables::is_variable_name;
use crate::error::{Error, Result};
use crate::options::Isolation;

/// Variables of the caller that a build sees under strict isolation too: certificates, proxies, the user's SSH agent.
const PASSED: [&str; 11] = [
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "SSH_AUTH_SOCK",
    "DISPLAY",
    "http_proxy",
    "https_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "no_proxy",
    "NO_PROXY",
];

/// More of them that the system itself needs.
const PASSED_BY_SYSTEM: &[&str] = if cfg!(windows) {
    &["SYSTEMROOT", "WINDIR", "COMSPEC", "TEMP", "TMP", "PATHEXT"]
} else if cfg!(target_os = "macos") {
    &["TMPDIR", "__CF_USER_TEXT_ENCODING"]
} else {
    &[]
};

/// What bash sources before the script or command.
pub(super) const START: &str = include_str!("start.sh");

/// What is to be run in the environment of the build.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target<'a> {
    /// The build script.
    Script,
    /// A command.
    Command(&'a Command),
}

/// Files of a run next to the work folder.
#[derive(Clone, Copy, Debug)]
pub(super) struct RunFiles<'a> {
    /// What bash sources before it begins: `start.sh`.
    pub(super) start: &'a Path,
    /// Where that says how the activation went.
    pub(super) state: &'a Path,
    /// Whether the build script begins with the preamble of build scripts.
    pub(super) has_preamble: bool,
}

/// The process of a run; it activates the environment and becomes the target.
///
/// # Errors
/// [`Error::InvalidOption`] for an environment or a command that no process can have, [`Error::Spawn`] when there is no
/// shell.
pub(super) fn process(request: &RunRequest<'_>, target: Target<'_>, files: RunFiles<'_>) -> Result<Process> {
    let mut environment = environment(request)?;
    let mut process = match Shell::native() {
        Shell::Bash => bash(request, target, files, &mut environment)?,
        Shell::Cmd => cmd(request, target)?,
    };
    process.env_clear().envs(environment);
    Ok(process)
}

/// bash, told by variables what [`START`] has to do.
fn bash(
    request: &RunRequest<'_>,
    target: Target<'_>,
    files: RunFiles<'_>,
    environment: &mut BTreeMap<OsString, OsString>,
) -> Result<Process> {
    let bash = program_on_path("bash", request.caller, Shell::Bash).ok_or_else(|| Error::Spawn {
        program: "bash".into(),
        source: std::io::Error::new(std::io::ErrorKind::NotFound, "not found in `PATH`"),
    })?;
    let mut process = Process::new(bash);
    let (mode, trace) = match target {
        Target::Script => {
            process.arg(request.layout.build_script());
            (if files.has_preamble { "build" } else { "bare" }, request.options.trace)
        }
        Target::Command(Command::Line(line)) => {
            process.args(["-c", valid(line)?, "bash"]);
            ("command", request.options.trace)
        }
        Target::Command(Command::Program(words)) => {
            if words.first().is_none_or(String::is_empty) {
                return Err(Error::InvalidOption { option: "command", reason: "expected a program".into() });
            }
            process.args(["-c", include_str!("become.sh"), "bash"]);
            process.args(words.iter().map(|word| valid(word)).collect::<Result<Vec<_>>>()?);
            ("command", false)
        }
    };
    // bash reads the caller's own `BASH_ENV` first.
    let own = environment.insert("BASH_ENV".into(), "${__SIDEWINDER_START}".into());
    if let Some(own) = own {
        environment.insert("__SIDEWINDER_BASH_ENV".into(), own);
    }
    // Variables of the run that must survive `build_env.sh` travel under a second name.
    let mut names = String::new();
    for (name, value) in overrides(request) {
        environment.insert(format!("__SIDEWINDER_ENV_{name}").into(), value.into());
        names.push_str(name);
        names.push(':');
    }
    for (name, value) in [
        ("START", files.start.as_os_str()),
        ("STATE", files.state.as_os_str()),
        ("WORK_DIR", request.layout.work_dir.as_os_str()),
        ("OVERRIDES", OsStr::new(&names)),
        ("MODE", OsStr::new(mode)),
        ("TRACE", OsStr::new(if trace { "1" } else { "" })),
    ] {
        environment.insert(format!("__SIDEWINDER_{name}").into(), value.into());
    }
    Ok(process)
}

fn valid(word: &str) -> Result<&str> {
    if word.contains('\0') {
        return Err(Error::InvalidOption { option: "command", reason: "unexpected NUL character".into() });
    }
    Ok(word)
}

#[cfg(windows)]
fn cmd(request: &RunRequest<'_>, target: Target<'_>) -> Result<Process> {
    use std::os::windows::process::CommandExt;
    let mut process = Process::new(super::program::command_processor(request.caller));
    process.args(["/d", "/c"]).current_dir(&request.layout.work_dir);
    match target {
        Target::Script => {
            process.arg(Shell::Cmd.script_file());
        }
        Target::Command(Command::Line(line)) => {
            process.raw_arg(format!("call {} & {}", Shell::Cmd.env_file(), valid(line)?));
        }
        Target::Command(Command::Program(words)) => {
            process.raw_arg(format!("call {} &", Shell::Cmd.env_file()));
            process.args(words.iter().map(|word| valid(word)).collect::<Result<Vec<_>>>()?);
        }
    }
    Ok(process)
}

#[cfg(not(windows))]
fn cmd(_: &RunRequest<'_>, _: Target<'_>) -> Result<Process> {
    Err(Error::Internal { reason: "batch files run on Windows only".into() })
}

/// What the process starts with; `build_env.sh` adds the variables of the build.
fn environment(request: &RunRequest<'_>) -> Result<BTreeMap<OsString, OsString>> {
    let caller = request.caller;
    let mut environment = BTreeMap::new();
    match request.isolation {
        Isolation::None => environment.extend(caller.iter().map(|(name, value)| (name.into(), value.into()))),
        Isolation::Strict => {
            let named = request.pass_env.iter().map(String::as_str);
            copy(&mut environment, caller, PASSED.iter().chain(PASSED_BY_SYSTEM).copied().chain(named));
        }
    }
    copy(&mut environment, caller, request.secrets.iter().map(String::as_str));
    for (name, value) in &request.options.env {
        if name.is_empty() || name.contains(['=', '\0']) || value.contains('\0') {
            let reason = format!("invalid variable name or value: `{}`", name.escape_debug());
            return Err(Error::InvalidOption { option: "env", reason });
        }
        environment.insert(name.into(), value.into());
    }
    // Set by the build alone: a script that sees it skips its own set-up.
    environment.remove(&OsString::from("CONDA_BUILD"));
    Ok(environment)
}

/// Variables of the run that win over those of the build.
fn overrides<'a>(request: &RunRequest<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let env = &request.options.env;
    env.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(|(name, _)| is_variable_name(name))
}

fn copy<'a>(
    environment: &mut BTreeMap<OsString, OsString>,
    caller: &CallerEnvironment,
    names: impl IntoIterator<Item = &'a str>,
) {
    for name in names {
        if let Some(value) = caller.get_os(name) {
            environment.insert(name.into(), value.into());
        }
    }
}
