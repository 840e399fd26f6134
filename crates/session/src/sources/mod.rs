//! Sources: fetch, unpack, filter, copy, patch.
//!
//! Everything is fetched into a cache first, several sources at a time; then one source after the other is copied into
//! the work folder and patched, in the order of the recipe, as a patch may come with an earlier source.

mod archive;
mod cache;
mod checksum;
mod copy;
mod download;
mod fetch;
mod file_time;
mod filter;
mod git;
pub(crate) mod links;
mod origin;
mod path_source;
mod place;
mod prepare;
mod read_regular;
mod recipe_patch;
mod record;
mod retry;
mod selection;
mod source_info;
mod sparse;
mod target;
mod task;
mod tree_fingerprint;
mod url_source;

pub(crate) use archive::make_symlink;
pub use archive::{ArchiveKind, Limits, unpack};
pub(crate) use copy::copy_file;
pub use copy::copy_tree;
pub(crate) use download::download;
pub use fetch::{Fetched, SourceRequest, fetch_all};
pub(crate) use file_time::{changed_at, file_system_now, nanoseconds};
pub use filter::Filter;
pub use origin::Origin;
pub(crate) use prepare::{PreparedSources, prepare};
pub(crate) use read_regular::read as read_regular;
pub(crate) use recipe_patch::{MAX_PATCH_SIZE, PATCH_COPIES, patch_path};
pub use record::{CreatedPatch, PlacedPatch, Placement, SourceRecord};
pub use selection::{Selection, TreeEntry, TreeEntryKind};
pub(crate) use source_info::hide_secrets;
pub(crate) use sparse::copy_contents;
pub(crate) use target::inside;
