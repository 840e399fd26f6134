//! The variant's own keys, under names that a shell takes.

use sidewinder_recipe::variants::VariantValue;

use super::{VariableInput, Variables, set};

/// Keys that have variables of their own instead.
const LANGUAGES: [&str; 7] = ["perl", "lua", "r", "numpy", "python", "ruby", "nodejs"];

pub(super) fn add(variables: &mut Variables, input: &VariableInput<'_>) {
    for (key, value) in &input.variant.variant {
        if LANGUAGES.contains(&key.to_lowercase().as_str()) {
            continue;
        }
        let name = key.replace(['-', '.'], "_");
        let value = text(value);
        // A name that no shell takes could not be set, and a line break could not be written for every shell.
        if is_variable_name(&name) && !value.contains(['\n', '\r', '\0']) {
            set(variables, &name, value);
        }
    }
}

/// Whether a shell takes it as the name of a variable.
pub(in crate::script) fn is_variable_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A variant's value as a script sees it.
pub(in crate::script) fn text(value: &VariantValue) -> String {
    match value {
        VariantValue::Bool(value) => value.to_string(),
        VariantValue::Integer(value) => value.to_string(),
        VariantValue::Float(value) => value.to_string(),
        VariantValue::String(value) => value.clone(),
        VariantValue::Null(()) => String::new(),
        VariantValue::Other(value) => value.to_string(),
    }
}
