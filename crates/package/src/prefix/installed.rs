//! What is installed in a prefix.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use rattler_conda_types::PrefixRecord;

use super::folder::Folder;
use crate::error::{Error, Result};

/// Records larger than this are not ones that an installer wrote.
const MAX_RECORD_BYTES: u64 = 256 << 20;

/// What is installed in the host prefix.
#[derive(Debug, Default)]
pub(crate) struct Installed {
    /// The packages, sorted by name.
    pub(crate) records: Vec<PrefixRecord>,
    /// Which package each of their files belongs to: index into `records`.
    owners: HashMap<PathBuf, usize>,
    /// What else was there before the script ran, e.g. files that link scripts made.
    others: HashSet<PathBuf>,
}

impl Installed {
    /// Reads what is installed.
    ///
    /// # Errors
    /// [`Error::Record`] naming the record, [`Error::Io`].
    pub(crate) fn read(prefix: &Folder, recorded: &[String]) -> Result<Self> {
        let records = read_records(prefix)?;
        let mut owners = HashMap::new();
        for (index, record) in records.iter().enumerate() {
            for file in &record.files {
                owners.insert(file.clone(), index);
            }
        }
        Ok(Self { records, owners, others: recorded.iter().map(PathBuf::from).collect() })
    }

    /// Whether a path was in the prefix before the script ran.
    pub(crate) fn has(&self, path: &Path) -> bool {
        path.starts_with("conda-meta") || self.owners.contains_key(path) || self.others.contains(path)
    }

    /// The package that a file belongs to.
    pub(crate) fn owner(&self, path: &Path) -> Option<&PrefixRecord> {
        self.records.get(*self.owners.get(path)?)
    }

    /// The package of a name.
    pub(crate) fn package(&self, name: &str) -> Option<&PrefixRecord> {
        self.records.iter().find(|record| name_of(record) == name)
    }
}

/// The name of an installed package.
pub(crate) fn name_of(record: &PrefixRecord) -> &str {
    record.repodata_record.package_record.name.as_normalized()
}

/// Reads the records of all packages in a prefix, sorted by name.
///
/// # Errors
/// [`Error::Record`] naming the record, [`Error::Io`].
pub(crate) fn read_records(prefix: &Folder) -> Result<Vec<PrefixRecord>> {
    let folder = prefix.path().join("conda-meta");
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("failed to read", folder)(error)),
    };
    let mut records = Vec::new();
    for entry in entries {
        let name = entry.map_err(Error::io("failed to read", &folder))?.file_name();
        let path = Path::new("conda-meta").join(&name);
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let invalid = |reason: String| Error::Record { path: prefix.path().join(&path), reason };
        let content = prefix.read(&path, MAX_RECORD_BYTES).map_err(|error| invalid(error.to_string()))?;
        records.push(serde_json::from_slice(&content).map_err(|error| invalid(error.to_string()))?);
    }
    records.sort_by(|left, right| name_of(left).cmp(name_of(right)));
    Ok(records)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_foreign_record_is_named() {
        let dir = tempfile::tempdir().unwrap();
        fs_err::create_dir(dir.path().join("conda-meta")).unwrap();
        fs_err::write(dir.path().join("conda-meta/mine.json"), "{}").unwrap();
        fs_err::write(dir.path().join("conda-meta/history"), "").unwrap();
        let error = read_records(&Folder::open(dir.path()).unwrap()).unwrap_err();
        assert_eq!(error.code(), "PACKAGE_RECORD_INVALID");
        assert!(error.to_string().contains("conda-meta/mine.json`"), "{error}");
        assert!(error.hint().is_some());
    }
}
