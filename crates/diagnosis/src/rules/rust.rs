//! Rust and Cargo.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{
    CompileError, ConfigureFailed, Crash, MissingCommand, MissingFile, MissingLibrary, Network, Offline,
    VersionMismatch,
};

const NO_COMMAND: &str = "command not found: `{s}`";
const OTHER_RUST: &str = "Rust {r} is required, but {f} is installed";

pub(super) const RULES: &[Rule] = &[
    // Versions
    rule(VersionMismatch, "is not supported by the following package", r"(?P<s>rustc) (?P<f>[\d.]+) is not supported by the following package", "a crate requires a newer Rust than {f}"),
    rule(VersionMismatch, "cannot be built because it requires", r"cannot be built because it requires (?P<s>rustc) (?P<r>[\d.]+)[^,]*, while the currently active rustc version is (?P<f>[\d.]+)", OTHER_RUST),
    rule(VersionMismatch, "requires rustc ", r"^(?P<file>\S+@\S+) requires (?P<s>rustc) (?P<r>[\d.]+)$", "a crate requires Rust {r}"),
    rule(VersionMismatch, "not stabilized in this version of Cargo", r"Cargo feature called '(?P<r>[^']+)', but that feature is not stabilized in this version of (?P<s>Cargo) \((?P<f>[\d.]+)", "a crate requires {r}, which Cargo {f} does not support"),
    rule(VersionMismatch, "feature 'edition", r"feature '(?P<s>edition\d+)' is required", "a crate requires {s}, which this Cargo does not support"),
    rule(VersionMismatch, "' is required", r"^feature '(?P<r>[\w-]+)' is required", "a crate requires the Cargo feature {r}, which this Cargo does not support").about("Cargo"),
    rule(VersionMismatch, "this version of Cargo is older than", r"this version of (?P<s>Cargo) is older than the '(?P<r>\d+)' edition", "a crate requires edition {r}, which this Cargo does not support"),
    rule(VersionMismatch, "supported edition values are", r"supported edition values are .*but '(?P<r>\d+)' is unknown", "a crate requires edition {r}, which this Cargo does not support").about("Cargo"),
    rule(VersionMismatch, "lock file version", r"lock file version '?(?P<r>\d+)'? (?:was found, but this version of Cargo|requires)", "the lock file has version {r}, which this Cargo does not support").about("Cargo"),
    rule(VersionMismatch, "may not be used on the stable release channel", r"'(?P<s>#!\[feature\])' may not be used on the stable", "a crate requires a nightly Rust"),
    // Commands
    rule(MissingCommand, "linker '", r"error: linker '(?P<s>[^']+)' not found", "linker not found: `{s}`"),
    rule(MissingCommand, "(never executed)", r"could not execute process '(?P<s>[^' ]+)[^']*' \(never executed\)", NO_COMMAND),
    rule(MissingCommand, "not installed?| installed?", r"[Ii]s '(?P<s>[^']+)' (?:not )?installed\?", NO_COMMAND),
    rule(MissingCommand, "failed to start '", r"failed to start '(?P<s>[\w.+-]+)[^']*': No such file", NO_COMMAND),
    rule(MissingCommand, "ailed to find tool", r#"[Ff]ailed to find tool:? "?(?P<s>[\w+./-]+)"#, NO_COMMAND),
    rule(MissingCommand, "Could not find 'protoc'", r"Could not find '(?P<s>protoc)'", NO_COMMAND),
    rule(MissingCommand, "rustup could not choose|no default toolchain|no such command: ", r"rustup could not choose a version|no (?:override and no )?default toolchain", NO_COMMAND).about("cargo"),
    rule(MissingCommand, "no such command: ", r"error: no such command: '(?P<s>[^']+)'", "cargo command not found: `{s}`"),
    rule(MissingLibrary, "nable to find libclang", r"[Uu]nable to find libclang", "library `libclang` not found").about("libclang"),
    rule(MissingLibrary, "Could not find directory of OpenSSL installation", r"Could not find directory of (?P<s>OpenSSL) installation", "library `{s}` not found"),
    rule(MissingFile, "could not find 'Cargo.toml'", r"could not find '(?P<s>Cargo\.toml)'", "file not found: `{s}`"),
    rule(MissingFile, "failed to read '", r"failed to read '(?P<s>[^']+)'", "file not found: `{s}`").medium(),
    // Offline and lock files
    rule(Offline, "needs to be updated but --locked|cannot update the lock file", r"(?P<s>Cargo\.lock|lock file) .*(?:needs to be updated but --locked|because --(?:locked|frozen) was passed)", "the lock file does not fit the manifest"),
    rule(Offline, "but --offline was specified|you are in the offline mode|offline mode (via", r"(?:can't checkout from '(?P<s>[^']+)'|attempting to make an HTTP request, but --offline|offline mode \(via)", "a crate must be downloaded, but Cargo runs offline"),
    rule(Offline, "no matching package named|failed to select a version for", r#"(?:no matching package named|failed to select a version for(?: the requirement)?) '(?P<s>[\w-]+)(?: = "(?P<r>[^"]+)")?[^']*'"#, "crate `{s}` not found in the index or vendored sources"),
    rule(Offline, "no matching package found", r"no matching package found", "a crate was not found in the index or vendored sources").about("crate"),
    rule(Network, "as a dependency of|unable to update registry|Unable to update |failed to download from|failed to fetch into", r"(?:failed to (?:get|load source for) '(?P<s>[^']+)' as a dependency|[Uu]nable to update|failed to download from|failed to fetch into)", "Cargo cannot download a crate").medium(),
    // Sources
    rule(CompileError, "error", r"^(?P<s>error\[E\d*\]: .+)$", "Rust source does not compile: {s}"),
    rule(ConfigureFailed, "could not compile|failed to run custom build command|process didn't exit successfully|aborting due to|could not document", r"could not (?:compile|document)|failed to run custom build command|process didn't exit successfully|aborting due to", "building a crate failed").consequence(),
    rule(Crash, "panicked at ", r"thread '[^']*' \(?\d*\)? ?panicked at (?P<s>\S+)", "a program panicked at {s}").low(),
];
