//! Packages by their names.

use std::sync::Arc;

use rattler_conda_types::{Channel, MatchSpec, Matches as _, ParseMatchSpecOptions, RepoDataRecord};
use sidewinder_search::{NameMatch, SearchKind, likely_packages, match_name, nearest};

use super::newest::{by_name, version_count, versions};
use super::request::SearchRequest;
use super::result::{FoundPackage, SearchResult, SearchedPackages};
use super::{Scope, gateway};
use crate::error::{Error, Result};
use crate::redact::redact;

/// Maximum number of names that are suggested.
const MAX_SUGGESTIONS: usize = 5;

/// A package that matches by its name.
struct Candidate<'a> {
    matched: NameMatch,
    channel: &'a Channel,
    name: &'a str,
}

pub(super) async fn search(scope: &Scope<'_>, request: &SearchRequest) -> Result<SearchResult> {
    let text = request.text()?;
    let (name, spec) = name_and_spec(text)?;
    let aliases = if name.contains('*') { Vec::new() } else { likely_packages(&name) };
    let mut candidates = Vec::new();
    for (channel, names) in &scope.channels {
        for other in names {
            let is_alias = || aliases.contains(other).then_some(NameMatch::Alias);
            let matched = match match_name(&name, other) {
                Some(NameMatch::Exact) => Some(NameMatch::Exact),
                matched => is_alias().or(matched),
            };
            if let Some(matched) = matched {
                candidates.push(Candidate { matched, channel, name: other });
            }
        }
    }
    let place = |name: &str| aliases.iter().position(|alias| alias == name).unwrap_or(usize::MAX);
    candidates
        .sort_by_key(|candidate| (candidate.matched, place(candidate.name), candidate.name.len(), candidate.name));
    let has_exact = candidates.first().is_some_and(|candidate| candidate.matched == NameMatch::Exact);
    if spec.is_some() && has_exact {
        // With a version, only that package is meant.
        candidates.retain(|candidate| candidate.matched == NameMatch::Exact);
    }
    candidates.truncate(request.limit());
    let did_you_mean = if has_exact || name.contains('*') {
        Vec::new()
    } else {
        nearest(&name, scope.names(), MAX_SUGGESTIONS).into_iter().map(str::to_owned).collect()
    };
    let packages = describe(scope, &candidates, spec.as_ref()).await?;
    Ok(SearchResult {
        query: text.to_owned(),
        kind: SearchKind::Package,
        platform: scope.platform.to_string(),
        packages,
        did_you_mean,
        searched: SearchedPackages { names: scope.names().count(), ..SearchedPackages::default() },
    })
}

/// The name in a query; and the query as a match spec, if it is more than a name.
///
/// # Errors
/// [`Error::InvalidSpec`].
fn name_and_spec(text: &str) -> Result<(String, Option<MatchSpec>)> {
    let is_spec = |c: char| c.is_whitespace() || matches!(c, '=' | '<' | '>' | '!' | '~' | '[');
    let Some(at) = text.find(is_spec) else { return Ok((text.rsplit("::").next().unwrap_or(text).to_owned(), None)) };
    let spec = MatchSpec::from_str(text, ParseMatchSpecOptions::lenient())
        .map_err(|error| Error::InvalidSpec { spec: text.to_owned(), reason: error.to_string() })?;
    let name = text.get(..at).unwrap_or(text);
    Ok((name.rsplit("::").next().unwrap_or(name).to_owned(), Some(spec)))
}

/// Packages with their versions: all of an exact match, of others the newest.
async fn describe(
    scope: &Scope<'_>,
    candidates: &[Candidate<'_>],
    spec: Option<&MatchSpec>,
) -> Result<Vec<FoundPackage>> {
    let mut packages = Vec::new();
    for (channel, _) in &scope.channels {
        let of_channel =
            || candidates.iter().enumerate().filter(|(_, found)| found.channel.base_url == channel.base_url);
        let names: Vec<String> = of_channel().map(|(_, found)| found.name.to_owned()).collect();
        if names.is_empty() {
            continue;
        }
        let query = gateway::records_named(scope.services, channel, scope.platform, &names);
        let records = by_name(scope.cancel.run(query).await?);
        for (index, found) in of_channel() {
            let Some(records) = records.get(found.name) else { continue };
            let is_exact = found.matched == NameMatch::Exact;
            let fits = |record: &&Arc<RepoDataRecord>| spec.is_none_or(|spec| spec.matches(record.as_ref()));
            let matching: Vec<_> = records.iter().filter(fits).collect();
            let mut versions = versions(matching);
            if !is_exact {
                versions.truncate(1);
            }
            let license = records.first().and_then(|record| record.package_record.license.clone());
            packages.push((
                index,
                FoundPackage {
                    name: found.name.to_owned(),
                    channel: redact(channel.base_url.as_str()),
                    matched: found.matched,
                    files: Vec::new(),
                    versions,
                    version_count: version_count(records),
                    license: license.map(|license| license.to_string()),
                },
            ));
        }
    }
    packages.sort_by_key(|(index, _)| *index);
    Ok(packages.into_iter().map(|(_, package)| package).collect())
}
