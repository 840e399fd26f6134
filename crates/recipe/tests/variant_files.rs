//! Both kinds of variant files, as the reference reads them.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use serde_json::{Value, json};
use sidewinder_recipe::variants::VariantFormat;
use sidewinder_recipe::{RenderConfig, VariantConfig};

fn values(text: &str, format: VariantFormat) -> Value {
    let config = VariantConfig::from_yaml(text, format, &RenderConfig::default(), None).unwrap();
    serde_json::to_value(config.values).unwrap()
}

fn variants(text: &str) -> Value {
    values(text, VariantFormat::Variants)
}

fn build_config(text: &str) -> Value {
    values(text, VariantFormat::CondaBuildConfig)
}

/// Code and place of the first problem.
fn error(text: &str, format: VariantFormat) -> String {
    let failure = VariantConfig::from_yaml(text, format, &RenderConfig::default(), None).unwrap_err();
    let first = &failure.diagnostics[0];
    format!("{} {}", first.code, first.span.map_or_else(String::new, |s| format!("{}:{}", s.line, s.column)))
}

#[test]
fn plain_scalars_are_typed_by_the_rules_of_recipes() {
    assert_eq!(
        variants("x: [1, 1.5, true, True, yes, \"1\", ~, \"\", 0x10, 1e3, 1.10, 007]"),
        json!({"x": [1, "1.5", true, true, "yes", "1", "~", "", "0x10", "1e3", "1.10", 7]})
    );
}

#[test]
fn templates_render_to_text_and_vanish_where_empty() {
    assert_eq!(
        variants("a:\n  - ${{ 1 }}\n  - ${{ '' }}\n  - ${{ true }}\n  - ${{ [1,2] }}\n  - ${{ target_platform }}\n"),
        json!({"a": ["1", "true", "[1, 2]", "linux-64"]})
    );
    assert_eq!(
        variants("a: ['${{ env.get(\"NOPE\", default=\"x\") }}', '${{ compiler(\"c\") }}']"),
        json!({"a": ["x", "gcc_linux-64"]})
    );
}

#[test]
fn conditions_nest_and_choose() {
    let text = "a:\n  - if: unix\n    then:\n      - if: linux\n        then: [1, 2]\n      - 3\n  - if: win\n    then: 4\n    else: x\n";
    assert_eq!(variants(text), json!({"a": [1, 2, 3, "x"]}));
}

#[test]
fn undefined_names_in_conditions_count_as_false() {
    let chosen =
        |condition: &str| variants(&format!("a:\n  - if: {condition}\n    then: 1\n    else: 2\n"))["a"][0].clone();
    assert_eq!(chosen("nope"), 2);
    assert_eq!(chosen("not nope"), 1);
    assert_eq!(chosen("nope and unix"), 2);
    assert_eq!(chosen("nope or unix"), 1);
    assert_eq!(chosen("unix and nope"), 2);
    assert_eq!(chosen("nope is none"), 2);
    assert_eq!(variants("a: ['${{ \"x\" if nope else \"y\" }}']"), json!({"a": ["y"]}));
}

#[test]
fn a_condition_on_an_undefined_name_is_warned_about() {
    let text = "a:\n  - if: nope\n    then: 1\n    else: 2\n";
    let (config, diagnostics) = VariantConfig::read(text, VariantFormat::Variants, &RenderConfig::default(), None);
    assert!(config.is_some());
    assert_eq!(diagnostics[0].code, "condition-ignored");
}

#[test]
fn keys_come_into_their_normal_form_and_the_last_wins() {
    assert_eq!(variants("a-b: [1]\na.c: [3]\na_b: [2]\n"), json!({"a_b": [2], "a_c": [3]}));
    assert_eq!(build_config("a-b: [1]\na_b: [2]\n"), json!({"a_b": [2]}));
}

#[test]
fn empty_lists_and_pins_of_older_versions_are_dropped() {
    assert_eq!(variants("a:\n  - if: win\n    then: 1\nb: []\npin_run_as_build: foo\nc: [1]\n"), json!({"c": [1]}));
    assert_eq!(build_config("pin_run_as_build: {a: {}}\nb:\nc: [1]\n"), json!({"c": [1]}));
    assert_eq!(variants(""), json!({}));
    assert_eq!(build_config("# nothing\n"), json!({}));
}

#[test]
fn what_a_variant_file_cannot_hold_is_an_error_at_its_place() {
    let variants = |text| error(text, VariantFormat::Variants);
    assert_eq!(variants("a: 1\n"), "invalid-variant-config 1:4");
    assert_eq!(variants("x: {if: unix, then: 1}\n"), "invalid-variant-config 1:4");
    assert_eq!(variants("a:\n  - [1]\n"), "invalid-variant-config 2:5");
    assert_eq!(variants("a:\n  - ${{ nope }}\n"), "undefined-variable 2:5");
    assert_eq!(variants("a:\n  - if: nope == 'x'\n    then: 1\n"), "undefined-variable 2:9");
    assert_eq!(variants("a:\n  - if: nope(\n    then: 1\n"), "template-syntax 2:9");
    assert_eq!(variants("zip_keys: [a, b]\n"), "invalid-zip-keys 1:11");
    assert_eq!(variants("a: [1]\na: [2]\n"), "duplicate-key 2:1");
    let build_config = |text| error(text, VariantFormat::CondaBuildConfig);
    assert_eq!(build_config("a: [1]\nb: 3  # [unix]\n"), "invalid-variant-config 2:4");
    assert_eq!(build_config("a: [1]\n__migrator:\n  kind: version\n"), "invalid-variant-config 3:3");
    assert_eq!(build_config("- a\n"), "wrong-type 1:1");
    assert_eq!(build_config("a: [1]\na: [2]\n"), "invalid-yaml 2:1");
    assert_eq!(build_config("a: [1\nb: 2\n"), "invalid-yaml 2:2");
}

#[test]
fn branches_that_are_not_taken_are_checked_too() {
    let branch = |branch: &str| format!("a:\n  - if: win\n    then: {branch}\n    else: x\n");
    let error = |text: &str| error(text, VariantFormat::Variants);
    assert_eq!(error(&branch("{a: b}")), "invalid-variant-config 3:11");
    assert_eq!(error(&branch("[[a]]")), "invalid-variant-config 3:12");
    assert_eq!(error(&branch("${{ 1 + }}")), "template-syntax 3:11");
    assert_eq!(error(&branch("{if: unix}")), "missing-field 3:11");
    assert_eq!(error(&branch("[{if: unix, else: b}]")), "missing-field 3:12");
    assert_eq!(error(&branch("{if: 1 +, then: b}")), "template-syntax 3:16");
    assert_eq!(error(&branch("{if: [a], then: b}")), "wrong-type 3:11");
    assert_eq!(error("a:\n  - if: unix\n    then: x\n    else: {a: b}\n"), "invalid-variant-config 4:11");
    // What only shows when it is evaluated shows where the branch is taken.
    for branch_text in ["${{ nope }}", "${{ nope() }}", "{if: nope == 1, then: b}", "[]", ""] {
        assert_eq!(variants(&branch(branch_text)), json!({"a": ["x"]}), "{branch_text}");
    }
}

#[test]
fn indentation_is_as_strict_as_in_recipes() {
    assert_eq!(error("a: [1,\n2]\n", VariantFormat::Variants), "invalid-yaml 2:1");
    assert_eq!(error("a:\n  - 'x\n y'\n", VariantFormat::Variants), "invalid-yaml 3:2");
    assert_eq!(error("a: ['x',\n'y']\n", VariantFormat::Variants), "invalid-yaml 2:1");
    // The older format has its own, more lenient reader.
    assert_eq!(build_config("a: ['x',\n'y']\n"), json!({"a": ["x", "y"]}));
}

#[test]
fn selectors_choose_lines() {
    let text = r#"python:
  - 3.9
  - 3.10            # [unix]
  - 3.8             # [win]
  - 3.12.* *_cpython
c_compiler:         # [linux]
  - gcc             # [linux]
os_env:
  - bar             # [os.environ.get("FOO_NOPE", "x") == "x"]
  - baz             # [target_platform.startswith("linux")]
  - bad             # [undefinedthing]
  - hash#inside
x-y: 
  - -5
  - 0x10
"#;
    let expected = json!({
        "python": ["3.9", "3.10", "3.12.* *_cpython"],
        "c_compiler": ["gcc"],
        "os_env": ["bar", "baz", "hash"],
        "x_y": ["-5", 16],
    });
    assert_eq!(build_config(text), expected);
}

#[test]
fn selectors_that_fail_drop_their_line() {
    let conditions = [
        ("not nope", true),
        ("nope or linux", true),
        ("linux and nope", false),
        ("nope == 'x'", false),
        ("nope|default(true)", true),
        ("nope.x", false),
        ("[nope]", true),
        ("os.environ.get('CI')", false),
        ("os.environ.get('CI','t')", true),
        ("len('x') == 1", false),
        ("linux && win", false),
        ("linux or", false),
        ("linux]  [win", false),
        ("unix  # foo", false),
        ("compiler('c') == 'gcc_linux-64'", true),
    ];
    for (condition, kept) in conditions {
        let read = build_config(&format!("a:\n  - x # [{condition}]\n"));
        assert_eq!(read, if kept { json!({"a": ["x"]}) } else { json!({}) }, "{condition}");
    }
    let whole =
        "a:\n  - 1 # [linux]# x\n  - 2 #[win]\n  - 3 # [ ]\n  - 4 # [linux\n  - '5' # [unix] \n  - 6  #  [ win ]\n";
    assert_eq!(build_config(whole), json!({"a": ["1", "3", "4", "5"]}));
}

#[test]
fn numbers_alone_in_an_item_are_text() {
    let text = "a:\n  - 1 x\n  - inf\n  - NaN\n  - +5\n  - 1.\n  - .5\n  -   7  \n  - - 8\n  -\n  - [1, 1.10]\n";
    assert_eq!(build_config(text), json!({"a": ["1 x", "inf", "NaN", "+5", "1.", ".5", "7", [8], null, [1, 1.1]]}));
}

#[test]
fn a_hash_in_quotes_is_kept() {
    assert_eq!(build_config("a:\n  - \"x#y\"  # [unix]\n"), json!({"a": ["x#y"]}));
}

#[test]
fn zip_keys_are_normalized_and_the_last_file_decides() {
    let read = |text| VariantConfig::from_yaml(text, VariantFormat::CondaBuildConfig, &RenderConfig::default(), None);
    let first = read("zip_keys:\n -\n   - c-x\n   - d\nc-x: [1]\nd: [1, 2]\n").unwrap();
    assert_eq!(first.zip_keys, [["c_x", "d"]]);
    assert!(first.combinations().is_err());
    let second = read("c_x: [1, 2]\n").unwrap();
    let merged = first.clone().merge(second);
    assert_eq!(merged.combinations().unwrap().len(), 2);
    let third = read("zip_keys: [[x, y]]\n").unwrap();
    assert_eq!(merged.merge(third).zip_keys, [["x", "y"]]);
}

#[test]
fn values_that_a_program_gives_are_normalized() {
    let values = serde_json::from_value(json!({"a-b": [1, 1.5, "x", true]})).unwrap();
    let config = VariantConfig::new(values, vec![]).unwrap();
    assert_eq!(serde_json::to_value(&config.values).unwrap(), json!({"a_b": [1, "1.5", "x", true]}));
    let values = serde_json::from_value(json!({"a": [1], "b": [1, 2]})).unwrap();
    let failure = VariantConfig::new(values, vec![vec!["a".into(), "b".into()]]).unwrap_err();
    assert_eq!(failure.diagnostics[0].code, "invalid-zip-keys");
}
