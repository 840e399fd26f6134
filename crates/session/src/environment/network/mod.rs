//! How the network is reached: what the options, the environment and the configuration files say of it.

mod certificates;
pub(super) mod client;
mod configuration;
mod credentials;
mod freshness;
mod mirrors;
mod retry;
mod stamp;

pub(super) use certificates::Certificates;
pub(super) use credentials::AskedApart;
pub(super) use freshness::Freshness;
pub(super) use mirrors::Mirrors;

use configuration::{Configuration, Proxies};
use credentials::Credentials;
use mirrors::MirrorList;
use rattler_networking::AuthenticationStorage;

use crate::error::Result;
use crate::options::SessionOptions;

/// All that decides how requests are sent. Two sessions whose networks are equal can share one client; a file of
/// credentials, certificates or settings that was changed makes another network.
///
/// It holds secrets, so it cannot be shown.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Network {
    pub(super) offline: bool,
    /// Whether certificates of servers are checked.
    pub(super) verify: bool,
    pub(super) certificates: Certificates,
    pub(super) proxies: Option<Proxies>,
    pub(super) mirrors: MirrorList,
    credentials: Credentials,
}

impl Network {
    /// Reads options, environment and configuration files, with what is odd about them and no error.
    ///
    /// # Errors
    /// [`Error::InvalidOption`](crate::Error::InvalidOption), naming the file or the option.
    pub(super) fn of(options: &SessionOptions) -> Result<(Self, Vec<String>)> {
        let Configuration { mirrors, proxies, auth_file, verify } = Configuration::read()?;
        let mut notes = Vec::new();
        let network = Self {
            offline: options.offline,
            verify,
            certificates: Certificates::named(),
            proxies,
            mirrors: MirrorList::of(&mirrors, &options.mirrors, &mut notes)?,
            credentials: Credentials::of(options.auth_file.as_deref(), auth_file),
        };
        Ok((network, notes))
    }

    /// The credentials that requests can use.
    ///
    /// # Errors
    /// [`Error::InvalidOption`](crate::Error::InvalidOption) when a file of theirs cannot be read.
    pub(super) fn credentials(&self, notes: &mut Vec<String>) -> Result<AuthenticationStorage> {
        self.credentials.open(notes)
    }
}
