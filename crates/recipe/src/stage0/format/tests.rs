//! Fields of tests.

use super::Kind::{Bool, BoolWord, List, Mapping, One, OneOf, Text};
use super::build::SCRIPTS;
use super::{Kind, SPECS, Section, TEXTS, field, required, section};

/// `tests`.
pub(super) const TESTS: Kind = List(&OneOf(&[
    Mapping(&PYTHON_TEST),
    Mapping(&SCRIPT_TEST),
    Mapping(&PACKAGE_CONTENTS_TEST),
    Mapping(&DOWNSTREAM_TEST),
    Mapping(&PERL_TEST),
    Mapping(&R_TEST),
    Mapping(&RUBY_TEST),
]));

const fn open(place: &'static str, fields: &'static [super::Field]) -> Section {
    Section { place, fields, is_closed: false }
}

/// A test of Python modules.
pub const PYTHON_TEST: Section =
    open("test", &[required("python", Mapping(&PYTHON_TEST_FIELDS), "Imports Python modules.")]);

/// `python` of a test.
pub const PYTHON_TEST_FIELDS: Section = section(
    "the python test",
    &[
        field("imports", OneOf(&[One(&Text), TEXTS]), "Modules to import."),
        field("pip_check", Bool, "Whether `pip check` is run. Default: true."),
        field("python_version", OneOf(&[Text, TEXTS]), "Versions of Python to test with."),
    ],
);

/// A test that runs commands.
pub const SCRIPT_TEST: Section = section(
    "the script test",
    &[
        required("script", SCRIPTS, "Commands that must succeed."),
        field("requirements", Mapping(&TEST_REQUIREMENTS), "Packages that the test needs."),
        field("files", Mapping(&TEST_FILES), "Files that the test needs."),
    ],
);

/// `requirements` of a test.
pub const TEST_REQUIREMENTS: Section = section(
    "the requirements of a test",
    &[
        field("run", SPECS, "Packages that are installed together with the tested one."),
        field("build", SPECS, "Packages of the build platform, for emulators and the like."),
    ],
);

/// `files` of a test.
pub const TEST_FILES: Section = section(
    "the files of a test",
    &[field("source", TEXTS, "Files from the sources."), field("recipe", TEXTS, "Files from next to the recipe.")],
);

/// A test of another package that depends on this one.
pub const DOWNSTREAM_TEST: Section =
    section("the downstream test", &[required("downstream", Text, "A package whose tests are run with this one.")]);

/// A test of which files the package has.
pub const PACKAGE_CONTENTS_TEST: Section =
    open("test", &[required("package_contents", Mapping(&PACKAGE_CONTENTS), "Checks which files the package has.")]);

/// `package_contents`.
pub const PACKAGE_CONTENTS: Section = section(
    "package_contents",
    &[
        field("files", CHECKS, "Files, relative to the prefix."),
        field("site_packages", CHECKS, "Python modules in `site-packages`."),
        field("bin", CHECKS, "Programs."),
        field("lib", CHECKS, "Libraries, without prefix and extension."),
        field("include", CHECKS, "Headers."),
        field("strict", BoolWord, "Whether the package may have no other files."),
    ],
);

const CHECKS: Kind = OneOf(&[TEXTS, Mapping(&FILE_CHECKS)]);

/// Files that must and must not exist.
pub const FILE_CHECKS: Section = section(
    "file checks",
    &[
        field("exists", TEXTS, "Patterns that must match a file."),
        field("not_exists", TEXTS, "Patterns that must match no file."),
    ],
);

/// A test of Perl modules.
pub const PERL_TEST: Section = open("test", &[required("perl", Mapping(&PERL), "Loads Perl modules.")]);
/// `perl` of a test.
pub const PERL: Section = section("the perl test", &[field("uses", TEXTS, "Modules to load.")]);
/// A test of R packages.
pub const R_TEST: Section = open("test", &[required("r", Mapping(&R), "Loads R packages.")]);
/// `r` of a test.
pub const R: Section = section("the r test", &[field("libraries", TEXTS, "Packages to load.")]);
/// A test of Ruby gems.
pub const RUBY_TEST: Section = open("test", &[required("ruby", Mapping(&RUBY), "Loads Ruby gems.")]);
/// `ruby` of a test.
pub const RUBY: Section = section("the ruby test", &[field("requires", TEXTS, "Gems to load.")]);
