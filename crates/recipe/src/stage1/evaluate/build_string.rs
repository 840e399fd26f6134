//! Renders custom build strings, once the hash is known.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::Combination;
use crate::diagnostic::Diagnostic;
use crate::model::{RenderConfig, VariantValue};
use crate::stage0::{Value, ValueKind};
use crate::template::{self, Scope, Template};

/// What a custom build string sees (specification 6.4).
#[derive(Clone, Debug)]
pub struct BuildStringInput<'a> {
    /// The used variant, with pins and without ignored keys.
    pub variant: &'a BTreeMap<String, VariantValue>,
    /// The recipe's evaluated context.
    pub context: &'a IndexMap<String, serde_json::Value>,
    /// Seven hex digits.
    pub hash: &'a str,
    /// Build number.
    pub build_number: u64,
    /// Platforms and the rest.
    pub config: &'a RenderConfig,
}

/// Renders a custom build string.
///
/// Literals go through the renderer as well: a final line break is dropped and comments vanish. Platform variables are
/// those of the package, not (as in the reference) of the machine that renders.
///
/// # Errors
/// A template that fails, at its scalar.
pub fn render_build_string(string: &Value<Arc<str>>, input: &BuildStringInput<'_>) -> Result<String, Diagnostic> {
    let parsed;
    let template = match &string.kind {
        ValueKind::Template(template) => template,
        ValueKind::Literal(text) if !needs_rendering(text) => return Ok((**text).to_owned()),
        ValueKind::Literal(text) => {
            parsed = Template::parse(text, string.span)?;
            &parsed
        }
    };
    let variant: Combination = input.variant.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut scope = Scope::new(input.config, &variant);
    for (name, value) in input.context {
        scope.define(name.as_str(), template::Value::from_serialize(value));
    }
    scope.define("hash", template::Value::from(input.hash));
    scope.define("build_number", template::Value::from(input.build_number));
    template.render(&scope)
}

fn needs_rendering(text: &str) -> bool {
    text.ends_with('\n') || text.contains("{#") || text.contains("{%")
}
