//! What is wrong with a recipe or a variant file: codes, places, help.

mod code;
mod failure;
mod frame;
mod nearest;
mod record;
mod span;

pub use code::Code;
pub use failure::Failure;
pub use frame::Frames;
pub(crate) use nearest::nearest;
pub use record::{DiagnosticRecord, RelatedRecord};
pub use span::{Position, Span, TextIndex};

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The recipe cannot be rendered.
    Error,
    /// The recipe renders, but probably not to what was meant.
    Warning,
}

/// One problem in a text, with the place in bytes of that text.
///
/// The bindings turn it into what JavaScript sees (UTF-16 positions) with a [`TextIndex`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Which rule was broken; stable.
    pub code: Code,
    /// One sentence that names the thing; no trailing full stop.
    pub message: String,
    /// Where it is. `None` only for problems that concern no place (a cycle of outputs, say).
    pub span: Option<Span>,
    /// Further places that explain it.
    pub related: Vec<Related>,
    /// What to do about it.
    pub help: Option<String>,
    /// Set where the problem is a variable without a value.
    pub undefined: Option<Undefined>,
    /// The file that `load_from_file` asked for, where the problem is that the caller did not supply it.
    pub missing_file: Option<String>,
}

/// Which kind of variable has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undefined {
    /// It may be a variant key: variant files may define it.
    Variable,
    /// No variant file defines it, because the name belongs to conda-build or to the build script.
    OldName,
}

/// A further place that explains a [`Diagnostic`], such as the first of two duplicate keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What is to be seen there.
    pub message: String,
    /// Where it is.
    pub span: Span,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: Code, message: impl Into<String>, span: impl Into<Option<Span>>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            span: span.into(),
            related: Vec::new(),
            help: None,
            undefined: None,
            missing_file: None,
        }
    }

    /// A warning at a place.
    pub fn warning(code: Code, message: impl Into<String>, span: impl Into<Option<Span>>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, span) }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn with_related(mut self, message: impl Into<String>, span: Span) -> Self {
        self.related.push(Related { message: message.into(), span });
        self
    }
}

/// Most problems that one pass keeps: a text may have millions.
const MAX_KEPT: usize = 1000;

/// Collects the problems of one pass, so that all are reported and not only the first.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
    /// How many were not kept.
    dropped: usize,
}

impl Diagnostics {
    /// Takes in one problem. Of very many, only the first and at least one error are kept.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let is_error = diagnostic.severity == Severity::Error;
        if self.items.len() < MAX_KEPT || (is_error && !self.has_errors()) {
            self.items.push(diagnostic);
        } else {
            self.dropped += 1;
        }
    }

    /// Takes in all problems of another pass.
    pub fn extend(&mut self, other: Self) {
        self.dropped += other.dropped;
        for diagnostic in other.items {
            self.push(diagnostic);
        }
    }

    /// Whether further problems are only counted, so that working out advice for them is in vain.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.items.len() >= MAX_KEPT
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.dropped == 0
    }

    /// Whether one of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(|d| d.severity == Severity::Error)
    }

    /// Keeps only some of the problems.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.items.retain(keep);
    }

    /// All problems, in the order they were found.
    #[must_use]
    pub fn items(&self) -> &[Diagnostic] {
        &self.items
    }

    /// All problems, ordered by their place in the text; those without a place come last.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.items.sort_by_key(|d| d.span.map_or(u32::MAX, |s| s.start));
        if self.dropped > 0 {
            let message = format!("{} further problems are not shown", self.dropped);
            self.items.push(Diagnostic::warning(Code::LimitExceeded, message, None));
        }
        self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_very_many_problems_the_first_and_one_error_are_kept() {
        let mut diagnostics = Diagnostics::default();
        for at in 0..5000 {
            diagnostics.push(Diagnostic::warning(Code::KeyIgnored, "x", Span::new(at, at)));
        }
        diagnostics.push(Diagnostic::error(Code::UnknownField, "x", Span::new(9000, 9000)));
        diagnostics.push(Diagnostic::error(Code::UnknownField, "x", Span::new(9001, 9001)));
        assert!(diagnostics.has_errors());
        let sorted = diagnostics.into_sorted();
        assert_eq!(sorted.len(), MAX_KEPT + 2);
        assert_eq!(sorted.last().map(|d| d.message.as_str()), Some("4001 further problems are not shown"));
    }

    #[test]
    fn problems_are_sorted_by_place() {
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(Diagnostic::error(Code::OutputCycle, "none", None));
        diagnostics.push(Diagnostic::error(Code::UnknownField, "second", Span::new(9, 9)));
        diagnostics.push(Diagnostic::error(Code::UnknownField, "first", Span::new(1, 2)));
        let messages: Vec<_> = diagnostics.into_sorted().into_iter().map(|d| d.message).collect();
        assert_eq!(messages, ["first", "second", "none"]);
    }
}
