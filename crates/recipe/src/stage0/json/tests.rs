#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use serde_json::{Value, json};

use super::super::parse;

fn to_json(text: &str) -> Value {
    let (recipe, problems) = parse(text, Default::default());
    assert!(!problems.has_errors(), "{problems:?}");
    recipe.unwrap().to_json()
}

/// One section of a recipe with a package.
fn section(piece: &str, key: &str) -> Value {
    to_json(&format!("package: {{name: a, version: 1}}\n{piece}\n"))[key].clone()
}

#[test]
fn a_minimal_recipe_is_written_with_the_defaults_of_build() {
    let text = serde_json::to_string(&to_json("package: {name: a, version: 1}\n")).unwrap();
    insta::assert_snapshot!(text, @r#"{"package":{"name":"a","version":"1"},"build":{"script":{},"python":{"entry_points":[],"skip_pyc_compilation":[],"use_python_app_entrypoint":false},"skip":[],"always_copy_files":[],"always_include_files":[],"merge_build_and_host_envs":false,"files":[],"dynamic_linking":{"rpaths":[],"binary_relocation":true,"missing_dso_allowlist":[],"rpath_allowlist":[]},"variant":{"use_keys":[],"ignore_keys":[]},"prefix_detection":{"force_file_type":{"text":[],"binary":[]},"ignore":false,"ignore_binary_files":false},"post_process":[]},"requirements":{},"about":{},"extra":{}}"#);
}

#[test]
fn context_values_have_their_types() {
    let piece = r#"context: {a: 1, b: "1", c: 1.10, d: true, e: yes, f: [1, a, true, '2'], g: "${{ 1 }}", h: ~, i: 007, j: +5, k: 0x1f, l: }"#;
    assert_eq!(
        section(piece, "context"),
        json!({"a": 1, "b": "1", "c": "1.10", "d": true, "e": "yes", "f": [1, "a", true, "2"], "g": "${{ 1 }}",
               "h": "~", "i": 7, "j": 5, "k": "0x1f", "l": ""})
    );
}

#[test]
fn a_branch_of_one_item_is_the_item() {
    let piece = "requirements: {run: [a, {if: win, then: [], else: b}, {if: unix, then: [c, d], elif: e}]}";
    assert_eq!(
        section(piece, "requirements")["run"],
        json!(["a", {"if": "win", "then": [], "else": "b"}, {"if": "unix", "then": ["c", "d"]}])
    );
}

#[test]
fn the_list_form_of_run_exports_is_weak() {
    assert_eq!(
        section("requirements: {run_exports: [A >1]}", "requirements"),
        json!({"run_exports": {"weak": ["a >1"]}})
    );
}

#[test]
fn scripts_are_objects() {
    for (script, expected) in [
        ("a", json!({"content": ["a"]})),
        ("''", json!({"content": [""]})),
        ("[a, b]", json!({"content": ["a", "b"]})),
        ("{content: a, interpreter: nu}", json!({"interpreter": "nu", "content": ["a"]})),
        ("{file: a.py, env: {A: b}}", json!({"env": {"A": "b"}, "file": "a.py"})),
        ("{}", json!({})),
        ("{env: {}, secrets: []}", json!({})),
    ] {
        assert_eq!(section(&format!("build: {{script: {script}}}"), "build")["script"], expected, "{script}");
    }
}

#[test]
fn sources_have_their_filter_and_what_differs_from_the_default() {
    let checksum = "A".repeat(64);
    let piece = format!(
        "source: [{{url: a, sha256: {checksum}}}, {{git: x, branch: y, depth: 1}}, {{path: p, use_gitignore: false, filter: {{include: [z]}}}}]"
    );
    assert_eq!(
        section(&piece, "source"),
        json!([
            {"url": ["a"], "sha256": checksum.to_lowercase(), "filter": []},
            {"git": "x", "branch": "y", "depth": 1, "filter": []},
            {"path": "p", "use_gitignore": false, "filter": {"include": ["z"], "exclude": []}},
        ])
    );
}

#[test]
fn tests_keep_their_kind() {
    let piece = "tests: [{python: {imports: a, python_version: [3.1, 3.2]}}, {python: {}}, {script: {}}, \
                 {downstream: x}, {package_contents: {files: [a], lib: {not_exists: [b]}, strict: yes}}]";
    assert_eq!(
        section(piece, "tests"),
        json!([
            {"python": {"imports": ["a"], "python_version": ["3.1", "3.2"]}},
            {"python": {}},
            {},
            {"downstream": "x"},
            {"package_contents": {"files": {"exists": ["a"]}, "lib": {"not_exists": ["b"]}, "strict": true}},
        ])
    );
}

#[test]
fn extra_is_free_data() {
    let piece = "extra: {a: 1, z: {c: 1, b: ~}, l: [1.10, 1e3, .inf, inf, x, '${{ a }}', 'null', '', true, yes, '5']}";
    assert_eq!(
        section(piece, "extra"),
        json!({"a": 1, "z": {"b": null, "c": 1},
               "l": [1.1, 1000.0, ".inf", null, "x", "${{ a }}", null, null, true, "yes", "5"]})
    );
}

#[test]
fn outputs_say_what_they_inherit() {
    let text = "\
version: 1
outputs:
- {package: {name: b}, inherit: st}
- {staging: {name: st}, requirements: {host: [a]}, build: {script: x}}
- {package: {name: c, version: 2}, inherit: {from: st, run_exports: no}}
- {package: {name: d}, inherit: ~}
";
    let recipe = to_json(text);
    assert_eq!(recipe["recipe"], json!({"version": "1"}));
    let inherits: Vec<&Value> = recipe["outputs"].as_array().unwrap().iter().map(|o| &o["inherit"]).collect();
    assert_eq!(inherits, [&json!("st"), &Value::Null, &json!({"from": "st", "run_exports": false}), &Value::Null]);
    assert_eq!(
        recipe["outputs"][1],
        json!({"staging": {"name": "st"}, "requirements": {"host": ["a"]}, "build": {"script": {"content": ["x"]}}})
    );
}
