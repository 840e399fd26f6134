//! Evaluates `build.skip`: whether a variant is built at all.

use super::fields::Evaluation;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::stage0::{Build, ValueKind};
use crate::template::Expression;

impl Evaluation<'_> {
    /// Whether one of the conditions holds.
    ///
    /// A literal condition that cannot be evaluated counts as false, as in the reference, with a warning: it would never
    /// skip. A template that cannot be rendered is an error.
    pub(super) fn skip(&mut self, build: &Build) -> bool {
        let conditions = self.list(&build.skip, |this, value| match &value.kind {
            ValueKind::Literal(text) => Some((text.clone(), true, value.span)),
            ValueKind::Template(template) => Some((this.render(template)?.into(), false, value.span)),
        });
        let mut skip = false;
        for (text, literal, span) in conditions {
            if text.trim().is_empty() {
                continue;
            }
            let holds = Expression::parse(&text, span).and_then(|condition| condition.holds(&self.scope));
            match holds {
                Ok(holds) => skip |= holds,
                Err(problem) if literal => self.warnings.push(Diagnostic {
                    severity: Severity::Warning,
                    code: Code::SkipIgnored,
                    message: format!("this condition never skips: {}", problem.message),
                    ..problem
                }),
                Err(problem) => self.error(problem),
            }
        }
        skip
    }
}
