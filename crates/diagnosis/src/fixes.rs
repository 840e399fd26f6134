//! Changes that may fix a cause, in a form that programs can apply.

mod blocks;
mod flags;
mod folders;
mod headers;
mod requirements;
mod script_lines;
mod spec;
mod variables;

use serde::{Deserialize, Serialize};

use crate::finding::{Finding, FindingKind};
use crate::read::with_plain_quotes;

/// A section of requirements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FixSection {
    /// Tools that run on the build platform.
    Build,
    /// Libraries and interpreters for the host platform.
    Host,
    /// What the installed package needs.
    Run,
}

/// An edit of a recipe, written as `Stage0Recipe.edit` reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum RequirementEdit {
    /// Adds a dependency at the end of a section.
    AddRequirement {
        /// To which section.
        section: FixSection,
        /// A match spec, or a template such as `${{ compiler('c') }}`.
        spec: String,
    },
}

/// A change that may fix a cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fix {
    /// Edits of the recipe.
    Recipe {
        /// In the form that `Stage0Recipe.edit` accepts.
        #[cfg_attr(feature = "typescript", ts(type = "RecipeEdit[]"))]
        edits: Vec<RequirementEdit>,
        /// What it does about the cause.
        why: String,
    },
    /// A change of the build script: all occurrences of a text.
    Script {
        /// Text of the script.
        find: String,
        /// What to write instead.
        replace: String,
        /// What it does about the cause.
        why: String,
    },
    /// An environment variable of the build script.
    EnvironmentVariable {
        /// Its name.
        name: String,
        /// Its value, in which the shell expands variables.
        value: String,
        /// What it does about the cause.
        why: String,
    },
    /// A command to add to the build script before the line that fails.
    Command {
        /// A line of shell.
        command: String,
        /// What it does about the cause.
        why: String,
    },
    /// A line to add to a source file, which a patch then carries.
    Source {
        /// The file, as the tool writes it.
        file: String,
        /// The line of the error, from 1.
        line: u32,
        /// What to insert with the other lines of its kind, e.g. an `#include`.
        insert: String,
        /// What it does about the cause.
        why: String,
    },
}

/// The maximum number of fixes for a finding.
const MAX_FIXES: usize = 8;

/// Changes that may fix a finding, best first. Requirements come from its suggestions, which should be checked against
/// a channel before.
///
/// # Example: a requirement
/// ```
/// use sidewinder_diagnosis::{Fix, Output, diagnose_log};
///
/// let stderr = "main.c:1:10: fatal error: zlib.h: No such file or directory\n";
/// let findings = diagnose_log(&Output { stderr, exit_code: 1, ..Output::default() });
/// assert!(matches!(&findings[0].fixes[0], Fix::Recipe { edits, .. } if edits.len() == 1));
/// ```
#[must_use]
pub fn fixes(finding: &Finding, script: Option<&str>) -> Vec<Fix> {
    let script = script.unwrap_or_default();
    // GNU tools quote ‘like this’ in UTF-8 locales.
    let mut finding = finding.clone();
    finding.evidence.text = with_plain_quotes(&finding.evidence.text).into_owned();
    let finding = &finding;
    let mut fixes = requirements::fixes(finding, script);
    fixes.extend(headers::fixes(finding));
    fixes.extend(folders::fixes(finding, script));
    fixes.extend(blocks::fixes(finding, script));
    fixes.extend(script_lines::fixes(finding, script));
    fixes.extend(flags::fixes(finding, script));
    if may_be_empty_variable(finding.kind) {
        fixes.extend(variables::misspelt(script));
    }
    fixes.truncate(MAX_FIXES);
    fixes
}

/// What fails when a path or command begins with an empty variable.
const fn may_be_empty_variable(kind: FindingKind) -> bool {
    matches!(
        kind,
        FindingKind::MissingFile
            | FindingKind::MissingCommand
            | FindingKind::Permission
            | FindingKind::FileExists
            | FindingKind::MissingHeader
            | FindingKind::Other
    )
}

/// Changes that may fix what a test of a package lacks: only requirements of the package help, because its build is over.
#[must_use]
pub fn test_fixes(finding: &Finding) -> Vec<Fix> {
    requirements::test_fixes(finding)
}
