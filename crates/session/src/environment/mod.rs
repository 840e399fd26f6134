//! Environments: specs and run exports → solve → install; adding packages.
//!
//! [`resolve`] chooses the packages of both environments, [`install`] brings them into their prefixes, [`set_up`] does
//! both; [`add_packages`] changes one of them later. All take the [`Services`] that sessions of a process share.

mod add;
mod bring;
mod built_packages;
mod channels;
mod client;
mod conflict;
mod contents;
mod copies;
mod copy_file;
mod fetch;
mod folders;
mod freshness;
mod gateway;
mod guard;
mod install;
mod installed;
mod known;
mod link;
mod link_files;
mod link_reporter;
mod link_scripts;
mod listing;
mod modes;
mod network;
mod parallel;
mod plan;
mod platforms;
mod pool;
mod python;
mod records;
mod report;
mod resolve;
mod resync;
mod retry;
mod run_exports;
mod services;
mod solve;
mod specs;
mod table;
mod unpacked;
mod virtual_packages;

pub use add::{AddRequest, Added, add_packages};
pub use channels::Channels;
pub use conflict::{Conflict, ConflictKind, ConflictingEdge, ConflictingNode};
pub use install::{Prefixes, install, set_up, set_up_on};
pub use installed::{EnvironmentChange, InstalledPackage, PackageChange, packages};
pub use known::known_packages;
pub use platforms::Platforms;
pub use pool::trim;
pub use python::host_python;
pub use resolve::{
    FinalRunExports, Resolved, ResolvedEnvironment, RunDependencies, SolveSettings, resolve, resolve_on,
};
pub use resync::{AddedSpecs, Resync, ResyncRequest, plan_resync};
pub use services::{Services, cache_dir};
pub use specs::{FinalDependency, Origin};
pub use virtual_packages::virtual_packages;
