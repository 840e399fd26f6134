//! Functions and filters of templates, described.

use serde::Serialize;

/// A function or filter of templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionHelp {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it gives.
    pub about: &'static str,
    /// Whether it is written behind `|`.
    pub is_filter: bool,
}

const fn function(name: &'static str, usage: &'static str, about: &'static str) -> FunctionHelp {
    FunctionHelp { name, usage, about, is_filter: false }
}

const fn filter(name: &'static str, usage: &'static str, about: &'static str) -> FunctionHelp {
    FunctionHelp { name, usage, about, is_filter: true }
}

const ALL: &[FunctionHelp] = &[
    function(
        "compiler",
        "compiler('c')",
        "The compiler of a language for the target platform, from the variant keys `c_compiler` and `c_compiler_version`.",
    ),
    function(
        "stdlib",
        "stdlib('c')",
        "The standard library of a language, from the variant keys `c_stdlib` and `c_stdlib_version`.",
    ),
    function(
        "pin_subpackage",
        "pin_subpackage('name', upper_bound='x.x')",
        "A dependency on another output of this recipe, in its version.",
    ),
    function(
        "pin_compatible",
        "pin_compatible('name', upper_bound='x')",
        "A dependency on a package in the version that `host` has.",
    ),
    function("match", "match(python, '>=3.10')", "Whether the value of a variant key is in a version spec."),
    function("cdt", "cdt('name')", "A package of the core dependency tree for the target platform."),
    function(
        "load_from_file",
        "load_from_file('pyproject.toml')",
        "The contents of a JSON, YAML or TOML file next to the recipe. Experimental.",
    ),
    function("is_linux", "is_linux(target_platform)", "Whether a platform is Linux."),
    function("is_osx", "is_osx(target_platform)", "Whether a platform is macOS."),
    function("is_windows", "is_windows(target_platform)", "Whether a platform is Windows."),
    function("is_unix", "is_unix(target_platform)", "Whether a platform is Linux, macOS or another Unix."),
    function("is_android", "is_android(target_platform)", "Whether a platform is Android."),
    function("is_ios", "is_ios(target_platform)", "Whether a platform is iOS."),
    function("env", "env.get('NAME', default='')", "A variable of the environment that the recipe is rendered in."),
    function("git", "git.latest_tag(source)", "Facts about a git repository. Experimental."),
    filter("abs", "x | abs", "The absolute value."),
    filter("bool", "x | bool", "Whether the value counts as true."),
    filter("default", "x | default('other')", "Another value where the first is undefined."),
    filter("first", "list | first", "The first item."),
    filter("int", "x | int", "The value as a whole number."),
    filter("join", "list | join('.')", "The items as one text, with another text between them."),
    filter("last", "list | last", "The last item."),
    filter("length", "x | length", "The number of items or characters."),
    filter("list", "x | list", "The value as a list."),
    filter("lower", "x | lower", "The text in lower case."),
    filter("max", "list | max", "The largest item."),
    filter("min", "list | min", "The smallest item."),
    filter("replace", "x | replace('-', '_')", "The text with one text in place of another."),
    filter("reverse", "x | reverse", "The items or characters in reverse order."),
    filter("sort", "list | sort", "The items in order."),
    filter("split", "version | split('.')", "The parts of a text."),
    filter("trim", "x | trim", "The text without blanks at both ends."),
    filter("unique", "list | unique", "The items, each once."),
    filter("upper", "x | upper", "The text in upper case."),
    filter(
        "version_to_buildstring",
        "python | version_to_buildstring",
        "Major and minor version without a dot: `312`.",
    ),
];

/// All functions and filters that recipes have.
#[must_use]
pub fn functions() -> &'static [FunctionHelp] {
    ALL
}

#[cfg(test)]
mod tests {
    use sidewinder_recipe::template::{FILTERS, FUNCTIONS};

    use super::*;

    #[test]
    fn every_function_and_filter_of_the_core_is_described() {
        let described = |name: &str, is_filter| ALL.iter().any(|f| f.name == name && f.is_filter == is_filter);
        // `cmp` was removed from the format; the core knows it for its message only.
        assert!(FUNCTIONS.iter().all(|name| described(name, false) || *name == "cmp"));
        assert!(FILTERS.iter().all(|name| described(name, true)));
        let objects = ["env", "git"];
        let is_known = |f: &FunctionHelp| {
            if f.is_filter {
                FILTERS.contains(&f.name)
            } else {
                FUNCTIONS.contains(&f.name) || objects.contains(&f.name)
            }
        };
        assert!(ALL.iter().all(is_known));
    }
}
