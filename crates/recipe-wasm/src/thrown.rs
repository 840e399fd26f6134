//! What leaves this module by `throw`.

use serde::Serialize;
use sidewinder_recipe::Failure;
use sidewinder_recipe::diagnostic::DiagnosticRecord;
use sidewinder_recipe::edit::{EditError, EditFault};
use sidewinder_recipe::versions::VersionError;
use wasm_bindgen::JsValue;

/// A plain object that says why a call failed.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(crate) enum Thrown {
    /// The text given is wrong in these ways.
    Diagnostics {
        /// All problems.
        diagnostics: Vec<DiagnosticRecord>,
    },
    /// An edit cannot be made.
    Edit {
        /// What kept it from being made.
        fault: EditFault,
        /// One sentence.
        message: String,
        /// What is wrong with the text, before or after.
        diagnostics: Vec<DiagnosticRecord>,
    },
    /// A text is not a version or spec.
    Version {
        /// What it was read as.
        what: &'static str,
        /// One sentence.
        message: String,
    },
    /// An argument does not have the shape it must have.
    Argument {
        /// Its name as the SDK spells it.
        argument: &'static str,
        /// What is wrong with it.
        message: String,
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

    /// For `map_err` on writing a result.
    pub(crate) fn internal(error: impl ToString) -> Self {
        Self::Internal { message: error.to_string() }
    }
}

impl From<Failure> for Thrown {
    fn from(failure: Failure) -> Self {
        Self::Diagnostics { diagnostics: failure.diagnostics }
    }
}

impl From<EditError> for Thrown {
    fn from(error: EditError) -> Self {
        Self::Edit { fault: error.fault, message: error.message, diagnostics: error.diagnostics }
    }
}

impl From<VersionError> for Thrown {
    fn from(error: VersionError) -> Self {
        Self::Version { what: error.kind, message: error.message }
    }
}

impl From<Thrown> for JsValue {
    fn from(thrown: Thrown) -> Self {
        // The fallback is a text: the SDK reports it as an internal error.
        plain(&thrown).unwrap_or_else(|_| JsValue::from_str("an error could not be converted"))
    }
}

/// A plain JavaScript value, with objects rather than maps and numbers rather than big integers.
pub(crate) fn plain(value: &impl Serialize) -> Result<JsValue, Thrown> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(Thrown::internal)
}
