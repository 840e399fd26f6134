//! What works on this machine: everything that a session may need, tried out rather than looked up.

mod files;
mod machine;
mod network;
mod scripts;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::cancel::Cancel;
use crate::environment::SharedClients;
use crate::error::{Error, Result};
use crate::options::SessionOptions;

/// What is examined.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct DoctorOptions {
    /// Channel names, URLs or folders that should be reachable. Default: `conda-forge`; an empty list means none.
    pub channels: Option<Vec<String>>,
    /// Where sessions will be: hard links and reflinks depend on it. Default: the folder for temporary files.
    pub output_dir: Option<PathBuf>,
    /// Package, repodata and source caches. Default: those rattler and pixi share on this machine.
    pub cache_dir: Option<PathBuf>,
    /// Credentials file; default: the store, the keyring and the files that conda tools share.
    pub auth_file: Option<PathBuf>,
    /// Make no connections. Default: false.
    pub offline: bool,
}

/// One thing that was examined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct DoctorCheck {
    /// A stable name, e.g. `hardLinks`.
    pub name: String,
    /// Whether it works.
    pub status: CheckStatus,
    /// What was found.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// Whether something works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum CheckStatus {
    /// It works.
    Ok,
    /// Sessions work without it, more slowly or with fewer options.
    Limited,
    /// Sessions fail.
    Failed,
}

/// Examines this machine. What does not work is a result, not an error.
///
/// Changes nothing but temporary files, and creates the cache folder if it does not exist.
///
/// # Errors
/// [`Error::Cancelled`].
pub async fn examine(options: DoctorOptions, cancel: &Cancel) -> Result<Vec<DoctorCheck>> {
    let session = SessionOptions {
        cache_dir: options.cache_dir.clone(),
        auth_file: options.auth_file.clone(),
        offline: options.offline,
        ..SessionOptions::default()
    };
    let mut checks = machine::checks();
    let clients = SharedClients::shared(&session);
    let cache_dir = clients.as_ref().ok().map(|clients| clients.cache_dir().to_path_buf());
    let output_dir = options.output_dir.clone().unwrap_or_else(crate::layout::temporary_folder);
    let blocking = tokio::task::spawn_blocking(move || {
        let mut checks = Vec::new();
        if let Some(cache_dir) = cache_dir {
            checks.extend(files::checks(&cache_dir, &output_dir));
        }
        checks.extend(scripts::checks());
        checks
    });
    let blocking = async { blocking.await.map_err(|error| Error::Internal { reason: error.to_string() }) };
    checks.extend(cancel.run(blocking).await?);
    match clients {
        Ok(clients) => checks.extend(cancel.run(network::checks(&clients, &options)).await?),
        Err(error) => checks.push(DoctorCheck::failed("cache", error.to_string()).with_hint(error.hint())),
    }
    Ok(checks)
}

impl DoctorCheck {
    fn new(name: &str, status: CheckStatus, message: impl Into<String>) -> Self {
        Self { name: name.to_owned(), status, message: message.into(), hint: None }
    }

    fn ok(name: &str, message: impl Into<String>) -> Self {
        Self::new(name, CheckStatus::Ok, message)
    }

    fn limited(name: &str, message: impl Into<String>) -> Self {
        Self::new(name, CheckStatus::Limited, message)
    }

    fn failed(name: &str, message: impl Into<String>) -> Self {
        Self::new(name, CheckStatus::Failed, message)
    }

    fn with_hint(mut self, hint: Option<impl Into<String>>) -> Self {
        self.hint = hint.map(Into::into);
        self
    }

    fn hint(self, hint: &str) -> Self {
        self.with_hint(Some(hint))
    }
}
