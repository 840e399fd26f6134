//! Build systems that look for what others built: cmake, meson, pkg-config, autoconf, R.

use super::{Rule, about, rule};
use crate::finding::FindingKind::{
    MissingCmakePackage, MissingCommand, MissingFile, MissingLibrary, MissingPkgConfig, Other,
};

const NO_MODULE: &str = "pkg-config knows no `{}`";
const NO_CMAKE: &str = "cmake does not find the package `{}`";
const NO_COMMAND: &str = "the command `{}` is not there";

pub(super) const RULES: &[Rule] = &[
    rule(
        MissingCommand,
        r#"unable to find a build program corresponding to "(?P<subject>[^"]+)""#,
        "cmake does not find the build program of `{}`",
    ),
    about(
        MissingCommand,
        "pkg-config",
        r"^\s+Could NOT find PkgConfig|The pkg-config script could not be found|pkg-config: command not found|Did not find pkg-config",
        NO_COMMAND,
    ),
    rule(MissingCommand, r"ERROR: Program '(?P<subject>[^']+)' not found", NO_COMMAND),
    rule(
        MissingCommand,
        r"^configure: error: (?P<subject>[\w.+-]+) (?:is required|not found|command not found|is not installed)",
        "configure does not find `{}`",
    ),
    // A line of its own notices ("-- Could NOT find") is not an error; one in the text of an error is indented.
    rule(MissingCmakePackage, r"^\s+Could NOT find (?P<subject>[\w.+-]+)", NO_CMAKE),
    rule(
        MissingCmakePackage,
        r#"Could not find a package configuration file provided by "(?P<subject>[^"]+)""#,
        NO_CMAKE,
    ),
    rule(MissingCmakePackage, r#"By not providing "Find(?P<subject>[^"]+)\.cmake""#, NO_CMAKE),
    rule(
        MissingCmakePackage,
        r#"Could not find a configuration file for package "(?P<subject>[^"]+)""#,
        "cmake finds `{}`, but in no version that fits",
    ),
    rule(MissingPkgConfig, concat!("^Package ", quoted!(), r"(?:, required by .*)?,? not found$"), NO_MODULE),
    rule(MissingPkgConfig, concat!("^(?:.*: )?No package ", quoted!(), " found$"), NO_MODULE),
    rule(MissingPkgConfig, r"^Package (?P<subject>\S+) was not found in the pkg-config search path", NO_MODULE),
    rule(MissingPkgConfig, r"Package requirements \((?P<subject>[\w.+-]+)[^)]*\) were not met", NO_MODULE),
    rule(
        MissingPkgConfig,
        r#"ERROR: Dependency "(?P<subject>[^"]+)" not found"#,
        "meson does not find the dependency `{}`",
    ),
    rule(
        MissingPkgConfig,
        r#"ERROR: Dependency lookup for (?P<subject>\S+) with method"#,
        "meson does not find the dependency `{}`",
    ),
    rule(
        MissingLibrary,
        r"^configure: error: .*\blib(?P<subject>[\w+-]+) (?:not found|is required|required)",
        "configure does not find the library `{}`",
    ),
    rule(Other, r"there is no package called [‘'](?P<subject>[^’']+)[’']", "the R package `{}` is not there"),
    rule(
        Other,
        r"^ERROR: dependenc(?:y|ies) (?P<subject>[‘'][^’']+[’'](?:, [‘'][^’']+[’'])*) (?:is|are) not available",
        "R packages are missing: {}",
    ),
    rule(Other, r"^configure: error: (?P<subject>.+)$", "configure stops: {}"),
    rule(
        MissingFile,
        r"does not appear to contain (?P<subject>CMakeLists\.txt)",
        "there is no `{}` in the folder that cmake was given",
    ),
    rule(Other, r"^CMake Error: (?P<subject>.+)$", "cmake stops: {}"),
    rule(Other, r"^(?:\S*/)?meson\.build:\d+:\d+: ERROR: (?P<subject>.+)$", "meson stops: {}"),
];
