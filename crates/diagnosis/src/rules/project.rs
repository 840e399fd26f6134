//! What projects write in their own words: read last, and carefully.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{ConfigureFailed, MissingCommand, MissingLibrary, UnboundVariable, VersionMismatch};

pub(super) const RULES: &[Rule] = &[
    rule(MissingLibrary, "^CMake Error|CMake Error", r"^CMake Error.*?(?:[Cc]ould not find|[Cc]annot find|[Uu]nable to find|[Cc]ouldn't find|Missing|Please install) (?:the |a |any )?(?:required )?(?:library |libraries |package |headers? (?:for |of )?|dependency )?['\x22]?(?P<s>[\w.+-]*\w)", "`{s}` not found").medium().classified(),
    rule(MissingLibrary, "CMake Error", r"^CMake Error[^(]*\(message\):\s+(?:.* )?['\x22]?(?P<s>[A-Za-z][\w.+-]*\w)['\x22]? (?:library |libraries |headers? |package |development files )?(?:was |were |is |are )?(?:not found|required|missing|not installed)", "`{s}` not found").medium().classified(),
    rule(ConfigureFailed, "CMake Error", r"^CMake Error(?: at [^:]+:\d+ \(\w+\))?: ?(?P<s>.{1,200})", "CMake stopped: {s}").medium(),
    rule(MissingCommand, "ommand not found|not found in PATH|not in your PATH|not in PATH|not on your PATH|not on PATH|ot found on PATH|not found in your PATH|not found in $PATH", r#"(?:^|[\s:])['"]?(?P<s>[\w.+-]*\w)['"]? (?:command |executable |binary |program )?(?:was |is |could )?(?:not (?:be )?(?:found )?(?:in|on) (?:your |the |\$)?PATH|command not found)"#, "command not found: `{s}`").medium(),
    rule(VersionMismatch, "MSB8020", r"MSB8020: The build tools for (?P<s>\S+)", "the Visual Studio build tools for {s} are not installed"),
    // qmake
    rule(MissingLibrary, "Unknown module(s) in QT", r"Unknown module\(s\) in QT: (?P<s>\w+)", "Qt module `{s}` not found"),
    // `${NAME:?message}`: the message is the script's own.
    rule(UnboundVariable, "conda_build.sh: line ", r"conda_build\.sh: line (?P<line>\d+): (?P<s>[A-Z_][A-Z0-9_]*): .+$", "variable `{s}` is not set").medium(),
    rule(MissingLibrary, "not find |not found|nstall ", r#"^(?:\*+ ?)?(?:[\w./-]+: )?(?:fatal |FATAL )?(?:[Ee]rror|ERROR):?\s(?:.*?: )?(?:(?:[Cc]ould|[Cc]an) ?not find (?:the |a )?(?:library |program |command |header |package )?|[Uu]nable to (?:find|locate) (?:the |a )?(?:library |program |command |header |package )?|[Pp]lease install )['"]?(?P<s>[\w.+/-]*\w)"#, "`{s}` not found").medium().classified(),
    rule(MissingLibrary, " not found", r#"^(?:\*+ ?)?(?:[\w./-]+: )?(?:fatal |FATAL )?(?:[Ee]rror|ERROR):?\s['"]?(?P<s>[\w.+/-]*\w)['"]? (?:library |headers? |program |development files )?(?:was )?not found"#, "`{s}` not found").medium().classified(),
];
