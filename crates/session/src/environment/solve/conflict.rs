//! Why there is no solution, as data: the solver's graph of what was asked for and what prevents it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rattler_conda_types::{MatchSpec, NamelessMatchSpec, PackageNameMatcher};
use rattler_solve::resolvo::{CondaDependencyProvider, NameType, RepoData, SolverPackageRecord};
use rattler_solve::{ChannelPriority, SolveStrategy};
use resolvo::conflict::{Conflict as Graph, ConflictCause, ConflictEdge, ConflictNode};
use resolvo::{Interner, Problem as Question, Requirement, Solver, UnsolvableOrCancelled};
use serde::{Deserialize, Serialize};

use super::problem::Problem;
use crate::redact::redact;

/// Why no set of packages fulfils all requirements: packages, and what leads from one to the next. The text of the
/// explanation says the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// What takes part; the first one is the request itself.
    pub nodes: Vec<ConflictingNode>,
    /// What leads from one node to another.
    pub edges: Vec<ConflictingEdge>,
}

impl Conflict {
    /// Names of packages that no channel has in a version that is required, in lower case.
    #[must_use]
    pub fn missing_names(&self) -> BTreeSet<String> {
        let is_missing = |edge: &&ConflictingEdge| matches!(self.nodes.get(edge.to), Some(ConflictingNode::Missing));
        let specs = self.edges.iter().filter(is_missing).filter_map(|edge| edge.spec.as_deref());
        specs.filter_map(|spec| spec.split_whitespace().next()).map(str::to_lowercase).collect()
    }
}

/// What takes part in a conflict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ConflictingNode {
    /// What was asked for.
    Request,
    /// A package of a channel.
    Package {
        /// Its name.
        name: String,
        /// Its version.
        version: String,
        /// Its build string.
        build: String,
        /// Its channel, without secrets; null where it is not known.
        channel: Option<String>,
    },
    /// Something that the machine provides, or an extra of a package.
    Other {
        /// How it is written.
        text: String,
    },
    /// Nothing: no package fulfils the requirement that leads here.
    Missing,
    /// A package is left out for a reason.
    Excluded {
        /// Why, e.g. because another channel comes before this one.
        reason: String,
    },
}

/// What leads from one node of a conflict to another, by their places in the list of nodes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ConflictingEdge {
    /// From.
    pub from: usize,
    /// To.
    pub to: usize,
    /// In which way.
    pub kind: ConflictKind,
    /// The requirement or constraint, where there is one, e.g. `libfoo >=2`.
    pub spec: Option<String>,
}

/// In which way one node of a conflict leads to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ConflictKind {
    /// It requires this, or one of several: all edges from the same node with the same spec.
    Requires,
    /// It forbids this by a constraint.
    Constrains,
    /// Both are the same package in different versions.
    SameName,
    /// This has to stay as it is.
    Locked,
    /// This is left out.
    Excluded,
}

/// The conflict of a problem that has no solution; `None` when there is one, or when a spec has a form that is not
/// reconstructed here.
pub(super) fn conflict(problem: &Problem, priority: ChannelPriority) -> Option<Conflict> {
    let pinned: Vec<_> = problem.pinned.iter().collect();
    let available = problem.available.iter().map(|data| data.iter().collect::<RepoData<'_>>());
    let provider = CondaDependencyProvider::new(
        available,
        &[],
        &pinned,
        &problem.virtual_packages,
        &problem.specs,
        None,
        None,
        priority,
        problem.exclude_newer.as_ref(),
        SolveStrategy::Highest,
        Vec::new(),
        &HashMap::default(),
    )
    .ok()?;
    let requirements = problem.specs.iter().map(|spec| requirement(&provider, spec)).collect::<Option<Vec<_>>>()?;
    let machine = problem.virtual_packages.iter().map(|package| {
        let name = provider.pool.intern_package_name(NameType::from(&package.name));
        Requirement::from(provider.pool.intern_version_set(name, NamelessMatchSpec::default().into()))
    });
    let requirements = machine.chain(requirements).map(Into::into).collect();
    let mut solver = Solver::new(provider);
    match solver.solve(Question::new().requirements(requirements)) {
        Err(UnsolvableOrCancelled::Unsolvable(graph)) => Some(data(&graph, &solver)),
        _ => None,
    }
}

fn requirement(provider: &CondaDependencyProvider<'_>, spec: &MatchSpec) -> Option<Requirement> {
    let (PackageNameMatcher::Exact(name), nameless) = spec.clone().into_nameless() else { return None };
    if nameless.condition.is_some() || nameless.extras.is_some() {
        return None;
    }
    let name = provider.pool.intern_package_name(NameType::from(&name));
    Some(provider.pool.intern_version_set(name, nameless.into()).into())
}

fn data(graph: &Graph, solver: &Solver<CondaDependencyProvider<'_>>) -> Conflict {
    let provider = solver.provider();
    let shown = graph.graph(solver);
    let mut places = BTreeMap::new();
    let mut nodes = Vec::new();
    // The request first, whatever its number is.
    let others = shown.graph.node_indices().filter(|index| *index != shown.root_node);
    for index in std::iter::once(shown.root_node).chain(others) {
        let node = match shown.graph.node_weight(index) {
            Some(ConflictNode::Root) => ConflictingNode::Request,
            Some(ConflictNode::Solvable(solvable)) => match &provider.pool.resolve_solvable(*solvable).record {
                SolverPackageRecord::Record(record) => ConflictingNode::Package {
                    name: record.package_record.name.as_source().to_owned(),
                    version: record.package_record.version.to_string(),
                    build: record.package_record.build.to_string(),
                    channel: record.channel.as_deref().map(redact),
                },
                other => ConflictingNode::Other { text: other.to_string() },
            },
            Some(ConflictNode::UnresolvedDependency) => ConflictingNode::Missing,
            Some(ConflictNode::Excluded(reason)) => {
                ConflictingNode::Excluded { reason: provider.display_string(*reason).to_string() }
            }
            None => continue,
        };
        places.insert(index, nodes.len());
        nodes.push(node);
    }
    let spec = |set| {
        format!("{} {}", provider.display_name(provider.version_set_name(set)), provider.display_version_set(set))
    };
    let mut edges = Vec::new();
    for edge in shown.graph.edge_indices() {
        let (Some((from, to)), Some(weight)) = (shown.graph.edge_endpoints(edge), shown.graph.edge_weight(edge)) else {
            continue;
        };
        let (Some(&from), Some(&to)) = (places.get(&from), places.get(&to)) else { continue };
        let mut add = |kind, spec| edges.push(ConflictingEdge { from, to, kind, spec });
        match weight {
            ConflictEdge::Requires(requirement) => {
                let sets = match requirement {
                    Requirement::Single(set) => vec![*set],
                    Requirement::Union(sets) => provider.version_sets_in_union(*sets).collect(),
                };
                for set in sets {
                    add(ConflictKind::Requires, Some(spec(set)));
                }
            }
            ConflictEdge::Conflict(ConflictCause::Constrains(set)) => add(ConflictKind::Constrains, Some(spec(*set))),
            ConflictEdge::Conflict(ConflictCause::ForbidMultipleInstances) => add(ConflictKind::SameName, None),
            ConflictEdge::Conflict(ConflictCause::Locked(_)) => add(ConflictKind::Locked, None),
            ConflictEdge::Conflict(ConflictCause::Excluded) => add(ConflictKind::Excluded, None),
        }
    }
    edges.sort();
    edges.dedup();
    Conflict { nodes, edges }
}
