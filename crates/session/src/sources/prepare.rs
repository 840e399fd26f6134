//! Fetching the sources of a changed recipe without touching the work folder.

use std::path::{Path, PathBuf};

use sidewinder_recipe::stage1::Source;

use super::fetch::{Context, FetchedSource, SourceRequest, fetch_each};
use super::recipe_patch::copy_patches;
use super::record::{Placement, SourceRecord};
use super::source_info;
use super::target::inside;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::{Layout, remove_tree};
use crate::progress::{Phase, Progress};

/// Sources and patches that are fetched but not placed.
#[derive(Clone, Debug)]
pub(crate) struct PreparedSources {
    /// What the work folder is to be made from.
    pub(crate) record: SourceRecord,
    sources: Vec<Source>,
    fetched: Vec<FetchedSource>,
    cache_dir: PathBuf,
    folders: [PathBuf; 2],
}

/// Fetches all sources, and keeps copies of path sources and patches next to those that the session has.
///
/// # Errors
/// As [`super::fetch_all`]; patches that do not fit are found when they are applied. Nothing new is left then.
pub(crate) async fn prepare(
    request: SourceRequest<'_>,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<PreparedSources> {
    let _phase = progress.phase(Phase::Sources, None);
    let layout = request.layout;
    let folders = unused_folders(&layout.build_dir);
    let prepared = prepare_in(&request, &folders, progress, cancel).await;
    if prepared.is_err() {
        // The error is what matters; the next preparation takes other folders.
        let _ = folders.iter().try_for_each(|folder| remove_tree(&layout.build_dir.join(folder)));
    }
    prepared
}

async fn prepare_in(
    request: &SourceRequest<'_>,
    folders: &[PathBuf; 2],
    progress: &Progress,
    cancel: &Cancel,
) -> Result<PreparedSources> {
    let [pristine, patches] = folders;
    let context = Context::new(request, pristine, progress, cancel)?;
    let cache_dir = context.cache.root().to_path_buf();
    let fetched = fetch_each(request.sources, &context, cancel).await?;
    let mut record = SourceRecord::default();
    for (index, (source, fetched)) in request.sources.iter().zip(&fetched).enumerate() {
        let (target, names) = match source {
            Source::Url(url) => (&url.target_directory, &url.patches),
            Source::Path(path) => (&path.target_directory, &path.patches),
            Source::Git(git) => (&git.target_directory, &git.patches),
        };
        let target = target.as_deref().unwrap_or_default();
        let target = inside(target).ok_or_else(|| Error::Source {
            location: target.to_owned(),
            reason: "`target_directory` must be inside the work directory".to_owned(),
            http: None,
        })?;
        let patches = copy_patches(names, patches, index, request.layout)?;
        record.placements.push(Placement { target, origin: fetched.origin.clone(), patches });
    }
    let (sources, folders) = (request.sources.to_vec(), folders.clone());
    Ok(PreparedSources { record, sources, fetched, cache_dir, folders })
}

impl PreparedSources {
    /// Writes `.source_info.json` for these sources.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn write_info(&self, layout: &Layout) -> Result<()> {
        if self.sources.is_empty() {
            return Ok(());
        }
        source_info::write(&layout.work_dir, &layout.recipe_path, &self.cache_dir, &self.sources, &self.fetched)
    }

    /// Removes what was kept of them.
    pub(crate) fn discard(&self, build_dir: &Path) {
        // What is left takes space and no more.
        let _ = self.folders.iter().try_for_each(|folder| remove_tree(&build_dir.join(folder)));
    }
}

/// Names for copies of path sources and of patches that no earlier set-up of the session has used.
fn unused_folders(build_dir: &Path) -> [PathBuf; 2] {
    let named = |number: u32| ["pristine", "source_patches"].map(|name| PathBuf::from(format!("{name}-{number}")));
    let is_unused = |folders: &[PathBuf; 2]| folders.iter().all(|folder| !build_dir.join(folder).exists());
    (1..).map(named).find(is_unused).unwrap_or_else(|| named(0))
}
