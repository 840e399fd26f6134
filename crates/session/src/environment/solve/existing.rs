//! What environments that are solved again keep.

use std::collections::{BTreeMap, BTreeSet};

use rattler_conda_types::{PrefixRecord, RepoDataRecord};
use rattler_repodata_gateway::RepoData;

use super::specs::{FinalDependency, Origin, parse_spec};
use crate::error::Result;

/// What the environments of a session already have, when they are solved again.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Existing {
    pub(in super::super) build: Keep,
    pub(in super::super) host: Keep,
}

/// What stays of one environment when it is solved again.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Keep {
    /// What is installed.
    pub(in super::super) installed: Vec<PrefixRecord>,
    /// Match specs that count besides those of the recipe.
    pub(in super::super) further: Vec<String>,
}

impl Keep {
    pub(super) fn further(&self) -> impl Iterator<Item = FinalDependency> + '_ {
        self.further.iter().map(|spec| FinalDependency { spec: spec.clone(), origin: Origin::Added })
    }

    /// The installed packages that stay in their version if possible: all whose own requirement is what it was.
    pub(super) fn favored(&self, specs: &[FinalDependency], available: &[RepoData]) -> Result<Vec<RepoDataRecord>> {
        let mut requested: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for spec in specs.iter().filter(|spec| !matches!(spec.origin, Origin::RunExport { .. })) {
            let spec = spec.match_spec()?;
            if let Some(name) = spec.name.as_exact() {
                requested.entry(name.as_normalized().to_owned()).or_default().insert(spec.to_string());
            }
        }
        let is_unchanged = |record: &&PrefixRecord| {
            let before: BTreeSet<String> =
                record.requested_specs.iter().filter_map(|spec| Some(parse_spec(spec).ok()?.to_string())).collect();
            requested.get(record.repodata_record.package_record.name.as_normalized()).cloned().unwrap_or_default()
                == before
        };
        let kept = self.installed.iter().filter(is_unchanged).map(|record| &record.repodata_record);
        Ok(kept.filter_map(|record| still_the_same(record, available)).collect())
    }
}

/// An installed package as the channels have it now: what is recorded in a prefix has no credentials in its URL. `None`
/// for one that was built again under the same name.
fn still_the_same(installed: &RepoDataRecord, available: &[RepoData]) -> Option<RepoDataRecord> {
    let package = &installed.package_record;
    let same_file = |record: &&RepoDataRecord| {
        let other = &record.package_record;
        other.name == package.name
            && other.version == package.version
            && other.build == package.build
            && record.identifier == installed.identifier
    };
    let mut found = available.iter().flat_map(RepoData::iter).filter(same_file).peekable();
    if found.peek().is_none() {
        return Some(installed.clone());
    }
    found.find(|record| record.package_record.sha256 == package.sha256).cloned()
}
