//! Specification 2.5: the forms of scripts, and steps.

use serde_json::{Value, json};

use super::{PACKAGE, evaluate_with, experimental, recipe, recipes};
use crate::model::Combination;

fn build_script(script: &str) -> Value {
    recipe(&format!("build:\n  script: {script}\n"))["build"]["script"].clone()
}

#[test]
fn scripts_keep_the_form_they_were_written_in() {
    for (script, evaluated) in [
        ("build.sh", json!("build.sh")),
        ("\"\"", json!([])),
        ("", json!([])),
        ("[a]", json!("a")),
        ("[a, b]", json!(["a", "b"])),
        ("[]", json!([])),
        ("['', a]", json!("a")),
        ("[{if: win, then: a}]", json!([])),
        ("[{if: unix, then: [a, b], else: c}]", json!(["a", "b"])),
        ("{}", Value::Null),
        ("{content: a}", json!({"content": "a"})),
        ("{content: [a]}", json!({"content": "a"})),
        ("{content: [a, b]}", json!({"content": ["a", "b"]})),
        ("{content: []}", json!({"content": []})),
        ("{file: x.py}", json!({"interpreter": "python", "file": "x.py"})),
        ("{file: x.py, content: a}", json!({"interpreter": "python", "file": "x.py"})),
        ("{file: x.PY, interpreter: bash}", json!({"interpreter": "bash", "file": "x.PY"})),
        ("{file: x}", json!({"file": "x"})),
        ("{interpreter: nu}", json!({"interpreter": "nu"})),
        (
            "{content: a, env: {A: '${{ 1 }}', B: ''}, secrets: [S], cwd: d}",
            json!({"content": "a", "env": {"A": "1"}, "secrets": ["S"], "cwd": "d"}),
        ),
    ] {
        assert_eq!(build_script(script), evaluated, "{script}");
    }
}

#[test]
fn interpreters_follow_the_extension_of_the_file() {
    for (extension, interpreter) in [
        ("py", "python"),
        ("rb", "ruby"),
        ("js", "nodejs"),
        ("pl", "perl"),
        ("R", "rscript"),
        ("sh", "bash"),
        ("bash", "bash"),
        ("bat", "cmd"),
        ("cmd", "cmd"),
        ("ps1", "powershell"),
        ("nu", "nushell"),
    ] {
        assert_eq!(build_script(&format!("{{file: x.{extension}}}"))["interpreter"], json!(interpreter));
    }
}

#[test]
fn content_keeps_its_templates_and_is_not_checked() {
    let script = build_script("['${{ nope }}', 'x ${{ foo | nofilter }}']");
    assert_eq!(script, json!(["${{ nope }}", "x ${{ foo | nofilter }}"]));
}

#[test]
fn tests_without_content_have_an_empty_script() {
    let tests = |script: &str| recipe(&format!("tests:\n  - script: {script}\n"))["tests"][0]["script"].clone();
    assert_eq!(tests("{}"), json!({}));
    assert_eq!(tests("[]"), json!([]));
    assert_eq!(tests("a"), json!("a"));
}

#[test]
fn steps_that_run_nothing_vanish() {
    let text = format!(
        "{PACKAGE}build:\n  steps:\n    - run: [a, b]\n      if: win\n    - run: c\n      if: unix\n      interpreter: x\n      \
         cwd: y\n      env: {{A: b, C: ''}}\n    - run: []\n    - run: '${{{{ nope }}}}'\n"
    );
    let evaluated = evaluate_with(&text, &experimental(), &Combination::default()).unwrap();
    let build = serde_json::to_value(&evaluated.outputs[0].recipe.build).unwrap();
    assert_eq!(
        build["steps"],
        json!([{"run": ["c"], "interpreter": "x", "env": {"A": "b"}, "cwd": "y"}, {"run": ["${{ nope }}"]}])
    );
}

#[test]
fn outputs_never_fall_back_to_a_script_beside_the_recipe() {
    let recipes = recipes("recipe: {version: 1}\noutputs:\n  - package: {name: a}\n");
    assert_eq!(recipes[0]["build"]["script"], json!([]));
}
