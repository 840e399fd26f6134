//! Patches: applying those of a recipe, and making one from what changed in the work folder.
//!
//! ```text
//! parse → strip level → locate hunks → new contents of all files → write      (apply)
//! pristine sources + their patches → baseline ⇄ work folder → unified diff    (create)
//! ```

mod apply;
mod content;
mod folder;
mod hunk;
mod locate;
mod name;
mod parse;
mod strip;
mod tree;
mod write;

pub use apply::{Applied, apply};
