//! What a package in the cache will put into a prefix, checked before anything is linked.

use std::path::{Component, Path, PathBuf};

use rattler::install::PythonInfo;
use rattler_conda_types::package::{LinkJson, NoArchLinks, PackageFile as _, PathType, PathsEntry, PathsJson};
use rattler_conda_types::{RepoDataRecord, Subdir};

use super::fetch::Fetched;
use super::redact::chain;
use crate::error::{Error, Result};
use crate::progress::Environment;

/// A package in the cache.
#[derive(Clone, Debug)]
pub(super) struct Contents {
    pub(super) record: RepoDataRecord,
    /// Where it is unpacked.
    pub(super) folder: PathBuf,
    /// What it holds.
    pub(super) paths: PathsJson,
}

impl Contents {
    /// Whether it lists folders of its own.
    pub(super) fn has_folders(&self) -> bool {
        self.paths.paths.iter().any(|entry| entry.path_type == PathType::Directory)
    }

    /// Where an entry will be, relative to the prefix.
    pub(super) fn target_path(&self, entry: &PathsEntry, python: Option<&PythonInfo>) -> PathBuf {
        match python {
            Some(python) if self.record.package_record.noarch.is_python() => {
                python.get_python_noarch_target_path(&entry.relative_path).into_owned()
            }
            _ => entry.relative_path.clone(),
        }
    }
}

/// Reads what packages in the cache hold. No path of theirs leads out of a prefix.
///
/// # Errors
/// [`Error::Install`] for a package whose list of files cannot be read or that would write outside of the prefix.
pub(super) async fn contents(
    records: Vec<RepoDataRecord>,
    environment: Environment,
    fetched: &Fetched,
) -> Result<Vec<Contents>> {
    let fetched = fetched.clone();
    let read = tokio::task::spawn_blocking(move || {
        let read = |record: RepoDataRecord| {
            let package = record.identifier.to_string();
            read_one(record, &fetched).map_err(|reason| Error::Install {
                environment,
                reason: format!("{package}: {reason}"),
                package: Some(package),
            })
        };
        records.into_iter().map(read).collect()
    });
    read.await.map_err(|error| Error::Internal { reason: format!("cannot read packages: {error}") })?
}

/// The Python that packages for any Python are linked for.
pub(super) fn python(records: &[RepoDataRecord], platform: Subdir) -> Option<PythonInfo> {
    let python = records.iter().find(|record| record.package_record.name.as_normalized() == "python")?;
    PythonInfo::from_python_record(&python.package_record, platform).ok()
}

fn read_one(record: RepoDataRecord, fetched: &Fetched) -> Result<Contents, String> {
    let cached = fetched.get(&record).ok_or("it was not fetched")?;
    let folder = cached.path().to_path_buf();
    let paths = match cached.paths_json() {
        Some(paths) => paths.clone(),
        None => PathsJson::from_package_directory_with_deprecated_fallback(&folder)
            .map_err(|error| format!("cannot read its list of files: {}", chain(&error)))?,
    };
    if let Some(outside) = paths.paths.iter().map(|entry| &entry.relative_path).find(|path| !stays_inside(path)) {
        return Err(format!("it would write outside of the environment: `{}`", outside.display()));
    }
    if record.package_record.noarch.is_python()
        && let Ok(link) = LinkJson::from_package_directory(&folder)
        && let NoArchLinks::Python(python) = link.noarch
        && let Some(bad) = python.entry_points.iter().find(|entry| !is_file_name(&entry.command))
    {
        return Err(format!("the name of its command `{}` is no file name", bad.command));
    }
    Ok(Contents { record, folder, paths })
}

/// Whether a path, put behind a folder, stays below it.
fn stays_inside(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

fn is_file_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(part)), None) if part == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_out_are_seen() {
        for path in ["../x", "a/../../x", "/etc/x", ".."] {
            assert!(!stays_inside(Path::new(path)), "{path}");
        }
        for path in ["a", "a/b", "./a", "site-packages/..x/y"] {
            assert!(stays_inside(Path::new(path)), "{path}");
        }
        assert!(is_file_name("tabulate") && !is_file_name("../x") && !is_file_name("a/b") && !is_file_name(""));
    }
}
