//! Indexing the channel that packages are written to.

use std::path::{Path, PathBuf};

use rattler_index::{IndexFsConfig, PackageRevisionAssignment, index_fs};

use crate::error::{Error, Result};

/// Writes `repodata.json` in every platform folder of a channel folder; there is always one for `noarch`.
///
/// # Errors
/// [`Error::Index`].
pub async fn index(channel: &Path) -> Result<()> {
    let failed = |reason: String| Error::Index { folder: channel.to_path_buf(), reason };
    let noarch = channel.join("noarch");
    fs_err::create_dir_all(&noarch).map_err(|error| failed(error.to_string()))?;
    let config = IndexFsConfig {
        channel: channel.to_path_buf(),
        target_platform: None,
        repodata_patch: None,
        write_zst: false,
        write_shards: false,
        repodata_revisions: Vec::new(),
        package_revision_assignment: PackageRevisionAssignment::default(),
        force: false,
        max_parallel: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        multi_progress: None,
    };
    index_fs(config).await.map_err(|error| failed(format!("{error:#}")))
}

/// Moves a package from `<channel>/<subdir>` to `<channel>/broken`, and indexes the channel again, so that it is not
/// installed.
///
/// # Errors
/// [`Error::InvalidOption`] for a path that has no channel folder above it, [`Error::Io`], [`Error::Index`].
pub async fn withdraw(package: &Path) -> Result<PathBuf> {
    let channel = package.parent().and_then(Path::parent);
    let (Some(channel), Some(name)) = (channel, package.file_name()) else {
        let reason = format!("`{}` is not in a channel folder", package.display());
        return Err(Error::InvalidOption { option: "package", reason });
    };
    let folder = channel.join("broken");
    fs_err::create_dir_all(&folder).map_err(Error::io("failed to create", &folder))?;
    let target = folder.join(name);
    fs_err::rename(package, &target).map_err(Error::io("failed to move", package))?;
    index(channel).await?;
    Ok(target)
}
