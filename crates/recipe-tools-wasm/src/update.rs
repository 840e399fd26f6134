//! Updates of recipes.

use indexmap::IndexMap;
use serde_json::from_str;
use sidewinder_recipe::VariantValue;
use sidewinder_recipe_tools::update::{
    SourceResult, UpdatePlan, UpdateRequest, Upstream, finish, newest, plan, upstream,
};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::thrown::{Thrown, json};

/// The first step of an update; JSON text of the plan. `request` is JSON text.
///
/// # Errors
/// Throws why the recipe cannot be updated, and for arguments of a wrong shape.
#[wasm_bindgen(js_name = planUpdate)]
pub fn plan_update(text: &str, request: &str) -> Result<String, JsValue> {
    let request: UpdateRequest = from_str(request).map_err(Thrown::argument("options"))?;
    Ok(json(&plan(text, &request).map_err(Thrown::from)?)?)
}

/// The second step of an update; JSON text of the new recipe's text. Both arguments are JSON text.
///
/// # Errors
/// Throws why the recipe cannot be updated, and for arguments of a wrong shape.
#[wasm_bindgen(js_name = finishUpdate)]
pub fn finish_update(plan: &str, results: &str) -> Result<String, JsValue> {
    let plan: UpdatePlan = from_str(plan).map_err(Thrown::argument("plan"))?;
    let results: Vec<SourceResult> = from_str(results).map_err(Thrown::argument("sources"))?;
    Ok(json(&finish(&plan, &results).map_err(Thrown::from)?)?)
}

/// The places that announce versions of a recipe; JSON text of a list. `variants` is JSON text.
///
/// # Errors
/// Throws for an argument of a wrong shape.
#[wasm_bindgen(js_name = upstreamOf)]
pub fn upstream_of(text: &str, variants: &str) -> Result<String, JsValue> {
    let variants: IndexMap<String, VariantValue> = from_str(variants).map_err(Thrown::argument("variants"))?;
    Ok(json(&upstream(text, &variants))?)
}

/// The newest version in a place's answer; JSON text, `null` if it has none. `place` is JSON text.
///
/// # Errors
/// Throws for an argument of a wrong shape.
#[wasm_bindgen(js_name = newestVersion)]
pub fn newest_version(place: &str, answer: &str, prereleases: bool) -> Result<String, JsValue> {
    let place: Upstream = from_str(place).map_err(Thrown::argument("place"))?;
    Ok(json(&newest(&place, answer, prereleases))?)
}
