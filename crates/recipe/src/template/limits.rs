//! How much a template may use: far beyond what recipes need, and little enough for a browser.

use minijinja::Value;
use minijinja::value::ValueKind;

use super::error::TemplateError;

/// Longest text that an expression may give, in bytes.
pub(super) const MAX_VALUE_TEXT: usize = 1 << 20;
/// Most items of a list.
pub(super) const MAX_ITEMS: usize = 100_000;
/// Longest text that a template may give, in bytes.
pub(super) const MAX_OUTPUT: usize = 1 << 23;
/// Most steps of one evaluation.
pub(super) const MAX_STEPS: u32 = 200_000;
/// Deepest nesting of statements and expressions in macros and loops that call each other.
pub(super) const MAX_CALL_DEPTH: usize = 200;
/// Deepest nesting of lists and maps in a value.
const MAX_NESTING: usize = 48;

/// Refuses values that are too large or nested too deeply to be printed or compared.
pub(super) fn check_value(value: &Value) -> Result<(), TemplateError> {
    let mut budget = MAX_ITEMS;
    let mut bytes = MAX_VALUE_TEXT;
    if fits(value, MAX_NESTING, &mut budget, &mut bytes) {
        Ok(())
    } else {
        Err(TemplateError::limit("the result of an expression is too large"))
    }
}

fn fits(value: &Value, depth: usize, budget: &mut usize, bytes: &mut usize) -> bool {
    let Some(rest) = budget.checked_sub(1) else { return false };
    *budget = rest;
    if let Some(text) = value.as_str() {
        return match bytes.checked_sub(text.len()) {
            Some(rest) => {
                *bytes = rest;
                true
            }
            None => false,
        };
    }
    if !matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable | ValueKind::Map) {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else { return false };
    let Ok(mut items) = value.try_iter() else { return true };
    let is_map = value.kind() == ValueKind::Map;
    items.all(|item| {
        fits(&item, depth, budget, bytes)
            && (!is_map || value.get_item(&item).is_ok_and(|inner| fits(&inner, depth, budget, bytes)))
    })
}
