//! Templates and expressions with values: text, typed values, conditions.

use std::borrow::Cow;

use minijinja::Value;

use super::error::TemplateError;
use super::eval::Evaluator;
use super::scope::Scope;
use super::source::{Expression, Template};
use crate::diagnostic::{Diagnostic, Undefined};

impl Template {
    /// The rendered text.
    ///
    /// # Errors
    /// What failed, at the scalar.
    pub fn render(&self, scope: &Scope<'_>) -> Result<String, Diagnostic> {
        self.render_late(scope, &[])
    }

    /// The rendered text, where some variables get their values only when the build runs: those survive as
    /// `${{ NAME }}`.
    ///
    /// # Errors
    /// What failed, at the scalar.
    pub fn render_late(&self, scope: &Scope<'_>, late: &[&str]) -> Result<String, Diagnostic> {
        self.text_of(scope, late)
            .map_err(|error| error.at(self.span, |m| format!("failed to render `{}`: {m}", shortened(&self.text))))
    }

    pub(super) fn text_of(&self, scope: &Scope<'_>, late: &[&str]) -> Result<String, TemplateError> {
        let mut out = String::with_capacity(self.text.len());
        Evaluator::new(scope, late).render(self.program(), &mut out)?;
        Ok(out)
    }

    /// The value with its type: that of the expression where the template is nothing but one, else of the rendered
    /// text, read as a bool or a whole number where it is one.
    ///
    /// # Errors
    /// What failed, at the scalar.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
        let source = self.text.trim();
        let source = source.strip_prefix("${{").unwrap_or(source);
        let source = source.strip_suffix("}}").unwrap_or(source).trim();
        let Some(expr) = self.simple() else {
            if self.looks_simple() {
                return Err(not_one_expression(source).at(self.span, |m| m));
            }
            return Ok(retyped(self.render(scope)?));
        };
        let value = Evaluator::new(scope, &[])
            .eval(expr)
            .map_err(|e| e.at(self.span, |m| format!("failed to evaluate `{}`: {m}", shortened(source))))?;
        if value.is_undefined() {
            return Err(undefined(source, scope).at(self.span, |m| m));
        }
        Ok(value)
    }
}

/// A text as a bool or a whole number where it is one.
fn retyped(text: String) -> Value {
    let trimmed = text.trim();
    if trimmed.eq_ignore_ascii_case("true") {
        Value::from(true)
    } else if trimmed.eq_ignore_ascii_case("false") {
        Value::from(false)
    } else if let Ok(integer) = text.trim().parse::<i64>() {
        Value::from(integer)
    } else {
        Value::from(text)
    }
}

/// The error for a whole expression that gives no value.
fn undefined(source: &str, scope: &Scope<'_>) -> TemplateError {
    let error = TemplateError::undefined(Some(source));
    match scope.nearest(source) {
        Some(near) if error.undefined != Some(Undefined::OldName) => error.with_help(format!("did you mean `{near}`?")),
        _ => error,
    }
}

/// A context value that begins with `${{` and ends with `}}` without being one expression.
fn not_one_expression(source: &str) -> TemplateError {
    TemplateError::syntax_message(format!("invalid template: unexpected `}}}}` in `{}`", shortened(source)))
        .with_help("give each expression its own delimiters: `${{ a }}.${{ b }}`")
}

/// The first line of a template for a message, at most 80 characters.
fn shortened(text: &str) -> Cow<'_, str> {
    const MAX_CHARACTERS: usize = 80;
    let line = text.trim().lines().next().unwrap_or_default();
    match line.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()).into(),
        None if line.len() < text.trim().len() => format!("{line}…").into(),
        None => line.into(),
    }
}

impl Expression {
    /// Whether the condition holds; an undefined value is an error.
    ///
    /// # Errors
    /// What failed, at the scalar.
    pub fn holds(&self, scope: &Scope<'_>) -> Result<bool, Diagnostic> {
        let value = self.value(scope)?;
        if !scope.lenient && value.is_undefined() {
            return Err(undefined(self.text.trim(), scope).at(self.span, |m| m));
        }
        Ok(value.is_true())
    }

    /// The value of the condition, which may be undefined.
    pub(crate) fn value(&self, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
        let source = self.text.trim();
        Evaluator::new(scope, &[])
            .eval(self.program())
            .map_err(|e| e.at(self.span, |m| format!("failed to evaluate `{}`: {m}", shortened(source))))
    }
}
