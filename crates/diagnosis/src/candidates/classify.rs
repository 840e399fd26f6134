//! What kind of thing a project means that writes `x not found` in its own words.

use super::tools::is_command;
use crate::finding::FindingKind;
use crate::hits::Hit;

/// Words that tell that something is missing.
const MISSING: [&str; 12] = [
    "not found",
    "cannot find",
    "can't find",
    "could not find",
    "couldn't find",
    "unable to find",
    "missing",
    "is required",
    "required",
    "must be installed",
    "not installed",
    "please install",
];
/// Words that are not names.
const FILLERS: &[&str] = &[
    "a",
    "an",
    "and",
    "any",
    "are",
    "at",
    "be",
    "building",
    "but",
    "by",
    "can",
    "cannot",
    "could",
    "couldn't",
    "can't",
    "development",
    "error",
    "file",
    "files",
    "find",
    "for",
    "found",
    "from",
    "header",
    "headers",
    "i",
    "in",
    "install",
    "installed",
    "is",
    "it",
    "least",
    "library",
    "libraries",
    "locate",
    "missing",
    "module",
    "must",
    "need",
    "needed",
    "not",
    "of",
    "on",
    "or",
    "package",
    "packages",
    "please",
    "program",
    "require",
    "required",
    "requires",
    "set",
    "support",
    "that",
    "the",
    "this",
    "to",
    "tool",
    "unable",
    "usable",
    "valid",
    "version",
    "was",
    "were",
    "with",
    "without",
    "working",
    "you",
    "your",
    "suitable",
    "does",
    "do",
    "exist",
    "work",
    "no",
    "command",
    "utility",
    "executable",
    "headers/libraries",
    "we",
    "detect",
    "staged",
    "environment",
    "specify",
    "have",
    "see",
    "config.log",
    "sufficiently",
    "recent",
    "newer",
    "higher",
    "later",
    "enough",
    "path",
    "neither",
    "nor",
    "either",
    "dependency",
    "proper",
    "system",
    "compiler",
    "failed",
    "fatal",
    "test",
];

/// Decides on the kind and the subject of a hit.
pub(crate) fn classify(hit: &mut Hit) {
    let Some(subject) = hit.subject.clone() else { return };
    let lower = subject.to_lowercase();
    let name = if subject.contains(' ') {
        if !MISSING.iter().any(|word| lower.contains(word)) {
            return;
        }
        let Some(name) = named(&subject) else { return };
        name
    } else {
        subject.clone()
    };
    let bare = name.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '+');
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let kind = if [".h", ".hpp", ".hh"].iter().any(|end| bare.ends_with(end)) {
        FindingKind::MissingHeader
    } else if says(&["python module", "python package"]) {
        FindingKind::MissingPythonModule
    } else if bare.contains("::") || says(&["perl module"]) {
        FindingKind::MissingPerlModule
    } else if (is_command(bare) || says(&[" command", " program", "executable"])) && !says(&["librar", "header"]) {
        FindingKind::MissingCommand
    } else if hit.kind != FindingKind::ConfigureFailed
        || bare.starts_with("lib")
        || says(&["librar", "package", "header", "not found", "development files"])
    {
        FindingKind::MissingLibrary
    } else {
        return;
    };
    if FILLERS.contains(&bare.to_lowercase().as_str()) || bare.is_empty() {
        hit.kind = FindingKind::ConfigureFailed;
        return;
    }
    hit.kind = kind;
    hit.subject = Some(bare.to_owned());
}

/// The word of a sentence that is a name: quoted, with `lib`, a header, or the first that is no English filler.
fn named(sentence: &str) -> Option<String> {
    let quoted = sentence.split(['\'', '"']).nth(1).filter(|name| !name.is_empty() && !name.contains(' '));
    if let Some(quoted) = quoted {
        return Some(quoted.to_owned());
    }
    let words = || {
        sentence
            .split([' ', ',', '(', ')', ';', ':'])
            .map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '_'))
            .filter(|word| word.len() > 1)
    };
    words()
        .find(|word| word.ends_with(".h") || (word.starts_with("lib") && word.len() > 4 && !word.starts_with("librar")))
        .or_else(|| {
            words().find(|word| {
                !FILLERS.contains(&word.to_lowercase().as_str()) && word.starts_with(|c: char| c.is_ascii_alphabetic())
            })
        })
        .map(str::to_owned)
}
