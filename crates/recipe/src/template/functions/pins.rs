//! `pin_subpackage` and `pin_compatible`: bounds as JSON text, which a dependency list turns into pins.

use std::str::FromStr;

use minijinja::Value;
use minijinja::value::ValueKind;
use rattler_conda_types::{PackageName, Version};

use super::arguments::{Arguments, text, unknown_keyword};
use crate::model::Pin;
use crate::template::error::TemplateError;

/// The JSON text of a pin.
pub(super) fn pin(function: &str, mut arguments: Arguments) -> Result<Value, TemplateError> {
    let name = match arguments.positional.as_slice() {
        [] => return Err(TemplateError::failed("missing argument")),
        [name] => text(name)?,
        _ => return Err(TemplateError::failed("too many arguments")),
    };
    if PackageName::from_str(&name).is_err() {
        return Err(TemplateError::failed(format!(
            "`{name}` in `{function}` is not a package name; expected letters, digits, `-`, `_` and `.`"
        )));
    }
    for (old, new) in [("min_pin", "lower_bound"), ("max_pin", "upper_bound")] {
        if let Some(value) = arguments.take(old) {
            return Err(TemplateError::failed(format!("`{old}` was renamed; write `{new}=\"{value}\"`")));
        }
    }
    let pin =
        match arguments.named.iter().position(|(name, value)| &**name == "exact" && value.kind() == ValueKind::Bool) {
            Some(at) => {
                // Once `exact` is given there are no bounds, even with `exact=False`: so the reference does.
                let exact = arguments.named.remove(at).1.is_true();
                Pin { name, exact, ..Pin::default() }
            }
            None => Pin {
                name,
                lower_bound: bound(arguments.take("lower_bound"), "x.x.x.x.x.x", "lower")?,
                upper_bound: bound(arguments.take("upper_bound"), "x", "upper")?,
                exact: false,
                // `build=none` is the pattern `none`, unlike the bounds: so the reference does.
                build: arguments.take("build").map(|build| text(&build)).transpose()?,
            },
        };
    if let Some((name, _)) = arguments.named.first() {
        return Err(unknown_keyword(name));
    }
    let json = serde_json::to_string(&pin).map_err(|e| TemplateError::failed(e.to_string()))?;
    Ok(Value::from(format!("{{\"{function}\":{json}}}")))
}

fn bound(value: Option<Value>, default: &str, which: &str) -> Result<Option<String>, TemplateError> {
    let Some(value) = value else { return Ok(Some(default.to_owned())) };
    // No bound; so is a bound by an undefined variable, in the reference.
    if value.is_none() || value.is_undefined() {
        return Ok(None);
    }
    let text = text(&value)?;
    if text.chars().all(|c| matches!(c, 'x' | '.')) {
        return Ok(Some(text));
    }
    // A version is passed on as versions print, `2024.1` for `2024.01`.
    match Version::from_str(&text) {
        Ok(version) => Ok(Some(version.to_string())),
        Err(error) => Err(TemplateError::failed(format!("invalid {which} bound: {error}"))),
    }
}
