//! Variant configurations, kept in the module's memory: JavaScript would not keep `3` and `3.0` apart.

use serde_json::{from_str, to_string};
use sidewinder_recipe::diagnostic::DiagnosticRecord;
use sidewinder_recipe::variants::VariantFormat;
use sidewinder_recipe::{Failure, VariantConfig};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::settings::Settings;
use crate::thrown::{Thrown, plain};

/// Variant keys with their values, and what looked wrong where they were read.
#[wasm_bindgen]
pub struct Variants {
    pub(crate) config: VariantConfig,
    warnings: Vec<DiagnosticRecord>,
}

#[wasm_bindgen]
impl Variants {
    /// From values that a program gives, as JSON text.
    ///
    /// # Errors
    /// Throws for zip keys that do not fit, and for an argument of a wrong shape.
    #[wasm_bindgen(js_name = fromValues)]
    pub fn from_values(values: &str) -> Result<Variants, JsValue> {
        let given: VariantConfig = from_str(values).map_err(Thrown::argument("values"))?;
        let config = VariantConfig::new(given.values, given.zip_keys).map_err(Thrown::from)?;
        Ok(Self { config, warnings: Vec::new() })
    }

    /// Reads a variant file's text; `format` is `variants`, `conda_build_config`, or `by-path` for what the file's name
    /// says.
    ///
    /// # Errors
    /// Throws all problems of the text, and arguments of a wrong shape.
    pub fn read(text: &str, format: &str, settings: &Settings, path: Option<String>) -> Result<Variants, JsValue> {
        let (variants, diagnostics) = read(text, format, settings, path.as_deref())?;
        match variants {
            Some(config) => Ok(Self { config, warnings: diagnostics }),
            None => Err(Thrown::from(Failure::new(diagnostics)).into()),
        }
    }

    /// All errors and warnings of a variant file's text, as a list of diagnostics. Arguments as of `read`.
    ///
    /// # Errors
    /// Throws for arguments of a wrong shape.
    pub fn check(text: &str, format: &str, settings: &Settings, path: Option<String>) -> Result<JsValue, JsValue> {
        let (_, diagnostics) = read(text, format, settings, path.as_deref())?;
        Ok(plain(&diagnostics)?)
    }

    /// This configuration with another one on top.
    pub fn merge(&self, other: &Variants) -> Variants {
        let config = self.config.clone().merge(other.config.clone());
        Variants { config, warnings: [self.warnings.as_slice(), &other.warnings].concat() }
    }

    /// What looked wrong where it was read, though it could be: a list of diagnostics.
    ///
    /// # Errors
    /// Only by a mistake in sidewinder.
    pub fn warnings(&self) -> Result<JsValue, JsValue> {
        Ok(plain(&self.warnings)?)
    }

    /// Problems of the merged configuration, as a list of diagnostics: broken `zip_keys`, and a `target_platform` that
    /// overrides the requested one.
    ///
    /// # Errors
    /// Only by a mistake in sidewinder.
    pub fn problems(&self, target_platform: Option<String>) -> Result<JsValue, JsValue> {
        let mut problems = self.config.zip_errors();
        problems.extend(self.config.warnings(target_platform.as_deref()));
        Ok(plain(&problems)?)
    }

    /// Values and zip keys, as JSON text.
    ///
    /// # Errors
    /// Only by a mistake in sidewinder.
    #[wasm_bindgen(js_name = toJson)]
    pub fn to_json(&self) -> Result<String, JsValue> {
        Ok(to_string(&self.config).map_err(Thrown::internal)?)
    }
}

fn read(
    text: &str,
    format: &str,
    settings: &Settings,
    path: Option<&str>,
) -> Result<(Option<VariantConfig>, Vec<DiagnosticRecord>), Thrown> {
    let format = match format {
        "variants" => VariantFormat::Variants,
        "conda_build_config" => VariantFormat::CondaBuildConfig,
        "by-path" => VariantFormat::of_path(path.unwrap_or_default()),
        _ => {
            let message = format!("`{format}` is neither `variants` nor `conda_build_config`");
            return Err(Thrown::Argument { argument: "format", message });
        }
    };
    Ok(VariantConfig::read(text, format, &settings.config, path))
}
