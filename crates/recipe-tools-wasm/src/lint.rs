//! Lint: findings, fixes and the list of rules.

use serde_json::from_str;
use sidewinder_recipe_tools::LintOptions;
use sidewinder_recipe_tools::lint::{UnknownRule, fix, lint, rules};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::thrown::{Thrown, json};

/// The findings in a recipe's text, as JSON text. `options` is the JSON text of `LintOptions`.
///
/// # Errors
/// Throws for an unknown rule, and for options of a wrong shape.
#[wasm_bindgen(js_name = lintRecipe)]
pub fn lint_recipe(text: &str, options: &str) -> Result<String, JsValue> {
    Ok(json(&lint(text, &read(options)?).map_err(unknown)?)?)
}

/// The text after its safe fixes, what was fixed and what is left, as JSON text.
///
/// # Errors
/// Throws for an unknown rule, and for options of a wrong shape.
#[wasm_bindgen(js_name = fixRecipe)]
pub fn fix_recipe(text: &str, options: &str) -> Result<String, JsValue> {
    Ok(json(&fix(text, &read(options)?).map_err(unknown)?)?)
}

/// All rules, as JSON text.
///
/// # Errors
/// Only by a mistake in sidewinder.
#[wasm_bindgen(js_name = lintRules)]
pub fn lint_rules() -> Result<String, JsValue> {
    Ok(json(&rules())?)
}

fn read(options: &str) -> Result<LintOptions, Thrown> {
    from_str(options).map_err(Thrown::argument("options"))
}

fn unknown(error: UnknownRule) -> Thrown {
    Thrown::Argument { argument: error.option, message: error.to_string() }
}
