//! The rules, one file for each part of a recipe.

mod about;
mod build;
mod context;
mod extra;
mod licenses;
mod noarch;
mod order;
mod pins;
mod platform_packages;
mod python;
mod requirements;
mod source;
mod tests_section;
mod text;

use super::rule::Rule;

/// All rules, in the order of the documentation.
pub(super) const ALL: &[&[Rule]] = &[
    context::RULES,
    source::RULES,
    build::RULES,
    requirements::RULES,
    pins::RULES,
    platform_packages::RULES,
    noarch::RULES,
    python::RULES,
    tests_section::RULES,
    about::RULES,
    licenses::RULES,
    extra::RULES,
    order::RULES,
    text::RULES,
];
