//! Real packages from a few lines: what is in one, and how it is written.

mod builder;
mod content;
mod metadata;
mod write;

pub use builder::{Format, Package, RunExport};
pub use content::placeholder;
