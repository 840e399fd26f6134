//! What the conversion has to say: diagnostics with places in the old recipe.

use std::collections::HashSet;

use sidewinder_recipe::diagnostic::{DiagnosticRecord, Severity, Span, TextIndex};

/// Codes of the diagnostics of a conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The text is not a `meta.yaml`: its YAML or Jinja does not parse.
    InvalidMetaYaml,
    /// Jinja that v1 has nothing for.
    UnsupportedJinja,
    /// A field that v1 has nothing for, and whose absence changes the package.
    UnsupportedField,
    /// A field that v1 does not have or need; it is left out.
    DroppedField,
    /// Converted by a guess that a person should check.
    NeedsReview,
}

impl Note {
    /// The code as it leaves the crate.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidMetaYaml => "invalid-meta-yaml",
            Self::UnsupportedJinja => "unsupported-jinja",
            Self::UnsupportedField => "unsupported-field",
            Self::DroppedField => "dropped-field",
            Self::NeedsReview => "needs-review",
        }
    }

    fn severity(self) -> Severity {
        match self {
            Self::InvalidMetaYaml | Self::UnsupportedJinja | Self::UnsupportedField => Severity::Error,
            Self::DroppedField | Self::NeedsReview => Severity::Warning,
        }
    }
}

/// Collects diagnostics.
pub(super) struct Notes<'t> {
    text: &'t str,
    path: Option<&'t str>,
    /// Where each line starts.
    lines: Vec<usize>,
    /// One rule may meet the same line several times, for example for both branches of a loop.
    seen: HashSet<(usize, String)>,
    records: Vec<(usize, DiagnosticRecord)>,
}

impl<'t> Notes<'t> {
    pub(super) fn new(text: &'t str, path: Option<&'t str>) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, path, lines, seen: HashSet::new(), records: Vec::new() }
    }

    /// Adds a diagnostic about a line, counted from 0.
    pub(super) fn add(&mut self, note: Note, line: usize, message: impl Into<String>, help: Option<&str>) {
        let message = message.into();
        if !self.seen.insert((line, message.clone())) {
            return;
        }
        let record = DiagnosticRecord {
            severity: note.severity(),
            code: note.as_str().to_owned(),
            message,
            file: self.path.map(str::to_owned),
            span: Some(TextIndex::new(self.text).position(self.span(line))),
            related: Vec::new(),
            help: help.map(str::to_owned),
        };
        self.records.push((line, record));
    }

    /// The line without its indentation.
    fn span(&self, line: usize) -> Span {
        let start = self.lines.get(line).copied().unwrap_or(self.text.len());
        let content = self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let indent = content.len() - content.trim_start().len();
        Span::new(start + indent, start + content.trim_end().len().max(indent))
    }

    /// All of them, in the order of their lines.
    pub(super) fn finish(self) -> Vec<DiagnosticRecord> {
        let mut records = self.records;
        records.sort_by_key(|(line, _)| *line);
        records.into_iter().map(|(_, record)| record).collect()
    }
}
