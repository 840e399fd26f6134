//! Variant configurations. They cross as JSON text, which keeps `3` and `3.0` apart; JavaScript would not.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::{from_str, to_string};
use sidewinder_recipe::variants::VariantFormat;
use sidewinder_recipe::{RenderConfig, VariantConfig};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::thrown::Thrown;

/// A configuration from values that a program gives: JSON text in, the normal form as JSON text out.
///
/// # Errors
/// Throws for zip keys that do not fit, and for an argument of a wrong shape.
#[wasm_bindgen(js_name = newVariants)]
pub fn new_variants(values: &str) -> Result<String, JsValue> {
    let given: VariantConfig = from_str(values).map_err(Thrown::argument("values"))?;
    let variants = VariantConfig::new(given.values, given.zip_keys).map_err(Thrown::from)?;
    Ok(to_string(&variants).map_err(Thrown::internal)?)
}

/// Reads a variant file's text; `config` is the JSON text of a rendering's settings, `format` is `variants`,
/// `conda_build_config`, or `by-path` for what the file's name says. Gives JSON text.
///
/// # Errors
/// Throws all problems of the text, and arguments of a wrong shape.
#[wasm_bindgen(js_name = readVariants)]
pub fn read_variants(text: &str, format: &str, config: &str, path: Option<String>) -> Result<String, JsValue> {
    let format = match format {
        "variants" => VariantFormat::Variants,
        "conda_build_config" => VariantFormat::CondaBuildConfig,
        "by-path" => VariantFormat::of_path(path.as_deref().unwrap_or_default()),
        _ => {
            let message = format!("`{format}` is neither `variants` nor `conda_build_config`");
            return Err(Thrown::Argument { argument: "format", message }.into());
        }
    };
    let config: RenderConfig = from_str(config).map_err(Thrown::argument("config"))?;
    let variants = VariantConfig::from_yaml(text, format, &config, path.as_deref()).map_err(Thrown::from)?;
    Ok(to_string(&variants).map_err(Thrown::internal)?)
}

/// One configuration with another one on top; JSON text in and out.
///
/// # Errors
/// Throws for arguments of a wrong shape.
#[wasm_bindgen(js_name = mergeVariants)]
pub fn merge_variants(below: &str, above: &str) -> Result<String, JsValue> {
    let below: VariantConfig = from_str(below).map_err(Thrown::argument("variants"))?;
    let above: VariantConfig = from_str(above).map_err(Thrown::argument("other"))?;
    Ok(to_string(&below.merge(above)).map_err(Thrown::internal)?)
}

thread_local! {
    /// The configuration that was read last, with its text.
    static LAST: RefCell<Option<(String, Rc<VariantConfig>)>> = const { RefCell::new(None) };
}

/// The configuration of a rendering, from JSON text. The last one is kept: recipes are rendered one after the other with
/// the same pins, and reading those takes longer than rendering a recipe.
pub(crate) fn last_read(text: &str) -> Result<Rc<VariantConfig>, Thrown> {
    let kept = LAST.with_borrow(|last| match last {
        Some((of, variants)) if of == text => Some(Rc::clone(variants)),
        _ => None,
    });
    if let Some(variants) = kept {
        return Ok(variants);
    }
    let variants: Rc<VariantConfig> = Rc::new(from_str(text).map_err(Thrown::argument("variants"))?);
    LAST.set(Some((text.to_owned(), Rc::clone(&variants))));
    Ok(variants)
}
