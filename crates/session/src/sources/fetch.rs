//! Fetching all sources of a session.

use std::path::{Path, PathBuf};

use futures::StreamExt;
use rattler_networking::LazyClient;
use sidewinder_recipe::stage1::Source;

use super::archive::Limits;
use super::cache::SourceCache;
use super::file_time::file_system_now;
use super::origin::Origin;
use super::place::{Destination, place};
use super::recipe_patch::apply_patches;
use super::record::{Placement, SourceRecord};
use super::target::inside;
use super::task::blocking;
use super::{git, path_source, source_info, url_source};
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::options::AttestationCheck;
use crate::progress::{Phase, Progress};

/// How many sources are fetched at a time.
const AT_A_TIME: usize = 4;

/// What is to be fetched, and where to.
#[derive(Clone, Debug)]
pub struct SourceRequest<'a> {
    /// The sources of the output, in order.
    pub sources: &'a [Source],
    /// The session's folders; they exist.
    pub layout: &'a Layout,
    /// Folder for downloads and unpacked archives, shared by sessions and processes: [`Layout::source_cache`] or one
    /// below the caller's cache folder.
    pub cache_dir: &'a Path,
    /// Client with credentials, mirrors and proxies; need not try again by itself.
    pub client: LazyClient,
    /// Whether nothing may be downloaded.
    pub offline: bool,
    /// How much an archive may unpack to.
    pub limits: Limits,
    /// What is done about sources that name an attestation.
    pub attestation: AttestationCheck,
}

/// What was fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// As it is kept in the build folder, for making patches.
    pub record: SourceRecord,
}

/// What fetching one source takes.
pub(super) struct Context {
    pub(super) cache: SourceCache,
    pub(super) client: LazyClient,
    pub(super) recipe_dir: PathBuf,
    pub(super) build_dir: PathBuf,
    /// Folder of the pristine copies of path sources, relative to the build folder.
    pub(super) pristine: PathBuf,
    pub(super) offline: bool,
    pub(super) limits: Limits,
    pub(super) attestation: AttestationCheck,
    pub(super) progress: Progress,
    pub(super) cancel: Cancel,
}

impl Context {
    /// What fetching takes, with path sources copied to a folder of the build folder.
    pub(super) fn new(
        request: &SourceRequest<'_>,
        pristine: &Path,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Self> {
        fs_err::create_dir_all(request.cache_dir).map_err(Error::io("cannot create", request.cache_dir))?;
        let cache_dir =
            fs_err::canonicalize(request.cache_dir).map_err(Error::io("cannot resolve", request.cache_dir))?;
        Ok(Self {
            cache: SourceCache::new(&cache_dir),
            client: request.client.clone(),
            recipe_dir: request.layout.recipe_dir.clone(),
            build_dir: request.layout.build_dir.clone(),
            pristine: pristine.to_path_buf(),
            offline: request.offline,
            limits: request.limits,
            attestation: request.attestation,
            progress: progress.clone(),
            cancel: cancel.child(),
        })
    }
}

/// One source before it is placed.
#[derive(Clone, Debug)]
pub(super) struct FetchedSource {
    pub(super) origin: Origin,
    /// Name of the unpacked folder in the cache, for URL sources.
    pub(super) extracted: Option<String>,
    /// The commit, for git sources.
    pub(super) commit: Option<String>,
}

impl FetchedSource {
    pub(super) fn plain(origin: Origin) -> Self {
        Self { origin, extracted: None, commit: None }
    }
}

/// Fetches all sources, copies them into the work folder in order and applies their patches.
///
/// Several are fetched at a time. When one fails, the others are stopped, and nothing of theirs runs on when this
/// returns.
///
/// # Errors
/// [`Error::Source`], [`Error::Checksum`], [`Error::Patch`], [`Error::Io`], [`Error::Cancelled`].
pub async fn fetch_all(request: SourceRequest<'_>, progress: &Progress, cancel: &Cancel) -> Result<Fetched> {
    let _phase = progress.phase(Phase::Sources, None);
    let layout = request.layout;
    if request.sources.is_empty() {
        progress.info("No sources to fetch");
        let record = SourceRecord::default();
        record.write(&layout.build_dir)?;
        return Ok(Fetched { record });
    }
    let context = Context::new(&request, Path::new("pristine"), progress, cancel)?;
    let cache_dir = context.cache.root().to_path_buf();
    let fetched = fetch_each(request.sources, &context, cancel).await?;

    let mut record = SourceRecord::default();
    for (index, (source, one)) in request.sources.iter().zip(&fetched).enumerate() {
        record.placements.push(place_one(source, index, one.origin.clone(), layout, progress, cancel).await?);
    }
    source_info::write(&layout.work_dir, &layout.recipe_path, &cache_dir, request.sources, &fetched)?;
    record.placed_at = file_system_now(&layout.build_dir);
    record.write(&layout.build_dir)?;
    Ok(Fetched { record })
}

/// Fetches the sources; the error is that of the first in order that has one of its own.
pub(super) async fn fetch_each(sources: &[Source], context: &Context, cancel: &Cancel) -> Result<Vec<FetchedSource>> {
    // Collected first: a stream that held the closure could not move between threads.
    let fetching: Vec<_> = sources
        .iter()
        .enumerate()
        .map(|(index, source)| async move {
            let outcome = match context.cancel.check() {
                Ok(()) => fetch_one(source, index, context).await,
                Err(cancelled) => Err(cancelled.into()),
            };
            if outcome.is_err() {
                context.cancel.cancel();
            }
            outcome
        })
        .collect();
    let outcomes: Vec<_> = futures::stream::iter(fetching).buffered(AT_A_TIME).collect().await;
    cancel.check()?;
    let mut fetched = Vec::with_capacity(outcomes.len());
    let mut stopped = false;
    for outcome in outcomes {
        match outcome {
            Ok(source) => fetched.push(source),
            Err(Error::Cancelled) => stopped = true,
            Err(error) => return Err(error),
        }
    }
    if stopped { Err(Error::Cancelled) } else { Ok(fetched) }
}

async fn fetch_one(source: &Source, index: usize, context: &Context) -> Result<FetchedSource> {
    match source {
        Source::Url(url) => url_source::fetch(url, context).await,
        Source::Path(path) => path_source::fetch(path, index, context).await,
        Source::Git(git) => git::fetch(git, context).await,
    }
}

async fn place_one(
    source: &Source,
    index: usize,
    origin: Origin,
    layout: &Layout,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Placement> {
    let (target, patches) = match source {
        Source::Url(url) => (url.target_directory.clone(), url.patches.clone()),
        Source::Path(path) => (path.target_directory.clone(), path.patches.clone()),
        Source::Git(git) => (git.target_directory.clone(), git.patches.clone()),
    };
    let (layout, progress, cancel) = (layout.clone(), progress.clone(), cancel.clone());
    blocking(move || {
        let destination = Destination {
            build_dir: &layout.build_dir,
            work_dir: &layout.work_dir,
            target_directory: target.as_deref(),
        };
        let folder = place(&origin, &destination, &progress, &cancel)?;
        let patches = apply_patches(&patches, index, &folder, &layout, &progress, &cancel)?;
        let target = target.as_deref().and_then(inside).unwrap_or_default();
        Ok(Placement { target, origin, patches })
    })
    .await
}
