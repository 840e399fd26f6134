//! What a person sees for the mistakes that parsing finds: one snapshot for all, so that wording stays of one piece.

use sidewinder_recipe::diagnostic::Frames;

const PACKAGE: &str = "package: {name: a, version: 1}\n";

/// Mistakes: recipes without `package` get the one above.
const MISTAKES: &[(&str, &str)] = &[
    ("the top level is a list", "- a\n"),
    ("a template without dollar", "package:\n  name: a\n  version: {{ foo }}\n"),
    ("a key given twice", "package:\n  name: a\n  version: 1\n  name: b\n"),
    ("an anchor", "context: {a: &x 1}\n"),
    ("a tag", "package: {name: !foo a, version: 1}\n"),
    ("no package", "build: {}\n"),
    ("a package without name", "package: {version: 1}\n"),
    ("an unknown key at the top", "foo: 1\n"),
    ("an unknown key in build", "build: {foo: 1}\n"),
    ("a later schema version", "schema_version: 2\n"),
    ("a package name with a blank", "package: {name: a b, version: 1}\n"),
    ("a version with a blank", "package: {name: a, version: '1 2'}\n"),
    ("a dependency that is not a list", "requirements: {run: python}\n"),
    ("a version without operator", "requirements:\n  run:\n    - python 3.8\n"),
    ("a negative build number", "build: {number: -1}\n"),
    ("a quoted bool", "build: {merge_build_and_host_envs: \"true\"}\n"),
    ("a license that is not listed", "about: {license: Foo}\n"),
    ("a broken template", "about:\n  summary: ${{ a b }}\n"),
    ("a broken condition", "requirements:\n  run:\n    - if: unix and (\n      then: a\n"),
    ("a condition without then", "requirements:\n  run:\n    - if: unix\n"),
    ("a variable with a hyphen", "context: {a-b: 1}\n"),
    ("no outputs", "outputs: []\n"),
    ("an output of no kind", "outputs: [{build: {}}]\n"),
    ("run requirements of a staging output", "outputs: [{staging: {name: a}, requirements: {run: [b]}}]\n"),
    ("a build number of a staging output", "outputs: [{staging: {name: a}, build: {number: 1}}]\n"),
    ("an empty source", "source: {}\n"),
    ("a short checksum", "source: {url: https://example.org/a.zip, sha256: abc}\n"),
    ("a test of no kind", "tests: [{foo: a}]\n"),
    ("an environment variable with a hyphen", "build: {script: {env: {A-B: x}}}\n"),
    ("an unknown kind of noarch", "build: {noarch: foo}\n"),
    // Beyond those that the reference documents.
    ("an alias", "package: {name: *nope, version: 1}\n"),
    ("two ways to name a git revision", "source: {git: https://example.org/a.git, tag: v1, rev: abc}\n"),
    ("a key of another source kind", "source: {git: https://example.org/a.git, sha256: abc}\n"),
    ("script and steps", "build: {script: make, steps: [{run: make}]}\n"),
    ("a template as condition", "requirements:\n  run:\n    - if: ${{ unix }}\n      then: a\n"),
    ("a key next to a condition in source", "source:\n  if: unix\n  then: {path: a}\n  elif: b\n"),
    ("a mapping where a text belongs", "build:\n  script:\n    - echo a: b\n"),
    ("an output with conditions", "outputs: [{if: unix, then: {package: {name: a}}}]\n"),
    ("a package next to outputs", "package: {name: a, version: 1}\noutputs: [{package: {name: b}}]\n"),
    ("recipe without outputs", "recipe: {name: a, version: 1}\n"),
    ("an inherit that is a list", "outputs: [{package: {name: a}, inherit: [b]}]\n"),
    ("a list of lists", "requirements:\n  run:\n    - [a]\n"),
    ("nothing where a section belongs", "build:\n"),
    ("an empty dependency", "requirements:\n  run:\n    -\n"),
    ("a key of the older format", "about: {home: https://example.org}\n"),
    ("a deprecated license", "about: {license: GPL-3.0+}\n"),
    ("tabs", "build:\n\tnumber: 1\n"),
    ("an unquoted template in a flow list", "requirements: {run: [${{ a }}]}\n"),
    ("a broken template in extra", "extra:\n  a:\n    - ${{ a b }}\n"),
    ("two test kinds in one item", "tests:\n  - python: {imports: [a]}\n    downstream: b\n"),
    ("two versions of a recipe", "version: 1\nrecipe: {version: 1}\noutputs: [{package: {name: a}}]\n"),
];

#[test]
fn every_mistake_is_explained_where_it_is() {
    let mut all = String::new();
    for (name, text) in MISTAKES {
        let has_package = text.contains("package:") || text.contains("outputs:") || text.contains("recipe:");
        let text = match *name {
            "no package" | "the top level is a list" => (*text).to_owned(),
            _ if has_package => (*text).to_owned(),
            _ => format!("{PACKAGE}{text}"),
        };
        let problems = sidewinder_recipe::check(&text, Some("recipe.yaml"), Default::default());
        assert!(!problems.is_empty(), "{name}");
        let frames = Frames::new(&text, false);
        all.push_str(&format!("## {name}\n\n"));
        problems.iter().for_each(|problem| all.push_str(&(frames.draw(problem) + "\n")));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn all_problems_of_a_recipe_are_found_in_one_pass() {
    let text = "\
package:
  name: a b
  version: 1 2
build:
  number: x
  nuber: 1
requirements:
  run:
    - python 3.8
    - if: unix and (
      then: foo*
about:
  license: Foo
  homepage: example.org
";
    let problems = sidewinder_recipe::check(text, None, Default::default());
    let found: Vec<String> = problems
        .iter()
        .map(|p| format!("{}:{} {}", p.span.map_or(0, |s| s.line), p.span.map_or(0, |s| s.column), p.code))
        .collect();
    assert_eq!(
        found,
        [
            "2:9 invalid-package-name",
            "3:12 invalid-version",
            "5:11 invalid-value",
            "6:3 unknown-field",
            "9:7 invalid-match-spec",
            "10:11 template-syntax",
            "11:13 invalid-match-spec",
            "13:12 invalid-license",
            "14:13 invalid-url",
        ]
    );
}

#[test]
fn a_value_that_could_not_be_read_is_one_problem() {
    for text in [
        "package:\n  name: {{ name }}\n  version: 1\n",
        "package: {name: *nope, version: 1}\n",
        "package: {name: a, version: 1}\nrequirements:\n  run: *deps\n",
        "package: {name: a, version: 1}\nbuild: {number: {{ n }}}\n",
    ] {
        let problems = sidewinder_recipe::check(text, None, Default::default());
        assert_eq!(problems.len(), 1, "{problems:?}");
    }
}
