//! From the prefix to the files of the package.
//!
//! New files (what is in the prefix, without what was installed, or the list that the script wrote) → `build.files` →
//! `build.always_include_files` → files that are never packaged → their place in the package.

mod explicit;
mod links;
mod never;
mod noarch;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use crate::content::{Entry, EntryKind, not_utf8};
use crate::error::{Error, Result};
use crate::globs::Filter;
use crate::monitor::check;
use crate::prefix::{Folder, Installed, Kind, Listed, list, slashed};
use crate::report::Warnings;
use crate::request::PackageRequest;
use noarch::Layout;

/// The files of a package as they are in the prefix, sorted by path component.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) entries: Vec<Entry>,
    /// Where each entry is in the prefix.
    pub(crate) sources: Vec<PathBuf>,
}

/// Selects the files of a package.
///
/// # Errors
/// Those of the stages, and [`Error::Io`], [`Error::Cancelled`].
pub(crate) fn select(
    request: &PackageRequest<'_>,
    prefix: &Folder,
    installed: &Installed,
    warnings: &mut Warnings,
) -> Result<Selection> {
    let listed = list(prefix.path(), request.monitor)?;
    let chosen = choose(request, prefix, installed, &listed, warnings)?;
    let layout = Layout::of(request.variant, installed);
    let mut placed: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    for path in chosen {
        if path.starts_with("info") {
            return Err(Error::ReservedPath { path: path.to_string_lossy().into_owned() });
        }
        let Some(place) = layout.place(&path, warnings) else { continue };
        if let Some(other) = placed.get(&place) {
            let message = format!("`{}` and `{}` have the same place in the package", other.display(), path.display());
            warnings.about("path-collision", place.to_string_lossy(), message);
            continue;
        }
        placed.insert(place, path);
    }
    let mut selection = Selection { entries: Vec::new(), sources: Vec::new() };
    for (place, source) in placed {
        check(request.monitor)?;
        let packaged = slashed(&place).ok_or_else(|| not_utf8(&source))?;
        let mut entry = Entry::on_disk(prefix, &source, packaged)?;
        if let EntryKind::Link { target } = &mut entry.kind {
            *target = links::rewrite(prefix.path(), &source, target, warnings);
        }
        selection.entries.push(entry);
        selection.sources.push(source);
    }
    Ok(selection)
}

/// The paths in the prefix that are packaged, before they get their place.
fn choose(
    request: &PackageRequest<'_>,
    prefix: &Folder,
    installed: &Installed,
    listed: &[Listed],
    warnings: &mut Warnings,
) -> Result<BTreeSet<PathBuf>> {
    let build = &request.variant.recipe.build;
    let files = Filter::new("build.files", &build.files)?;
    let always = Filter::new("build.always_include_files", &build.always_include_files)?;
    let explicit = match &request.folders.package_files {
        Some(list) => explicit::read(list, prefix, listed, request.monitor)?,
        None => None,
    };
    let is_new = |path: &Path| match &explicit {
        Some(explicit) => explicit.contains(path),
        None => !installed.has(path),
    };
    let all: HashSet<&Path> = listed.iter().map(|entry| entry.path.as_path()).collect();
    let mut chosen = BTreeSet::new();
    let mut folders: HashSet<&Path> = HashSet::new();
    for Listed { path, kind } in listed {
        if *kind == Kind::Folder {
            continue;
        }
        // Everything that is in a folder keeps it from being empty, whether it is packaged or not.
        folders.extend(path.ancestors().skip(1));
        let is_kept = is_new(path) && files.keeps(path);
        let is_included = is_kept || always.selects(path);
        if is_included && !is_kept {
            request.monitor.info(format!("Forcing inclusion of file: {}", path.display()));
        }
        if is_included && !never::is_excluded(path, &all, installed) {
            chosen.insert(path.clone());
        }
    }
    for Listed { path, kind } in listed {
        let is_empty = *kind == Kind::Folder && !folders.contains(path.as_path()) && path.parent().is_some();
        if is_empty && !installed.has(path) && !path.starts_with("conda-meta") && is_made(path, installed, listed) {
            let message = format!("`{}` is an empty folder; packages do not contain empty folders", path.display());
            warnings.about("empty-folder", path.to_string_lossy(), message);
        }
    }
    Ok(chosen)
}

/// Whether a folder is not one that a package brought, as far as that can be told: folders are not in its record unless
/// they are empty.
fn is_made(folder: &Path, installed: &Installed, listed: &[Listed]) -> bool {
    let start = listed.partition_point(|entry| entry.path.as_path() < folder);
    let below = listed.iter().skip(start).take_while(|entry| entry.path.starts_with(folder));
    !below.into_iter().any(|entry| installed.has(&entry.path))
}
