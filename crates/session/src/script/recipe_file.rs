//! Script files next to the recipe.

use std::path::{Component, Path, PathBuf};

use crate::error::{Error, Result};

/// A path of a recipe that stays in the recipe's folder, or `None`.
pub(super) fn inside(recipe_dir: &Path, name: &str) -> Option<PathBuf> {
    let path = Path::new(name);
    let stays = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    (stays && !name.is_empty() && !name.contains(['\0', '\n', '\r'])).then(|| recipe_dir.join(path))
}

/// The file that a recipe names with `file:`, with an ending or without.
///
/// # Errors
/// [`Error::Script`] when it is missing or outside of the recipe's folder.
pub(super) fn named(recipe_dir: &Path, name: &str, endings: &[&str]) -> Result<PathBuf> {
    let path = inside(recipe_dir, name).ok_or_else(|| Error::Script {
        reason: format!("script file `{}` is not inside the recipe's folder", name.escape_debug()),
    })?;
    let found = with_ending(&path, endings).or_else(|| path.is_file().then_some(path));
    found.ok_or_else(|| Error::Script {
        reason: format!("could not find script file `{name}` in `{}`", recipe_dir.display()),
    })
}

/// The file that a one-line script means, if it means one: the name itself, or a name without an ending and one of the
/// platform's. `make` is the command, even if the recipe's folder has a file of that name.
pub(super) fn file_of_line(recipe_dir: &Path, line: &str, endings: &[&str]) -> Option<PathBuf> {
    let path = inside(recipe_dir, line)?;
    if path.extension().is_some() { path.is_file().then_some(path) } else { with_ending(&path, endings) }
}

fn with_ending(path: &Path, endings: &[&str]) -> Option<PathBuf> {
    if path.extension().is_some() {
        return None;
    }
    endings.iter().map(|ending| path.with_extension(ending)).find(|path| path.is_file())
}

/// `build.sh`, or what the platform has in its place.
pub(super) fn default(recipe_dir: &Path, endings: &[&str]) -> Option<PathBuf> {
    endings.iter().map(|ending| recipe_dir.join("build").with_extension(ending)).find(|path| path.is_file())
}

/// The text of a script file.
///
/// # Errors
/// [`Error::Io`], [`Error::Script`] for a file that is not UTF-8.
pub(super) fn read(path: &Path) -> Result<String> {
    let bytes = fs_err::read(path).map_err(Error::io("cannot read", path))?;
    String::from_utf8(bytes)
        .map_err(|error| Error::Script { reason: format!("`{}` is not UTF-8: {}", path.display(), error.utf8_error()) })
}
