//! Which packages a session's channels have.

use std::collections::HashSet;
use std::time::Duration;

use rattler_conda_types::{MatchSpec, PackageName, Subdir};

use super::gateway;
use super::resolve::SolveSettings;
use super::services::Services;
use crate::error::Result;

/// How long a channel may take to answer. Suggestions are a help, not worth more waiting.
const PATIENCE: Duration = Duration::from_secs(2);

/// Those of the names that the channels have for the platform or for `noarch`; none when the channels cannot be read in
/// time.
///
/// # Errors
/// Those of finding the channels.
pub async fn known_packages(
    names: &[String],
    platform: Subdir,
    settings: &SolveSettings,
    services: &Services,
) -> Result<HashSet<String>> {
    let specs: Vec<MatchSpec> =
        names.iter().filter_map(|name| PackageName::try_from(name.as_str()).ok()).map(MatchSpec::from).collect();
    let channels = settings.channels.now().await?;
    let query = gateway::named(services, &channels, platform, specs);
    Ok(tokio::time::timeout(PATIENCE, query).await.ok().and_then(Result::ok).unwrap_or_default())
}
