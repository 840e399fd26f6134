use super::super::{Code, Diagnostic, Span, TextIndex};
use super::*;

fn draw(text: &str, diagnostic: Diagnostic) -> String {
    let record = DiagnosticRecord::new(&diagnostic, &TextIndex::new(text), Some("recipe.yaml"));
    Frames::new(text, false).draw(&record)
}

fn at(text: &str, needle: &str) -> Span {
    let start = text.find(needle).unwrap_or(text.len());
    Span::new(start, start + needle.len())
}

fn error(text: &str, needle: &str) -> Diagnostic {
    Diagnostic::error(Code::InvalidValue, "wrong", at(text, needle))
}

#[test]
fn the_place_is_underlined_and_help_follows() {
    let text = "a: 1\nb: two # c\n";
    insta::assert_snapshot!(draw(text, error(text, "two").with_help("write 2")), @r"
    error[invalid-value]: wrong
     --> recipe.yaml:2:4
      |
    2 | b: two # c
      |    ^^^
      = help: write 2
    ");
}

#[test]
fn related_places_have_their_message_beside_the_underline() {
    let text = "a: 1\n\n\n\n\n\n\n\n\na: 2\n";
    let second = Span::new(13, 14);
    let diagnostic = Diagnostic::error(Code::DuplicateKey, "duplicate key `a`", second);
    insta::assert_snapshot!(draw(text, diagnostic.with_related("first given here", Span::new(0, 1))), @r"
    error[duplicate-key]: duplicate key `a`
      --> recipe.yaml:10:1
       |
    10 | a: 2
       | ^
       |
     1 | a: 1
       | - first given here
    ");
}

#[test]
fn wide_characters_tabs_and_accents_do_not_shift_the_underline() {
    let text = "日本: [é, 🐍,\tx]\n";
    insta::assert_snapshot!(draw(text, error(text, "x")), @r"
    error[invalid-value]: wrong
     --> recipe.yaml:1:13
      |
    1 | 日本: [é, 🐍,   x]
      |                 ^
    ");
    insta::assert_snapshot!(draw(text, error(text, "🐍")), @r"
    error[invalid-value]: wrong
     --> recipe.yaml:1:9
      |
    1 | 日本: [é, 🐍,   x]
      |           ^^
    ");
}

#[test]
fn a_place_of_several_lines_is_underlined_in_its_first() {
    let text = "a:\n  b: 1\n  c: 2\n";
    insta::assert_snapshot!(draw(text, error(text, "b: 1\n  c: 2")), @r"
    error[invalid-value]: wrong
     --> recipe.yaml:2:3
      |
    2 |   b: 1
      |   ^^^^…
    ");
}

#[test]
fn places_at_and_beyond_the_end_are_drawn_at_the_end() {
    for text in ["", "a: ", "a: \r\n", "a:\n\n"] {
        for start in [text.len(), text.len() + 100] {
            let drawn = draw(text, Diagnostic::error(Code::InvalidYaml, "wrong", Span::new(start, start + 5)));
            assert!(drawn.contains(" | ") && drawn.contains('^'), "{drawn}");
        }
    }
    let record = DiagnosticRecord::new(&error("a: b", "b"), &TextIndex::new("a: b"), None);
    insta::assert_snapshot!(Frames::new("", false).draw(&record), @r"
    error[invalid-value]: wrong
     --> 1:4
      |
    1 | 
      | ^…
    ");
}

#[test]
fn a_problem_without_a_place_is_one_line() {
    let diagnostic = Diagnostic::error(Code::OutputCycle, "outputs need each other: a, b", None);
    insta::assert_snapshot!(draw("a: 1\n", diagnostic), @r"
    error[output-cycle]: outputs need each other: a, b
     --> recipe.yaml
    ");
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let text = format!("a: [{}here, {}]\n", "x, ".repeat(200), "y, ".repeat(200));
    let drawn = draw(&text, error(&text, "here"));
    let lines: Vec<&str> = drawn.lines().collect();
    assert!(lines.iter().all(|line| line.chars().count() < MAX_WIDTH + 10), "{drawn}");
    let (source, under) = (lines[3], lines[4]);
    let column = under.chars().take_while(|c| *c != '^').count();
    assert_eq!(source.chars().skip(column).take(4).collect::<String>(), "here");
}

#[test]
fn texts_cannot_steer_the_terminal() {
    let text = "a: \x1b[31m\u{202e}b\n";
    let drawn = draw(text, Diagnostic::error(Code::InvalidValue, "`\x1b[2J\n` is wrong", at(text, "b")));
    assert!(!drawn.contains(['\x1b', '\u{202e}']), "{drawn:?}");
}

#[test]
fn colors_are_ansi_codes_around_the_same_text() {
    let text = "a: 1\n";
    let record = DiagnosticRecord::new(&error(text, "1"), &TextIndex::new(text), None);
    let colored = Frames::new(text, true).draw(&record);
    let plain = regex::Regex::new("\x1b\\[[0-9;]*m").map(|r| r.replace_all(&colored, "").into_owned());
    assert_eq!(plain.as_deref(), Ok(Frames::new(text, false).draw(&record).as_str()));
    assert!(colored.contains("\x1b[1;31m"));
}
