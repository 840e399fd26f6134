//! Finding packages in channels: by name, or by the files in them.

mod by_file;
mod by_name;
mod files;
mod newest;
mod request;
mod result;

use std::path::Path;

use rattler_conda_types::{Channel, Subdir};
use sidewinder_search::SearchKind;

use super::channels::{Channels, CurrentChannels, gateway};
use super::shared_clients::SharedClients;
use crate::cancel::Cancel;
use crate::error::{Error, Result};
use crate::options::SessionOptions;
use crate::progress::{Phase, Progress};

pub(super) use by_file::local_providers;
pub use request::SearchRequest;
pub use result::{FoundBuild, FoundPackage, FoundVersion, SearchResult, SearchedPackages};

/// Searches channels.
///
/// Of `options`, the channels and those of caches and of the network count.
///
/// # Errors
/// [`Error::InvalidOption`] for an unknown platform or an empty query, [`Error::InvalidSpec`], [`Error::Channel`] for a
/// channel that cannot be read, [`Error::Cancelled`].
pub async fn search(
    request: &SearchRequest,
    options: &SessionOptions,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<SearchResult> {
    let root = std::env::current_dir().map_err(Error::io("cannot find the current folder", Path::new(".")))?;
    let channels = Channels::parse(options.channels.as_deref(), &root)?.now().await?;
    let services = SharedClients::shared(options)?;
    for note in services.notes() {
        progress.warn(note.clone());
    }
    let scope = Scope::read(&services, &channels, request.platform()?, progress, cancel).await?;
    match request.kind() {
        SearchKind::Package => by_name::search(&scope, request).await,
        _ => by_file::search(&scope, request).await,
    }
}

/// The channels to search, with their names.
pub(super) struct Scope<'a> {
    services: &'a SharedClients,
    platform: Subdir,
    /// The channels, highest priority first, each with its names that no channel before it has.
    channels: Vec<(Channel, Vec<String>)>,
    progress: &'a Progress,
    cancel: &'a Cancel,
}

impl<'a> Scope<'a> {
    /// Reads the names of all channels.
    ///
    /// # Errors
    /// [`Error::Channel`], [`Error::Cancelled`].
    pub(super) async fn read(
        services: &'a SharedClients,
        channels: &CurrentChannels,
        platform: Subdir,
        progress: &'a Progress,
        cancel: &'a Cancel,
    ) -> Result<Self> {
        let _phase = progress.phase(Phase::Repodata, None);
        let mut seen = std::collections::HashSet::new();
        let mut named = Vec::new();
        for channel in &channels.list {
            let mut names = cancel.run(gateway::all_names(services, channel, platform)).await?;
            names.retain(|name| seen.insert(name.clone()));
            names.sort_unstable();
            named.push((channel.clone(), names));
        }
        Ok(Self { services, platform, channels: named, progress, cancel })
    }

    /// All names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.channels.iter().flat_map(|(_, names)| names.iter().map(String::as_str))
    }

    /// Whether a channel has a package of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.channels.iter().any(|(_, names)| names.binary_search_by(|other| other.as_str().cmp(name)).is_ok())
    }

    /// The newest versions of a package, newest first.
    ///
    /// # Errors
    /// [`Error::Channel`].
    pub(super) async fn newest_versions(&self, name: &str, max: usize) -> Result<Vec<String>> {
        let mut versions = Vec::new();
        for (channel, names) in &self.channels {
            if names.iter().all(|other| other != name) {
                continue;
            }
            let wanted = [name.to_owned()];
            let records = gateway::records_named(self.services, channel, self.platform, &wanted).await?;
            for record in newest::by_name(records).remove(name).into_iter().flatten() {
                let version = record.package_record.version.to_string();
                if !versions.contains(&version) {
                    versions.push(version);
                }
            }
        }
        versions.truncate(max);
        Ok(versions)
    }
}
