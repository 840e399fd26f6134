//! `licenses/`: the files that `about.license_file` names.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use sidewinder_recipe::template::{ScriptScope, render_script};

use super::tree::{Walk, follow, walk};
use crate::content::{Entry, not_utf8};
use crate::error::{Error, Result};
use crate::globs::GlobSet;
use crate::prefix::{Folder, Kind, slashed};
use crate::report::Warnings;
use crate::request::PackageRequest;

/// The license files of the package.
///
/// # Errors
/// [`Error::LicenseMissing`], [`Error::LicenseOutside`], [`Error::Glob`], [`Error::Io`], [`Error::Cancelled`].
pub(crate) fn license_files(request: &PackageRequest<'_>, warnings: &mut Warnings) -> Result<Vec<Entry>> {
    let Some(patterns) = request.variant.recipe.about.license_file.as_deref().filter(|list| !list.is_empty()) else {
        return Ok(Vec::new());
    };
    let roots = Roots::open(request)?;
    let mut licenses = Licenses { request, roots, found: BTreeMap::new(), warnings };
    for pattern in patterns {
        licenses.add(pattern)?;
    }
    Ok(licenses.found.into_values().map(|(entry, _)| entry).collect())
}

/// The folders that license files may come from.
struct Roots {
    /// The work folder, then the recipe's folder: later ones override earlier ones.
    relative: Vec<Folder>,
    /// All folders of the build: what a template such as `${{ PREFIX }}` may name, and where symlinks may lead.
    all: Vec<Folder>,
}

impl Roots {
    fn open(request: &PackageRequest<'_>) -> Result<Self> {
        let folders = request.folders;
        let open = |path: &Path| Folder::open(path).map_err(Error::io("failed to read", path));
        let mut relative = vec![open(&folders.work_dir)?];
        if let Some(recipe_dir) = &folders.recipe_dir {
            relative.push(open(recipe_dir)?);
        }
        let mut all = relative.clone();
        for path in [&folders.host_prefix, &folders.build_prefix, &folders.build_dir] {
            if path.is_dir() {
                all.push(open(path)?);
            }
        }
        Ok(Self { relative, all })
    }
}

struct Licenses<'a> {
    request: &'a PackageRequest<'a>,
    roots: Roots,
    /// By path below `info/licenses`: the member, and which of the relative roots it is from.
    found: BTreeMap<PathBuf, (Entry, Option<usize>)>,
    warnings: &'a mut Warnings,
}

impl Licenses<'_> {
    fn add(&mut self, pattern: &str) -> Result<()> {
        let text = rendered(self.request, pattern)?;
        if Path::new(&text).is_absolute() {
            return self.add_absolute(pattern, &text);
        }
        let globs = GlobSet::new(&[text]).map_err(|(pattern, reason)| Error::Glob {
            pattern,
            field: "about.license_file",
            reason,
        })?;
        let mut is_found = false;
        for index in 0..self.roots.relative.len() {
            let Some(root) = self.roots.relative.get(index).cloned() else { continue };
            for (path, kind) in walk(root.path(), Walk::default(), self.request.monitor)? {
                if kind != Kind::Folder && globs.matches(&path) {
                    self.take(&root, &path, &path, Some(index))?;
                    is_found = true;
                }
            }
        }
        if is_found { Ok(()) } else { Err(Error::LicenseMissing { pattern: pattern.to_owned() }) }
    }

    /// An entry with a folder of the build in it. Without wildcards it is a file or a folder; with them, paths below the
    /// part before the first wildcard are kept.
    fn add_absolute(&mut self, pattern: &str, text: &str) -> Result<()> {
        let wildcard = text.find(['*', '?', '[', '{']);
        let start = wildcard.map_or(text, |at| text.get(..at).unwrap_or(text));
        let base = if wildcard.is_some() { start.rsplit_once('/').map_or("", |(folder, _)| folder) } else { start };
        let base = normalized(Path::new(base));
        let outside = || Error::LicenseOutside { path: text.to_owned() };
        let root = self.roots.all.iter().find(|root| base.starts_with(root.path())).cloned().ok_or_else(outside)?;
        let inside = base.strip_prefix(root.path()).map_err(|_| outside())?.to_path_buf();
        let missing = || Error::LicenseMissing { pattern: pattern.to_owned() };
        if wildcard.is_none() && !base.is_dir() {
            let name = PathBuf::from(base.file_name().ok_or_else(missing)?);
            return if base.symlink_metadata().is_ok() {
                self.take(&root, &inside, &name, None)
            } else {
                Err(missing())
            };
        }
        let rest = text.get(start.rfind('/').map_or(0, |at| at + 1)..).unwrap_or_default();
        let globs = if wildcard.is_some() { rest } else { "." };
        let globs = GlobSet::new(&[globs.to_owned()]).map_err(|(pattern, reason)| Error::Glob {
            pattern,
            field: "about.license_file",
            reason,
        })?;
        let mut is_found = false;
        for (path, kind) in walk(&base, Walk::default(), self.request.monitor)? {
            if kind != Kind::Folder && globs.matches(&path) {
                self.take(&root, &inside.join(&path), &path, None)?;
                is_found = true;
            }
        }
        if is_found { Ok(()) } else { Err(missing()) }
    }

    fn take(&mut self, root: &Folder, path: &Path, name: &Path, from: Option<usize>) -> Result<()> {
        let packaged = format!("info/licenses/{}", slashed(name).ok_or_else(|| not_utf8(path))?);
        let whole = root.path().join(path);
        let entry = if whole.is_symlink() {
            // A link would dangle in the package, where the files around it are not.
            let (root, inside) = follow(&whole, &self.roots.all)
                .ok_or_else(|| Error::LicenseOutside { path: path.to_string_lossy().into_owned() })?;
            Entry::on_disk(root, &inside, packaged)?
        } else {
            Entry::on_disk(root, path, packaged)?
        };
        let replaced = self.found.insert(name.to_path_buf(), (entry, from));
        if replaced.is_some_and(|(_, other)| other != from) {
            let message =
                format!("license file `{}` of the sources was overridden by that of the recipe", name.display());
            self.warnings.about("license-overridden", name.to_string_lossy(), message);
        }
        Ok(())
    }
}

/// An entry with the folders of the build filled in.
fn rendered(request: &PackageRequest<'_>, pattern: &str) -> Result<String> {
    let folders = request.folders.variables().into_iter();
    let environment = folders.map(|(name, path)| (name.to_owned(), path.to_string_lossy().into_owned())).collect();
    let variant = request.variant;
    let scope = ScriptScope {
        context: &variant.recipe.context,
        variant: &variant.variant,
        environment: &environment,
        process_environment: &BTreeMap::new(),
        target_platform: &variant.target_platform,
        host_platform: &variant.host_platform,
        build_platform: &variant.build_platform,
    };
    render_script(pattern, &scope).map_err(|reason| Error::Glob {
        pattern: pattern.to_owned(),
        field: "about.license_file",
        reason,
    })
}

/// A path with `.` and `..` resolved textually.
fn normalized(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts
}
