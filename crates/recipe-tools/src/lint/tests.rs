//! Every rule: its example breaks it, and a recipe that breaks none.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::collections::BTreeSet;

use super::*;
use crate::edits::apply_edits;

const GOOD: &str = "\
schema_version: 1

context:
  name: demo
  version: \"1.10\"

package:
  name: ${{ name }}
  version: ${{ version }}

source:
  url: https://example.org/${{ name }}-${{ version }}.tar.gz
  sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

build:
  number: 0
  script: ${{ PYTHON }} -m pip install . -vv --no-deps

requirements:
  build:
    - ${{ compiler('c') }}
    - ${{ stdlib('c') }}
  host:
    - python
    - pip
    - setuptools
    - numpy
  run:
    - python
    - if: win
      then: colorama >=0.4

tests:
  - python:
      imports:
        - demo

about:
  homepage: https://example.org
  summary: A demo
  license: MIT
  license_file: LICENSE

extra:
  recipe-maintainers:
    - someone
";

fn only(rule: &str) -> LintOptions {
    let files = vec!["bld.bat".to_owned()];
    LintOptions { rules: vec![rule.to_owned()], files, ..LintOptions::default() }
}

fn shown(text: &str, options: &LintOptions) -> Vec<String> {
    lint(text, options).unwrap().into_iter().map(|finding| finding.message).collect()
}

fn fixed(text: &str, rule: &str) -> String {
    fix(text, &only(rule)).unwrap().text
}

#[test]
fn a_recipe_that_breaks_no_rule_has_no_findings() {
    assert_eq!(shown(GOOD, &LintOptions::default()), Vec::<String>::new());
}

#[test]
fn ids_are_different_and_in_kebab_case() {
    let ids: BTreeSet<_> = rules().iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), rules().len());
    assert!(ids.iter().all(|id| id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')));
}

#[test]
fn every_example_breaks_its_rule_and_every_fix_removes_the_finding() {
    let mut shown = String::new();
    for rule in rules() {
        let findings = lint(rule.example, &only(rule.id)).unwrap();
        assert!(!findings.is_empty(), "{}", rule.id);
        for finding in findings {
            shown += &format!("{} {:?}: {}", rule.id, finding.severity, finding.message);
            if let Some(help) = &finding.help {
                shown += &format!("\n  help: {help}");
            }
            if let Some(fix) = &finding.fix {
                let text = apply_edits(rule.example, &fix.edits).unwrap();
                let left = lint(&text, &only(rule.id)).unwrap();
                assert!(!left.contains(&finding), "{}: {text}", rule.id);
                shown += &format!("\n  {}: {}", if fix.safe { "fix" } else { "proposal" }, fix.title);
            }
            shown.push('\n');
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn rules_are_chosen_by_their_ids_and_those_of_conda_forge() {
    let text = "package:\n  name: demo\n  version: 1.0\n";
    let of = |rules: &[&str], ignore: &[&str]| {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let options = LintOptions { rules: names(rules), ignore: names(ignore), ..LintOptions::default() };
        lint(text, &options).map(|found| found.into_iter().map(|finding| finding.rule).collect::<Vec<_>>())
    };
    assert_eq!(of(&["R-005", "missing-license"], &[]).unwrap(), ["missing-tests", "missing-license"]);
    assert_eq!(of(&["conda-forge"], &[]).unwrap(), ["missing-maintainers"]);
    assert!(!of(&[], &["conda-forge"]).unwrap().contains(&"missing-maintainers".to_owned()));
    assert_eq!(of(&[], &["nope"]), Err(UnknownRule { name: "nope".to_owned(), option: "ignore" }));
}

#[test]
fn a_variable_counts_as_used_wherever_an_expression_may_read_it() {
    let of = |rest: &str| {
        shown(&format!("context:\n  x: 1\npackage:\n  name: a\n  version: '1'\n{rest}"), &only("unused-context"))
    };
    assert_eq!(of(""), ["`x` is not used"]);
    assert_eq!(of("about:\n  summary: x marks the spot\n").len(), 1);
    assert_eq!(of("build:\n  skip: x == 1\n").len(), 0);
    assert_eq!(of("build:\n  skip:\n    - x == 1\n").len(), 0);
    assert_eq!(of("requirements:\n  run:\n    - if: x > 0\n      then: b\n").len(), 0);
    assert_eq!(of("extra:\n  note: ${{ x }}\n").len(), 0);
    assert_eq!(of("about:\n  summary: \"${{ {'a': x}['a'] }}\"\n").len(), 0);
    assert_eq!(of("build:\n  script: |\n    {% if x %}\n    echo\n    {% endif %}\n").len(), 0);
    assert_eq!(of("about:\n  summary: ${{ xx }}\n").len(), 1);
    let touched = "context:\n  touch: ${{ python }}\npackage:\n  name: a\n  version: '1'\n";
    assert_eq!(shown(touched, &only("unused-context")).len(), 0);
}

#[test]
fn removing_a_variable_keeps_the_comments_of_others() {
    let text = "# top\ncontext:\n  a: 1  # unused\n  # about b\n  b: 2\npackage:\n  name: a\n  version: ${{ b }}\n";
    assert_eq!(
        fixed(text, "unused-context"),
        "# top\ncontext:\n  # about b\n  b: 2\npackage:\n  name: a\n  version: ${{ b }}\n"
    );
    let text = "context:\n  a: 1\n\npackage:\n  name: a\n  version: '1'\n";
    assert_eq!(fixed(text, "unused-context"), "package:\n  name: a\n  version: '1'\n");
    let text = "context: {a: 1, b: 2}\npackage:\n  name: a\n  version: ${{ b }}\n";
    assert_eq!(fixed(text, "unused-context"), text);
}

#[test]
fn variables_that_only_each_other_use_are_removed_one_by_one() {
    let text = "context:\n  a: 1\n  b: ${{ a }}\npackage:\n  name: a\n  version: '1'\n";
    assert_eq!(fixed(text, "unused-context"), "package:\n  name: a\n  version: '1'\n");
}

#[test]
fn sections_are_moved_with_their_comments_and_blank_lines_stay() {
    let text = "# yaml-language-server: $schema=x\nabout:\n  license: MIT\n\n# what it is\npackage:\n  name: a\n  version: '1'\n\nbuild:\n  number: 0\n";
    assert_eq!(
        fixed(text, "section-order"),
        "# yaml-language-server: $schema=x\n# what it is\npackage:\n  name: a\n  version: '1'\n\nbuild:\n  number: 0\n\nabout:\n  license: MIT\n"
    );
}

#[test]
fn requirements_are_moved_within_an_output() {
    let text = "recipe:\n  version: '1'\noutputs:\n  - package:\n      name: a\n    requirements:\n      run:\n        - b\n      # for the build\n      build:\n        - c\n";
    assert_eq!(
        fixed(text, "requirements-order"),
        "recipe:\n  version: '1'\noutputs:\n  - package:\n      name: a\n    requirements:\n      # for the build\n      build:\n        - c\n      run:\n        - b\n"
    );
}

#[test]
fn duplicates_in_different_branches_are_none() {
    let of = |rest: &str| {
        shown(
            &format!("package:\n  name: a\n  version: '1'\nrequirements:\n  run:\n{rest}"),
            &only("duplicate-dependency"),
        )
    };
    assert_eq!(of("    - if: win\n      then: b\n      else: b\n").len(), 0);
    assert_eq!(of("    - if: win\n      then: b\n    - if: osx\n      then: b\n").len(), 0);
    assert_eq!(of("    - b\n    - if: osx\n      then: b\n").len(), 1);
    assert_eq!(of("    - b\n    - b >=1\n").len(), 0);
}

#[test]
fn specs_are_only_respelled_where_they_mean_the_same() {
    for (spec, better) in [
        ("python>=3.10", Some("python >=3.10")),
        ("python >= 3.10", Some("python >=3.10")),
        ("python >=3.10, <4", Some("python >=3.10,<4")),
        ("python >=3.10,<4", None),
        ("python", None),
        ("python 3.10.*", None),
        ("foo ==1.0 py*", None),
        ("conda-forge::python>=3", None),
        ("python>=${{ python_min }}", None),
    ] {
        let text = format!("package:\n  name: a\n  version: '1'\nrequirements:\n  run:\n    - {spec}\n");
        let expected = text.replace(spec, better.unwrap_or(spec));
        assert_eq!(fixed(&text, "spec-spacing"), expected);
    }
}

#[test]
fn licenses_get_the_identifier_that_their_name_stands_for() {
    for (name, id) in [
        ("Apache 2.0", "Apache-2.0"),
        ("\"MIT License\"", "\"MIT\""),
        ("bsd-3-clause", "BSD-3-Clause"),
        ("GPL-3.0", "GPL-3.0-only"),
        ("mit or apache-2.0", "MIT OR Apache-2.0"),
        ("Some License", "Some License"),
    ] {
        let text = format!("package:\n  name: a\n  version: '1'\nabout:\n  license: {name}\n");
        assert_eq!(fixed(&text, "unknown-license"), text.replace(name, id));
    }
}

#[test]
fn a_build_number_that_names_use_as_well_stays_in_context() {
    let base = "context:\n  build: 2\npackage:\n  name: a\n  version: '1'\nbuild:\n  number: ${{ build }}\n";
    assert_eq!(fixed(base, "build-number-in-context"), "package:\n  name: a\n  version: '1'\nbuild:\n  number: 2\n");
    let text = format!("{base}  string: py_${{{{ build }}}}\n");
    assert_eq!(fixed(&text, "build-number-in-context"), text);
}

#[test]
fn virtual_packages_may_depend_on_the_platform_in_noarch_packages() {
    let of = |branch: &str| {
        let text = format!(
            "package:\n  name: a\n  version: '1'\nbuild:\n  noarch: python\nrequirements:\n  run:\n    - if: win\n      then: {branch}\n"
        );
        shown(&text, &only("noarch-selector")).len()
    };
    assert_eq!(of("__win"), 0);
    assert_eq!(of("pywin32"), 1);
}

#[test]
fn fixes_are_done_once() {
    for rule in rules() {
        let once = fix(rule.example, &LintOptions::default()).unwrap();
        let twice = fix(&once.text, &LintOptions::default()).unwrap();
        assert_eq!(once.text, twice.text, "{}", rule.id);
        assert!(twice.fixed.is_empty());
        assert!(
            once.findings.iter().all(|finding| !finding.fix.as_ref().is_some_and(|fix| fix.safe)),
            "{:?}",
            once.findings
        );
    }
}

#[test]
fn texts_that_are_not_recipes_have_no_findings() {
    for text in ["", "- a\n", "a: [\n", "a: &x b\n", "42\n"] {
        assert_eq!(lint(text, &LintOptions::default()).unwrap(), []);
        assert_eq!(fix(text, &LintOptions::default()).unwrap().text, text);
    }
}

#[test]
fn variant_files_are_not_recipes() {
    assert_eq!(lint("python:\n  - \"3.12\"\n", &LintOptions::default()).unwrap(), []);
}
