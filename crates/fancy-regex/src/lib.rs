//! Replaces `fancy-regex` in WebAssembly; re-exports it elsewhere.
//!
//! A match spec may have a regular expression for the build string. The real crate brings a backtracking engine and all of
//! `regex-automata`, a fifth of the module's size. Here the syntax is checked by `regex-syntax`, so that a recipe renders or
//! fails as it does elsewhere, and the few callers that match a pattern get JavaScript's own engine.

#[cfg(not(target_arch = "wasm32"))]
pub use real_fancy_regex::*;

#[cfg(any(target_arch = "wasm32", test))]
pub mod syntax;

#[cfg(target_arch = "wasm32")]
pub use syntax::{Error, Regex};
