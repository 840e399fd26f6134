//! Templates and expressions with values: text, typed values, conditions.

use minijinja::Value;

use super::error::TemplateError;
use super::eval::Evaluator;
use super::scope::Scope;
use super::source::{Expression, Template};
use crate::diagnostic::{Code, Diagnostic};

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
        self.text_of(scope, late).map_err(|error| {
            error.at(self.span, |m| format!("Template rendering failed: {m} (template: {})", self.text))
        })
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
            .map_err(|e| e.at(self.span, |m| format!("Failed to evaluate expression '{source}': {m}")))?;
        if value.is_undefined() {
            return Err(undefined("expression", source, scope).at(self.span, |m| m));
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

fn undefined(what: &str, source: &str, scope: &Scope<'_>) -> TemplateError {
    let near = scope.nearest(source).map(|name| format!("did you mean `{name}`?"));
    TemplateError {
        code: Code::UndefinedVariable,
        message: format!("undefined variable in {what} '{source}'"),
        help: near
            .or_else(|| Some("define it in `context` or as a variant key, or use the `default` filter".to_owned())),
    }
}

/// A context value that begins with `${{` and ends with `}}` without being one expression.
fn not_one_expression(source: &str) -> TemplateError {
    TemplateError {
        code: Code::TemplateSyntax,
        message: format!("Failed to evaluate expression '{source}': syntax error: unexpected `}}}}`"),
        help: Some("each expression needs delimiters of its own: `${{ a }}.${{ b }}`".to_owned()),
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
            return Err(undefined("condition", self.text.trim(), scope).at(self.span, |m| m));
        }
        Ok(value.is_true())
    }

    /// The value of the condition, which may be undefined.
    pub(crate) fn value(&self, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
        let source = self.text.trim();
        Evaluator::new(scope, &[])
            .eval(self.program())
            .map_err(|e| e.at(self.span, |m| format!("Failed to evaluate condition '{source}': {m}")))
    }
}
