//! One rule.

use regex::Regex;

use crate::finding::{Confidence, FindingKind};

/// Which lines a rule reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Lines that are neither warnings nor notices of a configure step.
    Errors,
    /// Warnings as well: the tool calls it a warning, and then fails for it.
    Warnings,
    /// Also notices such as `-- Package 'x' not found`.
    Notices,
}

/// Who reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The tool that stopped.
    Tool,
    /// A shell or another program that may be run by something that goes on: only an exit status of 127 or the end of
    /// the log shows that it mattered.
    Program,
    /// Follows from what other lines say.
    Consequence,
}

/// How a line of output shows a failure.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) kind: FindingKind,
    /// One of these, separated by `|`, is in each text that the pattern matches.
    pub(crate) literals: &'static str,
    pub(crate) pattern: &'static str,
    /// With `{s}`, `{r}` and `{f}` for the subject and the versions.
    pub(crate) message: &'static str,
    pub(crate) confidence: Confidence,
    /// The subject, if the line does not name it.
    pub(crate) subject: Option<&'static str>,
    pub(crate) scope: Scope,
    pub(crate) place: Place,
    /// Whether the subject decides on the kind: projects write "x not found" of commands, headers and libraries alike.
    pub(crate) classify: bool,
}

/// A rule for what a tool reports as the error that stopped it.
pub(crate) const fn rule(
    kind: FindingKind,
    literals: &'static str,
    pattern: &'static str,
    message: &'static str,
) -> Rule {
    Rule {
        kind,
        literals,
        pattern,
        message,
        confidence: Confidence::High,
        subject: None,
        scope: Scope::Errors,
        place: Place::Tool,
        classify: false,
    }
}

impl Rule {
    pub(crate) const fn about(self, subject: &'static str) -> Self {
        Self { subject: Some(subject), ..self }
    }

    pub(crate) const fn low(self) -> Self {
        Self { confidence: Confidence::Low, ..self }
    }

    pub(crate) const fn medium(self) -> Self {
        Self { confidence: Confidence::Medium, ..self }
    }

    pub(crate) const fn warnings(self) -> Self {
        Self { scope: Scope::Warnings, ..self }
    }

    pub(crate) const fn notices(self) -> Self {
        Self { scope: Scope::Notices, ..self }
    }

    pub(crate) const fn program(self) -> Self {
        Self { place: Place::Program, ..self }
    }

    pub(crate) const fn consequence(self) -> Self {
        Self { place: Place::Consequence, ..self }
    }

    pub(crate) const fn classified(self) -> Self {
        Self { classify: true, ..self }
    }

    /// The pattern, compiled without tables of Unicode classes: what tools print is ASCII where it matters, and the
    /// tables would double the size of the WebAssembly module.
    pub(crate) fn compile(&self) -> Result<Regex, regex::Error> {
        let pattern = self
            .pattern
            .replace(r"\d", "[0-9]")
            .replace(r"\w", "[0-9A-Za-z_]")
            .replace(r"\s", "[ \\t]")
            .replace(r"\S", "[^ \\t]")
            .replace(r"\b", r"(?-u:\b)");
        Regex::new(&pattern)
    }
}
