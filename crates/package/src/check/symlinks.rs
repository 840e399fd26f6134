//! Symlinks in packages that may be installed on Windows.

use sidewinder_recipe::RenderedVariant;

use crate::content::{Entry, EntryKind};
use crate::error::{Error, Result};
use crate::process::linking::name_in;
use crate::request::Dependency;

/// Virtual packages that Windows does not have.
const UNIX: [&str; 6] = ["__unix", "__linux", "__osx", "__glibc", "__ios", "__android"];

/// Refuses symlinks in packages for Windows, and in noarch packages that do not require a Unix system.
///
/// # Errors
/// [`Error::LinksOnWindows`] naming all of them.
pub(crate) fn check_symlinks(variant: &RenderedVariant, depends: &[Dependency], entries: &[Entry]) -> Result<()> {
    let is_windows = variant.target_platform.starts_with("win-") && variant.subdir != "noarch";
    let is_noarch = variant.noarch.is_some() || variant.subdir == "noarch";
    let is_for_unix =
        || depends.iter().filter_map(|dependency| name_in(&dependency.spec)).any(|name| UNIX.contains(&name.as_str()));
    if !is_windows && (!is_noarch || is_for_unix()) {
        return Ok(());
    }
    let is_link = |entry: &&Entry| matches!(entry.kind, EntryKind::Link { .. });
    let paths: Vec<String> = entries.iter().filter(is_link).map(|entry| entry.path.clone()).collect();
    if paths.is_empty() { Ok(()) } else { Err(Error::LinksOnWindows { paths }) }
}
