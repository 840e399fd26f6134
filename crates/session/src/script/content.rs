//! Templates in the text of a script, rendered when the script is written.

use std::collections::BTreeMap;

use sidewinder_recipe::render::RenderedVariant;
use sidewinder_recipe::template::{ScriptScope, render_script};

use crate::error::{Error, Result};

/// Renders the templates of one text. They may use the recipe's context, the variant, and the environment that the
/// script runs with.
///
/// # Errors
/// [`Error::Script`] for templates that cannot be evaluated; unknown variables are empty.
pub(super) fn render(text: &str, variant: &RenderedVariant, environment: &BTreeMap<String, String>) -> Result<String> {
    let scope = ScriptScope {
        context: &variant.recipe.context,
        variant: &variant.variant,
        environment,
        target_platform: &variant.target_platform,
        host_platform: &variant.host_platform,
        build_platform: &variant.build_platform,
    };
    render_script(text, &scope)
        .map_err(|message| Error::Script { reason: format!("cannot render its content: {message}") })
}
