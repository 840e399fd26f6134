//! Names that no channel has: what was probably meant.

use std::collections::BTreeSet;
use std::time::Duration;

use rattler_conda_types::{MatchSpec, ParseMatchSpecOptions, Subdir};
use serde::{Deserialize, Serialize};
use sidewinder_search::{likely_packages, nearest};

use super::conflict::{Conflict, ConflictingNode};
use crate::cancel::Cancel;
use crate::environment::channels::CurrentChannels;
use crate::environment::search::Scope;
use crate::environment::shared_clients::SharedClients;
use crate::error::{Error, Result};
use crate::progress::Progress;

/// Maximum number of names or versions that are suggested for one requirement.
const MAX_SUGGESTIONS: usize = 3;
/// Maximum number of requirements that suggestions are made for.
const MAX_REQUIREMENTS: usize = 5;
/// Timeout for the answer of a channel: its index was read to solve, so that it is usually in memory.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What is near a requirement that no package fulfills.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct NearestPackages {
    /// The requirement, e.g. `nunpy >=1`.
    pub spec: String,
    /// The name in it.
    pub name: String,
    /// Names that are near, nearest first, if no channel has the name.
    pub names: Vec<String>,
    /// The newest versions in the channels, newest first, if they have the name.
    pub versions: Vec<String>,
}

impl NearestPackages {
    /// One sentence.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let list = |items: &[String]| items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ");
        let Self { spec, name, names, versions } = self;
        match (names.as_slice(), versions.as_slice()) {
            ([], []) => Some(format!("no channel has a package `{name}`; search with `sidewinder search {name}`")),
            ([], versions) => Some(format!("no version of `{name}` matches `{spec}`; newest: {}", list(versions))),
            ([only], _) => Some(format!("no channel has a package `{name}`; did you mean `{only}`?")),
            (names, _) => Some(format!("no channel has a package `{name}`; did you mean one of {}?", list(names))),
        }
    }
}

/// Adds what is near to the requirements that no package fulfills, to an error of the solver.
pub(in super::super) async fn with_nearest(
    error: Error,
    services: &SharedClients,
    channels: &CurrentChannels,
    platform: Subdir,
) -> Error {
    let Error::Solve { environment, explanation, conflict, nearest: known } = error else { return error };
    let specs = conflict.as_deref().map(requested_and_missing).unwrap_or_default();
    if specs.is_empty() || !known.is_empty() {
        return Error::Solve { environment, explanation, conflict, nearest: known };
    }
    let found = tokio::time::timeout(TIMEOUT, near(specs, services, channels, platform)).await;
    // An error without suggestions is better than none.
    let nearest = found.ok().and_then(Result::ok).unwrap_or_default();
    Error::Solve { environment, explanation, conflict, nearest }
}

/// Requirements that lead nowhere, those of the request itself first.
fn requested_and_missing(conflict: &Conflict) -> Vec<String> {
    let is_missing = |to: usize| matches!(conflict.nodes.get(to), Some(ConflictingNode::Missing));
    let mut edges: Vec<_> = conflict.edges.iter().filter(|edge| is_missing(edge.to)).collect();
    edges.sort_by_key(|edge| !matches!(conflict.nodes.get(edge.from), Some(ConflictingNode::Request)));
    let mut seen = BTreeSet::new();
    let specs = edges.into_iter().filter_map(|edge| edge.spec.clone()).filter(|spec| seen.insert(spec.clone()));
    specs.filter(|spec| !spec.starts_with("__")).take(MAX_REQUIREMENTS).collect()
}

async fn near(
    specs: Vec<String>,
    services: &SharedClients,
    channels: &CurrentChannels,
    platform: Subdir,
) -> Result<Vec<NearestPackages>> {
    let (progress, cancel) = (Progress::default(), Cancel::new());
    let scope = Scope::read(services, channels, platform, &progress, &cancel).await?;
    let mut all = Vec::new();
    for spec in specs {
        let parsed = MatchSpec::from_str(&spec, ParseMatchSpecOptions::lenient()).ok();
        let name = parsed.as_ref().and_then(|spec| Some(spec.name.as_exact()?.as_normalized().to_owned()));
        let Some(name) = name.or_else(|| spec.split_whitespace().next().map(str::to_lowercase)) else { continue };
        if scope.has(&name) {
            let versions = scope.newest_versions(&name, MAX_SUGGESTIONS).await?;
            all.push(NearestPackages { spec: without_any(&spec), name, names: Vec::new(), versions });
        } else {
            let mut names: Vec<String> =
                nearest(&name, scope.names(), MAX_SUGGESTIONS).into_iter().map(str::to_owned).collect();
            // `PIL` and `boost` are not misspellings: their packages have other names.
            for other in likely_packages(&name) {
                if names.len() < MAX_SUGGESTIONS && scope.has(&other) && !names.contains(&other) {
                    names.push(other);
                }
            }
            all.push(NearestPackages { spec: without_any(&spec), name, names, versions: Vec::new() });
        }
    }
    Ok(all)
}

/// The solver writes a requirement without a version as `name *`.
fn without_any(spec: &str) -> String {
    spec.trim().trim_end_matches('*').trim_end().to_owned()
}
