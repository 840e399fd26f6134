//! JSON and YAML members.

use serde::Serialize;

use crate::content::Entry;
use crate::error::{Error, Result};

/// A member with indented JSON, without a newline at the end.
///
/// # Errors
/// [`Error::Metadata`].
pub(super) fn json(path: &str, value: &impl Serialize) -> Result<Entry> {
    let text = serde_json::to_vec_pretty(value).map_err(|error| failed(path, &error))?;
    Ok(Entry::made(path, text, false))
}

/// A member with YAML.
///
/// # Errors
/// [`Error::Metadata`].
pub(super) fn yaml(path: &str, value: &impl Serialize) -> Result<Entry> {
    // Long lines are not folded: folding has rules that readers of packages get wrong.
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    let text = serde_saphyr::to_string_with_options(value, options).map_err(|error| failed(path, &error))?;
    Ok(Entry::made(path, text.into_bytes(), false))
}

fn failed(path: &str, error: &dyn std::fmt::Display) -> Error {
    Error::Metadata { reason: format!("cannot write `{path}`: {error}") }
}
