//! Evaluates `build.skip`: whether a variant is built at all.

use std::sync::Arc;

use super::fields::Evaluation;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::stage0::{Build, ValueKind};
use crate::template::Expression;

impl Evaluation<'_> {
    /// Whether one of the conditions holds.
    ///
    /// A condition that cannot be evaluated counts as false, as in the reference, with a warning: it would never skip. Only
    /// a template that cannot be rendered to a condition is an error.
    pub(super) fn skip(&mut self, build: &Build) -> bool {
        let conditions = self.list(&build.skip, |this, value| match &value.kind {
            ValueKind::Literal(text) => Some((text.clone(), value.span)),
            ValueKind::Template(template) => Some((this.render(template)?.into(), value.span)),
        });
        let mut skip = false;
        for (text, span) in conditions {
            if text.trim().is_empty() {
                continue;
            }
            let holds = self.condition(&text, span).and_then(|condition| condition.holds(&self.scope));
            self.warn_of_unmatched(span);
            match holds {
                Ok(holds) => skip |= holds,
                Err(problem) => self.warnings.push(Diagnostic {
                    severity: Severity::Warning,
                    code: Code::SkipIgnored,
                    message: format!("this condition never skips: {}", problem.message),
                    ..problem
                }),
            }
        }
        skip
    }

    /// A parsed condition; the same texts come again for every combination.
    fn condition(&self, text: &Arc<str>, span: Span) -> Result<Expression, Diagnostic> {
        if let Some(known) = self.caches.conditions.borrow().get(text) {
            return Ok(known.at(span));
        }
        let parsed = Expression::parse(text, span)?;
        self.caches.conditions.borrow_mut().insert(text.clone(), parsed.clone());
        Ok(parsed)
    }
}
