//! Versions and specs by themselves, for tools that compare, sort and filter packages.
//!
//! The rules are rattler's (`rattler_conda_types`), so that they are those of the solver. Texts are read as leniently as
//! conda reads them: `=1.2` and `1.2` in a spec, several forms of one operator.

mod match_spec;
mod version;

pub use match_spec::{MatchSpecData, RecordData, match_spec, match_spec_matches};
pub use version::{Bump, VersionData, bump, compare, sort, starts_with, version, version_spec, version_spec_matches};

/// Why a text is not a version or spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionError {
    /// What the text was read as: `version`, `version spec` or `match spec`.
    pub kind: &'static str,
    /// One sentence that names the text.
    pub message: String,
}

impl VersionError {
    fn new(kind: &'static str, text: &str, reason: impl ToString) -> Self {
        Self { kind, message: format!("invalid {kind} `{}`: {}", shortened(text), shortened(&reason.to_string())) }
    }
}

/// Callers pass texts of any length, and rattler quotes them in its reasons; messages stay short.
fn shortened(text: &str) -> String {
    if text.chars().count() > 120 { text.chars().take(120).chain(['…']).collect() } else { text.to_owned() }
}
