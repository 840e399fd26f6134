//! Fields of outputs.

use super::Kind::{BoolWord, Mapping, Null, OneOf, Text};
use super::recipe::SOURCES;
use super::tests::TESTS;
use super::{
    ABOUT, BUILD, PACKAGE, REQUIREMENTS, STAGING_BUILD, STAGING_REQUIREMENTS, Section, field, required, section,
};

/// An output that is a package.
pub const PACKAGE_OUTPUT: Section = section(
    "the package output",
    &[
        required("package", Mapping(&PACKAGE), "Name and version of the package."),
        field("inherit", OneOf(&[Null, Text, Mapping(&INHERIT)]), "The staging output whose files the package takes."),
        field("source", SOURCES, "Sources of this output."),
        field("requirements", Mapping(&REQUIREMENTS), "Packages that the build and the package need."),
        field("build", Mapping(&BUILD), "How the package is built."),
        field("about", Mapping(&ABOUT), "What describes the package."),
        field("tests", TESTS, "Tests of the finished package."),
    ],
);

/// An output whose files other outputs take.
pub const STAGING_OUTPUT: Section = section(
    "the staging output",
    &[
        required("staging", Mapping(&STAGING), "The name that `inherit` refers to."),
        field("source", SOURCES, "Sources of this output."),
        field("requirements", Mapping(&STAGING_REQUIREMENTS), "Packages that the build needs."),
        field("build", Mapping(&STAGING_BUILD), "How the files are built."),
    ],
);

/// `staging`.
pub const STAGING: Section = section("staging", &[required("name", Text, "The name that `inherit` refers to.")]);

/// `inherit` as a mapping.
pub const INHERIT: Section = section(
    "inherit",
    &[
        required("from", Text, "The name of the staging output."),
        field("run_exports", BoolWord, "Whether run exports of its dependencies are taken. Default: true."),
    ],
);
