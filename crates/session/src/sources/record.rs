//! What is in the work folder and where it came from: what a later patch is made against.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::origin::Origin;
use crate::error::{Error, Result};

const FILE_NAME: &str = "sources.json";

/// All sources of a session, kept beside its work folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SourceRecord {
    /// The sources, in the order they were placed.
    pub placements: Vec<Placement>,
    /// Patches made from the work folder since, in order; their paths are relative to the work folder.
    pub created: Vec<PlacedPatch>,
}

/// One source in the work folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Placement {
    /// Folder below the work folder, empty for the work folder itself.
    pub target: PathBuf,
    /// Its pristine form.
    pub origin: Origin,
    /// The patches that were applied, in order.
    pub patches: Vec<PlacedPatch>,
}

/// A patch and the text that it had when it was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacedPatch {
    /// As the recipe names it.
    pub name: String,
    /// A copy, relative to the build folder: the recipe's own may change or go away.
    pub copy: PathBuf,
}

impl SourceRecord {
    /// Writes the record, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, build_dir: &Path) -> Result<()> {
        let json = serde_json::to_vec(self)
            .map_err(|error| Error::Internal { reason: format!("cannot record the sources: {error}") })?;
        let path = build_dir.join(FILE_NAME);
        let mut file = tempfile::NamedTempFile::new_in(build_dir).map_err(Error::io("cannot write", build_dir))?;
        file.write_all(&json).map_err(Error::io("cannot write", &path))?;
        file.persist(&path).map_err(|error| error.error).map_err(Error::io("cannot write", path))?;
        Ok(())
    }

    /// The record's file.
    pub(crate) fn path(build_dir: &Path) -> PathBuf {
        build_dir.join(FILE_NAME)
    }

    /// Whether a session has a record: one that another tool made has none.
    #[must_use]
    pub fn exists(build_dir: &Path) -> bool {
        build_dir.join(FILE_NAME).is_file()
    }

    /// Reads the record of a session; empty where no sources were fetched.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::NotASession`] for a damaged record.
    pub fn read(build_dir: &Path) -> Result<Self> {
        let path = build_dir.join(FILE_NAME);
        let json = match std::fs::read(&path) {
            Ok(json) => json,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Error::io("cannot read", path)(error)),
        };
        serde_json::from_slice(&json).map_err(|error| Error::NotASession {
            path: build_dir.to_path_buf(),
            reason: format!("`{FILE_NAME}` is damaged: {error}"),
        })
    }
}
