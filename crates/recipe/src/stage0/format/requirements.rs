//! Fields of `requirements`.

use super::Kind::{Map, Mapping, OneOf};
use super::{Field, Kind, SPECS, SPECS_OR_NULL, Section, field, section};

const BUILD: Field =
    field("build", SPECS_OR_NULL, "Tools that run during the build, such as compilers: of the build platform.");
const HOST: Field =
    field("host", SPECS_OR_NULL, "Libraries and languages that the package is built against: of the target platform.");
const IGNORE: Field =
    field("ignore_run_exports", Mapping(&IGNORE_RUN_EXPORTS), "Run exports of dependencies that are not taken over.");

/// `requirements`.
pub const REQUIREMENTS: Section = section(
    "requirements",
    &[
        BUILD,
        HOST,
        field("run", SPECS_OR_NULL, "What is installed together with the package."),
        field("run_constraints", SPECS_OR_NULL, "Versions that packages must have if they are installed too."),
        field(
            "run_exports",
            RUN_EXPORTS_KIND,
            "Dependencies that packages get which are built against this one. A list is the same as `weak`.",
        ),
        IGNORE,
        field("extras", Map(&SPECS), "Optional groups of dependencies (repodata revision v3)."),
    ],
);

const RUN_EXPORTS_KIND: Kind = OneOf(&[SPECS, Mapping(&RUN_EXPORTS)]);

/// `requirements` of a staging output.
pub const STAGING_REQUIREMENTS: Section = section("the requirements of a staging output", &[BUILD, HOST, IGNORE]);

/// `requirements.run_exports` as a mapping.
pub const RUN_EXPORTS: Section = section(
    "run_exports",
    &[
        field("noarch", SPECS_OR_NULL, "For `noarch` packages that have this one in `host`."),
        field(
            "strong",
            SPECS_OR_NULL,
            "For packages that have this one in `build` or `host`; from `build` also into `host`.",
        ),
        field("strong_constraints", SPECS_OR_NULL, "Like `strong`, as `run_constraints`."),
        field("weak", SPECS_OR_NULL, "For packages that have this one in `host`."),
        field("weak_constraints", SPECS_OR_NULL, "Like `weak`, as `run_constraints`."),
    ],
);

const NAMES: Kind = SPECS_OR_NULL;

/// `requirements.ignore_run_exports`.
pub const IGNORE_RUN_EXPORTS: Section = section(
    "ignore_run_exports",
    &[
        field("by_name", NAMES, "Names of packages that are not added."),
        field("from_package", NAMES, "Names of dependencies whose run exports are ignored."),
    ],
);
