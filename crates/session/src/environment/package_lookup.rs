//! Which packages a session's channels have.

use std::collections::HashSet;
use std::time::Duration;

use rattler_conda_types::{MatchSpec, PackageName, Subdir};
use sidewinder_search::SearchKind;

use super::channels::gateway;
use super::search::local_providers;
use super::shared_clients::SharedClients;
use super::solve::SolveSettings;
use crate::error::Result;

/// Timeout for the answer of a channel. Suggestions are not worth waiting longer.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(2);

/// Those of the names that the channels have for the platform or for `noarch`; none when the channels cannot be read in
/// time.
///
/// # Errors
/// Those of finding the channels.
pub async fn known_packages(
    names: &[String],
    platform: Subdir,
    settings: &SolveSettings,
    clients: &SharedClients,
) -> Result<HashSet<String>> {
    let specs: Vec<MatchSpec> =
        names.iter().filter_map(|name| PackageName::try_from(name.as_str()).ok()).map(MatchSpec::from).collect();
    let channels = settings.channels.now().await?;
    let query = gateway::named(clients, &channels, platform, specs);
    Ok(tokio::time::timeout(LOOKUP_TIMEOUT, query).await.ok().and_then(Result::ok).unwrap_or_default())
}

/// Names of packages that contain the file a finding misses, best first, as far as it can be told from channels in folders
/// and from packages in the cache.
///
/// # Errors
/// Those of finding the channels.
pub async fn packages_with_file(
    kind: SearchKind,
    subject: &str,
    platform: Subdir,
    settings: &SolveSettings,
    clients: &SharedClients,
) -> Result<Vec<String>> {
    let channels = settings.channels.now().await?;
    Ok(local_providers(kind, subject, platform, &channels, clients).await)
}
