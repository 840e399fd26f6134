//! JSON Schemas.

use sidewinder_recipe_tools::schema;
use wasm_bindgen::prelude::wasm_bindgen;

/// The JSON Schema of `recipe.yaml`, as JSON text.
#[wasm_bindgen(js_name = recipeSchema)]
#[must_use]
pub fn recipe_schema() -> String {
    schema::recipe_schema().to_string()
}

/// The JSON Schema of `variants.yaml`, as JSON text.
#[wasm_bindgen(js_name = variantSchema)]
#[must_use]
pub fn variant_schema() -> String {
    schema::variant_schema().to_string()
}
