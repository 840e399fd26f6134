//! The pipeline from a parsed recipe to rendered variants.

use super::{RenderConfig, RenderedVariant};
use crate::diagnostic::Diagnostics;
use crate::stage0::Stage0;
use crate::variants::VariantConfig;

/// What a rendering gives.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// The packages to build, in build order.
    pub variants: Vec<RenderedVariant>,
    /// What looks wrong, though it renders.
    pub warnings: Diagnostics,
}

/// Renders a parsed recipe for all combinations of the variants it uses.
///
/// # Errors
/// All problems found.
pub fn render(_recipe: &Stage0, _variants: &VariantConfig, _config: &RenderConfig) -> Result<Rendered, Diagnostics> {
    Ok(Rendered::default())
}
