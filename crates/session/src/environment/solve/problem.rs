//! The input of the solver.

use rattler_conda_types::{GenericVirtualPackage, MatchSpec, RepoDataRecord};
use rattler_repodata_gateway::RepoData;
use rattler_solve::ExcludeNewer;

use crate::options::ChannelPriority;

/// What the solver is asked.
#[derive(Debug)]
pub(in super::super) struct Problem {
    /// What there is, channel by channel in the order of priority.
    pub(in super::super) available: Vec<RepoData>,
    /// What is asked for.
    pub(in super::super) specs: Vec<MatchSpec>,
    /// Packages that stay as they are if that satisfies everything.
    pub(in super::super) favored: Vec<RepoDataRecord>,
    /// Packages that must stay as they are, whether or not a channel still has them.
    pub(in super::super) pinned: Vec<RepoDataRecord>,
    /// What the machine provides.
    pub(in super::super) virtual_packages: Vec<GenericVirtualPackage>,
    /// How channels of lower priority are treated.
    pub(in super::super) priority: ChannelPriority,
    /// Which packages are too new.
    pub(in super::super) exclude_newer: Option<ExcludeNewer>,
}

impl Problem {
    pub(super) fn priority(&self) -> rattler_solve::ChannelPriority {
        match self.priority {
            ChannelPriority::Strict => rattler_solve::ChannelPriority::Strict,
            ChannelPriority::Flexible => rattler_solve::ChannelPriority::Flexible,
            ChannelPriority::Disabled => rattler_solve::ChannelPriority::Disabled,
        }
    }
}
