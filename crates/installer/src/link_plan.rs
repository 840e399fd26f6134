//! Which file of which package goes where, for packages that only add to a prefix.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use rattler::install::PythonInfo;
use rattler_conda_types::package::PathType;

use crate::extracted_package::{ExtractedPackage, python_info};
use crate::package_key::is_file_name;
use crate::pool::is_sharable;
use crate::transaction::Transaction;

/// Where an entry of a package's list goes, relative to the prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A hard link here.
    Link(PathBuf),
    /// A folder here.
    Folder(PathBuf),
    /// A file that is more than a link; it is made find_in_other_slot.
    Special,
}

/// Where the files of new packages go. Nothing has to be removed for them, and no two want the same place.
#[derive(Debug)]
pub(crate) struct LinkPlan {
    /// Folders that are needed, each after the one it is in, relative to the prefix.
    pub(crate) folders: BTreeSet<PathBuf>,
    /// For each package and each entry of its list: where it goes.
    pub(crate) places: Vec<Vec<Place>>,
    /// Python of the prefix.
    pub(crate) python: Option<PythonInfo>,
}

impl LinkPlan {
    /// Plans; `None` where that takes more than adding files: where packages go or change, where two packages bring the
    /// same file, where Python is missing.
    pub(crate) fn of(packages: &[ExtractedPackage], transaction: &Transaction) -> Option<Self> {
        let python = python_info(&transaction.records, transaction.platform);
        let stays =
            |name: &str| transaction.records.iter().any(|record| record.package_record.name.as_normalized() == name);
        let is_change = transaction.installed.iter().any(|old| {
            let old = &old.repodata_record;
            !stays(old.package_record.name.as_normalized())
                || transaction.records.iter().any(|new| {
                    new.package_record.name == old.package_record.name
                        && (new.package_record.version != old.package_record.version
                            || new.package_record.build != old.package_record.build)
                })
        });
        let needs_python = python.is_none() && packages.iter().any(is_python);
        if cfg!(windows) || is_change || needs_python || !packages.iter().all(has_plain_name) {
            return None;
        }
        let installed = transaction.installed.iter().flat_map(|record| &record.paths_data.paths);
        let mut taken: HashSet<Cow<'_, Path>> =
            installed.map(|entry| Cow::Borrowed(entry.relative_path.as_path())).collect();
        let mut plan = Self { folders: BTreeSet::new(), places: Vec::new(), python };
        for package in packages {
            let mut places = Vec::with_capacity(package.paths().paths.len());
            for entry in &package.paths().paths {
                let place = package.target_path(entry, plan.python.as_ref());
                if entry.path_type == PathType::Directory {
                    add_folder(&mut plan.folders, &place);
                    places.push(Place::Folder(place.into_owned()));
                    continue;
                }
                if let Some(parent) = place.parent() {
                    add_folder(&mut plan.folders, parent);
                }
                places.push(if is_sharable(entry) { Place::Link(place.to_path_buf()) } else { Place::Special });
                if !taken.insert(place) {
                    return None;
                }
            }
            plan.places.push(places);
        }
        if let Some(python) = plan.python.as_ref().filter(|_| packages.iter().any(is_python)) {
            for package in packages.iter().filter(|package| is_python(package)) {
                for command in &package.metadata.entry_points {
                    if !taken.insert(Cow::Owned(python.bin_dir.join(command))) {
                        return None;
                    }
                }
            }
        }
        let is_both = plan.folders.iter().any(|folder| taken.contains(folder.as_path()));
        (!is_both).then_some(plan)
    }
}

/// Whether a package is linked for the Python of the prefix.
pub(crate) fn is_python(package: &ExtractedPackage) -> bool {
    package.record.package_record.noarch.is_python()
}

/// Whether the record of a package is a plain file.
fn has_plain_name(package: &ExtractedPackage) -> bool {
    let package = &package.record.package_record;
    is_file_name(package.name.as_normalized()) && is_file_name(package.build.as_str())
}

/// Adds a folder and those it is in.
fn add_folder(folders: &mut BTreeSet<PathBuf>, folder: &Path) {
    for folder in folder.ancestors().filter(|folder| !folder.as_os_str().is_empty()) {
        if folders.contains(folder) {
            break;
        }
        folders.insert(folder.to_path_buf());
    }
}
