//! Problems instead of a result.

use super::DiagnosticRecord;

/// Problems that left nothing to return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// All of them, in the order of their places; at least one is an error.
    pub diagnostics: Vec<DiagnosticRecord>,
    /// Files that `load_from_file` asked for and that `RenderConfig::files` does not have.
    pub missing_files: Vec<String>,
}

impl Failure {
    /// Problems that are not about missing files.
    #[must_use]
    pub fn new(diagnostics: Vec<DiagnosticRecord>) -> Self {
        Self { diagnostics, missing_files: Vec::new() }
    }
}
