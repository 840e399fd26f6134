//! Evaluates `extra`: free data, in which text that is a template is rendered.

use serde_json::{Map, Value};

use super::fields::Evaluation;
use crate::diagnostic::Code;
use crate::stage0::Extra;

impl Evaluation<'_> {
    /// The data with rendered texts.
    pub(super) fn extra(&mut self, extra: &Extra) -> Map<String, Value> {
        extra.data.iter().map(|(key, value)| (key.clone(), self.extra_value(value, extra))).collect()
    }

    fn extra_value(&mut self, value: &Value, extra: &Extra) -> Value {
        match value {
            Value::String(text) => self.extra_text(text, extra),
            Value::Array(items) => items.iter().map(|item| self.extra_value(item, extra)).collect(),
            Value::Object(entries) => {
                Value::Object(entries.iter().map(|(key, item)| (key.clone(), self.extra_value(item, extra))).collect())
            }
            other => other.clone(),
        }
    }

    fn extra_text(&mut self, text: &str, extra: &Extra) -> Value {
        let Some(template) = extra.templates.get(text) else { return Value::String(text.to_owned()) };
        let rendered = template.render(&self.scope).map_err(|problem| match problem.code {
            // Variants do not give a value to a name that only occurs here: the reference behaves like that.
            Code::UndefinedVariable => problem
                .with_help("`extra` alone does not make a recipe depend on a variant key: name it in `context`, too"),
            _ => problem,
        });
        self.ok(rendered).map_or(Value::Null, Value::String)
    }
}
