//! Top-level fields, and parts that several sections share.

use super::Kind::{
    Anything, Bool, Expression, FilledList, List, Map, Mapping, One, OneOf, PackageName, PlainList, SchemaVersion,
    Text, Verbatim, Version,
};
use super::{
    ABOUT, BUILD, Field, GIT_SOURCE, Kind, PACKAGE_OUTPUT, PATH_SOURCE, REQUIREMENTS, STAGING_OUTPUT, Section, TEXTS,
    URL_SOURCE, field, required, section,
};

/// One source.
pub(super) const SOURCE: Kind = OneOf(&[Mapping(&URL_SOURCE), Mapping(&GIT_SOURCE), Mapping(&PATH_SOURCE)]);
/// `source`.
pub(super) const SOURCES: Kind = OneOf(&[One(&SOURCE), List(&SOURCE)]);

const CONTEXT: Kind = Map(&OneOf(&[Text, PlainList(&Text)]));

const SCHEMA: Field = field("$schema", Anything, "The JSON Schema of the file, for editors.");
const SCHEMA_VERSION: Field = field("schema_version", SchemaVersion, "The version of the recipe format: 1.");
const CONTEXT_FIELD: Field =
    field("context", CONTEXT, "Variables for templates: `name: value`. Later ones may use earlier ones.");
const SOURCE_FIELD: Field =
    field("source", SOURCES, "Where the code comes from: a `url`, a `git` repository or a `path`; one or a list.");
const BUILD_FIELD: Field = field("build", Mapping(&BUILD), "How the package is built.");
const TESTS_FIELD: Field = field("tests", super::tests::TESTS, "Tests of the finished package.");
const ABOUT_FIELD: Field = field("about", Mapping(&ABOUT), "What describes the package: summary, license, links.");
const EXTRA_FIELD: Field = field("extra", Map(&Anything), "Data for other tools, e.g. `recipe-maintainers`.");

/// A recipe for one package.
pub const SINGLE: Section = section(
    "recipe",
    &[
        SCHEMA,
        SCHEMA_VERSION,
        CONTEXT_FIELD,
        required("package", Mapping(&SINGLE_PACKAGE), "Name and version of the package."),
        SOURCE_FIELD,
        BUILD_FIELD,
        field("requirements", Mapping(&REQUIREMENTS), "Packages that the build and the package need."),
        TESTS_FIELD,
        ABOUT_FIELD,
        EXTRA_FIELD,
        OUTPUTS,
    ],
);

/// A recipe for several packages.
pub const MULTI: Section = section(
    "recipe with `outputs`",
    &[
        SCHEMA,
        SCHEMA_VERSION,
        CONTEXT_FIELD,
        field("recipe", Mapping(&RECIPE), "Name and version that the outputs share."),
        field("version", Version, "Short for `recipe: {version: ...}`."),
        SOURCE_FIELD,
        BUILD_FIELD,
        TESTS_FIELD,
        ABOUT_FIELD,
        EXTRA_FIELD,
        OUTPUTS,
    ],
);

const OUTPUTS: Field = field(
    "outputs",
    FilledList(&OneOf(&[Mapping(&PACKAGE_OUTPUT), Mapping(&STAGING_OUTPUT)])),
    "Several packages from one recipe.",
);

/// `recipe` of a recipe with outputs.
pub const RECIPE: Section = section(
    "recipe",
    &[
        field("name", PackageName, "The name of the recipe. No package gets it."),
        field("version", Version, "The version of outputs that have none of their own."),
    ],
);

const NAME: Field =
    required("name", PackageName, "The name of the package: lower-case letters, digits, `-`, `_` and `.`.");
const ABOUT_VERSION: &str = "The version of the package.";

/// `package` of an output.
pub const PACKAGE: Section = section("package", &[NAME, field("version", Version, ABOUT_VERSION)]);

/// `package` of a recipe for one package, which needs a version.
const SINGLE_PACKAGE: Section = section("package", &[NAME, required("version", Version, ABOUT_VERSION)]);

/// A condition in a list.
pub const CONDITION: Section = section(
    "the condition",
    &[
        required(
            "if",
            Expression,
            "The condition, an expression without braces, e.g. `linux and match(python, \">=3.10\")`.",
        ),
        required("then", Anything, "Items of the list if the condition holds."),
        field("else", Anything, "Items of the list if it does not."),
    ],
);

/// Patterns of files to include and to exclude.
pub const GLOBS: Section = section(
    "patterns",
    &[
        field("include", TEXTS, "Patterns of files to include."),
        field("exclude", TEXTS, "Patterns of files to exclude."),
    ],
);

/// A list of patterns, or a mapping of what to include and to exclude.
pub(super) const GLOBS_KIND: Kind = OneOf(&[TEXTS, Mapping(&GLOBS)]);
/// A bool, or a list of patterns.
pub(super) const BOOL_OR_GLOBS: Kind = OneOf(&[Bool, TEXTS]);
/// Names of environment variables and their values.
pub(super) const ENV: Kind = Map(&Text);
/// Names that are not rendered.
pub(super) const VERBATIM: Kind = PlainList(&Verbatim);
