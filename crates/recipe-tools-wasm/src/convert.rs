//! Conversion of old recipes.

use serde_json::from_str;
use sidewinder_recipe_tools::convert::{ConvertOptions, convert};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::thrown::{Thrown, json};

/// Converts the text of a `meta.yaml`; JSON text of the conversion. `options` is JSON text.
///
/// # Errors
/// Throws for an argument of a wrong shape.
#[wasm_bindgen(js_name = convertRecipe)]
pub fn convert_recipe(text: &str, options: &str) -> Result<String, JsValue> {
    let options: ConvertOptions = from_str(options).map_err(Thrown::argument("options"))?;
    Ok(json(&convert(text, &options))?)
}
