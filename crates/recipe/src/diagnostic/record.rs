//! Diagnostics as other languages see them.

use serde::{Deserialize, Serialize};

use super::{Diagnostic, Position, Severity, TextIndex};

/// A [`Diagnostic`] as plain data, with UTF-16 positions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Diagnostic"))]
pub struct DiagnosticRecord {
    /// How bad it is.
    pub severity: Severity,
    /// Which rule was broken, e.g. `unknown-field`.
    pub code: String,
    /// One sentence that names the thing.
    pub message: String,
    /// The file it is in, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Position>,
    /// Further places that explain it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<RelatedRecord>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// A further place that explains a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "RelatedPlace"))]
pub struct RelatedRecord {
    /// What the place shows.
    pub message: String,
    /// The file it is in, where that is not the diagnostic's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where it is.
    pub span: Position,
}

impl DiagnosticRecord {
    /// A diagnostic of a text, with its places as JavaScript counts them.
    #[must_use]
    pub fn new(diagnostic: &Diagnostic, text: &TextIndex<'_>, file: Option<&str>) -> Self {
        Self {
            severity: diagnostic.severity,
            code: diagnostic.code.as_str().to_owned(),
            message: diagnostic.message.clone(),
            file: file.map(str::to_owned),
            span: diagnostic.span.map(|span| text.position(span)),
            related: diagnostic
                .related
                .iter()
                .map(|r| RelatedRecord { message: r.message.clone(), file: None, span: text.position(r.span) })
                .collect(),
            help: diagnostic.help.clone(),
        }
    }
}
