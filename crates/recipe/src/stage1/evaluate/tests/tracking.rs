//! Specification 3.7 and 5.7: what an evaluation looked up, and context that hides variant keys.

use super::{PACKAGE, evaluate_with, variant};
use crate::model::{RenderConfig, VariantValue};
use crate::stage1::{EvaluatedOutput, Evaluator};

fn output(text: &str) -> EvaluatedOutput {
    let combination = variant(&[("bar", "1"), ("zap", "2")]);
    evaluate_with(text, &RenderConfig::default(), &combination).unwrap().outputs.remove(0)
}

fn accessed(text: &str) -> Vec<String> {
    let output = output(&format!("{PACKAGE}{text}"));
    output.accessed.into_iter().filter(|name| matches!(name.as_str(), "bar" | "zap")).collect()
}

#[test]
fn only_evaluated_branches_count_but_all_of_a_script() {
    assert_eq!(accessed("requirements:\n  run: [{if: win, then: '${{ bar }}', else: '${{ zap }}'}]\n"), ["zap"]);
    assert_eq!(accessed("requirements:\n  run: [{if: \"win and bar == '1'\", then: a}]\n"), [""; 0]);
    assert_eq!(accessed("build:\n  script: [{if: win, then: 'x ${{ bar }}'}]\n"), ["bar"]);
    assert_eq!(accessed("build:\n  script: [{if: \"bar == 'q'\", then: x}]\n"), ["bar"]);
    assert_eq!(accessed("build:\n  string: '${{ bar }}'\n"), ["bar"]);
    assert_eq!(accessed("tests:\n  - script: 'x ${{ bar }}'\n"), ["bar"]);
    assert_eq!(accessed("build:\n  skip: match(bar, '<1')\n"), ["bar"]);
    assert_eq!(accessed("source:\n  path: x\n  patches: ['${{ SRC_DIR }}/${{ bar }}']\n"), ["bar"]);
}

#[test]
fn free_specs_are_those_of_build_and_host() {
    let text = "requirements:\n  build: [FOO, bar >1, '${{ \"qux\" }}']\n  host: [zlib, 'conda-forge::x', 'y *']\n  run: [r]\n";
    let free: Vec<String> = output(&format!("{PACKAGE}{text}")).free_specs.into_iter().collect();
    assert_eq!(free, ["foo", "qux", "zlib"]);
}

#[test]
fn a_hidden_variant_key_is_recorded_where_its_own_value_was_read() {
    let text =
        |value: &str| format!("context: {{bar: \"{value}\"}}\n{PACKAGE}about: {{summary: \"${{{{ bar }}}}\"}}\n");
    let single = output(&text("${{ bar }}.x"));
    assert_eq!(single.context_shadows["bar"], Some(VariantValue::String("1".to_owned())));
    assert_eq!(single.recipe.about.summary.as_deref(), Some("1.x"));
    assert_eq!(output(&text("x")).context_shadows["bar"], None);
    let multi = output(
        "context: {bar: '${{ bar }}.x'}\nrecipe: {version: 1}\noutputs:\n  - package: {name: a}\n  - package: {name: b}\n",
    );
    assert_eq!(multi.context_shadows["bar"], Some(VariantValue::String("1.x".to_owned())));
}

#[test]
fn outputs_are_tracked_apart_but_context_and_the_top_level_count_for_all() {
    let text = "context: {c: '${{ zap }}'}\nrecipe: {version: 1}\nabout: {summary: '${{ top }}'}\noutputs:\n  - package: {name: a}\n    \
                about: {description: '${{ bar }}'}\n  - package: {name: b}\n";
    let combination = variant(&[("bar", "1"), ("zap", "2"), ("top", "3")]);
    let outputs = evaluate_with(text, &RenderConfig::default(), &combination).unwrap().outputs;
    for (output, names) in outputs.iter().zip([["bar", "top", "zap"].as_slice(), &["top", "zap"]]) {
        assert_eq!(output.accessed.iter().map(String::as_str).collect::<Vec<_>>(), names);
    }
}

#[test]
fn requirements_are_found_without_the_rest_of_the_recipe() {
    let text = format!(
        "context: {{d: bar}}\n{PACKAGE}requirements:\n  host: ['${{{{ d }}}}', {{if: win, then: no}}]\nabout: {{summary: '${{{{ x }}}}'}}\n"
    );
    let (recipe, _) = crate::stage0::parse(&text, crate::render::RepodataRevision::Legacy);
    let (recipe, config) = (recipe.unwrap(), RenderConfig::default());
    let found = Evaluator::new(&recipe, &config).requirements(&variant(&[])).unwrap();
    assert_eq!(found.free_specs.into_iter().collect::<Vec<_>>(), ["bar"]);
}
