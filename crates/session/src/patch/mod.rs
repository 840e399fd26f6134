//! Patches: applying those of a recipe, and making one from what changed in the work folder.
//!
//! ```text
//! parse → strip level → locate hunks → new contents of all files → write      (apply)
//! pristine sources + their patches → baseline ⇄ work folder → unified diff    (create)
//! ```

mod apply;
mod baseline;
mod compare;
mod content;
mod create;
mod folder;
mod hunk;
mod locate;
mod merge_text;
mod name;
mod options;
mod parse;
mod pick;
mod recipe_entry;
mod strip;
mod three_way;
mod tree;
mod trial;
mod unified;
mod write;

pub use apply::{Application, Applied, apply};
pub use create::{PatchRequest, create_patch};
pub(crate) use merge_text::merge_text;
pub use options::{Change, Patch, PatchOptions, PatchedFile, SkippedFile};
pub(crate) use three_way::{MergeRequest, SourceMerge, Step, merge_sources};
