//! Recipes: parse, look, render, check.

use std::cell::RefCell;

use serde_json::from_str;
use sidewinder_recipe::diagnostic::{DiagnosticRecord, Frames};
use sidewinder_recipe::edit::{Edit, edit};
use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::{Failure, ParsedRecipe, Rendering, yaml};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::settings::Settings;
use crate::thrown::{Thrown, plain};
use crate::variants::Variants;

/// A parsed recipe, kept in the module's memory.
#[wasm_bindgen]
pub struct Recipe {
    parsed: ParsedRecipe,
    /// What `missingFiles` gives.
    missing_files: RefCell<Vec<String>>,
}

#[wasm_bindgen]
impl Recipe {
    /// Reads a recipe's text. `path` is only named in diagnostics and results; `revision` is `legacy` or `v3`.
    ///
    /// # Errors
    /// Throws all problems of the text.
    pub fn parse(text: &str, path: Option<String>, revision: &str) -> Result<Recipe, JsValue> {
        let parsed = ParsedRecipe::parse(text, path.as_deref(), read_revision(revision)?).map_err(Thrown::from)?;
        Ok(Recipe { parsed, missing_files: RefCell::default() })
    }

    /// Whether it has several outputs.
    #[wasm_bindgen(getter, js_name = isMulti)]
    pub fn is_multi(&self) -> bool {
        self.parsed.is_multi()
    }

    /// Names of the variant keys that the recipe can depend on, sorted.
    #[wasm_bindgen(js_name = usedVariables)]
    pub fn used_variables(&self) -> Vec<String> {
        self.parsed.used_variables()
    }

    /// What looks wrong, though it parses: a list of diagnostics.
    ///
    /// # Errors
    /// Only by a mistake in sidewinder.
    pub fn warnings(&self) -> Result<JsValue, JsValue> {
        Ok(plain(&self.parsed.warnings())?)
    }

    /// The parsed recipe, templates as their text, as JSON text.
    #[wasm_bindgen(js_name = toJson)]
    pub fn to_json(&self) -> String {
        self.parsed.stage0().to_json().to_string()
    }

    /// The packages to build, in build order, as JSON text.
    ///
    /// # Errors
    /// Throws all problems.
    pub fn render(&self, variants: &Variants, settings: &Settings) -> Result<String, JsValue> {
        let rendering = self.rendered(variants, settings)?;
        Ok(serde_json::to_string(&rendering.variants).map_err(Thrown::internal)?)
    }

    /// As `render`; JSON text of a list: the packages, and what looks wrong although it renders.
    ///
    /// # Errors
    /// Throws all problems.
    #[wasm_bindgen(js_name = renderWithWarnings)]
    pub fn render_with_warnings(&self, variants: &Variants, settings: &Settings) -> Result<String, JsValue> {
        let Rendering { variants, warnings, .. } = self.rendered(variants, settings)?;
        Ok(serde_json::to_string(&(variants, warnings)).map_err(Thrown::internal)?)
    }

    /// All errors and warnings, including those that only show when the recipe is rendered. Without `variants` a
    /// variable that has no value is only a warning.
    ///
    /// # Errors
    /// Throws for unknown platforms.
    pub fn findings(
        &self,
        variants: &Variants,
        without_variants: bool,
        settings: &Settings,
    ) -> Result<JsValue, JsValue> {
        let Settings { config } = settings;
        let unknown = config.platform_problems();
        if !unknown.is_empty() {
            return Err(Thrown::from(Failure::new(unknown)).into());
        }
        let variants = (!without_variants).then_some(&variants.config);
        let mut findings = self.parsed.findings(variants, config);
        self.missing_files.replace(std::mem::take(&mut findings.missing_files));
        Ok(plain(&findings)?)
    }

    /// The files that `load_from_file` asked for in the last rendering and that were not in its settings.
    #[wasm_bindgen(js_name = missingFiles)]
    pub fn missing_files(&self) -> Vec<String> {
        self.missing_files.borrow().clone()
    }

    fn rendered(&self, variants: &Variants, settings: &Settings) -> Result<Rendering, Thrown> {
        let mut rendered = self.parsed.render_with_warnings(&variants.config, &settings.config);
        let missing = match &mut rendered {
            Ok(rendering) => std::mem::take(&mut rendering.missing_files),
            Err(failure) => std::mem::take(&mut failure.missing_files),
        };
        self.missing_files.replace(missing);
        rendered.map_err(Thrown::from)
    }
}

/// The text after edits (JSON text), with everything else as it was.
///
/// # Errors
/// Throws why an edit cannot be made, and for arguments of a wrong shape.
#[wasm_bindgen(js_name = editRecipe)]
pub fn edit_recipe(text: &str, edits: &str, path: Option<String>, revision: &str) -> Result<String, JsValue> {
    let edits: Vec<Edit> = from_str(edits).map_err(Thrown::argument("edits"))?;
    let mut edited = edit(text, &edits, read_revision(revision)?);
    if let Err(error) = &mut edited {
        error.diagnostics.iter_mut().for_each(|diagnostic| diagnostic.file.clone_from(&path));
    }
    Ok(edited.map_err(Thrown::from)?)
}

/// All errors and warnings of a text, as a list of diagnostics.
///
/// # Errors
/// Throws for an unknown `revision`.
#[wasm_bindgen(js_name = checkRecipe)]
pub fn check_recipe(text: &str, path: Option<String>, revision: &str) -> Result<JsValue, JsValue> {
    let diagnostics = sidewinder_recipe::check(text, path.as_deref(), read_revision(revision)?);
    Ok(plain(&diagnostics)?)
}

/// Draws diagnostics (JSON text) with the lines of the text that they are about, with ANSI colors or without.
///
/// # Errors
/// Throws for an argument of a wrong shape.
#[wasm_bindgen(js_name = drawFrames)]
pub fn draw_frames(text: &str, diagnostics: &str, colors: bool) -> Result<String, JsValue> {
    let diagnostics: Vec<DiagnosticRecord> = from_str(diagnostics).map_err(Thrown::argument("diagnostics"))?;
    let frames = Frames::new(text, colors);
    Ok(diagnostics.iter().map(|diagnostic| frames.draw(diagnostic)).collect::<Vec<_>>().join("\n"))
}

/// Longest text of a recipe or variant file that is read, in bytes.
#[wasm_bindgen(js_name = maxTextBytes)]
pub fn max_text_bytes() -> usize {
    yaml::MAX_BYTES
}

/// The diagnostics of a text that is longer than that, for callers that do not copy it.
///
/// # Errors
/// Only by a mistake in sidewinder.
#[wasm_bindgen(js_name = textTooLong)]
pub fn text_too_long(path: Option<String>) -> Result<JsValue, JsValue> {
    Ok(plain(&[yaml::too_long(path.as_deref())])?)
}

fn read_revision(revision: &str) -> Result<RepodataRevision, Thrown> {
    match revision {
        "legacy" => Ok(RepodataRevision::Legacy),
        "v3" => Ok(RepodataRevision::V3),
        _ => Err(Thrown::Argument {
            argument: "repodataRevision",
            message: format!("`{revision}` is neither `legacy` nor `v3`"),
        }),
    }
}
