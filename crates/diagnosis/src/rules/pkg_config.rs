//! pkg-config and pkgconf, called by anything.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{MissingCommand, MissingPkgConfig};

const NO_MODULE: &str = "pkg-config module `{s}` not found";
const OTHER_VERSION: &str = "pkg-config module `{s}` has version {f}, but {r} is required";

pub(super) const RULES: &[Rule] = &[
    rule(
        MissingCommand,
        "pkg-config script could not be found",
        r"pkg-config script could not be found",
        "command not found: `pkg-config`",
    )
    .about("pkg-config"),
    rule(
        MissingCommand,
        "The pkg-config command could not be found|Could not run pkg-config|install pkg-config|pkg-config is required|pkg-config not found",
        r"(?:The pkg-config command could not be found|Could not run pkg-config|install pkg-config|pkg-config (?:is required|not found))",
        "command not found: `pkg-config`",
    )
    .about("pkg-config"),
    rule(
        MissingPkgConfig,
        "but version of ",
        r"^Requested '(?P<s>[^'\s]+) (?P<r>[^']+)' but version of .* is (?P<f>[\w.+-]+)",
        OTHER_VERSION,
    ),
    rule(
        MissingPkgConfig,
        "required version is",
        r"^Package '(?P<s>[^']+)' has version '(?P<f>[^']+)', required version is '(?P<r>[^']+)'",
        OTHER_VERSION,
    ),
    rule(
        MissingPkgConfig,
        "Package dependency requirement",
        r"Package dependency requirement '(?P<s>[^'\s]+)(?: (?P<r>[^']+))?' could not be satisfied",
        NO_MODULE,
    ),
    rule(
        MissingPkgConfig,
        "not found using pkg-config",
        r"ERROR: (?P<s>\S+?)(?: ?[<>=]+ ?(?P<r>[\w.]+))? not found using pkg-config",
        NO_MODULE,
    ),
    // qmake
    rule(
        MissingPkgConfig,
        "development package not found",
        r"Project ERROR: (?P<s>[\w.+-]+) development package not found",
        NO_MODULE,
    ),
    // Without an error after it, a notice of CMake is about an optional package.
    rule(
        MissingPkgConfig,
        "Package ",
        r"^--\s+Package '(?P<s>[^']+)'(?:, required by '[^']*')?,? not found",
        NO_MODULE,
    )
    .notices()
    .medium()
    .program(),
    rule(MissingPkgConfig, "No package ", r"^--\s+No package '(?P<s>[^']+)' found", NO_MODULE)
        .notices()
        .medium()
        .program(),
    rule(MissingPkgConfig, "Package ", r"^Package '(?P<s>[^']+)'(?:, required by '[^']*')?,? not found", NO_MODULE),
    rule(MissingPkgConfig, "No package ", r"^(?:.*: )?No package '(?P<s>[^']+)' found", NO_MODULE).program(),
    rule(
        MissingPkgConfig,
        "was not found in the pkg-config search path",
        r"Package (?P<s>\S+) was not found in the pkg-config search path",
        NO_MODULE,
    )
    .program(),
    rule(
        MissingPkgConfig,
        "Package requirements (",
        r"Package requirements \((?P<s>[\w.+-]+)(?P<r>\s*[<>=]+\s*[\w.]+)?[^)]*\) were not met",
        NO_MODULE,
    ),
    rule(MissingPkgConfig, "required by crate", r"The system library '(?P<s>[^']+)' required by crate", NO_MODULE),
    rule(
        MissingPkgConfig,
        "could not find system library",
        r"could not find system library '(?P<s>[^']+)' required by",
        NO_MODULE,
    ),
    rule(
        MissingPkgConfig,
        ".pc' needs to be installed",
        r"The file '(?P<s>[^']+)\.pc' needs to be installed",
        NO_MODULE,
    ),
];
