//! Specification 9.2, 31 to 46: what people see for mistakes that only rendering finds, with their places.

use super::{PACKAGE, problems};

#[test]
fn every_mistake_has_a_place_and_says_what_to_do() {
    let package = |text: &str| format!("{PACKAGE}{text}\n");
    let cases = [
        ("31 undefined number", package("build:\n  number: ${{ nope }}")),
        ("32 undefined noarch", package("build:\n  noarch: ${{ nope }}")),
        ("32 undefined priority", package("build:\n  variant: {down_prioritize_variant: '${{ nope }}'}")),
        ("33 context", format!("context:\n  a: ${{{{ b }}}}\n  c: ${{{{ a }}}}\n{PACKAGE}")),
        ("34 condition", package("requirements:\n  run: [{if: nope, then: a}]")),
        ("34 comparison", package("requirements:\n  run: [{if: \"nope == 'x'\", then: a}]")),
        ("35 name", "package:\n  name: ${{ 'A b' }}\n  version: ${{ '1 2' }}\n".to_owned()),
        ("36 url", package("source:\n  url: foo")),
        ("37 behavior", package("build:\n  dynamic_linking: {overlinking_behavior: warn}")),
        ("38 glob", package("build:\n  files: ['a{b', '[z-']")),
        ("39 regex", package("build:\n  post_process: [{files: [a], regex: '(', replacement: b}]")),
        ("40 bool", package("build:\n  merge_build_and_host_envs: ${{ 1 }}")),
        ("41 line break", package("build:\n  script: {env: {A: \"x\\ny\"}}")),
        ("42 stdlib", package("requirements:\n  build: [\"${{ stdlib('c') }}\"]")),
        ("43 version", "outputs:\n  - package: {name: a}\n".to_owned()),
        ("44 staging", "recipe: {version: 1}\noutputs:\n  - package: {name: a}\n    inherit: nope\n".to_owned()),
        (
            "44 other staging",
            "recipe: {version: 1}\noutputs:\n  - staging: {name: st}\n  - package: {name: a}\n    inherit: {from: nope}\n"
                .to_owned(),
        ),
        ("45 flags", package("build:\n  flags: [a]\nrequirements:\n  extras: {g: [x]}")),
        ("46 python version", package("tests:\n  - python: {imports: [a], python_version: '>>3'}")),
        ("steps", package("build:\n  steps: [{run: a}]")),
        ("match spec", package("requirements:\n  run: ['${{ \"python 3.8\" }}', 'x ${{ pin_subpackage(\"x\") }}']")),
        ("method", package("about:\n  summary: ${{ 'a'.upper() }}")),
        ("filter", package("about:\n  summary: ${{ 'a' | title }}")),
        ("function", package("about:\n  summary: ${{ range(3) }}")),
        ("git", package("about:\n  summary: ${{ git.head_rev('.') }}")),
        ("publisher", package("about:\n  license: ${{ 'mit' }}")),
        ("skip", package("build:\n  skip: [nope, \"1 // 'a'\"]")),
    ];
    let mut report = String::new();
    for (name, text) in cases {
        report += &format!("{name}\n  {}\n", problems(&text).replace('\n', "\n  "));
    }
    insta::assert_snapshot!(report);
}

#[test]
fn all_problems_of_an_evaluation_are_told_each_once() {
    let text = "recipe: {version: 1}\nabout: {summary: '${{ x }}'}\noutputs:\n  - package: {name: a}\n    about: {description: '${{ \
                y }}'}\n  - package: {name: b}\n    build: {number: '${{ q }}'}\n";
    let report = problems(text);
    for name in ["`x`", "`y`", "`q`"] {
        assert_eq!(report.matches(&format!("undefined variable {name}")).count(), 1, "{report}");
    }
}

#[test]
fn what_follows_from_a_failed_context_variable_is_not_told() {
    let report = problems(&format!(
        "context:\n  a: ${{{{ nope }}}}\n  b: ${{{{ a }}}}\n{PACKAGE}about: {{summary: '${{{{ b }}}}'}}\n"
    ));
    assert_eq!(report.lines().filter(|line| !line.contains("help:")).count(), 1, "{report}");
}
