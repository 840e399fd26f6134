//! Tools for programs that write recipes: editors, linters, updaters and converters.
//!
//! Everything is a pure function of its arguments, like the core that it builds on: no files, no network, no clock.
//! Programs that only render recipes do not load it.

pub mod convert;
pub mod editor;
pub mod edits;
pub mod lint;
pub mod schema;
pub mod update;

pub use edits::{TextEdit, apply_edits};
pub use lint::{LintFinding, LintFix, LintOptions, LintSeverity, lint};
