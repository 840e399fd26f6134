//! The prefix that a package is taken from: what is in it, and what was installed.

mod changes;
mod folder;
mod installed;
mod listing;

pub(crate) use changes::report_changes;
pub(crate) use folder::Folder;
pub(crate) use installed::{Installed, name_of, read_records};
pub use listing::paths_below;
pub(crate) use listing::{Kind, Listed, kind_at, list, slashed};
