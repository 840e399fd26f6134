//! Validates the file lists of packages before anything is linked.
//!
//! rattler takes the paths in a package as they are: `../x` leaves the prefix, an absolute path panics, a file behind
//! another package's link is written wherever that link leads, and a package whose name differs from the channel's
//! makes it panic. Such packages are refused here.

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::path::{Component, Path, PathBuf};

use rattler::install::PythonInfo;
use rattler_conda_types::RepoDataRecord;
use rattler_conda_types::package::PathType;

use crate::error::{Error, Result};
use crate::extracted_package::{ExtractedPackage, python_info};
use crate::transaction::Transaction;

/// Linux follows at most 40 links in one path.
const MAX_LINKS: usize = 40;

/// The folder of a prefix in which conda clients record what is installed.
const RECORDS: &str = "conda-meta";

/// Refuses packages whose files would leave the prefix or pass for records in `conda-meta`, and packages whose metadata
/// does not match the channel.
///
/// Links that lead out of the prefix are allowed, as graphics drivers need them, but no file may be behind one.
///
/// # Errors
/// [`Error::Package`], naming the package and the path.
pub(crate) fn validate_paths(packages: &[ExtractedPackage], transaction: &Transaction) -> Result<()> {
    let fail = |record: &RepoDataRecord, reason: &str| {
        Err(Error::refused(&transaction.prefix, record.identifier.to_string(), reason))
    };
    // Also the installed ones: another client may have put them there.
    for record in &transaction.records {
        if let Some(path) = &record.package_record.python_site_packages_path
            && !is_inside(Path::new(path))
        {
            return fail(record, &format!("its `site-packages` folder is outside of the environment: `{path}`"));
        }
    }
    for package in packages {
        let record = &package.record;
        if let Err(reason) = check_identity(package) {
            return fail(record, &reason);
        }
        for path in package.paths().paths.iter().map(|entry| &entry.relative_path) {
            if !is_inside(path) {
                return fail(record, &format!("it would write outside of the environment: `{}`", path.display()));
            }
            if is_record(path) {
                return fail(record, &format!("it contains a record of installed packages: `{}`", path.display()));
            }
        }
        if let Some(path) = file_behind_own_link(package) {
            return fail(record, &format!("it lists `{}` as a file, but contains a link there", path.display()));
        }
        for path in package.paths().paths.iter().map(|entry| &entry.relative_path) {
            if let Some(link) = unlisted_link(package, path) {
                let (path, link) = (path.display(), link.display());
                return fail(record, &format!("`{path}` is behind the link `{link}`, which it does not list"));
            }
        }
    }
    let python = python_info(&transaction.records, transaction.platform);
    let sources = sources(packages, python.as_ref());
    // Most paths share a few parent folders; each is read once.
    let known: RefCell<HashMap<PathBuf, Option<PathBuf>>> = RefCell::default();
    let link = |path: &Path| {
        if let Some(link) = known.borrow().get(path) {
            return link.clone();
        }
        let to_come = sources.get(path).and_then(|source| std::fs::read_link(source).ok());
        let link = to_come.or_else(|| std::fs::read_link(transaction.prefix.join(path)).ok());
        known.borrow_mut().insert(path.to_path_buf(), link.clone());
        link
    };
    let mut seen = HashSet::new();
    for package in packages {
        for path in package.paths().paths.iter().map(|entry| package.target_path(entry, python.as_ref())) {
            let Some(folder) = path.parent().filter(|folder| !seen.contains(*folder)) else { continue };
            if !stays_inside(&transaction.prefix, folder, link) {
                let reason = format!(
                    "it would write outside of the environment: `{}` is behind a link that leads out",
                    path.display()
                );
                return fail(&package.record, &reason);
            }
            seen.insert(folder.to_path_buf());
        }
    }
    Ok(())
}

/// A file of a package that is a link, to no file of the same package.
fn file_behind_own_link(package: &ExtractedPackage) -> Option<&Path> {
    let links = &package.metadata.links;
    let files = package.paths().paths.iter().filter(|entry| entry.path_type == PathType::HardLink);
    let mut linked = files.map(|entry| entry.relative_path.as_path()).filter(|path| links.contains(*path));
    let folder = std::fs::canonicalize(&package.folder).unwrap_or_else(|_| package.folder.clone());
    linked.find(|path| {
        let end = std::fs::canonicalize(folder.join(path));
        !end.is_ok_and(|end| end.starts_with(&folder) && end.is_file())
    })
}

/// The link in a package that a path of it goes through, unless the package lists it as one: then it is looked at with
/// those of the other packages.
fn unlisted_link<'a>(package: &'a ExtractedPackage, path: &'a Path) -> Option<&'a Path> {
    if package.metadata.links.is_empty() {
        return None;
    }
    let through = path.ancestors().skip(1).find(|folder| package.metadata.links.contains(*folder))?;
    let mut entries = package.paths().paths.iter();
    let is_listed = entries.any(|entry| entry.relative_path == through && entry.path_type == PathType::SoftLink);
    (!is_listed).then_some(through)
}

/// Whether the package is the one that the channel says it is.
fn check_identity(package: &ExtractedPackage) -> std::result::Result<(), String> {
    let (index, package) = (&package.metadata.index, &package.record.package_record);
    if index.name == package.name
        && index.version.version() == package.version.version()
        && index.build == package.build
    {
        return Ok(());
    }
    let (name, version, build) = (index.name.as_source(), &index.version, &index.build);
    Err(format!("package metadata does not match the channel: the archive contains {name} {version} {build}"))
}

/// Where each file of the packages will come from. Of several for one path a link counts, as it may be the one that
/// stays; whether something is a link, its package need not say truly.
fn sources(packages: &[ExtractedPackage], python: Option<&PythonInfo>) -> HashMap<PathBuf, PathBuf> {
    let mut sources = HashMap::new();
    for package in packages {
        for entry in &package.paths().paths {
            let source = package.folder.join(&entry.relative_path);
            match sources.entry(package.target_path(entry, python).into_owned()) {
                Entry::Vacant(free) => drop(free.insert(source)),
                Entry::Occupied(mut taken) if source.is_symlink() => drop(taken.insert(source)),
                Entry::Occupied(_) => {}
            }
        }
    }
    sources
}

/// Whether a path has nothing in it but names.
fn is_inside(path: &Path) -> bool {
    !path.as_os_str().is_empty()
        && !path.as_os_str().as_encoded_bytes().contains(&0)
        && path.components().all(|part| matches!(part, Component::Normal(_)))
}

/// Whether a file would pass for what the installer writes down about packages.
fn is_record(path: &Path) -> bool {
    let file = path.strip_prefix(RECORDS).ok();
    file.is_some_and(|file| file.as_os_str() == "history" || file.extension().is_some_and(|kind| kind == "json"))
}

/// Follows a folder of the prefix as a kernel would. `link` says where a path leads, if it is a link or will be one.
fn stays_inside(prefix: &Path, folder: &Path, link: impl Fn(&Path) -> Option<PathBuf>) -> bool {
    let mut here = PathBuf::new();
    let mut rest: Vec<PathBuf> = parts_reversed(folder);
    let mut followed = 0;
    while let Some(part) = rest.pop() {
        if part.as_os_str() == ".." {
            if !here.pop() {
                return false;
            }
            continue;
        }
        here.push(part);
        let Some(target) = link(&here) else { continue };
        followed += 1;
        if followed > MAX_LINKS {
            // The kernel gives up here as well: nothing can be written behind it.
            return true;
        }
        here.pop();
        if target.is_absolute() {
            let Ok(inside) = target.strip_prefix(prefix) else { return false };
            here = PathBuf::new();
            rest.extend(parts_reversed(inside));
        } else {
            rest.extend(parts_reversed(&target));
        }
    }
    true
}

/// The names in a path and its `..`, last first.
fn parts_reversed(path: &Path) -> Vec<PathBuf> {
    let parts = path.components().filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir));
    let mut parts: Vec<PathBuf> = parts.map(|part| PathBuf::from(part.as_os_str())).collect();
    parts.reverse();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_inside() {
        for (path, inside) in [
            ("lib/x", true),
            ("a/./b", true),
            ("site-packages/..x/y", true),
            ("", false),
            (".", false),
            ("../x", false),
            ("a/../../x", false),
            ("/x", false),
            ("a\0b", false),
        ] {
            assert_eq!(is_inside(Path::new(path)), inside, "{path:?}");
        }
    }

    #[test]
    fn records_are_the_installers() {
        let paths = ["conda-meta/x.json", "conda-meta/history", "conda-meta/pinned", "share/conda-meta/x.json"];
        assert_eq!(paths.map(|path| is_record(Path::new(path))), [true, true, false, false]);
    }

    #[test]
    fn links_are_followed_as_a_kernel_does() {
        let links: HashMap<&Path, &Path> = [
            ("lib64", "lib"),
            ("out", "../x"),
            ("abs", "/find_in_other_slot"),
            ("own", "/prefix/lib"),
            ("here", "."),
            ("sly", "here/../x"),
            ("loop", "loop"),
            ("deep/up", "../../x"),
            ("deep/ok", "../lib"),
        ]
        .map(|(path, target)| (Path::new(path), Path::new(target)))
        .into();
        let link = |path: &Path| links.get(path).map(|target| target.to_path_buf());
        for (folder, inside) in [
            ("", true),
            ("lib", true),
            ("lib64/x", true),
            ("own", true),
            ("loop", true),
            ("deep/ok", true),
            ("out", false),
            ("out/x", false),
            ("abs", false),
            ("deep/up", false),
            ("here/x", true),
            ("sly", false),
        ] {
            assert_eq!(stays_inside(Path::new("/prefix"), Path::new(folder), link), inside, "{folder}");
        }
    }
}
