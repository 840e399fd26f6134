//! Finding programs: in the environments of the build, then among those of the caller.

use std::path::{Path, PathBuf};

use super::caller::CallerEnvironment;
use super::shell::Shell;
use crate::layout::Layout;

/// Where a program is looked for.
#[derive(Clone, Copy)]
pub(super) enum SearchPath {
    BuildOnly,
    BuildHostPath,
}

/// A program that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FoundProgram {
    pub(super) path: PathBuf,
    /// It is a program of the caller, not of the build's environments.
    pub(super) from_caller: bool,
}

/// Finds a program.
pub(super) fn find_program(
    name: &str,
    places: SearchPath,
    layout: &Layout,
    caller: &CallerEnvironment,
    shell: Shell,
) -> Option<FoundProgram> {
    let mut prefixes = vec![&layout.build_prefix];
    if matches!(places, SearchPath::BuildHostPath) {
        prefixes.push(&layout.host_prefix);
    }
    let inside = prefixes.iter().flat_map(|prefix| program_folders(prefix, shell));
    if let Some(path) = inside.into_iter().find_map(|folder| program_in(&folder, name, shell)) {
        return Some(FoundProgram { path, from_caller: false });
    }
    if matches!(places, SearchPath::BuildOnly) {
        return None;
    }
    let path = program_on_path(name, caller, shell)?;
    Some(FoundProgram { path, from_caller: true })
}

/// A program on the caller's `PATH`, for the shell of this machine.
pub(crate) fn program_of_caller(name: &str, caller: &CallerEnvironment) -> Option<PathBuf> {
    program_on_path(name, caller, Shell::native())
}

/// A program on the caller's `PATH`.
pub(super) fn program_on_path(name: &str, caller: &CallerEnvironment, shell: Shell) -> Option<PathBuf> {
    let path = caller.get_os("PATH")?;
    std::env::split_paths(path)
        .filter(|folder| folder.is_absolute())
        .find_map(|folder| program_in(&folder, name, shell))
}

fn program_folders(prefix: &Path, shell: Shell) -> Vec<PathBuf> {
    match shell {
        Shell::Bash => vec![prefix.join("bin")],
        Shell::Cmd => ["", "Library/mingw-w64/bin", "Library/usr/bin", "Library/bin", "Scripts", "bin"]
            .iter()
            .map(|folder| prefix.join(folder))
            .collect(),
    }
}

fn program_in(folder: &Path, name: &str, shell: Shell) -> Option<PathBuf> {
    match shell {
        Shell::Bash => Some(folder.join(name)).filter(|path| is_executable(path)),
        Shell::Cmd => ["exe", "bat", "cmd"]
            .iter()
            .map(|ending| folder.join(format!("{name}.{ending}")))
            .find(|path| path.is_file()),
    }
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

/// `%COMSPEC%`, or cmd by its name.
pub(super) fn command_processor(caller: &CallerEnvironment) -> PathBuf {
    caller.get_os("COMSPEC").map_or_else(|| PathBuf::from("cmd.exe"), PathBuf::from)
}
