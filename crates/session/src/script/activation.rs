//! What activating a prefix does: read from the prefix, so that it can be read again after packages were added.

use std::path::Path;

use indexmap::IndexMap;
use rattler_conda_types::Subdir;
use rattler_shell::activation::Activator;
use rattler_shell::shell;

use super::shell::Shell;
use super::variables::{VariableInput, text};
use crate::error::{Error, Result};

/// What activating one prefix does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Activation {
    /// The prefix.
    pub(super) prefix: String,
    /// Folders that go before all others in `PATH`.
    pub(super) path: Vec<String>,
    /// Variables that its packages set: `etc/conda/env_vars.d`, then `conda-meta/state`.
    pub(super) variables: IndexMap<String, String>,
    /// Scripts that its packages run, sorted by path.
    pub(super) scripts: Vec<String>,
}

impl Activation {
    /// The activations of a build: the host prefix, then the build prefix, whose programs come first then. Merged
    /// environments are one.
    ///
    /// # Errors
    /// [`Error::Script`] for files of packages that cannot be read.
    pub(super) fn of_build(input: &VariableInput<'_>) -> Result<Vec<Self>> {
        let (layout, shell) = (input.layout, input.shell);
        let mut activations = vec![Self::of_prefix(&layout.host_prefix, shell, input.host_platform())?];
        if layout.build_prefix != layout.host_prefix {
            activations.push(Self::of_prefix(&layout.build_prefix, shell, &input.variant.build_platform)?);
        }
        Ok(activations)
    }

    /// The platform of a prefix decides which of its folders hold programs, the shell how that is written.
    fn of_prefix(prefix: &Path, shell: Shell, platform: &str) -> Result<Self> {
        let (variables, scripts) = match shell {
            Shell::Bash => collect(prefix, shell::Bash::default(), Subdir::Linux64),
            Shell::Cmd => collect(prefix, shell::CmdExe, Subdir::Win64),
        }?;
        let prefix = text(prefix);
        let folders: &[&[&str]] = if platform.starts_with("win-") {
            &[
                &[],
                &["Library", "mingw-w64", "bin"],
                &["Library", "usr", "bin"],
                &["Library", "bin"],
                &["Scripts"],
                &["bin"],
            ]
        } else {
            &[&["bin"]]
        };
        let path = folders.iter().map(|parts| shell.join(prefix, parts)).collect();
        Ok(Self { prefix: prefix.to_owned(), path, variables, scripts })
    }
}

fn collect<S: rattler_shell::shell::Shell + Clone + 'static>(
    prefix: &Path,
    shell: S,
    platform: Subdir,
) -> Result<(IndexMap<String, String>, Vec<String>)> {
    let activator = Activator::from_path(prefix, shell, platform).map_err(|error| Error::Script {
        reason: format!("cannot read what activates `{}`: {error}", prefix.display()),
    })?;
    let scripts = activator.activation_scripts.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    Ok((activator.env_vars, scripts))
}
