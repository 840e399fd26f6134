//! `recipe/`: a copy of the recipe's folder.

use std::path::Path;

use super::tree::{Walk, walk};
use crate::content::{Entry, EntryKind, not_utf8};
use crate::error::{Error, Result};
use crate::prefix::{Folder, Kind, slashed};
use crate::report::Warnings;
use crate::request::PackageRequest;

/// The files of the recipe's folder; nothing if the recipe was not read from a file. Hidden files are left out, empty
/// folders stay.
///
/// # Errors
/// [`Error::NameNotUtf8`], [`Error::Io`], [`Error::Cancelled`].
pub(crate) fn recipe_files(request: &PackageRequest<'_>, warnings: &mut Warnings) -> Result<Vec<Entry>> {
    let Some((recipe_dir, recipe_path)) =
        request.folders.recipe_dir.as_deref().zip(request.folders.recipe_path.as_deref())
    else {
        return Ok(Vec::new());
    };
    let folder = Folder::open(recipe_dir).map_err(Error::io("failed to read", recipe_dir))?;
    let how = Walk { skip_hidden: true, gitignore: true, leave_out: Some(&request.folders.output_dir) };
    let found = walk(recipe_dir, how, request.monitor)?;
    let mut entries = Vec::new();
    for (index, (path, kind)) in found.iter().enumerate() {
        let is_recipe = recipe_path.strip_prefix(recipe_dir) == Ok(path);
        // The recipe file may have any name; readers of packages look for this one.
        let name = if is_recipe { Path::new("recipe.yaml") } else { path.as_path() };
        if !is_recipe && path == Path::new("recipe.yaml") {
            warnings.add("recipe-renamed", "`recipe.yaml` in the recipe folder is not the recipe, and is left out");
            continue;
        }
        let packaged = format!("info/recipe/{}", slashed(name).ok_or_else(|| not_utf8(path))?);
        match kind {
            Kind::Folder => {
                let is_empty = !found.iter().skip(index + 1).take(1).any(|(next, _)| next.starts_with(path));
                if is_empty {
                    entries.push(Entry { path: packaged, kind: EntryKind::Folder });
                }
            }
            Kind::Special(kind) => {
                let message = format!("`{}` in the recipe folder is a {kind}, and is left out", path.display());
                warnings.about("special-file", path.to_string_lossy(), message);
            }
            Kind::File | Kind::Link => entries.push(Entry::on_disk(&folder, path, packaged)?),
        }
    }
    Ok(entries)
}
