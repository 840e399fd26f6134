//! The pipeline: used keys → combinations → evaluation → order → pins → hash and build string.

mod config;
mod rendered;
mod run;

pub use config::{GitFacts, RenderConfig, RepodataRevision};
pub use rendered::{PinnedSubpackage, RenderedVariant, Subpackage};
pub use run::{Rendered, render};
