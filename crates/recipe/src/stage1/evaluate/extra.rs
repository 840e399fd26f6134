//! Evaluates `extra`: free data, in which text that is a template is rendered.

use serde_json::{Map, Value};

use super::fields::Evaluation;
use crate::diagnostic::Span;
use crate::template::Template;

impl Evaluation<'_> {
    /// The data with rendered texts.
    pub(super) fn extra(&mut self, extra: &Map<String, Value>, span: Option<Span>) -> Map<String, Value> {
        let span = span.unwrap_or_default();
        extra.iter().map(|(key, value)| (key.clone(), self.extra_value(value, span))).collect()
    }

    fn extra_value(&mut self, value: &Value, span: Span) -> Value {
        match value {
            Value::String(text) if Template::is_template(text) => {
                let parsed = Template::parse(text, span);
                let rendered = self.ok(parsed).and_then(|template| self.render(&template));
                rendered.map_or(Value::Null, Value::String)
            }
            Value::Array(items) => items.iter().map(|item| self.extra_value(item, span)).collect(),
            Value::Object(entries) => {
                Value::Object(entries.iter().map(|(key, item)| (key.clone(), self.extra_value(item, span))).collect())
            }
            other => other.clone(),
        }
    }
}
