//! The tables of specification 3 and 4.4, row by row.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod context_values;
mod functions;
mod hostile;
mod language;
mod names;
mod platforms;

use super::{Expression, Scope, Template};
use crate::diagnostic::Span;
use crate::model::{Combination, RenderConfig, VariantValue};

/// A variant with texts as values.
fn variant(entries: &[(&str, &str)]) -> Combination {
    entries.iter().map(|(key, value)| ((*key).to_owned(), VariantValue::String((*value).to_owned()))).collect()
}

/// The text of a template, or what is wrong with it.
fn render(text: &str) -> Result<String, String> {
    let (config, combination) = (RenderConfig::default(), Combination::default());
    Template::parse(text, Span::default())
        .and_then(|template| template.render(&Scope::new(&config, &combination)))
        .map_err(|d| d.message)
}

/// The text that an expression prints.
fn printed(expression: &str) -> Result<String, String> {
    render(&format!("${{{{ {expression} }}}}"))
}

/// The typed value of an expression, as JSON.
fn typed_with(text: &str, config: &RenderConfig, combination: &Combination) -> Result<serde_json::Value, String> {
    Template::parse(text, Span::default())
        .and_then(|template| template.evaluate(&Scope::new(config, combination)))
        .map(|value| serde_json::to_value(value).unwrap())
        .map_err(|d| d.message)
}

fn typed(expression: &str) -> Result<serde_json::Value, String> {
    typed_with(&format!("${{{{ {expression} }}}}"), &RenderConfig::default(), &Combination::default())
}

fn holds(condition: &str) -> Result<bool, String> {
    let (config, combination) = (RenderConfig::default(), Combination::default());
    Expression::parse(condition, Span::default())
        .and_then(|expression| expression.holds(&Scope::new(&config, &combination)))
        .map_err(|d| d.message)
}
