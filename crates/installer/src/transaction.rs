//! What a prefix is to contain.

use std::path::{Path, PathBuf};

use rattler_conda_types::prefix::Prefix;
use rattler_conda_types::{MatchSpec, PrefixRecord, RepoDataRecord, Subdir};

use crate::error::{Error, Result};

/// Whether the files of a prefix are shared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sharing {
    /// Hard links to the pool. A file that is edited in place becomes private; see [`crate::Installer::check`].
    #[default]
    Shared,
    /// Copies: nothing that happens in the prefix can reach another one.
    Private,
}

/// The packages that a prefix contains and those that it is to contain.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// The prefix.
    pub prefix: PathBuf,
    /// The platform that it is for.
    pub platform: Subdir,
    /// All packages that it is to contain, dependencies before dependants.
    pub records: Vec<RepoDataRecord>,
    /// The specs that were asked for, recorded with the packages that they name.
    pub requested: Vec<MatchSpec>,
    /// The packages that it contains now.
    pub installed: Vec<PrefixRecord>,
    /// Whether it may share files with other prefixes.
    pub sharing: Sharing,
}

impl Transaction {
    /// The packages of which no version or build is installed yet.
    #[must_use]
    pub fn new_records(&self) -> Vec<RepoDataRecord> {
        let is_new = |record: &&RepoDataRecord| {
            let name = &record.package_record.name;
            !self.installed.iter().any(|old| old.repodata_record.package_record.name == *name)
        };
        self.records.iter().filter(is_new).cloned().collect()
    }
}

/// Creates a prefix without packages: `conda-meta/history`, and the mark that keeps it out of backups.
///
/// # Errors
/// [`Error::Io`] when the folder cannot be created or written.
pub fn init_prefix(prefix: &Path) -> Result<()> {
    Prefix::create(prefix).map(drop).map_err(Error::io("cannot create", prefix))
}
