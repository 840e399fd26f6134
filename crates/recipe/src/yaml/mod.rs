//! Text → tree with positions, under the rules of recipes: no anchors, no tags, no duplicate keys.

mod build;
mod indentation;
mod node;
mod read;
mod scalar;
#[cfg(test)]
mod tests;

pub use node::{Entry, Mapping, Node, Scalar, Sequence};
pub(crate) use read::key_without_space;
pub use read::{Document, MAX_BYTES, MAX_DEPTH, parse, read, too_long};
