//! Node.js and its package managers.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{ConfigureFailed, MissingCommand, MissingFile, Offline, VersionMismatch};

const NO_FILE: &str = "file not found: `{s}`";

pub(super) const RULES: &[Rule] = &[
    rule(
        VersionMismatch,
        "ERR_OSSL_EVP_UNSUPPORTED",
        r"ERR_OSSL_EVP_UNSUPPORTED",
        "the build uses hashes that this version of Node.js disables",
    )
    .about("node"),
    rule(
        MissingCommand,
        "find Python",
        r"find Python (?P<s>Python) is not set from command line",
        "command not found: `python`",
    )
    .medium(),
    rule(
        MissingCommand,
        "Could not find any Python installation|You need to install the latest version of Python",
        r"Could not find any Python installation|You need to install the latest version of Python",
        "command not found: `python`",
    )
    .about("python"),
    rule(
        VersionMismatch,
        "is incompatible with this module",
        r#"The engine "(?P<s>[^"]+)" is incompatible with this module\. Expected version "(?P<r>[^"]+)"\. Got "(?P<f>[^"]+)""#,
        "{s} {r} is required, but {f} is installed",
    ),
    rule(VersionMismatch, "Required: {", r#"Required: \{"(?P<s>node|npm)":"(?P<r>[^"]+)""#, "{s} {r} is required"),
    rule(
        VersionMismatch,
        "EBADENGINE|Unsupported engine|Unsupported environment|ERR_PNPM_UNSUPPORTED_ENGINE",
        r"(?:ERR!|error|code) ?EBADENGINE|Unsupported engine|Unsupported environment|ERR_PNPM_UNSUPPORTED_ENGINE",
        "this version of Node.js does not fit",
    )
    .about("node"),
    rule(
        VersionMismatch,
        "requires Node|Node.js version|requires at least Node",
        r"(?:requires(?: at least)?|require|needs) Node(?:\.js)?(?: version)? (?P<r>[<>=^~v]*\s?[\d.]+)",
        "Node.js {r} is required",
    )
    .about("node"),
    rule(
        VersionMismatch,
        "digital envelope routines",
        r"digital envelope routines:*:?unsupported",
        "the build uses hashes that this version of Node.js disables",
    )
    .about("node"),
    rule(
        VersionMismatch,
        "ERESOLVE",
        r"ERESOLVE (?:could not resolve|unable to resolve dependency tree)",
        "npm cannot resolve the dependencies",
    )
    .about("dependencies"),
    rule(
        VersionMismatch,
        "compiled against a different Node.js version",
        r"compiled against a different Node\.js version",
        "a native module was compiled for another Node.js",
    )
    .about("node"),
    rule(Offline, "ENOTCACHED", r"ENOTCACHED", "npm runs offline, and a package is not in its cache")
        .about("npm cache"),
    rule(
        Offline,
        "are in sync|frozen-lockfile|OUTDATED_LOCKFILE|lockfile would have been modified|lockfile needs to be updated",
        r"are in sync|frozen-lockfile|OUTDATED_LOCKFILE|lockfile (?:would have been modified|needs to be updated)",
        "the lock file does not fit `package.json`",
    )
    .about("package-lock.json"),
    rule(
        Offline,
        "NO_OFFLINE|NO_MATCHING_VERSION_INSIDE",
        r"ERR_PNPM_NO_OFFLINE_\w+",
        "pnpm runs offline, and a package is not in its store",
    )
    .about("pnpm store"),
    rule(
        Offline,
        "in your offline mirror|offline mirror",
        r#"Couldn't find any versions for "(?P<s>[^"]+)" .*offline|in your offline mirror"#,
        "yarn runs offline, and a package is not in its mirror",
    ),
    rule(MissingFile, "existing package-lock.json", r"existing (?P<s>package-lock\.json)", NO_FILE),
    rule(
        MissingFile,
        "find a package.json|No package.json|no such file or directory, open",
        r"(?:find a|No) (?P<s>package\.json)",
        NO_FILE,
    ),
    rule(MissingFile, "no such file or directory, ", r"ENOENT: no such file or directory, \w+ '(?P<s>[^']+)'", NO_FILE),
    rule(
        MissingFile,
        "Missing script: |missing script: ",
        r#"[Mm]issing script: ["']?(?P<s>[\w:-]+)"#,
        "npm script `{s}` not found",
    ),
    rule(
        MissingFile,
        "Cannot find module |Cannot find package |Can't resolve ",
        r"(?:Cannot find (?:module|package)|Can't resolve) '(?P<s>[^']+)'",
        "Node.js module `{s}` not found",
    ),
    rule(MissingFile, "No binding.gyp|binding.gyp not found", r"(?P<s>binding\.gyp) not found", NO_FILE),
    rule(ConfigureFailed, "ELIFECYCLE|gyp ERR! build error", r"ELIFECYCLE|^build error$", "an npm script failed")
        .consequence(),
];
