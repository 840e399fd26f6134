//! Templates in the text of a script, rendered when the script is written.

use indexmap::IndexMap;

use super::variables::{VariableInput, Variables};
use crate::error::{Error, Result};

/// What templates of a script may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'a> {
    pub(super) input: &'a VariableInput<'a>,
    pub(super) variables: &'a Variables,
    pub(super) script_env: &'a IndexMap<String, String>,
}

/// Renders the templates of one text.
///
/// # Errors
/// [`Error::Script`] for templates that cannot be evaluated; unknown variables are empty.
pub(super) fn render(text: &str, scope: Scope<'_>) -> Result<String> {
    let _ = scope;
    if !text.contains("${{") {
        return Ok(text.to_owned());
    }
    Err(Error::Script { reason: "templates in scripts are not rendered yet".into() })
}
