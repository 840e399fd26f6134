//! What is wrong with a recipe or a variant file: codes, places, help.

mod code;
mod record;
mod span;

pub use code::Code;
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
/// The faces turn it into what JavaScript sees (UTF-16 positions) with a [`TextIndex`].
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

/// Collects the problems of one pass, so that all are reported and not only the first.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Takes in one problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.items.push(diagnostic);
    }

    /// Takes in all problems of another pass.
    pub fn extend(&mut self, other: Self) {
        self.items.extend(other.items);
    }

    /// Whether one of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.items.iter().any(|d| d.severity == Severity::Error)
    }

    /// All problems, in the order they were found.
    #[must_use]
    pub fn items(&self) -> &[Diagnostic] {
        &self.items
    }

    /// All problems, ordered by their place in the text.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.items.sort_by_key(|d| d.span.map_or(u32::MAX, |s| s.start));
        self.items
    }
}
