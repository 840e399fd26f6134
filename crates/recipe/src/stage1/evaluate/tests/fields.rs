//! Specification 2: typed fields, defaults, dropped items, normal forms.

use serde_json::{Value, json};

use super::{PACKAGE, evaluate_with, experimental, problems, recipe, v3};
use crate::model::Combination;

fn build(field: &str) -> Value {
    recipe(&format!("build:\n  {field}\n"))["build"].clone()
}

fn fails(text: &str) -> bool {
    problems(&format!("{PACKAGE}{text}")).contains(": ")
}

#[test]
fn templates_are_read_as_bools_by_the_kind_of_the_field() {
    for (text, set) in [("TRUE", true), ("true", true), ("", false), ("False", false)] {
        let build = build(&format!("merge_build_and_host_envs: '${{{{ \"{text}\" }}}}'"));
        assert_eq!(build.get("merge_build_and_host_envs").is_some(), set, "{text}");
    }
    for text in ["yes", "1", " true "] {
        assert!(fails(&format!("build:\n  merge_build_and_host_envs: '${{{{ \"{text}\" }}}}'\n")), "{text}");
    }
    for (text, value) in [("no", json!(false)), ("False", json!(false)), ("yes", Value::Null), ("", Value::Null)] {
        let build = build(&format!("dynamic_linking: {{binary_relocation: '${{{{ \"{text}\" }}}}'}}"));
        assert_eq!(build["dynamic_linking"]["binary_relocation"], value, "{text}");
    }
    assert!(fails("build:\n  prefix_detection: {ignore: '${{ \"\" }}'}\n"));
    assert_eq!(build("prefix_detection: {ignore: '${{ \"Yes\" }}'}")["prefix_detection"]["ignore"], json!(true));
    let tests = recipe("tests:\n  - python: {pip_check: '${{ \"\" }}'}\n");
    assert_eq!(tests["tests"], json!([{"python": {"imports": []}}]));
}

#[test]
fn numbers_are_read_from_their_text() {
    for (value, number) in [("5", 5), ("\"5\"", 5), ("+5", 5), ("'${{ 5 }}'", 5), ("'${{ \"\" }}'", 0)] {
        assert_eq!(build(&format!("number: {value}"))["number"], json!(number), "{value}");
    }
    for value in ["' 5'", "'1.5'", "-1", "1.0", "true"] {
        assert!(fails(&format!("build:\n  number: ${{{{ {value} }}}}\n")), "{value}");
    }
    let down = |value: &str| build(&format!("variant: {{down_prioritize_variant: '{value}'}}"))["variant"].clone();
    assert_eq!(down("${{ \" 5 \" }}")["down_prioritize_variant"], json!(5));
    assert_eq!(down("${{ \"\" }}"), Value::Null);
}

#[test]
fn noarch_templates_are_trimmed() {
    for (text, noarch) in [("python", json!("python")), (" generic ", json!("generic")), ("none", Value::Null)] {
        assert_eq!(build(&format!("noarch: ${{{{ '{text}' }}}}"))["noarch"], noarch);
    }
    assert!(fails("build:\n  noarch: ${{ 'Python' }}\n"));
}

#[test]
fn empty_items_are_dropped_from_lists() {
    let build = build("dynamic_linking: {rpaths: [a, '', '${{ \"\" }}']}\n  files: ['${{ \"\" }}', b]");
    assert_eq!(build["dynamic_linking"], json!({"rpaths": ["a"]}));
    assert_eq!(build["files"], json!(["b"]));
    let requirements = recipe("requirements:\n  run: ['${{ \"\" }}', '${{ \" b >1 \" }}']\n");
    assert_eq!(requirements["requirements"], json!({"run": ["b >1"]}));
}

#[test]
fn branches_of_conditions_stand_in_their_place() {
    let text = "requirements:\n  run: [a, {if: unix, then: [b, {if: win, then: c, else: [d]}], else: e}, f]\n";
    assert_eq!(recipe(text)["requirements"]["run"], json!(["a", "b", "d", "f"]));
}

#[test]
fn dependencies_are_specs_in_normal_form_or_pins() {
    let text = "requirements:\n  run:\n    - ${{ 'python >=3.8, <4' }}\n    - ${{ compiler('c') }}\n    - ${{ pin_subpackage('b', \
                upper_bound='x.x') }}\n    - ${{ pin_compatible('n', exact=true) }}\n";
    let parsed = super::evaluate_with(
        &format!("{PACKAGE}{text}"),
        &Default::default(),
        &super::variant(&[("c_compiler_version", "13")]),
    );
    let run = serde_json::to_value(&parsed.unwrap().outputs[0].recipe.requirements.run).unwrap();
    assert_eq!(
        run,
        json!([
            "python >=3.8,<4",
            "gcc_linux-64 13.*",
            {"pin_subpackage": {"name": "b", "lower_bound": "x.x.x.x.x.x", "upper_bound": "x.x"}},
            {"pin_compatible": {"name": "n", "exact": true}},
        ])
    );
}

#[test]
fn ignored_run_exports_are_names() {
    let text = "requirements:\n  ignore_run_exports:\n    by_name: ['a >1', '${{ \"b >1\" }}', '${{ \"a b c d\" }}', '${{ \"\" }}']\n    \
                from_package: ['${{ compiler(\"c\") }}', '${{ \"conda-forge::q\" }}']\n";
    assert_eq!(
        recipe(text)["requirements"]["ignore_run_exports"],
        json!({"by_name": ["a", "b", "a"], "from_package": ["gcc_linux-64", "q"]})
    );
}

#[test]
fn urls_are_printed_in_normal_form() {
    let about = recipe("about: {homepage: 'https://a.com', repository: \"${{ 'https://a.com/x y' }}\"}\n");
    assert_eq!(about["about"], json!({"homepage": "https://a.com/", "repository": "https://a.com/x%20y"}));
    let source = |text: &str| recipe(&format!("source: {text}\n"))["source"][0].clone();
    assert_eq!(source("{url: 'HTTPS://A.com/b/../c'}")["url"], json!("https://a.com/c"));
    assert_eq!(source("{git: 'https://a.com'}")["git"], json!("https://a.com/"));
    assert_eq!(source("{git: 'user@host:path'}")["git"], json!("user@host:path"));
    assert_eq!(source("{git: ../x}")["git"], json!("../x"));
}

#[test]
fn git_references_say_what_they_are() {
    for (reference, rev) in [
        ("rev: HEAD", Value::Null),
        ("rev: head", Value::Null),
        ("rev: refs/tags/v1", json!("refs/tags/v1")),
        ("rev: '${{ \"abc\" }}'", json!("abc")),
        ("tag: v1", json!("refs/tags/v1")),
        ("branch: main", json!("refs/heads/main")),
    ] {
        let source = recipe(&format!("source: {{git: x, {reference}}}\n"))["source"][0].clone();
        assert_eq!(source.get("rev").cloned().unwrap_or_default(), rev, "{reference}");
    }
}

#[test]
fn late_variables_survive_in_patches_and_license_files() {
    let found = recipe(
        "source: {path: x, patches: ['${{ RECIPE_DIR }}/a']}\nabout: {license_file: ['${{ PREFIX }}/b{', '${{ SRC_DIR }}']}\n",
    );
    assert_eq!(found["source"][0]["patches"], json!(["${{ RECIPE_DIR }}/a"]));
    assert_eq!(found["about"]["license_file"], json!(["${{ PREFIX }}/b{", "${{ SRC_DIR }}"]));
    assert!(fails("source: {path: x, patches: ['${{ PREFIX }}/a']}\n"));
}

#[test]
fn texts_of_about_are_trimmed() {
    let about = recipe("about:\n  summary: \"${{ ' x ' }}\"\n  description: |\n    a\n    b\n");
    assert_eq!(about["about"], json!({"summary": "x", "description": "a\nb"}));
}

#[test]
fn extra_is_rendered_to_texts() {
    let extra = recipe("extra: {a: '${{ 1 }}', b: [1, '${{ \"x\" }}', {c: '${{ true }}'}], '${{ k }}': ~}\n");
    assert_eq!(extra["extra"], json!({"a": "1", "b": [1, "x", {"c": "true"}], "${{ k }}": null}));
}

#[test]
fn context_values_are_typed() {
    let text = format!(
        "context:\n  a: ${{{{ 1 }}}}\n  b: \"${{{{ 1 }}}}\"\n  c: ${{{{ none }}}}\n  d: [x, '${{{{ 1 }}}}']\n  e: '${{{{ [true, none] \
         }}}}'\n  f: ${{{{ d }}}}\n{PACKAGE}"
    );
    assert_eq!(
        super::recipes(&text)[0]["context"],
        json!({"a": 1, "b": "1", "c": null, "d": ["x", "${{ 1 }}"], "e": "[true, none]", "f": ["x", "${{ 1 }}"]})
    );
}

#[test]
fn versions_of_python_may_be_ranges() {
    let version = |text: &str| {
        recipe(&format!("tests:\n  - python: {{imports: [a], python_version: {text}}}\n"))["tests"][0]["python"]
            ["python_version"]
            .clone()
    };
    assert_eq!(version("'3.10'"), json!("3.10"));
    assert_eq!(version("['3.10', 3.9.*]"), json!(["3.10", "3.9.*"]));
    assert_eq!(version("'>=3.9'"), json!(">=3.9"));
}

#[test]
fn attestations_need_the_experimental_flag_wherever_they_stand() {
    let text = format!(
        "{PACKAGE}source:\n  - if: win\n    then: {{path: x}}\n    else:\n      url: https://a.com/b\n      attestation: {{publishers: \
         'github:a/b@v1'}}\n"
    );
    let evaluated = evaluate_with(&text, &experimental(), &Combination::default()).unwrap();
    assert_eq!(
        serde_json::to_value(&evaluated.outputs[0].recipe.source).unwrap(),
        json!([{
            "url": "https://a.com/b",
            "attestation": {
                "publishers": [{"provider": "github", "owner": "a", "repo": "b", "ref_constraint": "v1"}]
            },
        }])
    );
    assert!(problems(&text).contains("experimental-feature"));
}

#[test]
fn revision_3_brings_flags_and_extras() {
    let text =
        format!("{PACKAGE}build: {{flags: [a, 'b:c']}}\nrequirements: {{extras: {{g: [x, '${{{{ \"y\" }}}}']}}}}\n");
    let evaluated = evaluate_with(&text, &v3(), &Combination::default()).unwrap();
    let recipe = serde_json::to_value(&evaluated.outputs[0].recipe).unwrap();
    assert_eq!(recipe["build"]["flags"], json!(["a", "b:c"]));
    assert_eq!(recipe["requirements"]["extras"], json!({"g": ["x", "y"]}));
}
