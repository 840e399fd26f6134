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
mod filter;
mod git;
mod origin;
mod path_source;
mod place;
mod prepare;
mod recipe_patch;
mod record;
mod regular;
mod retry;
mod seal;
mod selection;
mod source_info;
mod target;
mod task;
mod url_source;

pub(crate) use archive::make_symlink;
pub use archive::{ArchiveKind, Limits, unpack};
pub(crate) use copy::copy_file;
pub use copy::copy_tree;
pub(crate) use download::download;
pub use fetch::{Fetched, SourceRequest, fetch_all};
pub use filter::Filter;
pub use origin::Origin;
pub(crate) use prepare::{PreparedSources, prepare};
pub use record::{PlacedPatch, Placement, SourceRecord};
pub use selection::{Selection, TreeEntry, TreeEntryKind};
pub(crate) use source_info::hide_secrets;
pub(crate) use target::inside;
