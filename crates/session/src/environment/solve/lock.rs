//! The exact packages of a session's environments, as data, and installing exactly those again.

use std::collections::BTreeMap;

use rattler_conda_types::{MatchSpec, Matches as _, PackageRecord, RepoDataRecord, Subdir};
use rattler_repodata_gateway::RepoData;
use serde::{Deserialize, Serialize};
use url::Url;

use super::platforms::Platforms;
use super::resolve::Resolved;
use super::specs::parse_spec;
use crate::environment::channels::{CurrentChannels, gateway, read_package_file};
use crate::environment::shared_clients::SharedClients;
use crate::error::{Error, Result};
use crate::progress::{Environment, Progress};
use crate::redact::redact;

/// The exact packages of both environments of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentLock {
    /// Platform of the host environment.
    pub platform: String,
    /// Platform of the build environment, if it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub build_platform: Option<String>,
    /// The build environment; empty where both environments are one.
    pub build: Vec<LockedPackage>,
    /// The host environment.
    pub host: Vec<LockedPackage>,
}

/// One exact package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LockedPackage {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its build string.
    pub build: String,
    /// Where it is downloaded from, without secrets.
    pub url: String,
    /// SHA-256 of the package file in hexadecimal digits; empty if the channel does not say.
    pub sha256: String,
}

impl EnvironmentLock {
    /// A lock of these packages.
    pub(in super::super) fn new(platforms: Platforms, build: &[&RepoDataRecord], host: &[&RepoDataRecord]) -> Self {
        let locked = |records: &[&RepoDataRecord]| {
            let mut packages: Vec<_> = records.iter().map(|record| LockedPackage::from(*record)).collect();
            packages.sort_by(|a, b| a.name.cmp(&b.name));
            packages
        };
        let Platforms { build: build_platform, host: host_platform } = platforms;
        Self {
            platform: host_platform.to_string(),
            build_platform: (build_platform != host_platform).then(|| build_platform.to_string()),
            build: locked(build),
            host: locked(host),
        }
    }

    /// What was chosen for both environments.
    #[must_use]
    pub fn of_resolved(resolved: &Resolved, platforms: Platforms) -> Self {
        let [build, host] =
            [&resolved.build, &resolved.host].map(|environment| environment.records.iter().collect::<Vec<_>>());
        Self::new(platforms, &build, &host)
    }

    /// Makes sure that the lock is for these platforms.
    ///
    /// # Errors
    /// [`Error::Lock`].
    pub(super) fn check_platforms(&self, platforms: Platforms) -> Result<()> {
        let build = self.build_platform.as_ref().unwrap_or(&self.platform);
        for (what, locked, needed) in [("host", &self.platform, platforms.host), ("build", build, platforms.build)] {
            let is_used = what == "host" || !self.build.is_empty();
            if is_used && *locked != needed.to_string() {
                let reason = format!("it is for `{locked}`, but the {what} environment is for `{needed}`");
                return Err(Error::Lock { reason });
            }
        }
        Ok(())
    }

    pub(super) fn packages(&self, environment: Environment) -> &[LockedPackage] {
        match environment {
            Environment::Build => &self.build,
            Environment::Host => &self.host,
        }
    }
}

impl From<&RepoDataRecord> for LockedPackage {
    fn from(record: &RepoDataRecord) -> Self {
        let package = &record.package_record;
        Self {
            name: package.name.as_normalized().to_owned(),
            version: package.version.to_string(),
            build: package.build.to_string(),
            url: redact(record.url.as_str()),
            sha256: package.sha256.map(hex::encode).unwrap_or_default(),
        }
    }
}

/// What reading locked packages takes.
pub(super) struct LockReader<'a> {
    pub(super) services: &'a SharedClients,
    pub(super) channels: &'a CurrentChannels,
    pub(super) platform: Subdir,
    pub(super) environment: Environment,
    pub(super) progress: &'a Progress,
}

impl LockReader<'_> {
    /// The records of locked packages, dependencies before dependants. They come from the index of the channel that each
    /// package's URL names, which need not be one of the session's.
    ///
    /// # Errors
    /// [`Error::Lock`] for a package that its channel no longer has or that is another one now, [`Error::Channel`].
    pub(super) async fn records(&self, locked: &[LockedPackage]) -> Result<Vec<RepoDataRecord>> {
        let available = self.available(locked).await?;
        let records = locked.iter().map(|package| self.record(package, &available)).collect::<Result<Vec<_>>>()?;
        Ok(PackageRecord::sort_topologically(records))
    }

    async fn available(&self, locked: &[LockedPackage]) -> Result<Vec<RepoData>> {
        let mut by_channel: BTreeMap<&str, Vec<MatchSpec>> = BTreeMap::new();
        for package in locked {
            let base = package.channel()?;
            let spec = format!("{} =={} {}", package.name, package.version, package.build);
            by_channel.entry(base).or_default().push(parse_spec(&spec)?);
        }
        let mut available = Vec::new();
        for (base, specs) in by_channel {
            let channels = self.channels.only(base)?;
            // A folder of packages that is not a channel is read below.
            if channels.built.is_none() && is_folder_without_index(base) {
                continue;
            }
            let (platform, environment) = (self.platform, self.environment);
            available.extend(
                gateway::records(self.services, &channels, platform, &specs, environment, self.progress).await?,
            );
        }
        Ok(available)
    }

    fn record(&self, package: &LockedPackage, available: &[RepoData]) -> Result<RepoDataRecord> {
        let url = redact(&package.url);
        let found = available.iter().flat_map(RepoData::iter).find(|record| redact(record.url.as_str()) == url);
        let record = match found {
            Some(record) => record.clone(),
            None => package.read_file().ok_or_else(|| package.mismatch("its channel does not have it any more"))?,
        };
        let actual = record.package_record.sha256.map(hex::encode).unwrap_or_default();
        if !package.sha256.is_empty() && !actual.is_empty() && !package.sha256.eq_ignore_ascii_case(&actual) {
            let reason =
                format!("its channel has another file there now: expected sha256 {}, got {actual}", package.sha256);
            return Err(package.mismatch(&reason));
        }
        if record.package_record.name.as_normalized() != package.name {
            return Err(package.mismatch("its URL is that of another package"));
        }
        Ok(record)
    }
}

impl LockedPackage {
    /// URL of the channel: without the platform's folder and the file name.
    fn channel(&self) -> Result<&str> {
        let parts = self.url.rsplit_once('/').and_then(|(folder, _)| folder.rsplit_once('/'));
        match parts {
            Some((channel, subdir)) if !channel.is_empty() && subdir.parse::<Subdir>().is_ok() => Ok(channel),
            _ => Err(self.mismatch("its URL is not that of a package in a channel")),
        }
    }

    /// The record of a package file on this machine.
    fn read_file(&self) -> Option<RepoDataRecord> {
        let path = Url::parse(&self.url).ok().filter(|url| url.scheme() == "file")?.to_file_path().ok()?;
        read_package_file(&path, self.channel().ok()?).ok()
    }

    fn mismatch(&self, reason: &str) -> Error {
        Error::Lock { reason: format!("`{}` ({}): {reason}", self.name, self.url) }
    }
}

fn is_folder_without_index(base: &str) -> bool {
    let folder = Url::parse(base).ok().filter(|url| url.scheme() == "file").and_then(|url| url.to_file_path().ok());
    folder.is_some_and(|folder| {
        let has_index = |subdir: Subdir| folder.join(subdir.as_str()).join("repodata.json").is_file();
        !Subdir::all().any(has_index)
    })
}

/// Makes sure that locked packages satisfy what an environment requires.
///
/// # Errors
/// [`Error::Lock`], naming every requirement that they do not satisfy.
pub(super) fn check_satisfied(specs: &[MatchSpec], records: &[RepoDataRecord], environment: Environment) -> Result<()> {
    let is_satisfied = |spec: &&MatchSpec| records.iter().any(|record| spec.matches(record));
    let unsatisfied: Vec<String> =
        specs.iter().filter(|spec| !is_satisfied(spec)).map(|spec| format!("`{spec}`")).collect();
    if unsatisfied.is_empty() {
        return Ok(());
    }
    let reason = format!("the {environment} environment requires {}", unsatisfied.join(", "));
    Err(Error::Lock { reason })
}
