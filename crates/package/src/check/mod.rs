//! Checks of a package before it gets into the channel.

mod contents;
mod names;
mod symlinks;

pub(crate) use contents::check_contents;
pub use contents::contents_problems;
pub(crate) use names::check_names;
pub(crate) use symlinks::check_symlinks;
