//! Ruby.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{ConfigureFailed, MissingFile, VersionMismatch};

const NO_GEM: &str = "Ruby gem `{s}` not found";

pub(super) const RULES: &[Rule] = &[
    rule(
        MissingFile,
        "cannot load such file",
        r"cannot load such file -- (?P<s>\S+)",
        "Ruby file or gem `{s}` not found",
    ),
    rule(MissingFile, "Could not find ", r"Could not find (?:gem )?'(?P<s>[\w-]+)(?: \([^)]*\))?'", NO_GEM),
    rule(
        MissingFile,
        " in any of the sources|in locally installed gems",
        r"Could not find (?P<s>[\w-]+-[\d.]+\S*) in (?:any of the sources|locally installed gems)",
        NO_GEM,
    ),
    rule(MissingFile, "Could not locate Gemfile", r"Could not locate (?P<s>Gemfile)", "file not found: `{s}`"),
    rule(
        VersionMismatch,
        "requires Ruby version",
        r"requires Ruby version (?P<r>[^.]+[\d.]*\d)\. The current ruby version is (?P<f>[\d.]+)",
        "Ruby {r} is required, but {f} is installed",
    )
    .about("ruby"),
    rule(
        VersionMismatch,
        "Your Ruby version is",
        r"Your Ruby version is (?P<f>[\d.]+), but your Gemfile specified (?P<r>\S+)",
        "Ruby {r} is required, but {f} is installed",
    )
    .about("ruby"),
    rule(
        ConfigureFailed,
        "extconf.rb failed|Failed to build gem native extension",
        r"extconf\.rb failed|Failed to build gem native extension",
        "building a Ruby gem failed",
    )
    .consequence(),
];
