//! Recipes: parse, look, render, check.

use serde_json::from_str;
use sidewinder_recipe::diagnostic::{DiagnosticRecord, Frames};
use sidewinder_recipe::edit::{Edit, edit};
use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, RenderedVariant};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::thrown::{Thrown, plain};
use crate::variants::Variants;

/// A parsed recipe, kept on this side of the border.
#[wasm_bindgen]
pub struct Recipe {
    parsed: ParsedRecipe,
}

#[wasm_bindgen]
impl Recipe {
    /// Reads a recipe's text. `path` is only named in diagnostics and results; `revision` is `legacy` or `v3`.
    ///
    /// # Errors
    /// Throws all problems of the text.
    pub fn parse(text: &str, path: Option<String>, revision: &str) -> Result<Recipe, JsValue> {
        let parsed = ParsedRecipe::parse(text, path.as_deref(), read_revision(revision)?).map_err(Thrown::from)?;
        Ok(Recipe { parsed })
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

    /// The packages to build, in build order, as JSON text. `config` is JSON text.
    ///
    /// # Errors
    /// Throws all problems, and arguments of a wrong shape.
    pub fn render(&self, variants: &Variants, config: &str) -> Result<String, JsValue> {
        let (variants, _) = self.rendered(variants, config)?;
        Ok(serde_json::to_string(&variants).map_err(Thrown::internal)?)
    }

    /// As `render`; JSON text of a list: the packages, and what looks wrong although it renders.
    ///
    /// # Errors
    /// Throws all problems, and arguments of a wrong shape.
    #[wasm_bindgen(js_name = renderWithWarnings)]
    pub fn render_with_warnings(&self, variants: &Variants, config: &str) -> Result<String, JsValue> {
        Ok(serde_json::to_string(&self.rendered(variants, config)?).map_err(Thrown::internal)?)
    }

    fn rendered(&self, variants: &Variants, config: &str) -> Result<Rendered, Thrown> {
        let config: RenderConfig = from_str(config).map_err(Thrown::argument("config"))?;
        self.parsed.render_with_warnings(&variants.config, &config).map_err(Thrown::from)
    }
}

type Rendered = (Vec<RenderedVariant>, Vec<DiagnosticRecord>);

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
