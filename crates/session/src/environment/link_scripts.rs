//! Scripts of packages that run when they are linked or unlinked: programs with this process's rights, as in all conda
//! clients, but ones that can be stopped.

use std::path::Path;
use std::process::Command;

use rattler::install::link_script::LinkScriptType;
use rattler_conda_types::{PackageRecord, Subdir};
use rattler_shell::activation::{ActivationVariables, Activator, PathModificationBehavior};
use rattler_shell::shell::{Bash, CmdExe, Shell as _, ShellEnum, ShellScript};

use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::temporary_folder;
use crate::progress::Progress;
use crate::redact::chain;
use crate::script::{native_shell, run_program};

/// Runs the scripts of packages, one after the other, and returns whether there was any. One that fails, or cannot be run,
/// is a warning.
///
/// # Errors
/// [`Error::Cancelled`] when the work is stopped; the script and all it started is ended then. [`Error::Io`],
/// [`Error::Internal`].
pub(super) async fn run_link_scripts(
    when: LinkScriptType,
    packages: impl IntoIterator<Item = &PackageRecord>,
    prefix: &Path,
    platform: Subdir,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<bool> {
    let mut has_run = false;
    for package in packages {
        let script = prefix.join(when.get_path(package, &platform));
        if !script.exists() {
            continue;
        }
        cancel.check()?;
        has_run = true;
        let name = package.name.as_normalized();
        progress.info(format!("Running {when} script for {name}"));
        match wrapped(&script, package, prefix, platform) {
            Ok((process, _wrapper)) => match run_program(process, cancel).await {
                Ok(outcome) if outcome.success => {}
                Ok(outcome) => {
                    progress.warn(format!("The {when} script of {name} failed"));
                    tracing::warn!("the {when} script of {name} failed: {}", outcome.stderr);
                }
                Err(Error::Cancelled) => return Err(Error::Cancelled),
                Err(error) => progress.warn(format!("The {when} script of {name} failed: {error}")),
            },
            Err(reason) => progress.warn(format!("Cannot run {when} scripts: {reason}")),
        }
        tell_message(&when, name, prefix, progress)?;
    }
    Ok(has_run)
}

/// What a script left to be told to the user.
fn tell_message(when: &LinkScriptType, name: &str, prefix: &Path, progress: &Progress) -> Result<()> {
    let file = prefix.join(".messages.txt");
    let Ok(text) = std::fs::read(&file) else { return Ok(()) };
    fs_err::remove_file(&file).map_err(Error::io("cannot remove", file))?;
    let text = String::from_utf8_lossy(&text);
    if !text.trim().is_empty() {
        progress.info(format!("Message from {when} for {name}: {}", text.trim_end()));
    }
    Ok(())
}

/// The process that activates the prefix and then runs a script, and the file that says so; it exists until dropped.
fn wrapped(
    script: &Path,
    package: &PackageRecord,
    prefix: &Path,
    platform: Subdir,
) -> Result<(Command, tempfile::TempPath), String> {
    let text = |error: &dyn std::error::Error| error.to_string();
    let shell: ShellEnum = if platform.is_windows() { CmdExe.into() } else { Bash::default().into() };
    let variables = [
        ("PREFIX", prefix.to_string_lossy().into_owned()),
        ("PKG_NAME", package.name.as_normalized().to_owned()),
        ("PKG_VERSION", package.version.to_string()),
        ("PKG_BUILDNUM", package.build_number.to_string()),
    ];
    let mut wrapper = ShellScript::new(shell.clone(), platform);
    for (name, value) in &variables {
        wrapper.set_env_var(name, value).map_err(|error| text(&error))?;
    }
    let activator = Activator::from_path(prefix, shell.clone(), platform).map_err(|error| chain(&error))?;
    let path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect());
    let activation = activator.activation(ActivationVariables {
        conda_prefix: std::env::var_os("CONDA_PREFIX").map(Into::into),
        path,
        path_modification_behavior: PathModificationBehavior::default(),
        current_env: variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
    });
    wrapper.append_script(&activation.map_err(|error| chain(&error))?.script);
    wrapper.run_script(script).map_err(|error| text(&error))?;
    let contents = wrapper.contents().map_err(|error| text(&error))?;
    let suffix = format!(".{}", shell.extension());
    let file = tempfile::Builder::new().prefix("sidewinder_").suffix(&suffix).tempfile_in(temporary_folder());
    let file = file.map_err(|error| text(&error))?.into_temp_path();
    fs_err::write(&file, contents).map_err(|error| text(&error))?;
    let mut process = Command::new(native_shell().map_err(|error| text(&error))?);
    if platform.is_windows() {
        process.arg("/c");
    }
    process.arg(&file).env_clear().envs(std::env::vars_os());
    Ok((process, file))
}
