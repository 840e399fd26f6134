//! Patches: applying those of a recipe, and creating one from what changed in the work directory.
//!
//! ```text
//! parse → strip level → locate hunks → new contents of all files → write      (apply)
//! pristine sources + patches in effect → baseline ⇄ work directory → unified diff    (create)
//! ```

mod applied_patches;
mod apply;
mod baseline;
mod binary;
mod compare;
mod content;
mod create;
mod file_change;
mod file_filter;
mod folder;
mod hunk;
mod locate;
mod mail;
mod merge_text;
mod name;
mod new_files;
mod options;
mod parse;
mod prefix;
mod recipe_entry;
mod renames;
mod run_windows;
mod strip;
mod three_way;
mod tree;
mod unified;
mod verify;
mod write;

pub use apply::{Application, Applied, apply};
pub use create::{PatchRequest, create_patch};
pub(crate) use merge_text::merge_text;
pub use options::{Change, NewFiles, Patch, PatchOptions, PatchedFile, RenamedFile, SkippedFile};
pub(crate) use recipe_entry::{render_as, write_recipe_file};
pub use run_windows::RecordedRun;
pub(crate) use three_way::{MergeRequest, SourceMerge, Step, merge_sources};
