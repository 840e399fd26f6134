//! The pipeline: used keys → combinations → evaluation → order → pins → hash and build string.

mod discovery;
mod environment_names;
mod finish;
mod hash;
mod order;
mod platforms;
mod rendered;
mod run;
mod used_variant;

pub use crate::model::{GitFacts, PinError, RenderConfig, RepodataRevision, apply_pin};
pub use environment_names::build_environment_names;
pub use hash::hash_input;
pub use rendered::{PinnedSubpackage, RenderedVariant, Subpackage};
pub use run::{Rendered, render};
