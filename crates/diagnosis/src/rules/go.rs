//! Go.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{CompileError, MissingFile, Offline, VersionMismatch};

const OTHER_GO: &str = "Go {r} is required, but {f} is installed";
const NO_DOWNLOAD: &str = "Go module `{s}` is not available offline";

pub(super) const RULES: &[Rule] = &[
    rule(
        VersionMismatch,
        "requires go ",
        r"(?P<s>go)(?:\.mod|\.work)? .*requires go ?(?P<r>>=? ?[\d.]+) \(running go ?(?P<f>[\d.]+)",
        OTHER_GO,
    ),
    rule(VersionMismatch, "requires go ", r"requires go ?(?P<r>(?:>=? ?)?[\d.]+)", "Go {r} is required").about("go"),
    rule(VersionMismatch, "module requires Go", r"module requires Go (?P<r>[\d.]+)", "Go {r} is required").about("go"),
    rule(
        VersionMismatch,
        "invalid go version",
        r"invalid go version '(?P<r>[^']+)'",
        "the module requires Go {r}, which this Go does not support",
    )
    .about("go"),
    rule(
        VersionMismatch,
        "unknown directive: ",
        r"unknown directive: (?P<f>toolchain|godebug|tool)",
        "the module requires a newer Go: directive `{f}` is unknown",
    )
    .about("go"),
    rule(
        VersionMismatch,
        "toolchain not available",
        r"(?P<r>go[\d.]+): toolchain not available|toolchain not available",
        "the required Go toolchain is not available",
    )
    .about("go"),
    rule(
        VersionMismatch,
        "is not in GOROOT|is not in std",
        r"package (?P<f>[\w/]+) is not in (?:GOROOT|std)",
        "package {f} requires a newer Go",
    )
    .about("go"),
    rule(
        Offline,
        "module lookup disabled by GOPROXY=off",
        r"(?P<s>[\w./~-]+@[\w.+-]+): module lookup disabled",
        NO_DOWNLOAD,
    ),
    rule(
        Offline,
        "disabled by GOPROXY=off|disabled by GOFLAGS|cannot query module",
        r"(?:disabled by GOPROXY=off|import lookup disabled|cannot query module due to -mod)",
        "a Go module is not available offline",
    )
    .about("module"),
    rule(
        Offline,
        "missing go.sum entry",
        r"missing go\.sum entry for (?:module providing package |go\.mod file)?(?P<s>[\w./-]+)?",
        "`go.sum` has no entry for `{s}`",
    ),
    rule(
        Offline,
        "no required module provides package|cannot find module providing package|cannot find package",
        r#"(?:no required module provides package|cannot find module providing package|cannot find package) "?(?P<s>[\w./-]+)"?"#,
        "Go package `{s}` not found in the modules of the project",
    ),
    rule(
        Offline,
        "inconsistent vendoring|updates to go.mod needed",
        r"(?P<s>inconsistent vendoring|updates to go\.mod needed)",
        "the vendored modules do not fit `go.mod`",
    ),
    rule(MissingFile, "go.mod file not found", r"(?P<s>go\.mod) file not found", "file not found: `{s}`"),
    rule(MissingFile, "no Go files in ", r"no Go files in (?P<s>\S+)", "no Go files in `{s}`"),
    rule(
        CompileError,
        ".go:",
        r"^(?:\./|vet: )?(?P<s>(?P<file>[\w./@+-]+\.go):(?P<line>\d+)):\d+: ",
        "`{s}` does not compile",
    ),
];
