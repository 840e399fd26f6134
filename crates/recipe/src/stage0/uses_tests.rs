#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;

use super::super::parse;
use super::StaticUses;

/// What a piece below a package uses.
fn uses(piece: &str) -> StaticUses {
    let text = if piece.contains("outputs:") {
        piece.to_owned()
    } else {
        format!("package: {{name: a, version: 1}}\n{piece}\n")
    };
    let (recipe, problems) = parse(&text, Default::default());
    assert!(!problems.has_errors(), "{problems:?}");
    recipe.unwrap().static_uses()
}

fn names(names: &BTreeSet<String>) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

#[test]
fn templates_of_every_section_count() {
    for piece in [
        "about: {summary: '${{ bar }}'}",
        "about: {license_file: ['${{ bar }}']}",
        "build: {number: '${{ bar }}'}",
        "build: {string: 'x${{ bar }}'}",
        "build: {noarch: '${{ bar }}'}",
        "build: {script: 'echo ${{ bar }}'}",
        "build: {script: {env: {A: '${{ bar }}'}}}",
        "build: {script: {content: ['${{ bar }}']}}",
        "build: {script: [{if: unix, then: x, else: '${{ bar }}'}]}",
        "build: {steps: [{run: a, if: bar}]}",
        "build: {variant: {ignore_keys: ['${{ bar }}']}}",
        "build: {variant: {down_prioritize_variant: '${{ bar }}'}}",
        "build: {files: {exclude: ['${{ bar }}']}}",
        "build: {prefix_detection: {ignore: ['${{ bar }}']}}",
        "build: {dynamic_linking: {binary_relocation: '${{ bar }}'}}",
        "build: {merge_build_and_host_envs: '${{ bar }}'}",
        "build: {post_process: [{files: [a], regex: '${{ bar }}', replacement: b}]}",
        "build: {python: {entry_points: ['${{ bar }}']}}",
        "context: {a: '${{ bar }}'}",
        "requirements: {run: ['foo ${{ bar }}']}",
        "requirements: {run: [{if: bar, then: foo}]}",
        "requirements: {run: [{if: unix, then: [], else: [{if: bar, then: foo}]}]}",
        "requirements: {run_exports: {noarch: ['${{ bar }}']}}",
        "requirements: {ignore_run_exports: {by_name: ['${{ bar }}']}}",
        "source: {path: '${{ bar }}'}",
        "source: [{if: bar, then: {path: a}}]",
        "source: {git: a, depth: '${{ bar }}'}",
        "source: {url: ['${{ bar }}'], filter: [a]}",
        "source: {path: a, filter: {exclude: ['${{ bar }}']}}",
        "tests: [{downstream: '${{ bar }}'}]",
        "tests: [{python: {python_version: '${{ bar }}'}}]",
        "tests: [{package_contents: {lib: {not_exists: ['${{ bar }}']}}}]",
        "tests: [{script: a, requirements: {run: ['${{ bar }}']}}]",
        "tests: [{if: bar, then: {downstream: a}}]",
        "outputs: [{package: {name: '${{ bar }}'}}]",
        "outputs: [{staging: {name: a}, build: {script: '${{ bar }}'}}]",
        "outputs: [{package: {name: a}, inherit: '${{ bar }}'}]",
    ] {
        assert!(uses(piece).variables.contains("bar"), "{piece}");
    }
}

#[test]
fn extra_and_lists_in_context_do_not_count() {
    for piece in
        ["extra: {a: '${{ bar }}'}", "context: {a: ['${{ bar }}']}", "build: {script: {secrets: ['${{ bar }}']}}"]
    {
        assert_eq!(uses(piece).variables, BTreeSet::new(), "{piece}");
    }
}

#[test]
fn skip_items_are_expressions_but_not_in_branches() {
    assert_eq!(names(&uses("build: {skip: [win, bar == '1']}").variables), ["bar", "win"]);
    assert_eq!(names(&uses("build: {skip: [{if: unix, then: bar}]}").variables), ["unix"]);
    assert_eq!(names(&uses("build: {skip: [{if: unix, then: '${{ bar }}'}]}").variables), ["bar", "unix"]);
}

#[test]
fn compilers_stand_for_their_keys() {
    let found = uses("requirements: {build: [\"${{ compiler('c') }}\", \"${{ stdlib('c') }}\"]}");
    assert_eq!(
        names(&found.variables),
        ["CONDA_BUILD_SYSROOT", "c_compiler", "c_compiler_version", "c_stdlib", "c_stdlib_version"]
    );
}

#[test]
fn free_specs_are_bare_names_in_build_and_host() {
    let found = uses(
        "requirements: {build: [a, {if: win, then: B, else: [c, d >1]}], host: [e, f *, conda-forge::g], run: [h], \
         run_exports: [i]}",
    );
    assert_eq!(names(&found.free_specs), ["a", "b", "c", "e"]);
    let found = uses(
        "outputs: [{package: {name: x}, requirements: {host: [a]}}, {staging: {name: s}, requirements: {build: [b]}}]",
    );
    assert_eq!(names(&found.free_specs), ["a", "b"]);
}

#[test]
fn only_literal_unconditional_use_keys_count() {
    let found = uses("build: {variant: {use_keys: [a, \"${{ 'b' }}\", {if: unix, then: c}]}}");
    assert_eq!(names(&found.use_keys), ["a"]);
}
