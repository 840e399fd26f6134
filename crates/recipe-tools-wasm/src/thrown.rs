//! What leaves this module by `throw`.

use serde::Serialize;
use sidewinder_recipe::diagnostic::DiagnosticRecord;
use sidewinder_recipe::edit::EditFault;
use sidewinder_recipe_tools::update::UpdateError;
use wasm_bindgen::JsValue;

/// Why a call failed: the same shapes that the core's bindings throw, as JSON text.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Thrown {
    /// An argument does not have the shape it must have.
    Argument {
        /// Its name as the SDK spells it.
        argument: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// A recipe cannot be changed as asked.
    Edit {
        /// What kept it from being changed.
        fault: EditFault,
        /// One sentence.
        message: String,
        /// Problems of its text.
        diagnostics: Vec<DiagnosticRecord>,
        /// What to do about it.
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
    },
    /// A result could not be converted: a mistake in sidewinder.
    Internal {
        /// What happened.
        message: String,
    },
}

impl Thrown {
    /// For `map_err` on reading the argument `argument` from JSON.
    pub(crate) fn argument(argument: &'static str) -> impl FnOnce(serde_json::Error) -> Self {
        move |error| Self::Argument { argument, message: error.to_string() }
    }
}

impl From<UpdateError> for Thrown {
    fn from(error: UpdateError) -> Self {
        let UpdateError { fault, message, hint } = error;
        Self::Edit { fault, message, diagnostics: Vec::new(), hint }
    }
}

impl From<Thrown> for JsValue {
    fn from(thrown: Thrown) -> Self {
        // The fallback is a text that is not JSON: the SDK reports it as an internal error.
        let text = serde_json::to_string(&thrown).unwrap_or_else(|_| "an error could not be converted".to_owned());
        JsValue::from_str(&text)
    }
}

/// A result as JSON text.
pub(crate) fn json(value: &impl Serialize) -> Result<String, Thrown> {
    serde_json::to_string(value).map_err(|error| Thrown::Internal { message: error.to_string() })
}
