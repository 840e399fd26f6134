//! Editor support: completions and hover texts.

use serde_json::from_str;
use sidewinder_recipe::{RenderConfig, VariantConfig};
use sidewinder_recipe_tools::editor::{complete, hover};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::thrown::{Thrown, json};

/// What can be written at a UTF-16 offset, as JSON text. `variants` is the JSON text of a variant configuration.
///
/// # Errors
/// Throws for variants of a wrong shape.
#[wasm_bindgen(js_name = completeRecipe)]
pub fn complete_recipe(text: &str, offset: usize, variants: &str) -> Result<String, JsValue> {
    let variants: VariantConfig = from_str(variants).map_err(Thrown::argument("variants"))?;
    Ok(json(&complete(text, offset, &variants))?)
}

/// What is at a UTF-16 offset, as JSON text; `null` where there is nothing to say.
///
/// # Errors
/// Throws for variants or settings of a wrong shape.
#[wasm_bindgen(js_name = hoverRecipe)]
pub fn hover_recipe(text: &str, offset: usize, variants: &str, config: &str) -> Result<String, JsValue> {
    let variants: VariantConfig = from_str(variants).map_err(Thrown::argument("variants"))?;
    let config: RenderConfig = from_str(config).map_err(Thrown::argument("config"))?;
    Ok(json(&hover(text, offset, &variants, &config))?)
}
