//! Which packages may bring what is missing, by the habits of the field.

mod commands;
mod headers;
mod libraries;
mod modules;

use crate::finding::{Environment, Finding, FindingKind, Suggestion};

/// Packages that may bring what a finding misses, best first. These are guesses by name: whether there is such a
/// package, only a channel knows.
///
/// ```
/// use sidewinder_diagnosis::{Output, candidates, diagnose};
///
/// let stderr = "main.c:1:10: fatal error: zlib.h: No such file or directory\n";
/// let findings = diagnose(&Output { stderr, exit_code: 1, ..Output::default() });
/// assert_eq!(candidates(&findings[0])[0].spec, "zlib");
/// ```
#[must_use]
pub fn candidates(finding: &Finding) -> Vec<Suggestion> {
    let Some(subject) = finding.subject.as_deref() else { return Vec::new() };
    let (environment, names) = match finding.kind {
        FindingKind::MissingCommand => (Environment::Build, commands::packages(subject)),
        FindingKind::MissingHeader => (Environment::Host, headers::packages(subject)),
        FindingKind::MissingLibrary => (Environment::Host, libraries::packages(subject)),
        FindingKind::MissingPkgConfig | FindingKind::MissingCmakePackage => {
            (Environment::Host, libraries::of_build_system(subject))
        }
        FindingKind::MissingPythonModule => (Environment::Host, modules::packages(subject)),
        _ => return Vec::new(),
    };
    let mut suggestions: Vec<Suggestion> = Vec::new();
    for spec in names.into_iter().filter(|name| is_package_name(name)) {
        if suggestions.iter().all(|suggestion| suggestion.spec != spec) {
            suggestions.push(Suggestion { spec, environment });
        }
    }
    suggestions
}

/// What comes from the output of a program must not become more than a name.
fn is_package_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
}

/// The packages of a table's row, if it has one for the name.
fn looked_up(table: &[(&str, &[&str])], name: &str) -> Vec<String> {
    let row = table.iter().find(|(key, _)| *key == name);
    row.map(|(_, packages)| packages.iter().map(|&package| package.to_owned()).collect()).unwrap_or_default()
}

/// A name with and without `lib`, and what packages of headers add to it.
fn library_names(name: &str) -> Vec<String> {
    let name = name.to_ascii_lowercase();
    let stem = name.strip_prefix("lib").unwrap_or(&name);
    vec![
        name.clone(),
        format!("lib{stem}"),
        stem.to_owned(),
        format!("{name}-devel"),
        format!("lib{stem}-devel"),
        format!("{name}-dev"),
    ]
}
