//! The tables of specification 2, 4.4 and 9.2, row by row.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod errors;
mod fields;
mod merging;
mod scripts;
mod skipping;
mod tracking;

use serde_json::Value;

use super::{Combination, Evaluated, Evaluator};
use crate::diagnostic::{DiagnosticRecord, Diagnostics, TextIndex};
use crate::model::{RenderConfig, RepodataRevision, VariantValue};
use crate::stage0;

const PACKAGE: &str = "package: {name: a, version: 1}\n";

/// A variant with texts as values.
fn variant(entries: &[(&str, &str)]) -> Combination {
    entries.iter().map(|(key, value)| ((*key).to_owned(), VariantValue::String((*value).to_owned()))).collect()
}

fn experimental() -> RenderConfig {
    RenderConfig { experimental: true, ..RenderConfig::default() }
}

fn v3() -> RenderConfig {
    RenderConfig { repodata_revision: RepodataRevision::V3, ..RenderConfig::default() }
}

fn evaluate_with(text: &str, config: &RenderConfig, combination: &Combination) -> Result<Evaluated, Diagnostics> {
    let (recipe, problems) = stage0::parse(text, config.repodata_revision);
    assert!(!problems.has_errors(), "{text}\n{problems:?}");
    Evaluator::new(&recipe.unwrap(), config).evaluate(combination)
}

fn evaluate(text: &str) -> Evaluated {
    evaluate_with(text, &RenderConfig::default(), &Combination::default()).unwrap()
}

/// The recipes of all outputs as JSON.
fn recipes(text: &str) -> Vec<Value> {
    evaluate(text).outputs.iter().map(|output| serde_json::to_value(&output.recipe).unwrap()).collect()
}

/// The first recipe as JSON, of a text behind `package`.
fn recipe(text: &str) -> Value {
    recipes(&format!("{PACKAGE}{text}")).remove(0)
}

/// The problems of a text, one a line: place, code, message, help.
fn problems_with(text: &str, config: &RenderConfig) -> String {
    let problems = match evaluate_with(text, config, &Combination::default()) {
        Ok(evaluated) => evaluated.warnings,
        Err(problems) => problems,
    };
    let index = TextIndex::new(text);
    let lines: Vec<String> = problems
        .into_sorted()
        .iter()
        .map(|problem| {
            let record = DiagnosticRecord::new(problem, &index, None);
            let place = record.span.map_or("-".to_owned(), |at| format!("{}:{}+{}", at.line, at.column, at.length));
            let help = record.help.map(|help| format!("\n    help: {help}")).unwrap_or_default();
            format!("{place} {}: {}{help}", record.code, record.message)
        })
        .collect();
    lines.join("\n")
}

fn problems(text: &str) -> String {
    problems_with(text, &RenderConfig::default())
}
