//! Text → tree with positions, under the rules of recipes: no anchors, no tags, no duplicate keys.

mod node;

pub use node::{Entry, Mapping, Node, Scalar, Sequence};
