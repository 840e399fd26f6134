//! The WebAssembly face of `sidewinder_recipe`: conversion only.
//!
//! Large values cross the border once, as JSON text; small ones as plain objects. What a function throws is a plain
//! object too, a [`Thrown`](thrown::Thrown): the SDK makes its error classes from it.

pub mod recipe;
mod thrown;
pub mod variants;
pub mod versions;
