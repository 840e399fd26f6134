//! Channel names, URLs and folders → channels.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rattler_conda_types::{Channel, ChannelConfig, ParseChannelError};

use super::built_packages::BuiltPackages;
use crate::error::{Error, Result};
use crate::redact::{chain, redact};

/// What is used when no channels are given.
const DEFAULT_CHANNEL: &str = "conda-forge";

/// Where packages come from, highest priority first.
#[derive(Clone, Debug, Default)]
pub struct Channels {
    /// The session's output folder: what was built there outranks all channels, so that it is what is used.
    output_dir: Option<PathBuf>,
    list: Vec<Channel>,
}

/// Channels at one moment: with the packages that are in the output folder now.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct CurrentChannels {
    pub(in super::super) built: Option<Arc<BuiltPackages>>,
    pub(in super::super) list: Vec<Channel>,
}

impl Channels {
    /// Reads channel names, URLs and folders; `None` stands for `conda-forge`.
    ///
    /// A name is put behind the channel alias (`https://conda.anaconda.org/NAME`); a folder is `./x`, `../x`, `/x`,
    /// `~/x` or a `file://` URL, and is relative to `root`.
    ///
    /// # Errors
    /// [`Error::Channel`], naming the channel without its secrets.
    pub fn parse(names: Option<&[String]>, root: &Path) -> Result<Self> {
        let config = ChannelConfig::default_with_root_dir(root.to_path_buf());
        let list = match names {
            Some(names) => names.iter().map(|name| parse_one(name, &config)).collect::<Result<_>>()?,
            None => vec![parse_one(DEFAULT_CHANNEL, &config)?],
        };
        Ok(Self { output_dir: None, list })
    }

    /// Puts the packages of an output folder in front. It is looked at whenever packages are chosen, and is not a channel
    /// as long as it holds no package.
    #[must_use]
    pub fn with_output_folder(mut self, output_dir: &Path) -> Self {
        self.output_dir = Some(output_dir.to_path_buf());
        self
    }

    /// Without the packages of an output folder.
    #[must_use]
    pub fn without_output_folder(mut self) -> Self {
        self.output_dir = None;
        self
    }

    /// The URLs of the channels, highest priority first, without secrets and without the output folder.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        self.list.iter().map(|channel| redact(channel.base_url.as_str())).collect()
    }

    /// The URLs of the channels, with their secrets and without the output folder.
    pub(crate) fn addresses(&self) -> Vec<String> {
        self.list.iter().map(|channel| channel.base_url.to_string()).collect()
    }

    /// Names for people, in order, without secrets and without the output folder.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.list.iter().map(Channel::canonical_name).collect()
    }

    /// The channels as they are now.
    ///
    /// # Errors
    /// [`Error::Channel`] when the output folder cannot be a channel.
    pub(in super::super) async fn now(&self) -> Result<CurrentChannels> {
        let built = match self.output_dir.clone() {
            None => None,
            Some(folder) => tokio::task::spawn_blocking(move || BuiltPackages::read(&folder))
                .await
                .map_err(|error| Error::Internal { reason: format!("cannot read the output folder: {error}") })??,
        };
        Ok(CurrentChannels { built: built.map(Arc::new), list: self.list.clone() })
    }
}

impl CurrentChannels {
    /// The one channel with this URL: of these channels with their credentials, or another one.
    ///
    /// # Errors
    /// [`Error::Channel`] for a URL that is not that of a channel.
    pub(in super::super) fn only(&self, url: &str) -> Result<Self> {
        let is_same = |channel: &Channel| {
            redact(channel.base_url.as_str()).trim_end_matches('/') == redact(url).trim_end_matches('/')
        };
        if self.built.as_ref().is_some_and(|built| is_same(built.channel())) {
            return Ok(Self { built: self.built.clone(), list: Vec::new() });
        }
        let channel = match self.list.iter().find(|channel| is_same(channel)) {
            Some(channel) => channel.clone(),
            None => parse_one(url, &ChannelConfig::default_with_root_dir(PathBuf::from("/")))?,
        };
        Ok(Self { built: None, list: vec![channel] })
    }

    /// Names for people, in order, without secrets.
    pub(in super::super) fn names(&self) -> Vec<String> {
        let built = self.built.iter().map(|built| built.channel().canonical_name());
        built.chain(self.list.iter().map(Channel::canonical_name)).collect()
    }
}

fn parse_one(name: &str, config: &ChannelConfig) -> Result<Channel> {
    let error = |reason: String| Error::Channel { channel: redact(name), reason, http: None };
    let trimmed = name.trim();
    if trimmed.is_empty() {
        return Err(error("the name is empty".to_owned()));
    }
    let channel = Channel::from_str(trimmed, config).map_err(|cause| {
        error(match &cause {
            // The library's text for it is only "could not parse url".
            ParseChannelError::ParseUrlError(url) => url.to_string(),
            other => chain(other),
        })
    })?;
    match channel.base_url.url().scheme() {
        "http" | "https" => Ok(channel),
        "file" => match channel.base_url.url().to_file_path() {
            // Whether it exists matters when it is used.
            Ok(_) => Ok(channel),
            Err(()) => Err(error("the URL is not a path on this machine".to_owned())),
        },
        scheme => Err(error(format!("`{scheme}` URLs are not supported; use http, https or file"))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::*;

    fn parse(name: &str) -> Result<Channels> {
        Channels::parse(Some(&[name.to_owned()]), Path::new("/"))
    }

    #[test]
    fn a_name_is_put_behind_the_alias() {
        assert_eq!(parse("bioconda").unwrap().names(), ["https://conda.anaconda.org/bioconda/"]);
        assert_eq!(parse("a/label/b").unwrap().names(), ["https://conda.anaconda.org/a/label/b/"]);
        assert_eq!(Channels::parse(None, Path::new("/")).unwrap().names(), ["https://conda.anaconda.org/conda-forge/"]);
        assert!(Channels::parse(Some(&[]), Path::new("/")).unwrap().names().is_empty());
    }

    #[test]
    fn a_folder_is_relative_to_the_root() {
        let channels = Channels::parse(Some(&["./chan".to_owned()]), Path::new("/a/b")).unwrap();
        assert_eq!(channels.names(), ["file:///a/b/chan/"]);
    }

    #[test]
    fn what_is_no_channel_is_named_without_secrets() {
        for (name, shown, reason) in [
            ("http://[bad", "http://[bad", "invalid IPv6 address"),
            ("", "", "the name is empty"),
            ("ftp://me:pw@h/c", "ftp://***@h/c", "`ftp` URLs are not supported; use http, https or file"),
        ] {
            let Err(Error::Channel { channel, reason: said, .. }) = parse(name) else { panic!("{name} was taken") };
            assert_eq!((channel.as_str(), said.as_str()), (shown, reason));
        }
        assert_eq!(parse("https://me:pw@h.org/t/tok/c").unwrap().names().len(), 1);
        assert!(!parse("https://me:pw@h.org/t/tok/c").unwrap().names()[0].contains("pw"));
    }
}
