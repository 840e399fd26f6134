//! Text → tree with positions, under the rules of recipes: no anchors, no tags, no duplicate keys.

mod build;
mod indentation;
mod node;
mod read;
mod regular;
#[cfg(test)]
mod regular_tests;
mod scalar;
#[cfg(test)]
mod tests;

pub use node::{Entry, Mapping, Node, Scalar, Sequence};
pub use read::{Document, MAX_BYTES, MAX_DEPTH, compare_readers, parse, read, too_long};
pub(crate) use read::{key_without_space, read_regular};
