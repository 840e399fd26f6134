//! WebAssembly bindings of `sidewinder_recipe_tools`: conversion only.
//!
//! A module of its own, loaded on first use: it contains the recipe core once more, and programs that only render recipes do
//! not need it. Values cross as JSON text; what a function throws is JSON text as well, a [`Thrown`](thrown::Thrown).

pub mod convert;
pub mod editor;
pub mod edits;
pub mod lint;
pub mod schema;
mod thrown;
pub mod update;
