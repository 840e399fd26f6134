//! Text edits.

use serde_json::from_str;
use sidewinder_recipe_tools::{TextEdit, apply_edits};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::thrown::{Thrown, json};

/// The text with edits (JSON text of a list) made, as JSON text; `null` if two of them overlap or one is outside of it.
///
/// # Errors
/// Throws for an argument of a wrong shape.
#[wasm_bindgen(js_name = applyTextEdits)]
pub fn apply_text_edits(text: &str, edits: &str) -> Result<String, JsValue> {
    let edits: Vec<TextEdit> = from_str(edits).map_err(Thrown::argument("edits"))?;
    Ok(json(&apply_edits(text, &edits))?)
}
