//! The pipeline: used keys → combinations → evaluation → order → pins → hash and build string.

mod config;
mod discovery;
mod environment_names;
mod finish;
mod hash;
mod order;
mod pin;
mod platforms;
mod rendered;
mod run;
mod used_variant;

pub use config::{GitFacts, RenderConfig, RepodataRevision};
pub use environment_names::build_environment_names;
pub use hash::hash_input;
pub use pin::{PinError, apply_pin};
pub use rendered::{PinnedSubpackage, RenderedVariant, Subpackage};
pub use run::{Rendered, render};
