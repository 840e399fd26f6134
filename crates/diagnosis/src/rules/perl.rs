//! Perl.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{MissingPerlModule, VersionMismatch};

const NO_MODULE: &str = "Perl module `{s}` not found";

pub(super) const RULES: &[Rule] = &[
    rule(
        MissingPerlModule,
        "you may need to install the ",
        r"Can't locate \S+ in @INC \(you may need to install the (?P<s>[\w:]+) module\)",
        NO_MODULE,
    ),
    rule(MissingPerlModule, " in @INC", r"Can't locate (?P<s>\S+\.p[ml]) in @INC", NO_MODULE),
    rule(
        MissingPerlModule,
        "loadable object for module",
        r"Can't locate loadable object for module (?P<s>[\w:]+) in @INC",
        NO_MODULE,
    ),
    rule(MissingPerlModule, "Base class package", r#"Base class package "(?P<s>[\w:]+)" is empty"#, NO_MODULE),
    rule(MissingPerlModule, "is not installed", r"^[*!]\s+(?P<s>[A-Z]\w*(?:::\w+)+) is not installed", NO_MODULE),
    rule(MissingPerlModule, "prerequisite ", r"Warning: prerequisite (?P<s>[\w:]+) (?P<r>[\w.]+) not found", NO_MODULE)
        .warnings()
        .low(),
    rule(
        VersionMismatch,
        "required--this is only",
        r"(?P<s>\S+) version (?P<r>[\w.]+) required--this is only version (?P<f>[\w.]+)",
        "Perl module `{s}` {r} is required, but {f} is installed",
    ),
    rule(
        VersionMismatch,
        "required--this is only",
        r"Perl v?(?P<r>[\w.]+) required--this is only v?(?P<f>[\w.]+)",
        "Perl {r} is required, but {f} is installed",
    )
    .about("perl"),
    rule(
        VersionMismatch,
        "perl binaries are mismatched",
        r"(?P<s>\S+?)(?:\.c)?: loadable (?:library|object) and perl binaries are mismatched",
        "`{s}` was compiled for another Perl",
    ),
    rule(MissingPerlModule, "perhaps you forgot to load", r#"perhaps you forgot to load "(?P<s>[\w:]+)""#, NO_MODULE),
];
