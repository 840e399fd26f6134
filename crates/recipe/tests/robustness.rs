//! Texts that nobody would write: parsing, checking and drawing them must not panic, hang or overflow the stack.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::time::Duration;

use cpu_time::ThreadTime;

use sidewinder_recipe::diagnostic::Frames;
use sidewinder_recipe::render::RepodataRevision;

const RECIPES: &[&str] = &[
    "\
context:
  version: 1.2.3
  list: [1, a, true, '2']
package:
  name: demo # \u{fc}
  version: ${{ version }}
source:
  - if: unix
    then:
      url: [https://example.org/a.tar.gz, https://example.org/b.tar.gz]
      sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      attestation: {bundle_url: https://example.org/b, publishers: [github:a/b]}
    else: {git: https://example.org/a.git, tag: 'v${{ version }}', depth: 1, lfs: true}
build:
  number: 3
  noarch: python
  skip: [win, python == '3.8']
  script:
    interpreter: nu
    env: {A: b, C: '${{ version }}x'}
    content: |
      echo '\u{1f40d} hello'
      make install
  python:
    entry_points: ['demo = demo.cli:main']
  files: {include: ['**/*.py'], exclude: [b]}
  variant: {use_keys: [python], down_prioritize_variant: -1}
  prefix_detection: {ignore: ['*.txt']}
requirements:
  build:
    - ${{ compiler('c') }}
    - if: build_platform != target_platform
      then: [python, 'cross-python_${{ target_platform }}']
  host: [python 3.12.*, 'numpy >=1.2,<3|>4', 'libblas * *openblas']
  run_exports: {weak: [\"${{ pin_subpackage('demo', upper_bound='x.x') }}\"]}
  ignore_run_exports: {by_name: [zlib]}
tests:
  - python: {imports: [demo], pip_check: false, python_version: [3.9.*, 3.10.*]}
  - script: [demo --help]
    requirements: {run: [curl]}
  - package_contents: {files: [a], lib: {exists: [b], not_exists: [c]}, strict: true}
about: {homepage: https://example.org, license: MIT OR Apache-2.0, summary: 'It''s \u{65e5}\u{672c}'}
extra: {a: [1, 1.5, null, {b: c}]}
",
    "\
recipe: {name: many, version: 1.0}
outputs:
  - staging: {name: base}
    requirements: {host: [zlib]}
    build: {script: \"make \\u00e9\\n\"}
  - package: {name: a}
    inherit: {from: base, run_exports: false}
    build:
      steps: [{run: [a, b], if: unix, env: {X: y}}]
  - package: {name: b, version: 2}
    inherit: ~
    requirements:
      run: [a, \"${{ pin_subpackage('a', exact=true) }}\"]
",
    "? a\n: &x b\n--- !t\n- *x\n...\n%YAML 1.2\n---\n{a: [b, {c: d}], 'e': \"f\\x41\"}\n",
    "\u{feff}package: {name: a, version: 1}\r\nbuild:\r\n  script: >-\r\n    a\r\n    b\r\n",
];

/// Parses, and draws and writes all that comes of it.
fn exercise(text: &str) {
    for revision in [RepodataRevision::Legacy, RepodataRevision::V3] {
        let (recipe, _) = sidewinder_recipe::stage0::parse(text, revision);
        if let Some(recipe) = recipe {
            let _ = recipe.to_json().to_string();
            let _ = recipe.static_uses();
        }
    }
    let frames = Frames::new(text, true);
    let units = text.encode_utf16().count();
    for problem in sidewinder_recipe::check(text, Some("recipe.yaml"), RepodataRevision::Legacy) {
        assert!(frames.draw(&problem).ends_with('\n'));
        if let Some(span) = problem.span {
            assert!((span.offset + span.length) as usize <= units, "{problem:?}");
        }
    }
}

#[test]
fn what_is_changed_here_is_read_when_it_is_not_changed() {
    for (text, readable) in RECIPES.iter().zip([true, true, false, true]) {
        let (recipe, problems) = sidewinder_recipe::stage0::parse(text, RepodataRevision::Legacy);
        assert_eq!(recipe.is_some() && !problems.has_errors(), readable, "{problems:?}");
    }
}

#[test]
fn a_recipe_cut_off_anywhere_does_not_panic() {
    for text in RECIPES {
        for (end, _) in text.char_indices() {
            exercise(&text[..end]);
        }
    }
}

#[test]
fn a_recipe_with_changed_bytes_does_not_panic() {
    let replacements: Vec<char> = "\0\t\n\r \"'#%&*,-.:>?@[]`{|}~!$()\\0aé🐍\u{feff}\u{85}\u{2028}".chars().collect();
    // A small generator of its own, so that the texts are the same in every run.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    for text in RECIPES {
        let original: Vec<char> = text.chars().collect();
        for _ in 0..500 {
            let mut changed = original.clone();
            for _ in 0..=next(4) {
                let at = next(changed.len());
                match next(4) {
                    0 => changed[at] = replacements[next(replacements.len())],
                    1 => changed.insert(at, replacements[next(replacements.len())]),
                    2 => drop(changed.remove(at)),
                    _ => {
                        let to = (at + next(30)).min(changed.len());
                        let piece: Vec<char> = changed[at..to].to_vec();
                        let place = next(changed.len());
                        changed.splice(place..place, piece);
                    }
                }
            }
            exercise(&changed.into_iter().collect::<String>());
        }
    }
}

#[test]
fn hostile_texts_are_refused_in_time() {
    let many = 50_000;
    let package = "package: {name: a, version: 1}\n";
    let texts = [
        "[".repeat(many),
        "{a: ".repeat(many),
        "- ".repeat(many),
        "? ".repeat(many),
        format!("{package}extra: {}", "[".repeat(100) + &"]".repeat(100)),
        format!("{package}requirements:\n  run:\n{}", "    - a b c d\n".repeat(many / 5)),
        format!("{package}requirements:\n  run: [{}]\n", "*x, ".repeat(many)),
        (0..many).map(|i| format!("k{i}: v\n")).collect(),
        format!("{package}requirements: {{run: ['foo {}']}}\n", "(".repeat(many)),
        format!("{package}requirements: {{run: ['foo[when=\"{}']}}\n", "(".repeat(many)),
        format!("{package}about: {{license: '{}MIT{}'}}\n", "(".repeat(many), ")".repeat(many)),
        format!("{package}about: {{summary: '${{{{ {} }}}}'}}\n", "(".repeat(many)),
        format!("{package}about: {{summary: '${{{{ {}1 }}}}'}}\n", "-".repeat(many)),
        format!("{package}about: {{summary: '${{{{ a{} }}}}'}}\n", ".a".repeat(many)),
        format!("{package}build: {{skip: '{}'}}\n", "not ".repeat(many)),
        format!("{package}build: {{skip: '{}'}}\n", "a if ".repeat(many)),
        format!("{}: 1\n", "k".repeat(many * 10)),
        format!("package: {{name: a, version: {}1}}\n", "1.".repeat(many)),
        format!("{package}{}", nested_conditions(60)),
    ];
    for text in texts {
        // Not by the clock on the wall: other programs may keep the processor busy.
        let start = ThreadTime::now();
        exercise(&text);
        assert!(start.elapsed() < Duration::from_secs(60), "{:?} {}", start.elapsed(), &text[..60.min(text.len())]);
    }
}

#[test]
fn hostile_specs_are_refused_when_a_recipe_is_rendered() {
    let deep = "(".repeat(5000);
    for piece in [
        format!("build: {{string: \"${{{{ match('1', '{deep}>1') }}}}\"}}"),
        format!("requirements: {{run: [\"${{{{ 'a {deep}' }}}}\"]}}"),
        format!("tests: [{{python: {{python_version: '{deep}'}}}}]"),
    ] {
        let text = format!("package: {{name: a, version: 1}}\n{piece}\n");
        let recipe = sidewinder_recipe::ParsedRecipe::parse(&text, None, Default::default()).unwrap();
        let rendered = recipe.render(&Default::default(), &Default::default());
        assert!(rendered.is_err(), "{}", &text[..80]);
    }
}

fn nested_conditions(depth: usize) -> String {
    let open = "[{if: unix, then: ".repeat(depth);
    format!("requirements: {{run: {open}a{}}}\n", "}]".repeat(depth))
}
