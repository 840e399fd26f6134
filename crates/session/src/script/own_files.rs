//! Which files of the work folder the session writes itself.

use std::ffi::OsStr;

/// Scripts that every session has; the first two are those of this family of machines.
const SCRIPTS: [&str; 4] = ["conda_build.sh", "build_env.sh", "conda_build.bat", "build_env.bat"];
/// What the names of files for other interpreters start with.
const HELPERS: [&str; 2] = ["conda_build_script.", "conda_build_step"];

/// Whether a file at the top of the work folder is one of the scripts that are made from the recipe.
pub(crate) fn is_script_file(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| SCRIPTS.contains(&name) || HELPERS.iter().any(|prefix| name.starts_with(prefix)))
}
