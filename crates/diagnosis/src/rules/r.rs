//! R.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{ConfigureFailed, MissingLibrary, MissingRPackage, VersionMismatch};

const NO_PACKAGE: &str = "R package `{s}` not found";

pub(super) const RULES: &[Rule] = &[
    rule(MissingRPackage, "there is no package called", r"there is no package called '(?P<s>[^']+)'", NO_PACKAGE),
    rule(
        MissingRPackage,
        "not available for package",
        r"[Dd]ependenc(?:y|ies) '(?P<s>[^']+)'(?:, '[^']+')* (?:is|are) not available",
        NO_PACKAGE,
    ),
    rule(
        MissingRPackage,
        "is not available for this version of R",
        r"package '(?P<s>[^']+)' is not available for this version of R",
        NO_PACKAGE,
    )
    .warnings(),
    rule(
        MissingRPackage,
        "required and not available|required but not available|suggested but not available",
        r"Packages? (?:required|suggested) (?:and|but) not available:? '(?P<s>[^']+)'",
        NO_PACKAGE,
    ),
    rule(
        MissingRPackage,
        "package or namespace load failed",
        r"package or namespace load failed for '(?P<s>[^']+)'",
        "R package `{s}` does not load",
    )
    .medium(),
    rule(
        VersionMismatch,
        "loaded, but ",
        r"namespace '(?P<s>[^']+)' (?P<f>[\d.-]+) is (?:being|already) loaded, but (?P<r>[<>=]+ ?[\d.-]+) is required",
        "R package `{s}` {r} is required, but {f} is installed",
    ),
    rule(
        VersionMismatch,
        "was found, but",
        r"package '(?P<s>[^']+)' (?P<f>[\d.-]+) was found, but (?P<r>[<>=]+ ?[\d.-]+) is required",
        "R package `{s}` {r} is required, but {f} is installed",
    ),
    rule(
        VersionMismatch,
        "this R is version",
        r"this (?P<s>R) is version (?P<f>[\d.]+), .*requires R (?P<r>[<>=]+ *[\d.]+)",
        "R {r} is required, but {f} is installed",
    ),
    rule(
        VersionMismatch,
        "is not an exported object from",
        r"'(?P<f>[^']+)' is not an exported object from 'namespace:(?P<s>[^']+)'",
        "R package `{s}` has no `{f}`: its version does not fit",
    ),
    rule(
        VersionMismatch,
        "is not exported by",
        r"object '(?P<f>[^']+)' is not exported by 'namespace:(?P<s>[^']+)'",
        "R package `{s}` has no `{f}`: its version does not fit",
    ),
    rule(
        VersionMismatch,
        "was installed before R",
        r"package '(?P<s>[^']+)' was installed before R",
        "R package `{s}` was built for an older R",
    ),
    rule(
        MissingLibrary,
        "Configuration failed because ",
        r"Configuration failed because (?P<s>[\w.+-]+) was not found",
        "library `{s}` not found",
    ),
    rule(
        MissingLibrary,
        "Configuration failed to find ",
        r"Configuration failed to find (?:the )?(?P<s>[\w.+-]+)",
        "library `{s}` not found",
    ),
    rule(
        ConfigureFailed,
        "failed for package '",
        r"(?:lazy loading|configuration|compilation) failed for package '(?P<s>[^']+)'",
        "R package `{s}` could not be built",
    )
    .consequence(),
];
