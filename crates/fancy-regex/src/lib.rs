//! Replaces `fancy-regex` in WebAssembly; re-exports it elsewhere.
//!
//! A match spec may have a regular expression for the build string. Rendering a recipe has to know whether the
//! expression is one, and never matches it: that is for whoever solves, and no solver runs in WebAssembly. The real
//! crate brings a backtracking engine and all of `regex-automata`, a fifth of the module's size. Here only the syntax is
//! checked.

#[cfg(not(target_arch = "wasm32"))]
pub use real_fancy_regex::*;

#[cfg(any(target_arch = "wasm32", test))]
pub mod syntax;

#[cfg(target_arch = "wasm32")]
pub use syntax::{Error, Regex};
