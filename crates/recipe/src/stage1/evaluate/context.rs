//! `context`, from top to bottom: an entry sees the entries above it.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::fields::Evaluation;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::VariantValue;
use crate::stage0::{Context, ContextEntry, ContextScalar, ContextValue};
use crate::template::{self, Template};

/// The evaluated context.
#[derive(Clone, Debug, Default)]
pub(super) struct EvaluatedContext {
    /// The recipe's own variables.
    pub(super) values: IndexMap<String, serde_json::Value>,
    /// Names that were looked up while it was evaluated.
    pub(super) accessed: BTreeSet<String>,
    /// Variables that hide a variant key: whether context reads a value of that name → what to record.
    pub(super) shadows: BTreeMap<String, Option<VariantValue>>,
}

impl Evaluation<'_> {
    /// Evaluates the context into the scope. `multi`: the recipe has several outputs; then a variant key that is read and
    /// hidden records the hiding value, not its own.
    pub(super) fn context(&mut self, context: &Context, multi: bool) -> EvaluatedContext {
        let mut evaluated = EvaluatedContext::default();
        let mut failed: BTreeSet<&str> = BTreeSet::new();
        for entry in &context.entries {
            if uses_any(entry, &failed) {
                // What it needs has failed already: one diagnostic is enough.
                failed.insert(&entry.name);
                continue;
            }
            let Some((value, json)) = self.entry(entry) else {
                failed.insert(&entry.name);
                continue;
            };
            self.scope.define(entry.name.clone(), value);
            evaluated.values.insert((*entry.name).to_owned(), json);
        }
        evaluated.accessed = self.scope.take_accessed();
        for (name, json) in &evaluated.values {
            let own = self.combination.get(name).cloned();
            if own.is_some() || self.config.extra_context.contains_key(name) {
                // The reference does not tell whose value was read, the key's own or the one that hides it.
                let read = evaluated.accessed.contains(name);
                let record = if multi || own.is_none() { Some(variant_value(json)) } else { own };
                evaluated.shadows.insert(name.clone(), record.filter(|_| read));
            }
        }
        evaluated
    }

    fn entry(&mut self, entry: &ContextEntry) -> Option<(template::Value, serde_json::Value)> {
        match &entry.value {
            ContextValue::Scalar(ContextScalar::Literal(json, _)) => {
                Some((template::Value::from_serialize(json), json.clone()))
            }
            ContextValue::List(items, _) => {
                let json = serde_json::Value::from(items.clone());
                Some((template::Value::from_serialize(&json), json))
            }
            ContextValue::Scalar(ContextScalar::Template { template, quoted }) => self.typed(template, *quoted),
        }
    }

    fn typed(&mut self, template: &Template, quoted: bool) -> Option<(template::Value, serde_json::Value)> {
        let value = template.evaluate(&self.scope);
        let value = self.ok(value)?;
        if let Some(text) = value.as_str() {
            let json = serde_json::Value::from(text);
            return Some((value, json));
        }
        if quoted {
            let text = template::printed(&value);
            return Some((template::Value::from(text.as_str()), text.into()));
        }
        match serde_json::to_value(&value) {
            Ok(json) => Some((value, json)),
            Err(error) => {
                let message = format!("the value of `{}` cannot be kept: {error}", template.text);
                self.error(Diagnostic::error(Code::TemplateFailed, message, template.span));
                None
            }
        }
    }
}

fn uses_any(entry: &ContextEntry, names: &BTreeSet<&str>) -> bool {
    match &entry.value {
        ContextValue::Scalar(ContextScalar::Template { template, .. }) => {
            template.uses.iter().any(|name| names.contains(name.as_str()))
        }
        _ => false,
    }
}

fn variant_value(json: &serde_json::Value) -> VariantValue {
    match json {
        serde_json::Value::Null => VariantValue::Null(()),
        serde_json::Value::Bool(value) => VariantValue::Bool(*value),
        serde_json::Value::String(value) => VariantValue::String(value.clone()),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => VariantValue::Integer(integer),
            (None, Some(float)) => VariantValue::Float(float),
            (None, None) => VariantValue::Other(json.clone()),
        },
        other => VariantValue::Other(other.clone()),
    }
}
