//! What is in the work folder and where it came from: what a later patch is created against.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::origin::Origin;
use crate::error::{Error, Result};

const FILE_NAME: &str = "sources.json";

/// All sources of a session, kept next to its work directory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SourceRecord {
    /// The sources, in the order they were placed.
    pub placements: Vec<Placement>,
    /// Patches created from the work directory since, in order.
    #[serde(deserialize_with = "known_created")]
    pub created: Vec<CreatedPatch>,
    /// When all sources were in the work directory, in nanoseconds since the epoch.
    pub placed_at: Option<u64>,
}

/// A patch that was created from the work directory, so that its changes are in there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedPatch {
    /// Where it was written.
    pub path: PathBuf,
    /// Checksum of its text: the file may have been renamed.
    pub sha256: String,
    /// The source that can list it, counted from 0; `None` where none can.
    pub source: Option<usize>,
}

/// Sessions of earlier versions recorded other things about these patches, which count for nothing now.
fn known_created<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Vec<CreatedPatch>, D::Error> {
    let created = Vec::<serde_json::Value>::deserialize(deserializer)?;
    Ok(created.into_iter().filter_map(|patch| serde_json::from_value(patch).ok()).collect())
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

    /// The directories of the build directory that records of the session refer to, now or in a checkpoint: pristine copies
    /// of path sources, and texts of patches.
    ///
    /// # Errors
    /// [`Error::Io`] when they cannot be listed.
    pub fn kept_folders(build_dir: &Path) -> Result<Vec<std::ffi::OsString>> {
        let mut names = Vec::new();
        for entry in fs_err::read_dir(build_dir).map_err(Error::io("cannot read", build_dir))? {
            let entry = entry.map_err(Error::io("cannot read", build_dir))?;
            let name = entry.file_name();
            let is_kept = name.to_str().is_some_and(|name| {
                let stem = name.split_once('-').map_or(name, |(stem, _)| stem);
                matches!(stem, "pristine" | "source_patches")
            });
            if is_kept && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                names.push(name);
            }
        }
        Ok(names)
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
