//! Specification 4.4: `build.skip`.

use super::{PACKAGE, evaluate, evaluate_with, problems, variant};
use crate::diagnostic::Code;
use crate::model::RenderConfig;

fn skips(skip: &str, python: Option<&str>) -> bool {
    let text = format!("{PACKAGE}build:\n  skip: {skip}\n");
    let entries: Vec<(&str, &str)> = python.iter().map(|python| ("python", *python)).collect();
    evaluate_with(&text, &RenderConfig::default(), &variant(&entries)).unwrap().outputs[0].skip
}

#[test]
fn a_condition_that_holds_skips() {
    for skip in [
        "true",
        "True",
        "\"true\"",
        "unix",
        "[win, unix]",
        "[nope, true]",
        "1",
        "1.5",
        "\"'a'\"",
        "match(nope, \">=3.8\")",
        "${{ \"win or unix\" }}",
        "{if: linux, then: unix}",
    ] {
        assert!(skips(skip, None), "{skip}");
    }
    assert!(skips("python == \"3.7\"", Some("3.7")));
}

#[test]
fn a_condition_that_does_not_hold_or_cannot_be_evaluated_keeps() {
    for skip in [
        "yes",
        "nope",
        "not nope",
        "nope or true",
        "win",
        "\"\"",
        "[]",
        "~",
        "0",
        "false",
        "none",
        "cmp('a')",
        "${{ 'a b' }}",
        "{if: win, then: unix}",
    ] {
        assert!(!skips(skip, None), "{skip}");
    }
    assert!(!skips("match(python, \"bad!!\")", Some("3.7")));
    assert!(!skips("python == 3.7", Some("3.7")));
}

#[test]
fn conditions_that_never_skip_are_warned_about() {
    let evaluated = evaluate(&format!("{PACKAGE}build:\n  skip: [nope, \"1 // 'a'\"]\n"));
    let codes: Vec<Code> = evaluated.warnings.items().iter().map(|warning| warning.code).collect();
    assert_eq!(codes, [Code::SkipIgnored, Code::SkipIgnored]);
    assert!(!evaluated.warnings.has_errors());
}

#[test]
fn a_template_that_cannot_be_rendered_is_an_error() {
    assert!(problems(&format!("{PACKAGE}build:\n  skip: ${{{{ nope }}}}\n")).contains("undefined-variable"));
}

#[test]
fn a_skipped_recipe_is_evaluated_in_full_and_a_skipped_output_in_part() {
    let text = format!("{PACKAGE}build:\n  skip: unix\nrequirements:\n  build: ['${{{{ stdlib(\"c\") }}}}', make]\n");
    assert!(problems(&text).contains("stdlib"), "{}", problems(&text));
    let text = "recipe: {version: 1}\noutputs:\n  - package: {name: a}\n    build: {skip: unix}\n    about: {summary: '${{ x }}'}\n  \
                - package: {name: b}\n";
    let skips: Vec<bool> = evaluate(text).outputs.iter().map(|output| output.skip).collect();
    assert_eq!(skips, [true, false]);
}
