//! Meson.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{
    CompileError, ConfigureFailed, MissingCommand, MissingFile, MissingHeader, MissingLibrary, MissingPkgConfig,
    MissingPythonModule, Network, Offline, VersionMismatch, WrongArchitecture,
};

const NO_DEPENDENCY: &str = "dependency `{s}` not found";
const NO_COMMAND: &str = "command not found: `{s}`";
const NO_FILE: &str = "file not found: `{s}`";

pub(super) const RULES: &[Rule] = &[
    rule(VersionMismatch, "but project requires", r"Meson version is (?P<f>\S+?),? but project requires '?(?P<r>[^']+)", "Meson {r} is required, but {f} is installed").about("meson"),
    rule(MissingPkgConfig, "Invalid version, need", r"Dependency lookup for (?P<s>\S+) with method '[^']*' failed: Invalid version, need '[^']*' \[?'?(?P<r>[^'\]]+)'?\]? found '?(?P<f>[\w.+-]+)", "dependency `{s}` has version {f}, but {r} is required"),
    rule(MissingCommand, "Pkg-config for machine|Pkg-config binary|pkg-config not found", r"Pkg-config (?:for machine .* not found|binary .*missing)|Did not find pkg-config by name|pkg-config not found", NO_COMMAND).about("pkg-config"),
    rule(MissingPkgConfig, "Dependency ", r#"Dependency ["'](?P<s>[^"']+)["'](?:,? is)?(?: required but)? not found"#, NO_DEPENDENCY),
    // Says the versions; the error follows without them.
    rule(MissingPkgConfig, "but need", r"^Dependency (?P<s>\S+) found: NO,? found '?(?P<f>[\w.+-]+)'? but need: \[?'(?P<r>[^']+)'", "dependency `{s}` has version {f}, but {r} is required").low(),
    rule(MissingPkgConfig, "Dependency lookup for ", r"Dependency lookup for (?P<s>\S+) with method", NO_DEPENDENCY),
    rule(MissingPkgConfig, "dependency ", r#"ERROR: (?:Native|Run-time|Build-time)? ?[Dd]ependency (?P<s>[\w.+-]+) (?:is required but )?(?:was )?not found"#, NO_DEPENDENCY),
    rule(MissingCommand, "Program", r"ERROR: Program\(?s?\)? \[?'(?P<s>[^']+)'.*not found", NO_COMMAND),
    rule(MissingCommand, "Could not detect Ninja", r"Could not detect Ninja v?(?P<r>[\d.]+) or newer", "command not found: `ninja` ({r} or newer)").about("ninja"),
    rule(MissingLibrary, "library '", r"ERROR: (?:C|C\+\+|\w+) (?:shared or static |static |shared )?library '(?P<s>[^']+)' not found", "library `{s}` not found"),
    rule(MissingHeader, "header '", r"ERROR: \S+ header '(?P<s>[^']+)' (?:could )?not (?:be )?found", "header `{s}` not found"),
    rule(MissingPythonModule, "is missing modules: ", r"is missing modules: (?P<s>[\w.]+)", "Python module `{s}` not found"),
    rule(MissingCommand, "Unknown compiler(s): ", r"Unknown compiler\(s\): \[\[?'(?:c\+\+|g\+\+|clang\+\+|icpc|\S*-c\+\+|\S*-g\+\+)'", "C++ compiler not found").about("C++ compiler"),
    rule(MissingCommand, "Unknown compiler(s): ", r"Unknown compiler\(s\): \[\[?'(?:gfortran|flang|ifort|\S*-gfortran)'", "Fortran compiler not found").about("Fortran compiler"),
    rule(MissingCommand, "Unknown compiler(s): ", r"Unknown compiler\(s\): \[\[?'(?:cc|gcc|clang|icc|\S*-cc|\S*-gcc)'", "C compiler not found").about("C compiler"),
    rule(MissingCommand, "Unknown compiler(s): ", r"Unknown compiler\(s\): \[\[?'(?P<s>[^']+)'", NO_COMMAND),
    rule(CompileError, "cannot compile programs", r"ERROR: Compiler (?P<s>\S+) cannot compile programs", "compiler `{s}` cannot build a test program"),
    rule(WrongArchitecture, "are not runnable", r"Executables created by (?P<s>.+?) compiler .* are not runnable", "programs that the {s} compiler creates do not run here"),
    rule(MissingFile, "contain a build file", r"Neither .* contain a build file (?P<s>\S*meson\.build)", NO_FILE),
    rule(MissingFile, "onexistent build file", r"[Nn]onexistent build file '(?P<s>[^']+)'", NO_FILE),
    rule(MissingFile, "ERROR: File ", r"ERROR: File (?P<s>\S+) does not exist", NO_FILE),
    rule(MissingFile, "ERROR: Include dir ", r"ERROR: Include dir (?P<s>\S+) does not exist", "no such directory: `{s}`"),
    rule(Offline, "wrap-based subproject downloading is disabled|Automatic wrap", r"wrap-based subproject downloading is disabled", "a subproject must be downloaded, but downloads are disabled").about("subproject"),
    rule(ConfigureFailed, "Unknown option", r#"ERROR: Unknown options?: "?(?P<s>[^"]+)"#, "unknown Meson option `{s}`"),
    rule(ConfigureFailed, "Problem encountered: ", r"ERROR: Problem encountered: (?P<s>.+)", "Meson stopped: {s}").classified(),
    rule(Network, "is the internet available", r"ERROR: could not get (?P<s>\S+) is the internet available", "download failed: `{s}`"),
    rule(ConfigureFailed, "ERROR: ", r"^(?:\S*/)?meson\.build:\d+:\d+: ERROR: (?P<s>.+)$", "Meson stopped: {s}").classified(),
];
