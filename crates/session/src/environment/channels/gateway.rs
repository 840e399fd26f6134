//! Reading the indexes of channels.

use std::collections::HashSet;
use std::sync::Arc;

use rattler_cache::package_cache::CacheReporter;
use rattler_conda_types::{Channel, ChannelNoticeLevel, MatchSpec, PackageName, RepoDataRecord, Subdir};
use rattler_repodata_gateway::fetch::FetchRepoDataError;
use rattler_repodata_gateway::{
    ChannelNoticeResult, DownloadReporter, Gateway, GatewayError, GatewayWarning, RepoData, RepoDataSource, Reporter,
    RunExportsReporter, Source,
};
use sidewinder_installer::TransferReporter;
use url::Url;

use super::channel_list::CurrentChannels;
use crate::environment::shared_clients::SharedClients;
use crate::error::{Error, Result};
use crate::http_failure::HttpFailure;
use crate::progress::{Environment, Phase, Progress, ProgressEvent};
use crate::redact::{chain, redact};

/// All records that could take part in an environment: those of the named packages and, recursively, of all that they
/// may depend on.
///
/// A channel may lack the platform's folder or `noarch`, not both.
///
/// # Errors
/// [`Error::Channel`] when a channel cannot be read or has neither folder.
pub(in super::super) async fn records(
    services: &SharedClients,
    channels: &CurrentChannels,
    platform: Subdir,
    specs: &[MatchSpec],
    environment: Environment,
    progress: &Progress,
) -> Result<Vec<RepoData>> {
    let result = query(services, channels, platform, specs, environment, progress).await;
    if result.is_err() {
        // What was missing a moment ago may exist the next time.
        services.forget(&channels.list);
    }
    result
}

async fn query(
    services: &SharedClients,
    channels: &CurrentChannels,
    platform: Subdir,
    specs: &[MatchSpec],
    environment: Environment,
    progress: &Progress,
) -> Result<Vec<RepoData>> {
    if specs.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(missing) = channels.list.iter().find(|channel| is_missing_folder(channel)) {
        return Err(Error::Channel {
            channel: missing.canonical_name(),
            reason: "no such directory".to_owned(),
            http: None,
        });
    }
    let _phase = progress.phase(Phase::Repodata, Some(environment));
    services.installer().ensure_cache_dir().map_err(|error| Error::from_installer(error, Environment::Build))?;
    let mut read = query_with(services, services.gateway(&channels.list), channels, platform, specs, progress).await;
    // A form of the index that is broken must not hide those that are not.
    let mut plainer = 0;
    while let Err(Unread::Broken(error)) = &read
        && let Some(gateway) = services.plainer_gateways().get(plainer)
    {
        progress.warn(format!("{error}; falling back to a simpler index format"));
        read = query_with(services, gateway, channels, platform, specs, progress).await;
        plainer += 1;
    }
    read.map_err(|unread| match unread {
        Unread::Broken(error) | Unread::Failed(error) => error,
    })
}

/// Why an index was not read.
enum Unread {
    /// Its content makes no sense.
    Broken(Error),
    /// It was not to be had.
    Failed(Error),
}

async fn query_with(
    services: &SharedClients,
    gateway: &Gateway,
    channels: &CurrentChannels,
    platform: Subdir,
    specs: &[MatchSpec],
    progress: &Progress,
) -> Result<Vec<RepoData>, Unread> {
    // Each round finds at most one channel that has no noarch.
    for _ in 0..=channels.list.len() {
        let result = gateway
            .query(sources(services, gateway, channels, platform), [platform, Subdir::NoArch], specs.to_vec())
            .recursive(true)
            .channel_notices(!services.is_offline())
            .with_reporter(GatewayReporter { services: services.clone(), progress: progress.clone() })
            .execute()
            .await;
        match result {
            Ok(output) => return Ok(output.repodata),
            Err(GatewayError::SubdirNotFoundError(missing)) if missing.subdir == Subdir::NoArch.as_str() => {
                let names = gateway
                    .names([missing.channel.clone()], [platform])
                    .execute()
                    .await
                    .map_err(|error| unread(channels, &error))?;
                if names.is_empty() {
                    let reason =
                        format!("it has neither packages for {platform} nor for noarch ({})", chain(missing.as_ref()));
                    let channel = missing.channel.canonical_name();
                    let http = answer_for_noarch(services, &missing.channel).await;
                    return Err(Unread::Failed(Error::Channel { channel, reason, http }));
                }
                let names = names.iter().map(|name| name.as_normalized().to_owned()).collect();
                services.remember_without_noarch(&missing.channel, platform, names);
            }
            Err(error) => return Err(unread(channels, &error)),
        }
    }
    Err(Unread::Failed(Error::Internal { reason: "a channel keeps losing its noarch folder".to_owned() }))
}

/// What the server says to the plainest form of an index that was not found: the library's error has it in its text only.
async fn answer_for_noarch(services: &SharedClients, channel: &Channel) -> Option<HttpFailure> {
    let url = channel.base_url.url().join("noarch/repodata.json").ok().filter(|url| url.scheme() != "file")?;
    let response = services.client().client().get(url).send().await.ok()?;
    let (status, url) = (response.status(), redact(response.url().as_str()));
    (!status.is_success()).then(|| HttpFailure { status: status.as_u16(), url })
}

/// Wrong bytes, a body that was cut and a missing part are a broken form of an index; a server that refuses or
/// is not reached would do the same for every form.
fn unread(channels: &CurrentChannels, error: &GatewayError) -> Unread {
    let is_broken = match error {
        GatewayError::IoError(..) | GatewayError::Generic(_) | GatewayError::ShardHashMismatch(_) => true,
        GatewayError::ReqwestError(error) => {
            error.is_body() || error.is_decode() || error.status() == Some(http::StatusCode::NOT_FOUND)
        }
        GatewayError::FetchRepoDataError(FetchRepoDataError::FailedToDownload(..) | FetchRepoDataError::IoError(_)) => {
            true
        }
        _ => false,
    };
    let error = channel_error(channels, error);
    if is_broken { Unread::Broken(error) } else { Unread::Failed(error) }
}

/// The names of the packages that the specs match, without those they depend on.
///
/// # Errors
/// [`Error::Channel`] when a channel cannot be read.
pub(in super::super) async fn named(
    services: &SharedClients,
    channels: &CurrentChannels,
    platform: Subdir,
    specs: Vec<MatchSpec>,
) -> Result<HashSet<String>> {
    services.installer().ensure_cache_dir().map_err(|error| Error::from_installer(error, Environment::Build))?;
    let gateway = services.gateway(&channels.list);
    let query = gateway.query(sources(services, gateway, channels, platform), [platform, Subdir::NoArch], specs);
    let found = query.execute().await.map_err(|error| channel_error(channels, &error))?;
    let records = found.iter().flat_map(rattler_repodata_gateway::RepoData::iter);
    Ok(records.map(|record| record.package_record.name.as_normalized().to_owned()).collect())
}

/// The names of all packages that a channel has for a platform and for `noarch`.
///
/// # Errors
/// [`Error::Channel`] when the channel cannot be read.
pub(in super::super) async fn all_names(
    services: &SharedClients,
    channel: &Channel,
    platform: Subdir,
) -> Result<Vec<String>> {
    let names = ask(services, channel, platform, |gateway, platforms| async move {
        let query = gateway.names([channel.clone()], platforms).channel_notices(false);
        Ok(query.execute().await?.names)
    });
    Ok(names.await?.into_iter().map(|name| name.as_normalized().to_owned()).collect())
}

/// All records of packages in a channel, without those they depend on.
///
/// # Errors
/// [`Error::Channel`] when the channel cannot be read.
pub(in super::super) async fn records_named(
    services: &SharedClients,
    channel: &Channel,
    platform: Subdir,
    names: &[String],
) -> Result<Vec<Arc<RepoDataRecord>>> {
    let names = names.iter().filter_map(|name| PackageName::try_from(name.as_str()).ok());
    let specs: Vec<MatchSpec> = names.map(MatchSpec::from).collect();
    let specs = &specs;
    let data = ask(services, channel, platform, |gateway, platforms| async move {
        let query = gateway.query([channel.clone()], platforms, specs.clone()).channel_notices(false);
        Ok(query.execute().await?.repodata)
    });
    Ok(data.await?.iter().flat_map(|data| data.iter_arc().cloned().collect::<Vec<_>>()).collect())
}

/// Asks a channel in the most compact form of its index that works, for the platform and for `noarch` if it has that.
async fn ask<'s, T, Answer>(
    services: &'s SharedClients,
    channel: &Channel,
    platform: Subdir,
    question: impl Fn(&'s Gateway, Vec<Subdir>) -> Answer,
) -> Result<T>
where
    Answer: Future<Output = Result<T, GatewayError>>,
{
    if is_missing_folder(channel) {
        let reason = "no such directory".to_owned();
        return Err(Error::Channel { channel: channel.canonical_name(), reason, http: None });
    }
    services.installer().ensure_cache_dir().map_err(|error| Error::from_installer(error, Environment::Build))?;
    let channels = CurrentChannels { built: None, list: vec![channel.clone()] };
    let mut gateways = std::iter::once(services.gateway([channel])).chain(services.plainer_gateways());
    let mut gateway = gateways.next();
    let mut platforms = vec![platform];
    if platform != Subdir::NoArch {
        platforms.push(Subdir::NoArch);
    }
    loop {
        let Some(asked) = gateway else {
            return Err(Error::Internal { reason: "no form of a channel's index was tried".to_owned() });
        };
        match question(asked, platforms.clone()).await {
            Ok(answer) => return Ok(answer),
            Err(GatewayError::SubdirNotFoundError(missing))
                if missing.subdir == Subdir::NoArch.as_str() && platforms.len() > 1 =>
            {
                platforms.pop();
            }
            Err(error) => {
                // A part that is missing now may exist the next time.
                services.forget([channel]);
                match (unread(&channels, &error), gateways.next()) {
                    (Unread::Broken(_), Some(next)) => gateway = Some(next),
                    (Unread::Broken(error) | Unread::Failed(error), _) => return Err(error),
                }
            }
        }
    }
}

fn is_missing_folder(channel: &Channel) -> bool {
    let url = channel.base_url.url();
    url.scheme() == "file" && url.to_file_path().is_ok_and(|folder| !folder.is_dir())
}

fn sources(services: &SharedClients, gateway: &Gateway, channels: &CurrentChannels, platform: Subdir) -> Vec<Source> {
    let built = channels.built.iter().map(|built| {
        let source: Arc<dyn RepoDataSource> = Arc::clone(built) as _;
        Source::Custom(source)
    });
    let rest = channels.list.iter().map(|channel| match services.names_without_noarch(channel, platform) {
        Some(names) => Source::Custom(Arc::new(WithoutNoarch {
            gateway: gateway.clone(),
            channel: channel.clone(),
            platform,
            names,
        })),
        None => Source::Channel(channel.clone()),
    });
    built.chain(rest).collect()
}

/// Blames the channel whose URL the error names, else all of them.
fn channel_error(channels: &CurrentChannels, error: &GatewayError) -> Error {
    let reason = chain(error);
    let names = channels.names();
    let blamed = names.iter().find(|name| reason.contains(name.trim_end_matches('/')));
    Error::Channel {
        channel: blamed.cloned().unwrap_or_else(|| names.join(", ")),
        reason,
        http: HttpFailure::find(error),
    }
}

/// A channel that has packages for one platform only, and no `noarch` folder.
struct WithoutNoarch {
    gateway: Gateway,
    channel: Channel,
    platform: Subdir,
    names: Arc<Vec<String>>,
}

#[async_trait::async_trait]
impl RepoDataSource for WithoutNoarch {
    async fn fetch_package_records(
        &self,
        platform: Subdir,
        name: &PackageName,
    ) -> Result<Vec<Arc<RepoDataRecord>>, GatewayError> {
        if platform != self.platform {
            return Ok(Vec::new());
        }
        let found = self.gateway.query([self.channel.clone()], [platform], [MatchSpec::from(name.clone())]).execute();
        Ok(found.await?.into_iter().flat_map(|data| data.iter_arc().cloned().collect::<Vec<_>>()).collect())
    }

    fn package_names(&self, platform: Subdir) -> Vec<String> {
        if platform == self.platform { self.names.as_ref().clone() } else { Vec::new() }
    }
}

/// Passes on what the gateway reports.
pub(in super::super) struct GatewayReporter {
    pub(in super::super) services: SharedClients,
    pub(in super::super) progress: Progress,
}

impl RunExportsReporter for GatewayReporter {
    fn download_reporter(&self) -> Option<&dyn DownloadReporter> {
        Some(self)
    }

    fn create_package_download_reporter(&self, record: &RepoDataRecord) -> Option<Box<dyn CacheReporter>> {
        Some(Box::new(TransferReporter {
            package: record.identifier.to_string(),
            reporter: Arc::new(self.progress.clone()),
        }))
    }
}

impl Reporter for GatewayReporter {
    fn download_reporter(&self) -> Option<&dyn DownloadReporter> {
        Some(self)
    }

    fn on_channel_notice(&self, notice: &ChannelNoticeResult) {
        let channel = Channel::from_url(notice.channel.clone()).canonical_name();
        if !self.services.is_new_notice(&channel, &notice.notice.id) {
            return;
        }
        let text = format!("Channel notice from {channel}:\n{}", notice.notice.message);
        match notice.notice.level {
            ChannelNoticeLevel::Info => self.progress.info(text),
            _ => self.progress.warn(text),
        }
    }

    fn on_gateway_warning(&self, warning: &GatewayWarning) {
        self.progress.warn(chain(warning));
    }
}

impl DownloadReporter for GatewayReporter {
    fn on_download_progress(&self, url: &Url, _index: usize, bytes: usize, total: Option<usize>) {
        self.progress.emit(ProgressEvent::Transfer {
            name: file_name(url),
            bytes: bytes as u64,
            total: total.map(|total| total as u64),
        });
    }
}

/// The last two parts of a URL's path, e.g. `linux-64/repodata.json.zst`.
fn file_name(url: &Url) -> String {
    let mut parts: Vec<&str> = url.path_segments().into_iter().flatten().rev().take(2).collect();
    parts.reverse();
    parts.join("/")
}
