//! Settings of a rendering, read once and used for any number of recipes and variant files.

use serde_json::from_str;
use sidewinder_recipe::RenderConfig;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::thrown::Thrown;

/// Platforms, flags and files that rendering depends on, kept in the module's memory.
#[wasm_bindgen]
pub struct Settings {
    pub(crate) config: RenderConfig,
}

#[wasm_bindgen]
impl Settings {
    /// Reads the JSON text of a `RenderConfig`.
    ///
    /// # Errors
    /// Throws if the text has another shape.
    pub fn parse(json: &str) -> Result<Settings, JsValue> {
        let config = from_str(json).map_err(Thrown::argument("config"))?;
        Ok(Self { config })
    }
}
