//! What an unpacked package will put into a prefix, checked before anything is linked.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rattler::install::PythonInfo;
use rattler_conda_types::package::{PathType, PathsEntry, PathsJson};
use rattler_conda_types::{RepoDataRecord, Subdir};

use super::bring::Unpacked;
use super::fetch::Fetched;
use super::guard;
use super::link::Target;
use super::listing::{Listing, Listings};
use crate::error::{Error, Result};
use crate::progress::Environment;

/// An unpacked package.
#[derive(Clone, Debug)]
pub(super) struct Contents {
    pub(super) record: RepoDataRecord,
    /// Where it is unpacked.
    pub(super) folder: PathBuf,
    /// What it says of itself.
    pub(super) listing: Arc<Listing>,
}

impl Contents {
    /// The files that it lists.
    pub(super) fn paths(&self) -> &PathsJson {
        &self.listing.paths
    }

    /// Whether it lists folders of its own.
    pub(super) fn has_folders(&self) -> bool {
        self.paths().paths.iter().any(|entry| entry.path_type == PathType::Directory)
    }

    /// Where an entry will be, relative to the prefix.
    pub(super) fn target_path<'a>(&self, entry: &'a PathsEntry, python: Option<&PythonInfo>) -> Cow<'a, Path> {
        match python {
            Some(python) if self.record.package_record.noarch.is_python() => {
                python.get_python_noarch_target_path(&entry.relative_path)
            }
            _ => Cow::Borrowed(&entry.relative_path),
        }
    }
}

/// Reads what the new packages of a target hold. No path of theirs leads out of the prefix.
///
/// # Errors
/// [`Error::Install`] for a package whose list of files cannot be read, or that [`guard`] refuses.
pub(super) async fn contents(target: &Target, fetched: &Fetched, listings: &Listings) -> Result<Vec<Contents>> {
    let (target, fetched, listings) = (target.clone(), fetched.clone(), listings.clone());
    let read = tokio::task::spawn_blocking(move || {
        let read = |record: RepoDataRecord| {
            let package = record.identifier.to_string();
            read_one(record, &fetched, &listings).map_err(|reason| refused(target.environment, package, &reason))
        };
        let contents = target.new_records().into_iter().map(read).collect::<Result<Vec<_>>>()?;
        guard::check(&contents, &target)?;
        Ok(contents)
    });
    read.await.map_err(|error| Error::Internal { reason: format!("cannot read packages: {error}") })?
}

/// The error for a package that is not linked.
pub(super) fn refused(environment: Environment, package: String, reason: &str) -> Error {
    Error::Install { environment, reason: format!("{package}: {reason}"), package: Some(package), http: None }
}

/// The Python that packages for any Python are linked for.
pub(super) fn python(records: &[RepoDataRecord], platform: Subdir) -> Option<PythonInfo> {
    let python = records.iter().find(|record| record.package_record.name.as_normalized() == "python")?;
    PythonInfo::from_python_record(&python.package_record, platform).ok()
}

fn read_one(record: RepoDataRecord, fetched: &Fetched, listings: &Listings) -> Result<Contents, String> {
    let Unpacked { folder, cached } = fetched.get(&record).ok_or("it was not fetched")?;
    let (folder, listing) = (folder.clone(), listings.read(folder, cached.as_ref())?);
    if record.package_record.noarch.is_python()
        && let Some(bad) = listing.commands.iter().find(|command| !is_file_name(command))
    {
        return Err(format!("the name of its command `{bad}` is no file name"));
    }
    Ok(Contents { record, folder, listing })
}

/// Whether a text is one plain name.
pub(super) fn is_file_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(part)), None) if part == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_a_file_name() {
        assert!(is_file_name("tabulate") && !is_file_name("../x") && !is_file_name("a/b") && !is_file_name(""));
    }
}
