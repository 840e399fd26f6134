#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use super::*;

const RECIPE: &str = "\
# A recipe.
context:
  version: '1.0'   # quoted

package:
  name: demo
  version: ${{ version }}

source:
  - url: https://example.org/demo.tar.gz
    sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef   # checked
  - if: win
    then:
      path: win
      patches: [a.patch]

build:
  # how it is built
  script: |
    make

    make install

requirements:
  host:
    - python   # any
    # the next one is pinned
    - numpy >=1.2,<3
    - if: unix
      then:
        - numpy
        - make
      else: numpy
  run: [python, 'numpy >=2']

about:
  license: MIT
";

pub(super) fn run(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    edit(text, edits, RepodataRevision::Legacy)
}

fn add(section: Section, spec: &str) -> Edit {
    Edit::AddRequirement { output: None, section, spec: spec.to_owned() }
}

fn remove(section: Section, name: &str) -> Edit {
    Edit::RemoveRequirement { output: None, section, name: name.to_owned() }
}

fn patch(source: usize, patch: &str) -> Edit {
    Edit::AddPatch { output: None, source, patch: patch.to_owned() }
}

/// The lines that an edit removed and added.
pub(super) fn difference(text: &str, edits: &[Edit]) -> String {
    let edited = run(text, edits).unwrap();
    let (mut before, mut after): (Vec<&str>, Vec<&str>) = (text.lines().collect(), edited.lines().collect());
    while !before.is_empty() && before.first() == after.first() {
        before.remove(0);
        after.remove(0);
    }
    while !before.is_empty() && before.last() == after.last() {
        before.pop();
        after.pop();
    }
    let old = before.iter().map(|line| format!("-{line}\n"));
    old.chain(after.iter().map(|line| format!("+{line}\n"))).collect()
}

#[test]
fn a_dependency_comes_at_the_end_of_a_block_list() {
    assert_eq!(difference(RECIPE, &[add(Section::Host, "zlib 1.3.*")]), "+    - zlib 1.3.*\n");
}

#[test]
fn a_dependency_comes_at_the_end_of_a_flow_list_in_quotes_if_needed() {
    assert_eq!(
        difference(RECIPE, &[add(Section::Run, "zlib >=1,<2")]),
        "-  run: [python, 'numpy >=2']\n+  run: [python, 'numpy >=2', 'zlib >=1,<2']\n"
    );
}

#[test]
fn a_section_that_is_not_there_is_made_in_its_place() {
    assert_eq!(
        difference(RECIPE, &[add(Section::Build, "${{ compiler('c') }}")]),
        "+  build:\n+    - ${{ compiler('c') }}\n"
    );
    let text = "package: {name: a, version: 1}\n\nabout:\n  license: MIT\n";
    assert_eq!(difference(text, &[add(Section::Run, "b")]), "+requirements:\n+  run:\n+    - b\n+\n");
    let text = "package: {name: a, version: 1}\nrequirements: {host: [b]}\n";
    assert_eq!(
        difference(text, &[add(Section::Run, "c")]),
        "-requirements: {host: [b]}\n+requirements: {host: [b], run: [c]}\n"
    );
}

#[test]
fn a_section_that_is_empty_is_filled() {
    for (before, after) in [
        ("  run:\n", "  run:\n    - b\n"),
        ("  run:  # none\n", "  run:  # none\n    - b\n"),
        ("  run: ~ # none\n", "  run: [b] # none\n"),
        ("  run: []\n", "  run: [b]\n"),
    ] {
        let text = |run: &str| format!("package: {{name: a, version: 1}}\nrequirements:\n{run}  host: [c]\n");
        assert_eq!(run(&text(before), &[add(Section::Run, "b")]).unwrap(), text(after));
    }
}

#[test]
fn all_dependencies_of_a_name_are_removed_also_in_branches() {
    assert_eq!(
        difference(RECIPE, &[remove(Section::Host, "NumPy")]),
        "-    - numpy >=1.2,<3\n-    - if: unix\n-      then:\n-        - numpy\n-        - make\n-      else: numpy\n\
         +    - if: unix\n+      then:\n+        - make\n+      else: []\n"
    );
    assert_eq!(
        difference(RECIPE, &[remove(Section::Run, "python")]),
        "-  run: [python, 'numpy >=2']\n+  run: ['numpy >=2']\n"
    );
    assert_eq!(
        difference(RECIPE, &[remove(Section::Run, "numpy")]),
        "-  run: [python, 'numpy >=2']\n+  run: [python]\n"
    );
    assert_eq!(run(RECIPE, &[remove(Section::Run, "zlib")]).unwrap_err().message, "`run` has no `zlib`");
}

#[test]
fn the_last_item_leaves_an_empty_list() {
    let not_indented = "package: {name: a, version: 1}\nrequirements:\n  run: # needed\n  - b\n";
    assert_eq!(difference(not_indented, &[remove(Section::Run, "b")]), "-  - b\n+    []\n");
    let text = "package: {name: a, version: 1}\nrequirements:\n  run:\n    - b  # why\n  host: [c]\n";
    assert_eq!(difference(text, &[remove(Section::Run, "b")]), "-  run:\n-    - b  # why\n+  run: []  # why\n");
    assert_eq!(difference(text, &[remove(Section::Host, "c")]), "-  host: [c]\n+  host: []\n");
}

#[test]
fn patches_are_added_to_the_source_that_is_meant() {
    assert_eq!(difference(RECIPE, &[patch(0, "fix.patch")]), "+    patches:\n+      - fix.patch\n");
    assert_eq!(
        difference(RECIPE, &[patch(1, "b, c.patch")]),
        "-      patches: [a.patch]\n+      patches: [a.patch, 'b, c.patch']\n"
    );
    assert_eq!(run(RECIPE, &[patch(2, "x")]).unwrap_err().message, "source 2 not found");
    let text = "package: {name: a, version: 1}\nsource: {path: .}\n";
    assert_eq!(
        difference(text, &[patch(0, "x.patch")]),
        "-source: {path: .}\n+source: {path: ., patches: [x.patch]}\n"
    );
}

#[test]
fn a_patch_can_be_removed_again() {
    let away = Edit::RemovePatch { output: None, source: 0, patch: "fix.patch".to_owned() };
    let both = [patch(0, "keep.patch"), patch(0, "fix.patch"), away.clone()];
    assert_eq!(difference(RECIPE, &both), "+    patches:\n+      - keep.patch\n");
    assert_eq!(run(RECIPE, &[away]).unwrap_err().message, "the source has no patch `fix.patch`");
}

#[test]
fn the_build_number_is_set_or_made() {
    let number = |output: Option<&str>, number| Edit::SetBuildNumber { output: output.map(str::to_owned), number };
    assert_eq!(
        difference(RECIPE, &[number(None, 3)]),
        "-  script: |\n+  number: 3\n+  script: |\n"
            .replace("-  script: |\n+  number: 3\n+  script: |\n", "+  number: 3\n")
    );
    assert_eq!(difference(RECIPE, &[number(None, 3), number(None, 4)]), "+  number: 4\n");
    assert_eq!(difference(RECIPE, &[number(Some("demo"), 3)]), "+  number: 3\n");
    let text = "package: {name: a, version: 1}\nbuild: {number: \"1\", script: a}\n";
    assert_eq!(
        difference(text, &[number(None, 2)]),
        "-build: {number: \"1\", script: a}\n+build: {number: \"2\", script: a}\n"
    );
}

#[test]
fn outputs_are_found_by_their_name() {
    let text = "\
recipe: {version: 1}
outputs:
  - package:
      name: a
    requirements:
      host:
        - x
  - staging: {name: s}
  - package:
      name: b
    # nothing here yet
";
    let edits = |output: &str| {
        [
            Edit::AddRequirement { output: Some(output.to_owned()), section: Section::Host, spec: "y".to_owned() },
            Edit::RemoveRequirement { output: Some(output.to_owned()), section: Section::Host, name: "x".to_owned() },
        ]
    };
    assert_eq!(difference(text, &edits("a")), "-        - x\n+        - y\n");
    assert_eq!(difference(text, &edits("b")[..1]), "+    requirements:\n+      host:\n+        - y\n");
    assert_eq!(difference(text, &edits("s")[..1]), "+    requirements:\n+      host:\n+        - y\n");
    assert_eq!(run(text, &edits("c")).unwrap_err().message, "no output has the literal name `c`");
}

#[test]
fn an_edit_that_breaks_the_recipe_is_not_made() {
    let error = run(RECIPE, &[add(Section::Run, "python 3.8")]).unwrap_err();
    assert_eq!(error.message, "the edit would break the recipe");
    assert_eq!(error.diagnostics[0].code, "invalid-match-spec");
    let multi = "recipe: {version: 1}\noutputs: [{package: {name: a}}]\n";
    assert!(run(multi, &[add(Section::Run, "b")]).is_err());
    assert_eq!(run("a: [", &[add(Section::Run, "b")]).unwrap_err().message, "the text cannot be read");
}

#[test]
fn windows_line_ends_stay() {
    let text = RECIPE.replace('\n', "\r\n");
    let edited = run(&text, &[add(Section::Host, "zlib"), patch(0, "p"), remove(Section::Host, "make")]).unwrap();
    assert!(!edited.replace("\r\n", "").contains(['\r', '\n']));
    assert_eq!(
        edited.replace("\r\n", "\n"),
        run(RECIPE, &[add(Section::Host, "zlib"), patch(0, "p"), remove(Section::Host, "make")]).unwrap()
    );
}

#[test]
fn every_edit_of_a_hard_text_is_made_right_or_not_at_all() {
    let texts = [
        "package: {name: a, version: 1}\nrequirements:\n  run: [ # c\n    a, # d\n    b # e\n  ]\n",
        "package: {name: a, version: 1}\nrequirements:\n  run:\n  - a\n  -\n    b\n  - # c\n    d\n",
        "package: {name: a, version: 1}\nrequirements: {\n  run: [a,],\n  }\n",
        "\u{feff}package: {name: a, version: 1}\nrequirements:\n  run: [\"a\"]",
        "{package: {name: a, version: 1}, requirements: {run: [a]}}",
        "package: {name: a, version: 1}\nbuild:\n  script: |+\n    a\n\n\nrequirements:\n  run:\n    - a",
        "package: {name: a, version: 1}\nrequirements:\n  run:\n    - if: unix\n      then: [a]\n",
    ];
    for text in texts {
        for edit in [
            add(Section::Run, "x >=1,<2"),
            add(Section::Host, "y"),
            remove(Section::Run, "a"),
            remove(Section::Run, "b"),
            remove(Section::Run, "d"),
        ] {
            if let Ok(edited) = run(text, std::slice::from_ref(&edit)) {
                let (root, problems) = yaml::parse(&edited);
                assert!(root.is_some() && !problems.has_errors(), "{edit:?}\n{edited}");
            }
        }
        run(text, &[add(Section::Run, "x")]).unwrap_or_else(|error| panic!("{error}\n{text}"));
        run(text, &[remove(Section::Run, "a")]).unwrap_or_else(|error| panic!("{error}\n{text}"));
    }
}

#[test]
fn a_version_and_a_build_number_stay_in_their_quotes() {
    let text = "package:\n  name: a\n  version: \"1.0\"  # c\nbuild:\n  number: '1'\n";
    let edits = [
        Edit::SetVersion { output: None, version: "1.20".to_owned() },
        Edit::SetBuildNumber { output: None, number: 2 },
    ];
    let edited = edit(text, &edits, RepodataRevision::default()).unwrap();
    assert_eq!(edited, "package:\n  name: a\n  version: \"1.20\"  # c\nbuild:\n  number: '2'\n");
}
