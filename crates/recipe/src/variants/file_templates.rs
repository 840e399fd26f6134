//! Templates, conditions and selectors of variant files.

use crate::diagnostic::{Diagnostic, Span};
use crate::model::{Combination, RenderConfig};
use crate::template::{Expression, Scope, Template};

/// What a condition says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It holds.
    Holds,
    /// It does not hold.
    Fails,
    /// The whole expression is undefined.
    Undefined,
}

/// Evaluates the contents of variant files: platforms and functions are visible, variant keys are not.
pub(super) struct FileTemplates<'c> {
    scope: Scope<'c>,
}

impl<'c> FileTemplates<'c> {
    pub(super) fn new(config: &'c RenderConfig, nothing: &'c Combination) -> Self {
        Self { scope: Scope::new(config, nothing).for_variant_file() }
    }

    /// Renders a template to text.
    pub(super) fn render(&self, text: &str, span: Span) -> Result<String, Diagnostic> {
        Template::parse(text, span)?.render(&self.scope)
    }

    /// Evaluates the condition of an `if`.
    pub(super) fn condition(&self, text: &str, span: Span) -> Result<Verdict, Diagnostic> {
        let value = Expression::parse(text, span)?.value(&self.scope)?;
        Ok(match (value.is_undefined(), value.is_true()) {
            (true, _) => Verdict::Undefined,
            (false, true) => Verdict::Holds,
            (false, false) => Verdict::Fails,
        })
    }

    /// Whether the selector of a line holds; one that fails does not.
    pub(super) fn selector_holds(&self, text: &str) -> bool {
        self.condition(text, Span::default()) == Ok(Verdict::Holds)
    }
}
