//! Shells, make, and the small tools of a system.

use super::{Rule, about, rule};
use crate::finding::FindingKind::{MissingCommand, MissingFile, PatchFailed};

const NO_COMMAND: &str = "the command `{}` is not there";
const NO_FILE: &str = "the file or folder `{}` is not there";

pub(super) const RULES: &[Rule] = &[
    rule(
        MissingCommand,
        r"^(?P<file>[^:]*): (?:line )?(?P<line>\d+): (?P<subject>[^:]+): (?:command )?not found$",
        NO_COMMAND,
    ),
    rule(MissingCommand, r"\bcommand not found: (?P<subject>\S+)$", NO_COMMAND),
    rule(MissingCommand, concat!(r"^(?:\S*/)?env: ", quoted!(r"[^'’/]+"), r": No such file or directory$"), NO_COMMAND),
    rule(MissingCommand, r"^(?:\S*/)?env: (?P<subject>[^\s:/]+): No such file or directory$", NO_COMMAND),
    rule(
        MissingCommand,
        r"^(?:\S*/)?g?make(?:\[\d+\])?: (?P<subject>[^\s:]+): (?:No such file or directory|Command not found)$",
        NO_COMMAND,
    ),
    rule(MissingCommand, r#"exec: "(?P<subject>[^"]+)": executable file not found in \$"#, NO_COMMAND),
    rule(
        MissingCommand,
        r"^(?:\S*/)?(?:xargs|nohup|timeout|nice|time|strace|stdbuf|setsid): (?:failed to (?:run|execute) command )?['‘]?(?P<subject>[^\s:'’]+)['’]?: No such file or directory$",
        NO_COMMAND,
    ),
    rule(MissingCommand, r#"^Can't exec "(?P<subject>[^"]+)""#, NO_COMMAND),
    rule(MissingCommand, concat!("^WARNING: ", quoted!(), r" is (?:missing on your system|needed)"), NO_COMMAND),
    rule(MissingCommand, r"^(?:sh|bash|\S+\.(?:sh|bash)): (?P<subject>[^:\s]+): (?:command )?not found$", NO_COMMAND),
    rule(
        MissingFile,
        r"^(?P<file>[^:]*): line (?P<line>\d+): (?:(?:cd|source|\.|pushd|exec): )?(?P<subject>[^:]+): No such file or directory$",
        NO_FILE,
    ),
    rule(
        MissingFile,
        r"^(?P<file>[^:]*): (?:line )?(?P<line>\d+): (?:cd: can't cd to|cannot open|\.: cannot open|\.: Can't open) (?P<subject>[^:]+?)(?:: No such file(?: or directory)?)?$",
        NO_FILE,
    ),
    rule(
        MissingFile,
        r": (?P<subject>[^:\s]+): bad interpreter: ",
        "the interpreter `{}` that a script names is not there",
    ),
    rule(
        MissingFile,
        r"^(?P<file>[^:]*): line (?P<line>\d+): (?P<subject>[^:]+): cannot execute: required file not found$",
        "the interpreter or the loader of `{}` is not there",
    ),
    rule(
        MissingFile,
        concat!("No rule to make target ", quoted!()),
        "`{}` is not there, and make has no rule to make it",
    ),
    about(MissingFile, "Makefile", r"No targets specified and no makefile found", "there is no `{}` in this folder"),
    rule(
        PatchFailed,
        r"^\d+ out of \d+ hunks? (?:FAILED|ignored)(?: -- saving rejects to file (?P<subject>.+)\.rej)?",
        "a patch does not apply to `{}`",
    ),
    rule(PatchFailed, r"^error: patch failed: (?P<subject>.+):\d+$", "a patch does not apply to `{}`"),
    rule(PatchFailed, r"^error: (?P<subject>.+): patch does not apply$", "a patch does not apply to `{}`"),
    about(PatchFailed, "patch", r"^patch: \*\*\*\* ", "a patch cannot be used"),
    about(
        PatchFailed,
        "patch",
        r"^can't find file to patch at input line \d+",
        "a patch names a file that is not there",
    ),
];

/// What fits too much to be asked before the others.
pub(super) const LAST_RULES: &[Rule] = &[
    rule(
        MissingFile,
        r"^(?:\S*/)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|gfortran|ld|[\w.-]+-(?:gcc|g\+\+|cc|c\+\+|ld|clang|clang\+\+|gfortran)(?:-\d+)?): (?:fatal )?error: (?P<subject>[^:]+): No such file or directory$",
        NO_FILE,
    ),
    rule(MissingFile, concat!(r"error: no such file or directory: ", quoted!()), NO_FILE),
    rule(
        MissingFile,
        concat!(
            "^ninja: error: (?:loading )?",
            quoted!(),
            r".*(?:No such file or directory|missing and no known rule)"
        ),
        NO_FILE,
    ),
    rule(
        MissingFile,
        r"error: could not find `(?P<subject>Cargo\.toml)`",
        "there is no `{}` here or in a folder above",
    ),
    rule(MissingFile, r"Can't locate (?P<subject>\S+\.pm) in @INC", "the Perl module `{}` is not there"),
    rule(MissingFile, concat!(r#"^Can't open perl script "#, quoted!()), NO_FILE),
    rule(MissingFile, r"Error: Cannot find module '(?P<subject>[^']+)'", "the Node.js module `{}` is not there"),
    rule(
        MissingFile,
        r"^(?:\S*/)?[A-Za-z][\w.+-]*: (?:(?:cannot|can't|failed to) [a-z ]*)?['‘](?P<subject>[^'’]+)['’](?: (?:to|and) ['‘][^'’]*['’])?: (?:Cannot open: )?No such file or directory$",
        NO_FILE,
    ),
    rule(
        MissingFile,
        r"^(?:\S*/)?[A-Za-z][\w.+-]*: (?:(?:cannot|can't|failed to) [a-z]+ )?(?P<subject>[^'‘:\s]+): (?:Cannot open: )?No such file or directory$",
        NO_FILE,
    ),
];
