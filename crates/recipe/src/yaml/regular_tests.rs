#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use super::compare_readers;

fn is_regular(text: &str) -> bool {
    compare_readers(text).unwrap_or_else(|difference| panic!("{difference}"))
}

/// Everything that the short way reads.
const RECIPE: &str = r#"# comment
---
context:
  name: demo   # a comment
  version: "1.0\n\"x\""
  empty:

package: {name: demo, version: '1''0', extra: [a, "b", -1, [c]]}
source:
- url: https://example.com/${{ version }}.tar.gz
  patches:
  - a.patch
  -   - nested
      - list
build:
  number: 0
  script:
    - if: unix and not win
      then: |
        make -j  # not a comment

          indented
        done

      else: >-
        one
        two

        three
  url:
    https://example.com
about:
  summary: A text that goes
    on, here

    and here
  description: 'ünicode'
  time: :1
"#;

#[test]
fn a_recipe_is_regular() {
    assert!(is_regular(RECIPE));
}

#[test]
fn regular_texts_are_read_as_the_parser_reads_them() {
    for text in [
        "a: 1",
        "a: 1\n\n\n# end",
        "a:\nb:\n  - c\n",
        "a:\n  -\n  -   \n  - b\nc:\n-\nd: e\n",
        "a: |\n  b\n\n\nc: d\n",
        "a: |-\n\n  b\n  c\n# d\ne: f\n",
        "a: >\n\n  b\n  c\n\n\n  d\n",
        "- a\n- b: c\n  d: e\n- - f\n  - g\n-\n  h: i\n",
        "a: []\nb: {}\nc: [ a , b , ]\n",
        "a: don't [x] {y} # z\n",
        "a: x#y\nb: -x\nc: --x\nd: a:b\ne: 1!2.0\n",
        "# only\n\n# comments\n---\na: b\n",
        "a:\n  # comment\n\n  b: c\n # odd\n  d: e\n",
    ] {
        assert!(is_regular(text), "{text:?}");
    }
}

#[test]
fn all_else_is_for_the_parser() {
    for text in [
        "",
        "a",
        "a: b: c\n",
        "a: &x b\nc: *x\n",
        "a: !!str b\n",
        "a: 'b\n  c'\n",
        "a: [b,\n  c]\n",
        "a: \tb\n",
        "a: b\r\n",
        "a: |2\n  b\n",
        "a: |+\n  b\n\n",
        "a: |\n  b",
        "a: >\n  b\n    c\n",
        "a: 1\na: 2\n",
        "a: {b: 1, b: 2}\n",
        "a: \"\\x41\"\n",
        "? a\n: b\n",
        "'a': b\n",
        "a: b\n---\nc: d\n",
        "a: b\n...\n",
        "%YAML 1.2\n---\na: b\n",
        "a:\n   b: c\n  d: e\n",
        "a: b # c\n  d\n",
        "a: b\n  c: d\n",
        "a: @b\n",
        "a: [${{ b }}]\n",
        "a: {{ b }}\n",
        "a: {b:[c]}\n",
        "- a\nb: c\n",
        "a: x\u{85}y\n",
        "a: x\u{2028}y\n",
        "a: x\u{feff}\n",
    ] {
        assert!(!is_regular(text), "{text:?}");
    }
}

/// A generator of numbers that is the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// Pieces that mean something in YAML.
const PIECES: [&str; 40] = [
    " ", "  ", "\n", "\n  ", "\n    ", ":", ": ", "- ", "-", " #", "#", "'", "\"", "[", "]", "{", "}", "|", "|-\n",
    ">", ">-", "&a ", "*a", "!", "%", "@", ",", "?", "\\", "\t", "~", "é", "\u{3000}", "---", "...", "\n---\n", "\r",
    "- a\n", "{a: b}", "\n\n",
];

#[test]
fn changed_recipes_are_read_as_the_parser_reads_them() {
    let lines: Vec<&str> = RECIPE.lines().collect();
    let mut random = Random(1);
    let mut regular = 0;
    for _ in 0..6_000 {
        let first = random.below(lines.len());
        let last = lines.len().min(first + 1 + random.below(10));
        let mut text = lines[first..last].join("\n") + "\n";
        for _ in 0..=random.below(2) {
            let mut at = random.below(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            if random.below(3) == 0 && at < text.len() {
                text.remove(at);
            } else {
                text.insert_str(at, PIECES[random.below(PIECES.len())]);
            }
        }
        regular += usize::from(is_regular(&text));
    }
    assert!(regular > 500, "{regular}");
}
