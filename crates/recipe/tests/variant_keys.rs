//! Which variant keys take part, how often a recipe renders, and in which order; checked against the reference.

mod rendering;

use rendering::{builds, codes, linux, package, render, shown, try_render};
use sidewinder_recipe::RenderConfig;

const BAR: &str = "bar: ['1', '2']";

/// With `bar` of two values: how many results there are, and whether they differ.
fn check(sections: &str, results: usize, differ: bool) {
    check_recipe(&package(sections), results, differ);
}

fn check_recipe(recipe: &str, results: usize, differ: bool) {
    let found = shown(recipe, BAR);
    let expected: Vec<&str> = if differ { vec!["a bar=1", "a bar=2"] } else { vec!["a"; results] };
    assert_eq!(found, expected, "{recipe}");
    assert_eq!(found.len(), results, "{recipe}");
}

#[test]
fn free_host_specs_take_part_and_others_do_not() {
    check("requirements: {host: [bar]}", 2, true);
    assert_eq!(builds(&package("requirements: {host: [bar]}"), BAR), ["h2eac606_0", "hcd4ea2d_0"]);
    check("requirements: {run: [bar]}", 1, false);
    check("requirements: {run_constraints: [bar]}", 1, false);
    check("requirements: {run_exports: [bar]}", 1, false);
    check("tests:\n  - script: x\n    requirements: {run: [bar]}", 1, false);
    check("requirements: {host: [bar >1]}", 1, false);
    check("requirements: {host: ['bar *']}", 1, false);
    check("requirements: {host: ['conda-forge::bar']}", 1, false);
}

#[test]
fn branches_that_are_not_taken_multiply_but_are_not_hashed() {
    check("requirements:\n  host:\n    - if: win\n      then: bar", 2, false);
    check("requirements:\n  run:\n    - if: win\n      then: foo ${{ bar }}", 2, false);
    check("requirements:\n  run:\n    - if: bar == '1'\n      then: foo", 2, true);
    check("requirements:\n  run:\n    - if: win and bar == '1'\n      then: foo", 2, false);
}

#[test]
fn scripts_use_what_all_branches_name() {
    check("build:\n  script:\n    - if: win\n      then: echo ${{ bar }}", 2, true);
}

#[test]
fn fields_use_what_they_look_up() {
    check("about:\n  summary: ${{ bar }}", 2, true);
    check("build:\n  script:\n    content: x\n    env: {A: \"${{ bar }}\"}", 2, true);
    check("tests:\n  - script: echo ${{ bar }}", 2, true);
    check("build:\n  skip: match(bar, '<2')", 2, true);
    check("build:\n  variant:\n    down_prioritize_variant: ${{ 1 if bar == '1' else 0 }}", 2, true);
    let recipe = package("build:\n  string: s${{ bar }}_${{ hash }}");
    check_recipe(&recipe, 2, true);
}

#[test]
fn context_passes_on_what_it_reads() {
    let context = |entries: &str, sections: &str| format!("context: {entries}\n{}", package(sections));
    check_recipe(&context("{d: bar}", "requirements:\n  host:\n    - ${{ d }}"), 2, true);
    check_recipe(&context("{bar: x}", "about:\n  summary: ${{ bar }}"), 2, false);
    check_recipe(&context("\n  c: ${{ bar }}.x", ""), 2, true);
    check_recipe(&context("\n  c: ${{ bar | default('z') }}", ""), 2, true);
}

#[test]
fn a_variant_key_that_context_binds_anew_is_recorded() {
    let single = format!("context:\n  bar: ${{{{ bar }}}}.x\n{}", package(""));
    assert_eq!(shown(&single, BAR), ["a bar=1", "a bar=2"]);
    let multi = "context:\n  bar: ${{ bar }}.x\noutputs:\n  - package: {name: a, version: '1'}\n";
    assert_eq!(shown(multi, BAR), ["a bar=1.x", "a bar=2.x"]);
    let read_later = format!("context:\n  bar: 5\n  c: ${{{{ bar }}}}\n{}", package(""));
    assert_eq!(shown(&read_later, BAR), ["a bar=1", "a bar=2"]);
    let multi = "context:\n  bar: 5\n  c: ${{ bar }}\noutputs:\n  - package: {name: a, version: '1'}\n";
    assert_eq!(shown(multi, BAR), ["a bar=5", "a bar=5"]);
}

#[test]
fn use_keys_and_ignore_keys() {
    check("build: {variant: {use_keys: [bar]}}", 2, true);
    check("build:\n  variant:\n    use_keys:\n      - ${{ 'bar' }}", 1, false);
    check("build:\n  variant:\n    use_keys:\n      - if: unix\n        then: bar", 1, false);
    check("build: {variant: {ignore_keys: [bar]}}\nrequirements: {host: [bar]}", 2, false);
}

#[test]
fn compilers_are_found_by_a_literal_language_only() {
    let recipe = format!("context: {{l: c}}\n{}", package("requirements:\n  build:\n    - ${{ compiler(l) }}"));
    assert_eq!(shown(&recipe, "c_compiler: [gcc, clang]"), ["a"]);
}

#[test]
fn keys_are_the_same_with_dots_dashes_and_underscores() {
    let recipe = package("requirements: {host: [foo-bar.x]}");
    assert_eq!(shown(&recipe, "foo_bar_x: ['3']"), ["a foo_bar_x=3"]);
    let recipe = package("requirements: {host: [FOO]}");
    assert_eq!(shown(&recipe, "foo: ['3']"), ["a foo=3"]);
    assert_eq!(shown(&recipe, "FOO: ['3']"), ["a"]);
}

#[test]
fn only_the_build_platform_counts_among_platforms() {
    let recipe = package("about:\n  summary: ${{ build_platform }} ${{ host_platform }} ${{ unix }}");
    assert_eq!(shown(&recipe, ""), ["a build_platform=linux-64"]);
}

#[test]
fn combinations_are_ordered_as_text() {
    let recipe = package("requirements: {host: [python, numpy]}");
    let expected = [
        ("1.9", "3.10"),
        ("1.9", "3.8"),
        ("1.9", "3.9"),
        ("10", "3.10"),
        ("10", "3.8"),
        ("10", "3.9"),
        ("2", "3.10"),
        ("2", "3.8"),
        ("2", "3.9"),
    ];
    let expected: Vec<String> = expected.iter().map(|(n, p)| format!("a numpy={n} python={p}")).collect();
    assert_eq!(shown(&recipe, "python: ['3.9', '3.10', '3.8']\nnumpy: [2, 10, '1.9']"), expected);
}

#[test]
fn platforms_of_the_variant_file_are_kept() {
    let recipe = package("build: {noarch: generic}\nabout:\n  summary: ${{ target_platform }}");
    assert_eq!(render(&recipe, "target_platform: [linux-64, osx-64]", &linux()).len(), 2);
    let recipe = package("");
    let rendered = render(&recipe, "target_platform: [linux-64, osx-64]", &linux());
    let subdirs: Vec<&str> = rendered.iter().map(|v| v.subdir.as_str()).collect();
    assert_eq!(subdirs, ["linux-64", "osx-64"]);
    assert_eq!(rendered[1].host_platform, "osx-64");
}

#[test]
fn discovered_keys_follow_in_file_order() {
    let recipe = package("requirements:\n  host:\n    - ${{ mpi }}");
    assert_eq!(
        shown(&recipe, "mpi: [openmpi, mpich]\nopenmpi: ['4', '5']\nmpich: ['3']"),
        ["a mpi=mpich mpich=3", "a mpi=openmpi openmpi=4", "a mpi=openmpi openmpi=5"]
    );
}

#[test]
fn keys_without_values_count_as_absent() {
    let config = RenderConfig::default();
    let variants = serde_json::from_str(r#"{"values": {"bar": []}}"#).unwrap_or_default();
    let recipe =
        sidewinder_recipe::ParsedRecipe::parse(&package("requirements: {host: [bar]}"), None, config.repodata_revision);
    let rendered = recipe.and_then(|recipe| recipe.render(&variants, &config)).unwrap_or_default();
    assert_eq!(rendered.iter().map(|v| v.build_string.as_str()).collect::<Vec<_>>(), ["hb0f4dca_0"]);
}

#[test]
fn extra_context_is_hashed_where_used() {
    let extra_context = [("bar".to_owned(), serde_json::json!("9"))].into_iter().collect();
    let config = RenderConfig { extra_context, ..linux() };
    let rendered = render(&package("about:\n  summary: ${{ bar }}"), "", &config);
    assert_eq!(rendered[0].variant["bar"].printed(), "9");
    assert!(!render(&package(""), "", &config)[0].variant.contains_key("bar"));
}

const LIB_AND_APP: &str = "outputs:
  - package: {name: app, version: '1'}
    requirements:
      run:
        - ${{ pin_subpackage('libfoo', exact=True) }}
  - package: {name: libfoo, version: '1'}
    requirements: {host: [zlib]}
";

#[test]
fn outputs_come_after_what_they_pin() {
    let rendered = render(LIB_AND_APP, "zlib: ['1.2', '1.3']", &linux());
    let names: Vec<&str> = rendered.iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["libfoo", "libfoo", "app", "app"]);
    assert_eq!(rendered[2].pin_subpackages["libfoo"].build_string.as_deref(), Some(rendered[0].build_string.as_str()));
    assert_eq!(rendered[3].pin_subpackages["libfoo"].build_string.as_deref(), Some(rendered[1].build_string.as_str()));
    assert_eq!(rendered[3].subpackages["libfoo"].build_string, rendered[1].build_string);
}

#[test]
fn outputs_repeat_for_each_combination() {
    let recipe = "outputs:
  - package: {name: libx, version: '1'}
  - package: {name: py-x, version: '1'}
    requirements: {host: [python]}
  - package: {name: n-x, version: '1'}
    build: {noarch: python}
    requirements: {host: [python]}
";
    assert_eq!(
        shown(recipe, "python: ['3.9', '3.10']"),
        ["libx", "py-x python=3.10", "n-x", "libx", "py-x python=3.9", "n-x"]
    );
}

#[test]
fn of_two_outputs_of_one_name_a_pin_takes_the_last() {
    let recipe = "outputs:
  - package: {name: lib, version: '1.0'}
    build: {string: a}
  - package: {name: lib, version: '1.0'}
    build: {string: b}
  - package: {name: app, version: '1'}
    requirements:
      run:
        - ${{ pin_subpackage('lib', exact=True) }}
";
    assert_eq!(shown(recipe, ""), ["lib", "lib", "app lib=1.0 b"]);
    let late = recipe.replace("{string: a}", "{string: a}\n    requirements: {host: [zz]}");
    let late = late.replace("      run:", "      host: [zz]\n      run:");
    let late = format!("{late}  - package: {{name: zz, version: '1'}}\n");
    assert_eq!(shown(&late, ""), ["lib", "zz", "lib", "app lib=1.0 a"]);
}

#[test]
fn build_numbers_are_inherited_and_overridden() {
    let recipe = "build: {number: 4}
outputs:
  - package: {name: lib, version: '1.0'}
  - package: {name: app, version: '1.0'}
    build: {number: 9}
    requirements:
      run:
        - ${{ pin_subpackage('lib', exact=True) }}
";
    let suffixes: Vec<String> =
        builds(recipe, "").iter().filter_map(|b| b.rsplit_once('_').map(|(_, number)| number.to_owned())).collect();
    assert_eq!(suffixes, ["4", "9"]);
    let config = RenderConfig { build_number_override: Some(9), ..linux() };
    let rendered = render(recipe, "", &config);
    assert_eq!(rendered[0].build_string, "hb0f4dca_9");
    assert_eq!(rendered[1].build_string, "hb12dd9e_9");
}

#[test]
fn skipped_outputs_vanish_and_skipped_recipes_stay() {
    let recipe = "outputs:
  - package: {name: lib, version: '1.0'}
    build: {skip: true}
  - package: {name: app, version: '1.0'}
";
    assert_eq!(shown(recipe, ""), ["app"]);
    let rendered = render(&package("build: {skip: [win, unix]}"), "", &linux());
    assert!(rendered[0].skip);
    assert!(!render(&package("build: {skip: [win, nope]}"), "", &linux())[0].skip);
}

#[test]
fn problems_of_skipped_variants_are_errors() {
    for skip in ["true", "win"] {
        let recipe =
            package(&format!("build: {{skip: {skip}}}\nrequirements:\n  build:\n    - ${{{{ stdlib('c') }}}}"));
        assert!(try_render(&recipe, "", &linux()).is_err(), "{skip}");
    }
}

#[test]
fn pins_on_what_is_not_there_are_errors() {
    let pinned =
        |name: &str| package(&format!("requirements:\n  run:\n    - ${{{{ pin_subpackage('{name}', exact=True) }}}}"));
    assert_eq!(codes(&pinned("b"), ""), ["missing-output"]);
    let own = render(&pinned("a"), "", &linux());
    assert_eq!(own[0].pin_subpackages["a"].build_string, None);
    assert_eq!(own[0].build_string, "hb0f4dca_0");
}

#[test]
fn circles_are_errors_at_their_outputs() {
    let recipe = "outputs:
  - package: {name: a, version: '1'}
    requirements: {host: [b]}
  - package: {name: b, version: '1'}
    requirements: {host: [a]}
  - package: {name: c, version: '1'}
    requirements: {host: [a]}
";
    assert_eq!(codes(recipe, ""), ["output-cycle"]);
}

#[test]
fn zip_keys_are_checked_even_where_unused() {
    assert_eq!(codes(&package(""), "a: ['1']\nb: ['1', '2']\nzip_keys: [[a, b]]"), ["invalid-zip-keys"]);
}

#[test]
fn a_problem_of_all_combinations_is_reported_once() {
    assert_eq!(codes(&package("about:\n  summary: ${{ nope }} ${{ bar }}"), BAR), ["undefined-variable"]);
}

#[test]
fn used_variables_are_the_keys_that_a_recipe_can_depend_on() {
    let recipe = "context:
  version: '1'
  name: x${{ version }}
  bar: ${{ bar }}.x
package: {name: a, version: '${{ version }}'}
build:
  variant: {use_keys: [flag-x]}
requirements:
  build:
    - ${{ compiler('c') }}
    - if: unix and target_platform != build_platform
      then: r-base
  host: [python]
  run: [foo]
about:
  summary: ${{ bar }}
";
    let parsed = sidewinder_recipe::ParsedRecipe::parse(recipe, None, Default::default());
    let expected = [
        "CONDA_BUILD_SYSROOT",
        "bar",
        "build_platform",
        "c_compiler",
        "c_compiler_version",
        "flag_x",
        "python",
        "r_base",
        "target_platform",
    ];
    assert_eq!(
        parsed.map(|recipe| recipe.used_variables()).unwrap_or_default(),
        (expected.map(str::to_owned).to_vec())
    );
}
