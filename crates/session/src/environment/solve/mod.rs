//! Choosing packages: requirements → match specs → records, and what they export.

mod conflict;
mod existing;
mod lock;
mod nearest;
mod platforms;
mod problem;
mod report;
mod resolve;
mod run_dependencies;
mod run_exports;
mod solver;
mod specs;
mod table;
mod virtual_packages;

pub use conflict::{Conflict, ConflictKind, ConflictingEdge, ConflictingNode};
pub use lock::{EnvironmentLock, LockedPackage};
pub use nearest::NearestPackages;
pub use platforms::Platforms;
pub use resolve::{Resolved, ResolvedEnvironment, SolveSettings, channel_sources, resolve, resolve_on};
pub use run_dependencies::{FinalRunExports, RunDependencies};
pub use specs::{FinalDependency, Origin};
pub use virtual_packages::virtual_packages;

pub(super) use existing::{Existing, Keep};
pub(super) use nearest::with_nearest;
pub(super) use problem::Problem;
pub(super) use resolve::resolve_with;
pub(super) use solver::{exclude_newer, solve};
pub(super) use specs::parse_spec;
