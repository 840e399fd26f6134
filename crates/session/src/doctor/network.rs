//! Whether channels can be reached, with the proxies, certificates and credentials of sessions.

use std::path::Path;
use std::time::{Duration, Instant};

use url::Url;

use super::{DoctorCheck, DoctorOptions};
use crate::environment::{Channels, SharedClients};
use crate::error::Result;
use crate::redact::{chain, redact};

/// A server that takes longer is as good as unreachable.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Forms of an index; one is enough.
const INDEXES: [&str; 3] = ["noarch/repodata_shards.msgpack.zst", "noarch/repodata.json.zst", "noarch/repodata.json"];

pub(super) async fn checks(clients: &SharedClients, options: &DoctorOptions) -> Result<Vec<DoctorCheck>> {
    let mut checks: Vec<DoctorCheck> =
        clients.notes().iter().map(|note| DoctorCheck::limited("networkSettings", note.clone())).collect();
    let root = std::env::current_dir().unwrap_or_default();
    match Channels::parse(options.channels.as_deref(), &root) {
        Err(error) => checks.push(DoctorCheck::failed("channel", error.to_string()).with_hint(error.hint())),
        Ok(channels) => {
            for address in channels.addresses() {
                checks.push(channel(clients, &address).await);
            }
        }
    }
    Ok(checks)
}

async fn channel(clients: &SharedClients, address: &str) -> DoctorCheck {
    let shown = redact(address);
    let Ok(url) = Url::parse(&format!("{}/", address.trim_end_matches('/'))) else {
        return DoctorCheck::failed("channel", format!("`{shown}` is not a URL"));
    };
    if let Ok(folder) = url.to_file_path() {
        return local(&folder);
    }
    if clients.is_offline() {
        return DoctorCheck::ok("channel", format!("`{shown}` was not asked: offline"));
    }
    let started = Instant::now();
    let mut last = String::new();
    for index in INDEXES {
        let Ok(url) = url.join(index) else { continue };
        let request = clients.client().client().head(url).send();
        match tokio::time::timeout(TIMEOUT, request).await {
            Ok(Ok(response)) if is_answer(response.status()) => {
                let milliseconds = started.elapsed().as_millis();
                return DoctorCheck::ok("channel", format!("`{shown}` answered after {milliseconds} ms"));
            }
            Ok(Ok(response)) => last = format!("it answered {} for {index}", response.status()),
            // Another form of the index would not be reached either.
            Ok(Err(error)) => {
                last = chain(&error);
                break;
            }
            Err(_) => {
                last = format!("no answer within {} s", TIMEOUT.as_secs());
                break;
            }
        }
    }
    DoctorCheck::failed("channel", format!("cannot read `{shown}`: {last}"))
        .hint("check the name, the proxy (`https_proxy`), certificates (`SSL_CERT_FILE`) and credentials")
}

fn local(folder: &Path) -> DoctorCheck {
    let shown = folder.display();
    let is_channel = INDEXES.iter().any(|index| folder.join(index).is_file());
    match (is_channel, folder.is_dir()) {
        (true, _) => DoctorCheck::ok("channel", format!("`{shown}` is a channel")),
        (false, true) => {
            DoctorCheck::failed("channel", format!("`{shown}` has no index: noarch/repodata.json not found"))
                .hint("create it with `rattler-index` or `conda index`")
        }
        (false, false) => DoctorCheck::failed("channel", format!("no such directory: `{shown}`")),
    }
}

/// Some servers refuse to send only the head of a file that they have.
fn is_answer(status: reqwest::StatusCode) -> bool {
    status.is_success() || status == reqwest::StatusCode::METHOD_NOT_ALLOWED
}
