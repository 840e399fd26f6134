//! Environments: specs and run exports → solve → install; adding packages.
//!
//! [`resolve`] chooses the packages of both environments, [`install`] installs them into their prefixes, [`set_up`] does
//! both; [`add_packages`] changes one of them later. All take the [`SharedClients`] of the process. Modules import
//! downwards: `network` → [`SharedClients`] → `channels` → `solve` → this folder.

mod add;
mod channels;
mod install;
mod installed;
mod link;
mod link_scripts;
mod network;
mod package_lookup;
mod progress_reporter;
mod python;
mod remove;
mod resync;
mod search;
mod shared_clients;
mod solve;

pub use add::{AddRequest, Added, add_packages};
pub use channels::Channels;
pub use install::{Prefixes, install, set_up, set_up_on};
pub(crate) use installed::read_records as records;
pub use installed::{EnvironmentChange, InstalledPackage, PackageChange, lock_installed, packages};
pub use package_lookup::{known_packages, packages_with_file};
pub use python::host_python;
pub use remove::{RemoveRequest, remove_packages};
pub(crate) use resync::SolvedDependencies;
pub use resync::{AddedSpecs, Resync, ResyncRequest, plan_resync};
pub use search::{FoundBuild, FoundPackage, FoundVersion, SearchRequest, SearchResult, SearchedPackages, search};
pub use shared_clients::{SharedClients, cache_dir};
pub use sidewinder_installer::trim;
pub use solve::{
    Conflict, ConflictKind, ConflictingEdge, ConflictingNode, EnvironmentLock, FinalDependency, FinalRunExports,
    LockedPackage, NearestPackages, Origin, Platforms, Resolved, ResolvedEnvironment, RunDependencies, SolveSettings,
    channel_sources, resolve, resolve_on, virtual_packages,
};
