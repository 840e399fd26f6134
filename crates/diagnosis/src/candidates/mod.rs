//! Packages that may provide what is missing, by the names of the field: rules first, then tables of exceptions.

mod classify;
mod commands;
mod languages;
mod libraries;
mod macros;
mod names;
mod symbols;
mod tools;

use self::names::is_package_name;
use crate::finding::{Environment, Finding, FindingKind, Suggestion};

pub(crate) use self::classify::classify;
pub(crate) use self::symbols::library_of_symbol;

/// The maximum number of names for one finding.
const MAX_CANDIDATES: usize = 40;

/// Packages that may provide what a finding misses, best first. These are guesses by name: only a channel knows whether
/// a package exists.
///
/// # Example: the package of a header
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
    let (environment, names) = names_for(finding, subject);
    let mut suggestions: Vec<Suggestion> = Vec::new();
    for spec in names.into_iter().filter(|name| is_package_name(name)).take(MAX_CANDIDATES) {
        if suggestions.iter().all(|suggestion| suggestion.spec != spec) {
            let environment = if tools::is_build_tool(&spec) { Environment::Build } else { environment };
            suggestions.push(Suggestion { spec, environment });
        }
    }
    suggestions
}

/// Packages that may provide a subject, best first, as [`candidates`] for a finding. Other parts of the project that look
/// for packages use the same tables of names through this.
///
/// # Example: the package of a Python module
/// ```
/// use sidewinder_diagnosis::{FindingKind, packages_for};
///
/// assert_eq!(packages_for(FindingKind::MissingPythonModule, "PIL")[0].spec, "pillow");
/// ```
#[must_use]
pub fn packages_for(kind: FindingKind, subject: &str) -> Vec<Suggestion> {
    candidates(&Finding::about(kind, subject))
}

/// The candidates that are worth naming without a channel to check them: those of the tables, or else the likeliest
/// guess.
pub(crate) fn unchecked(finding: &Finding) -> Vec<Suggestion> {
    let mut all = candidates(finding);
    let is_listed = |suggestion: &Suggestion| {
        let name = suggestion.spec.as_str();
        libraries::lists(name) || commands::lists(name) || languages::lists(name)
    };
    if all.iter().any(is_listed) {
        all.retain(is_listed);
    } else {
        all.truncate(1);
    }
    all
}

fn names_for(finding: &Finding, subject: &str) -> (Environment, Vec<String>) {
    use FindingKind as Kind;
    match finding.kind {
        Kind::MissingCommand => (Environment::Build, commands::packages(subject)),
        Kind::MissingHeader => (Environment::Host, libraries::of_header(&without_variable_suffix(subject))),
        Kind::MissingLibrary | Kind::MissingPkgConfig | Kind::MissingCmakePackage => {
            (Environment::Host, libraries::of_library(&without_variable_suffix(subject)))
        }
        Kind::MissingPythonModule => (Environment::Host, languages::python(subject)),
        Kind::MissingPerlModule => (Environment::Host, languages::perl(subject)),
        Kind::MissingRPackage => (Environment::Host, languages::r(subject)),
        Kind::MissingAutotoolsMacro => (Environment::Build, macros::packages(subject)),
        Kind::UndefinedSymbol => (Environment::Host, symbols::packages(subject)),
        Kind::VersionMismatch => tools::of_version(finding, subject),
        Kind::MissingFile | Kind::ConfigureFailed => (Environment::Build, tools::of_file(subject)),
        Kind::Network => (Environment::Build, tools::of_network(&finding.evidence.text)),
        _ => (Environment::Host, Vec::new()),
    }
}

/// `HTSLIB_LIBRARY` and `ZLIB_INCLUDE_DIR` are variables of CMake for a library.
fn without_variable_suffix(name: &str) -> String {
    const SUFFIXES: [&str; 8] = [
        "_INCLUDE_DIRS",
        "_INCLUDE_DIR",
        "_INCLUDE_PATH",
        "_LIBRARIES",
        "_LIBRARY_RELEASE",
        "_LIBRARY",
        "_LIBS",
        "_LIB",
    ];
    let is_variable = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let stem = SUFFIXES
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .filter(|_| is_variable || name.contains("_INCLUDE_") || name.contains("_LIBRAR"));
    stem.unwrap_or(name).to_owned()
}
