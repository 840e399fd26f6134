#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use super::*;
use crate::diagnostic::{Code, Diagnostic, Severity};

/// Every scalar with the piece of the text that its span covers.
fn scalars(text: &str) -> Vec<(String, String)> {
    fn walk(node: &Node, text: &str, out: &mut Vec<(String, String)>) {
        let mut push = |scalar: &Scalar| {
            let slice = &text[scalar.span.start as usize..scalar.span.end as usize];
            out.push((scalar.text.clone(), slice.to_owned()));
        };
        match node {
            Node::Scalar(scalar) => push(scalar),
            Node::Sequence(sequence) => sequence.items.iter().for_each(|item| walk(item, text, out)),
            Node::Mapping(mapping) => {
                for entry in &mapping.entries {
                    walk(&Node::Scalar(entry.key.clone()), text, out);
                    walk(&entry.value, text, out);
                }
            }
        }
    }
    let (root, _) = parse(text);
    let mut out = Vec::new();
    walk(&root.unwrap(), text, &mut out);
    out
}

fn problems(text: &str) -> Vec<(Code, String)> {
    let (_, diagnostics) = parse(text);
    let slice = |d: &Diagnostic| d.span.map(|s| text[s.start as usize..s.end as usize].to_owned()).unwrap_or_default();
    diagnostics.items().iter().map(|d| (d.code, slice(d))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn spans_are_bytes_of_the_scalar_itself() {
    let text = "ä: 'é' \nb: \"ü\" # c\nc: x y  \nd: [ö, {e: f}]\n";
    let expected = [
        ("ä", "ä"),
        ("é", "'é'"),
        ("b", "b"),
        ("ü", "\"ü\""),
        ("c", "c"),
        ("x y", "x y"),
        ("d", "d"),
        ("ö", "ö"),
        ("e", "e"),
        ("f", "f"),
    ];
    assert_eq!(scalars(text), pairs(&expected));
}

#[test]
fn a_block_scalar_stands_where_its_content_is() {
    let text = "a: |\n\n  foo\n  bär\n\n# c\nb: >-\n   x\n   y\nc: 1\n";
    let expected = [("a", "a"), ("\nfoo\nbär\n", "foo\n  bär"), ("b", "b"), ("x y", "x\n   y"), ("c", "c"), ("1", "1")];
    assert_eq!(scalars(text), pairs(&expected));
}

#[test]
fn an_empty_value_stands_behind_its_colon_and_has_no_text() {
    let text = "a:\nb: ~\nc: ''\nd:\n  -\n  - x\n";
    let (root, _) = parse(text);
    let Some(Node::Mapping(root)) = root else { panic!("a mapping") };
    let a = root.get("a").unwrap();
    assert_eq!((a.span().start, a.span().end), (2, 2));
    assert_eq!(
        scalars(text),
        pairs(&[
            ("a", "a"),
            ("", ""),
            ("b", "b"),
            ("~", "~"),
            ("c", "c"),
            ("", "''"),
            ("d", "d"),
            ("", ""),
            ("x", "x")
        ])
    );
}

#[test]
fn a_block_mapping_ends_with_its_last_value() {
    let text = "a:\n  b: 1\n  c: 2   # comment\n\n# more\nd: [1,\n 2]\n";
    let (root, _) = parse(text);
    let Some(Node::Mapping(root)) = root else { panic!("a mapping") };
    let slice = |node: &Node| &text[node.span().start as usize..node.span().end as usize];
    assert_eq!(slice(root.get("a").unwrap()), "b: 1\n  c: 2");
    assert_eq!(slice(root.get("d").unwrap()), "[1,\n 2]");
}

#[test]
fn a_block_list_starts_with_its_first_dash() {
    for (text, start) in [
        ("a:\n- b\n- c\n", 3),
        ("a:\n  - b\n  - c\n", 5),
        ("a:\n- - b\n  - c\n", 3),
        ("a:\n  - - b\n", 5),
        ("a:\n-\n  b\n- c\n", 3),
        ("a:\n- # x\n  b\n- c\n", 3),
        ("a:\n-\n\n  # y\n\n  b\n- c\n", 3),
        ("a:\n- -1\n- c\n", 3),
        ("a:\n-\n- c\n", 3),
        ("a:\n- x: 1\n- c\n", 3),
        ("a: # - x\n  - b\n", 11),
        ("a: # x\n- b\n", 7),
        ("- b\n- c\n", 0),
        ("- a:\n    - b\n", 9),
    ] {
        let (root, _) = parse(text);
        let node = match root.as_ref().unwrap() {
            Node::Mapping(mapping) => mapping.get("a").unwrap(),
            Node::Sequence(Sequence { items, .. }) => match &items[0] {
                Node::Mapping(mapping) => mapping.get("a").unwrap(),
                _ => root.as_ref().unwrap(),
            },
            other => other,
        };
        assert_eq!(node.span().start, start, "{text}");
        compare_readers(text).unwrap();
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_key() {
    let text = "\u{feff}a: 1\n";
    assert_eq!(scalars(text), pairs(&[("a", "a"), ("1", "1")]));
    assert!(problems(text).is_empty());
}

#[test]
fn windows_line_ends_are_plain_line_ends_in_blocks() {
    let text = "a: |\r\n  x\r\n  y\r\nb: 1\r\n";
    assert_eq!(scalars(text), pairs(&[("a", "a"), ("x\ny\n", "x\r\n  y"), ("b", "b"), ("1", "1")]));
}

#[test]
fn an_empty_text_is_an_empty_mapping() {
    for text in ["", "\n", "# comment\n", "---\n", "\u{feff}", "--- \n...\n"] {
        let (root, diagnostics) = parse(text);
        assert!(matches!(root, Some(Node::Mapping(ref m)) if m.entries.is_empty()), "{text:?}");
        assert!(diagnostics.items().is_empty(), "{text:?}");
    }
}

#[test]
fn a_top_level_that_is_no_mapping_is_an_error_for_recipes() {
    for text in ["- a\n", "a\n", "~\n", "[]\n"] {
        let (mapping, diagnostics, _) = read(text).into_mapping();
        assert!(mapping.is_none(), "{text:?}");
        assert_eq!(diagnostics.items()[0].code, Code::WrongType, "{text:?}");
    }
}

#[test]
fn further_documents_are_warned_about() {
    let text = "a: 1\n---\nb: [\n";
    let (root, diagnostics) = parse(text);
    assert!(root.is_some());
    assert_eq!(diagnostics.items().len(), 1);
    assert_eq!(diagnostics.items()[0].code, Code::ExtraDocument);
    assert_eq!(diagnostics.items()[0].severity, Severity::Warning);
    assert!(problems("--- \na: 1\n...\n").is_empty());
    assert!(problems("%YAML 1.2\n---\na: 1\n").is_empty());
}

#[test]
fn anchors_aliases_and_tags_are_errors_at_their_place() {
    let text = "a: &x 1\nb: *x\nc: *nope\nd: !foo {a: 1}\ne: !!str 2\n";
    let slices: Vec<_> = problems(text).into_iter().map(|(code, slice)| format!("{} {slice}", code.as_str())).collect();
    assert_eq!(
        slices,
        ["invalid-yaml &x", "invalid-yaml *x", "invalid-yaml *nope", "invalid-yaml !foo", "invalid-yaml !!str"]
    );
}

#[test]
fn every_duplicate_key_is_an_error_that_names_the_first() {
    let text = "a: 1\nb: 2\na: 3\n'a': 4\nc: {d: 1, d: 2}\n";
    let (_, diagnostics) = parse(text);
    let firsts: Vec<_> = diagnostics.items().iter().map(|d| d.related[0].span.start).collect();
    assert_eq!(firsts, [0, 0, 26]);
    assert_eq!(problems(text)[1], (Code::DuplicateKey, "'a'".to_owned()));
}

#[test]
fn keys_are_text_whatever_they_look_like() {
    assert_eq!(scalars("1: a\ntrue: b\n<<: c\n")[..2], pairs(&[("1", "1"), ("a", "a")]));
    assert!(problems("1: a\ntrue: b\n<<: c\n").is_empty());
}

#[test]
fn a_template_without_dollar_is_one_error_at_the_inner_brace() {
    let text = "a: {{ foo }}\nb: 1\n";
    assert_eq!(problems(text), [(Code::InvalidYaml, "{ foo }".to_owned())]);
    let document = read(text);
    assert_eq!(document.unreadable.len(), 1);
    assert_eq!(document.diagnostics.items()[0].help.as_deref(), Some("write a template as `${{ … }}`"));
    assert_eq!(problems("? [a]\n: b\n"), [(Code::InvalidYaml, "[a]".to_owned())]);
}

#[test]
fn a_syntax_error_ends_the_pass_and_says_what_to_do() {
    for (text, help) in [
        ("a: [${{ b }}]\n", "put the template in quotes: `\"${{ … }}\"`"),
        ("a:\n\tb: 1\n", "indent with spaces"),
        ("a: b: c\n", "put a value that contains `: ` in quotes"),
        (
            "{% set version = \"1\" %}\npackage:\n  version: {{ version }}\n",
            "this looks like a conda-build `meta.yaml`; write it as a `recipe.yaml`: no `{% … %}`, variables in `context`, \
             `${{ … }}` for templates, `if:` for selectors",
        ),
        ("a: {% if x %}\n", "put the value in quotes: a plain YAML value cannot start with `{%` or `{#`"),
    ] {
        let (root, diagnostics) = parse(text);
        assert!(root.is_none(), "{text:?}");
        assert_eq!(diagnostics.items().last().unwrap().help.as_deref(), Some(help), "{text:?}");
    }
}

/// The lines (from 1) of all problems.
fn problem_lines(text: &str) -> Vec<usize> {
    let (_, diagnostics) = parse(text);
    let line = |d: &Diagnostic| d.span.map_or(0, |span| text[..span.start as usize].matches('\n').count() + 1);
    diagnostics.items().iter().map(line).collect()
}

#[test]
fn continuation_lines_of_quoted_scalars_are_indented_more_than_their_key() {
    for quote in ['"', '\''] {
        let text = |indent: usize| format!("a:\n  b: {quote}one\n{}two{quote}\n", " ".repeat(indent));
        for indent in 0..3 {
            assert_eq!(problem_lines(&text(indent)), [3], "{indent}");
        }
        assert!(problem_lines(&text(3)).is_empty());
        let closing = |indent: usize| format!("a:\n  b: {quote}one\n\n{}{quote}\n", " ".repeat(indent));
        assert_eq!(problem_lines(&closing(2)), [4]);
        assert!(problem_lines(&closing(3)).is_empty(), "empty lines need no indentation");
        let item = |indent: usize| format!("a:\n  - {quote}one\n{}two{quote}\n", " ".repeat(indent));
        assert_eq!(problem_lines(&item(1)), [3]);
        assert!(problem_lines(&item(2)).is_empty(), "the column of the dash is enough");
    }
}

#[test]
fn lines_of_flow_collections_are_indented_as_the_reference_requires() {
    for (text, lines) in [
        ("a:\n  run: [a,\n  b]\n", &[3][..]),
        ("a:\n  run: [a,\n   b]\n", &[]),
        ("a:\n  run: [a,\n    b\n]\n", &[4]),
        ("a:\n  run: {a: b\n ,\n    c: d}\n", &[3]),
        // The first plain scalar drops the level of `run:`, so this bracket may close at its column; a quoted scalar
        // does not drop it.
        ("a:\n  run: [\n    b\n  ]\n", &[]),
        ("a:\n  run: [\n    'b'\n  ]\n", &[4]),
        ("a: {\n  b: c\n}\n", &[]),
        ("a:\n  - [b,\n  c]\n", &[3]),
        ("a:\n  - x # - y\n  - - [b,\n     c]\n", &[]),
        ("a:\n  run: [b, # [\n   c]\n", &[]),
        ("{a: b,\nc: d}\n", &[]),
    ] {
        assert_eq!(problem_lines(text), lines, "{text}");
    }
}

#[test]
fn tabs_do_not_indent_and_do_not_separate_plain_values() {
    for (text, lines) in [
        ("a:\n  b: 'one\n\ttwo'\n", &[3][..]),
        ("a:\n  b: 'one\n\t\n    two'\n", &[3]),
        ("a:\n  b: 'one\n   \ttwo'\n", &[]),
        ("a:\tb\n", &[1]),
        ("a:\t-1\n", &[1]),
        ("a: \tb\n", &[]),
        ("a:\t'b'\n", &[]),
        ("a:\t[b]\n", &[]),
        ("a: 'b:\tc'\n", &[]),
    ] {
        assert_eq!(problem_lines(text), lines, "{text}");
    }
}

#[test]
fn a_text_with_a_badly_indented_line_still_has_its_tree() {
    let (root, diagnostics) = parse("a: 'one\ntwo'\nb: 1\n");
    assert!(matches!(root, Some(Node::Mapping(m)) if m.entries.len() == 2));
    let diagnostic = &diagnostics.items()[0];
    assert_eq!(diagnostic.message, "invalid YAML: continuation line of a quoted scalar is not indented enough");
    assert_eq!(diagnostic.help.as_deref(), Some("indent it by at least 1 space"));
}

#[test]
fn a_flow_key_may_be_followed_by_a_collection_without_a_space() {
    let text = "a: {host:[python], x: 1, run:{ü:[b]}}\nc: d\n";
    let expected = ["a", "host", "python", "x", "1", "run", "ü", "b", "c", "d"];
    assert_eq!(scalars(text), pairs(&expected.map(|text| (text, text))), "spans are those of the text as written");
    assert!(problems(text).is_empty());
    let (root, _) = parse(text);
    let Some(Node::Mapping(root)) = root else { panic!("a mapping") };
    let span = root.get("a").unwrap().span();
    assert_eq!(&text[span.start as usize..span.end as usize], "{host:[python], x: 1, run:{ü:[b]}}");
    // Nothing is put into quoted text.
    assert_eq!(scalars("a: {b:[c, 'd:[e']}\n")[3].0, "d:[e");
    // A text with very many of them is refused rather than read again and again.
    assert!(parse(&format!("a: {{{}}}\n", "k:[v],".repeat(100_000))).0.is_none());
}

#[test]
fn half_of_a_surrogate_pair_is_no_character() {
    assert_eq!(problems(r#"a: "x\ud83d\ude00""#), [(Code::InvalidYaml, r"\ud83d".to_owned())]);
    for text in [r#"a: "\\ud83d""#, r#"a: "\u00e9""#, r"a: '\ud83d'", r#"a: "\\\\ude00""#] {
        assert!(problems(text).is_empty(), "{text}");
    }
}

#[test]
fn a_key_without_a_space_behind_its_colon_is_named() {
    for text in ["a:\n  - if: unix\n    then:[a, b]\n", "a:\n  then:b\n  else: c\n"] {
        let (_, diagnostics) = parse(text);
        assert_eq!(diagnostics.items()[0].help.as_deref(), Some("put a space after `then:`"), "{text}");
    }
}

#[test]
fn too_deep_and_too_long_texts_are_refused() {
    let flow = format!("a: {}", "[".repeat(100_000));
    let block = (0..1000).map(|i| format!("{}- a:\n", " ".repeat(i * 2))).collect::<String>();
    let indicators = "- ".repeat(100_000);
    let keys = "? ".repeat(50_000);
    for text in [flow, block, indicators, keys] {
        let (root, diagnostics) = parse(&text);
        assert!(root.is_none());
        assert_eq!(diagnostics.items()[0].code, Code::LimitExceeded, "{:?}", diagnostics.items()[0]);
    }
    let (root, diagnostics) = parse(&" ".repeat(MAX_BYTES + 1));
    assert!(root.is_none());
    assert_eq!(diagnostics.items()[0].code, Code::LimitExceeded);
    assert!(parse(&format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH))).0.is_some());
}

#[test]
fn a_mapping_of_many_keys_is_read() {
    // Were each key compared with all before it, nobody would wait for this test.
    let text: String = (0..100_000).map(|i| format!("k{i}: v\n")).collect();
    let (root, diagnostics) = parse(&text);
    assert!(matches!(root, Some(Node::Mapping(m)) if m.entries.len() == 100_000));
    assert!(diagnostics.items().is_empty());
}

#[test]
fn a_nul_character_does_not_hide_the_rest_of_the_text() {
    let (root, _) = parse("a: 1\0\nb: [\n");
    assert!(root.is_none());
}
