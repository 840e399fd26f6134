//! Indexing the channel that packages are written to.

use std::path::Path;

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
