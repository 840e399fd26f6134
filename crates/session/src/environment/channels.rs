//! Channel names, URLs and folders → channels.

use std::path::Path;
use std::sync::Arc;

use rattler_conda_types::{Channel, ChannelConfig, ParseChannelError};

use super::built_packages::BuiltPackages;
use super::redact::{chain, redact};
use crate::error::{Error, Result};

/// What is used when no channels are given.
const DEFAULT_CHANNEL: &str = "conda-forge";

/// Where packages come from, highest priority first.
#[derive(Clone, Debug, Default)]
pub struct Channels {
    /// Packages in the session's output folder: they outrank all channels, so that what was built is what is used.
    pub(super) built: Option<Arc<BuiltPackages>>,
    /// The channels.
    pub(super) list: Vec<Channel>,
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
        Ok(Self { built: None, list })
    }

    /// Puts the packages of an output folder in front, if it holds any.
    ///
    /// # Errors
    /// [`Error::Channel`] when a package there cannot be read.
    pub fn with_output_folder(mut self, output_dir: &Path) -> Result<Self> {
        self.built = BuiltPackages::read(output_dir)?.map(Arc::new);
        Ok(self)
    }

    /// Whether there is nothing to take packages from.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty() && self.built.is_none()
    }

    /// Names for people, in order, without secrets.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let built = self.built.iter().map(|built| built.channel().canonical_name());
        built.chain(self.list.iter().map(Channel::canonical_name)).collect()
    }
}

fn parse_one(name: &str, config: &ChannelConfig) -> Result<Channel> {
    let error = |reason: String| Error::Channel { channel: redact(name), reason };
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
            Ok(folder) if folder.is_dir() => Ok(channel),
            Ok(_) => Err(error("there is no such folder".to_owned())),
            Err(()) => Err(error("the URL is no path on this machine".to_owned())),
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
        assert!(Channels::parse(Some(&[]), Path::new("/")).unwrap().is_empty());
    }

    #[test]
    fn a_folder_is_relative_to_the_root() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("chan")).unwrap();
        let channels = Channels::parse(Some(&["./chan".to_owned()]), folder.path()).unwrap();
        assert_eq!(channels.names(), [format!("file://{}/chan/", folder.path().display())]);
        assert!(matches!(
            Channels::parse(Some(&["./nope".to_owned()]), folder.path()),
            Err(Error::Channel { channel, .. }) if channel == "./nope"
        ));
    }

    #[test]
    fn what_is_no_channel_is_named_without_secrets() {
        for (name, shown, reason) in [
            ("http://[bad", "http://[bad", "invalid IPv6 address"),
            ("", "", "the name is empty"),
            ("ftp://me:pw@h/c", "ftp://***@h/c", "`ftp` URLs are not supported; use http, https or file"),
        ] {
            let Err(Error::Channel { channel, reason: said }) = parse(name) else { panic!("{name} was taken") };
            assert_eq!((channel.as_str(), said.as_str()), (shown, reason));
        }
        assert_eq!(parse("https://me:pw@h.org/t/tok/c").unwrap().names().len(), 1);
        assert!(!parse("https://me:pw@h.org/t/tok/c").unwrap().names()[0].contains("pw"));
    }
}
