//! Specification 2.10: what package outputs take from the top level and from staging outputs.

use serde_json::{Value, json};

use super::{evaluate, recipes};

const TOP: &str = r#"
recipe: {version: 1}
about: {summary: top, license: MIT}
build:
  number: 4
  string: s
  noarch: generic
  script: make
  merge_build_and_host_envs: true
  python: {site_packages_path: x}
  always_copy_files: [a]
source: {path: top}
tests: [{script: top}]
extra: {e: 1}
"#;

fn output(own: &str) -> Value {
    recipes(&format!("{TOP}outputs:\n  - package: {{name: a}}\n{own}")).remove(0)
}

#[test]
fn an_output_takes_what_it_does_not_say_itself() {
    let recipe = output("");
    assert_eq!(recipe["package"], json!({"name": "a", "version": "1"}));
    assert_eq!(recipe["about"], json!({"summary": "top", "license": "MIT"}));
    assert_eq!(recipe["source"], json!([{"path": "top"}]));
    assert_eq!(recipe["tests"], json!([{"script": "top"}]));
    assert_eq!(recipe["extra"], json!({"e": 1}));
    assert_eq!(
        recipe["build"],
        json!({
            "number": 4,
            "script": "make",
            "noarch": "generic",
            "python": {"site_packages_path": "x"},
            "always_copy_files": ["a"],
            "merge_build_and_host_envs": true,
        })
    );
}

#[test]
fn lists_of_sources_and_tests_are_joined_and_other_values_replaced() {
    let recipe = output(
        "    about: {summary: own}\n    source: {path: own}\n    tests: [{script: own}]\n    build: {number: 9, noarch: \
         python, always_copy_files: [q]}\n",
    );
    assert_eq!(recipe["about"], json!({"summary": "own", "license": "MIT"}));
    assert_eq!(recipe["source"], json!([{"path": "top"}, {"path": "own"}]));
    assert_eq!(recipe["tests"], json!([{"script": "top"}, {"script": "own"}]));
    assert_eq!(recipe["build"]["number"], json!(9));
    assert_eq!(recipe["build"]["noarch"], json!("python"));
    assert_eq!(recipe["build"]["always_copy_files"], json!(["q"]));
}

#[test]
fn blocks_are_replaced_as_a_whole_and_a_flag_cannot_be_unset() {
    let recipe = output("    build: {merge_build_and_host_envs: false, python: {entry_points: ['a=b:c']}}\n");
    assert_eq!(recipe["build"]["merge_build_and_host_envs"], json!(true));
    assert_eq!(recipe["build"]["python"], json!({"entry_points": ["a = b:c"]}));
}

#[test]
fn a_script_is_taken_only_where_the_own_one_says_nothing() {
    for (own, script) in [
        ("{cwd: foo}", json!("make")),
        ("{env: {A: b}}", json!({"env": {"A": "b"}, "content": []})),
        ("[]", json!([])),
        ("own", json!("own")),
    ] {
        assert_eq!(output(&format!("    build: {{script: {own}}}\n"))["build"]["script"], script, "{own}");
    }
}

#[test]
fn build_strings_are_taken_too() {
    let text = format!("{TOP}outputs:\n  - package: {{name: a}}\n  - package: {{name: b}}\n    build: {{string: t}}\n");
    let spans: Vec<u32> =
        evaluate(&text).outputs.iter().map(|output| output.build_string.as_ref().unwrap().span.start).collect();
    assert_ne!(spans[0], spans[1]);
}

#[test]
fn an_output_that_builds_on_a_staging_output_keeps_its_own_sources_tests_and_script() {
    let text = format!(
        "{TOP}outputs:\n  - staging: {{name: st}}\n    source: {{path: st}}\n    requirements: {{host: [zlib]}}\n    build: \
         {{script: compile}}\n  - package: {{name: a}}\n    inherit: {{from: '${{{{ \"st\" }}}}', run_exports: false}}\n    \
         source: {{path: own}}\n"
    );
    let evaluated = evaluate(&text);
    let recipe = serde_json::to_value(&evaluated.outputs[0].recipe).unwrap();
    assert_eq!(recipe["source"], json!([{"path": "own"}]));
    assert_eq!(recipe.get("tests"), None);
    assert_eq!(recipe["build"]["script"], json!([]));
    assert_eq!(recipe["build"]["number"], json!(4));
    assert_eq!(
        recipe["staging_caches"],
        json!([{
            "name": "st",
            "build": {"string": null, "script": "compile"},
            "requirements": {"host": ["zlib"]},
            "source": [{"path": "top"}, {"path": "st"}],
        }])
    );
    assert_eq!(recipe["inherits_from"], json!({"cache_name": "st", "inherit_run_exports": false}));
    assert!(evaluated.outputs[0].free_specs.contains("zlib"));
    assert!(evaluated.outputs[0].staging.as_ref().unwrap().free_specs.contains("zlib"));
}

#[test]
fn only_packages_are_results() {
    assert!(recipes("recipe: {version: 1}\noutputs:\n  - staging: {name: a}\n").is_empty());
}
