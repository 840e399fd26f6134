//! Fields of `about`.

use super::Kind::{License, OneOf, Text, Url};
use super::{Section, TEXTS, field, section};

/// `about`.
pub const ABOUT: Section = section(
    "about",
    &[
        field("homepage", Url, "The project's website."),
        field("repository", Url, "Where the project's source code is developed."),
        field("documentation", Url, "The project's documentation."),
        field("license", License, "The license as an SPDX expression, e.g. `Apache-2.0 OR MIT`."),
        field("license_file", OneOf(&[Text, TEXTS]), "License files, looked up in the sources and next to the recipe."),
        field("license_family", Text, "The family of the license. `license` says enough."),
        field("summary", Text, "One line that says what the package is."),
        field("description", Text, "A longer description."),
    ],
);
