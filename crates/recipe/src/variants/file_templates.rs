//! Templates, conditions and selectors of variant files.

use crate::diagnostic::{Diagnostic, Span};
use crate::render::RenderConfig;

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

/// Evaluates what stands in variant files: platforms and functions are visible, variant keys are not.
pub(super) struct FileTemplates {}

impl FileTemplates {
    pub(super) fn new(_config: &RenderConfig) -> Self {
        Self {}
    }

    /// Renders a template to text.
    pub(super) fn render(&self, text: &str, _span: Span) -> Result<String, Diagnostic> {
        Ok(text.to_owned())
    }

    /// Evaluates the condition of an `if`.
    pub(super) fn condition(&self, _text: &str, _span: Span) -> Result<Verdict, Diagnostic> {
        Ok(Verdict::Undefined)
    }

    /// Whether the selector of a line holds; one that fails does not.
    pub(super) fn selector_holds(&self, _text: &str) -> bool {
        false
    }
}
