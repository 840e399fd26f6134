//! Literals, operators, undefined values, filters and tests.

use serde_json::json;

use super::{holds, printed, render, typed};

#[test]
fn values_print_as_minijinja_prints_them() {
    for (expression, text) in [
        ("1.0", "1.0"),
        ("1e3", "1000.0"),
        ("10/4", "2.5"),
        ("10//4", "2"),
        ("10%3", "1"),
        ("2**3", "8"),
        ("1/0", "inf"),
        ("none", "none"),
        ("true", "true"),
        ("[1,'a',1.5,true,none]", "[1, \"a\", 1.5, true, none]"),
        ("'x' ~ 1 ~ true ~ none", "x1truenone"),
        ("'a' * 3", "aaa"),
        ("[nope]", "[undefined]"),
        ("'a' if false", ""),
        ("1 and 2", "2"),
        ("0 or 'x'", "x"),
    ] {
        assert_eq!(printed(expression).as_deref(), Ok(text), "{expression}");
    }
}

#[test]
fn expressions_have_the_types_of_the_reference() {
    for (expression, value) in [
        ("[1,2,3][::2]", json!([1, 3])),
        ("'abc'[::-1]", json!("cba")),
        ("0 and 1", json!(false)),
        ("1 and 2", json!(2)),
        ("0 and 1//0", json!(0)),
        ("[] and linux", json!([])),
        ("nope|join", json!("")),
        ("1 in ('a' if false)", json!(false)),
        ("[1,2]+[3]", json!([1, 2, 3])),
        ("[1]*3", json!([1, 1, 1])),
        ("-3 % 2", json!(1)),
        ("-3 // 2", json!(-2)),
        ("5%-3", json!(2)),
        ("7.5 // 2", json!(3.0)),
        ("2**0.5", json!(std::f64::consts::SQRT_2)),
        ("not (1 in [1])", json!(false)),
        ("1 in 'a1'", json!(true)),
        ("(1,2)", json!([1, 2])),
        ("('x' if false) ~ 'y'", json!("y")),
        ("('x' if false) | default('q')", json!("q")),
        ("1 + true", json!(2)),
        ("1 < 'a'", json!(true)),
        ("'1' == 1", json!(false)),
        ("1 == 1.0", json!(true)),
        ("3 > '2'", json!(false)),
        ("'3.10' < '3.9'", json!(true)),
        ("1 < 2 < 3", json!(true)),
        ("3 > 2 > 2", json!(false)),
        ("1 not in [1]", json!(false)),
        ("1e20", json!(1e20)),
        ("9223372036854775807+1", json!(9_223_372_036_854_775_808_u64)),
        ("10/5", json!(2.0)),
        ("[1,2,3][-1]", json!(3)),
        ("[1,2,3][-2:]", json!([2, 3])),
        ("[1,2,3][::-1]|list", json!([3, 2, 1])),
        ("'abcdef'[1:4]", json!("bcd")),
        ("'abcdef'[::2]", json!("ace")),
        ("0x1F", json!(31)),
        ("'a' 'b'", json!("ab")),
        ("not nope is defined", json!(true)),
        ("{'a': 1}.a", json!(1)),
        ("'a' in {'a': 1}", json!(true)),
        ("compiler is defined", json!(true)),
        ("env", json!({})),
    ] {
        assert_eq!(typed(expression), Ok(value), "{expression}");
    }
}

#[test]
fn filters_give_what_the_reference_gives() {
    for (expression, value) in [
        ("'3'|int", json!(3)),
        ("'5.7'|int", json!(5)),
        ("true|int", json!(1)),
        ("-1|abs", json!(1)),
        ("'a,b'|split(',')", json!(["a", "b"])),
        ("('a,b'|split(','))[1]", json!("b")),
        ("('a b'|split)|last", json!("b")),
        ("[3,1,2]|sort", json!([1, 2, 3])),
        ("['b','A']|sort(reverse=true)", json!(["b", "A"])),
        ("['a','b']|join('-')", json!("a-b")),
        ("'abc'|first", json!("a")),
        ("'abc'|length", json!(3)),
        ("'abc'|replace('b','x')", json!("axc")),
        ("'xxabxx'|trim('x')", json!("ab")),
        ("[1,1,2]|unique", json!([1, 2])),
        ("{'a':1}|list", json!(["a"])),
        ("'abc'|reverse", json!("cba")),
        ("[1,2]|reverse", json!([2, 1])),
        ("[1,2]|min", json!(1)),
        ("[1,2]|max", json!(2)),
        ("''|bool", json!(false)),
        ("'false'|bool", json!(true)),
        ("'aB'|upper", json!("AB")),
        ("'aB'|lower", json!("ab")),
        ("nope|default('d')", json!("d")),
        ("nope|default", json!("")),
        ("''|default(1)", json!("")),
        ("''|default(1, true)", json!(1)),
        ("(nope | default({})).x | default('z')", json!("z")),
        ("'3.11.* *_cpython'|version_to_buildstring", json!("311")),
        ("3.11|version_to_buildstring", json!("311")),
        ("'3'|version_to_buildstring", json!("3")),
    ] {
        assert_eq!(typed(expression), Ok(value), "{expression}");
    }
    for filter in ["title", "capitalize", "float", "string", "tojson", "sum", "map", "round", "format"] {
        let message = printed(&format!("'a'|{filter}")).unwrap_err();
        assert!(message.contains(&format!("unknown filter `{filter}`")), "{message}");
    }
}

#[test]
fn tests_give_what_the_reference_gives() {
    for (expression, value) in [
        ("'x' is startingwith 'x'", true),
        ("'x' is endingwith('y')", false),
        ("1 is eq 1", true),
        ("1 is ne(2)", true),
        ("1 is ge(1)", true),
        ("1 is integer", true),
        ("1.0 is float", true),
        ("true is boolean", true),
        ("['a'] is sequence", true),
        ("3 is odd", true),
        ("'b' is in ['b']", true),
        ("nope is defined", false),
        ("nope is undefined", true),
        ("nope is none", false),
        ("none is none", true),
        ("'a' is safe", false),
        ("true is true", true),
    ] {
        assert_eq!(typed(expression), Ok(json!(value)), "{expression}");
    }
    for test in ["divisibleby(2)", "iterable", "lower", "filter"] {
        assert!(printed(&format!("4 is {test}")).unwrap_err().contains("unknown test"), "{test}");
    }
}

#[test]
fn a_use_of_an_undefined_value_is_an_error_with_its_name() {
    for expression in [
        "nope",
        "nope | lower",
        "nope.x",
        "nope == 1",
        "1 == nope",
        "nope in [1]",
        "not nope",
        "nope and 1",
        "0 or nope",
        "'a' ~ nope",
        "nope.x | default('y')",
        "nope + 1",
        "nope[0]",
    ] {
        let message = printed(expression).unwrap_err();
        assert!(message.contains("undefined variable `nope`") || expression == "0 or nope", "{message}");
    }
}

#[test]
fn what_is_not_reached_is_not_looked_at() {
    assert_eq!(holds("osx and nope"), Ok(false));
    assert_eq!(holds("linux or nope"), Ok(true));
    assert_eq!(printed("'a' if linux else nope").as_deref(), Ok("a"));
}

#[test]
fn a_whole_undefined_expression_names_itself() {
    assert_eq!(typed("nope"), Err("undefined variable `nope`".to_owned()));
    assert_eq!(typed("[1][5]"), Err("undefined variable `[1][5]`".to_owned()));
    assert_eq!(typed("[] | first"), Err("undefined variable `[] | first`".to_owned()));
    assert_eq!(typed("'a' if false"), Err("undefined variable `'a' if false`".to_owned()));
    assert_eq!(holds("nope"), Err("undefined variable `nope`".to_owned()));
}

#[test]
fn strings_have_no_methods() {
    let message = printed("'a'.upper()").unwrap_err();
    assert!(message.contains("unknown method `upper`"), "{message}");
}

#[test]
fn numbers_and_texts_do_not_add() {
    let message = printed("'a' + 1").unwrap_err();
    assert!(message.contains("operator `+` does not work on string and number"), "{message}");
    assert!(printed("2**-1").unwrap_err().contains("cannot calculate 2 ** -1"));
    assert!(printed("1//0").unwrap_err().contains("cannot calculate 1 // 0"));
}

#[test]
fn blocks_comments_and_raw_text_work_in_templates() {
    for (text, out) in [
        ("{% if linux %}a{% else %}b{% endif %}${{ 1 }}", "a1"),
        ("{% for x in [1,2] %}${{ x }}${{ ',' if not loop.last }}{% endfor %}", "1,2"),
        ("{% for x in [1,2,3] if x != 2 %}${{ x }}{% endfor %}", "13"),
        ("{% for x in [] %}a{% else %}none{% endfor %}${{ 1 }}", "none1"),
        ("{% for a, b in [[1,2]] %}${{ a + b }}{% endfor %}", "3"),
        ("{% for x in [1,2] %}${{ loop.cycle('a', 'b') }}${{ loop.depth }}{% endfor %}", "a1b1"),
        ("{% for x in [1,2] %}${{ loop.previtem is defined }}{% endfor %}", "falsetrue"),
        ("{% block x %}a{% endblock %}${{ 1 }}", "a1"),
        ("{% set x = 5 %}${{ x }}", "5"),
        ("{% set x %}a${{ 1 }}{% endset %}${{ x }}", "a1"),
        ("{% set x | upper %}a{% endset %}${{ x }}", "A"),
        ("{% with a = 1 %}${{ a }}{% endwith %}", "1"),
        ("{% filter upper %}a${{ 'b' }}{% endfilter %}", "AB"),
        ("{# note #}${{ 1 }}", "1"),
        ("{% raw %}${{ x }}{% endraw %}", "${{ x }}"),
        ("a ${{- 1 -}} b", "a1b"),
        ("{{ x }} ${{ 1 }}", "{{ x }} 1"),
        ("x ${{ 1 }}\n", "x 1"),
        ("${{ 1 }}\n\n\n", "1\n\n"),
    ] {
        assert_eq!(render(text).as_deref(), Ok(out), "{text}");
    }
    assert_eq!(render("{% macro f(a) %}<${{ a }}>{% endmacro %}${{ f(1) }}").as_deref(), Ok("<1>"));
    assert!(render("{% import 'a' as b %}${{ 1 }}").unwrap_err().contains("{% import %}"));
}

#[test]
fn a_text_without_expression_delimiters_is_no_template() {
    use crate::template::Template;
    assert!(!Template::is_template("{% if unix %}a{% endif %}"));
    assert!(!Template::is_template("{{ x }}"));
    assert!(Template::is_template("}} ${{"));
}

#[test]
fn operators_of_other_languages_are_syntax_errors() {
    for text in ["a && b", "a || b", "!a", "${{ a }}", "{{ a }}"] {
        assert!(holds(text).is_err(), "{text}");
    }
}

#[test]
fn conditions_are_true_or_false_by_the_usual_rules() {
    for (condition, truth) in [
        ("1", true),
        ("'x'", true),
        ("'false'", true),
        ("0", false),
        ("0.0", false),
        ("''", false),
        ("[]", false),
        ("{}", false),
        ("none", false),
        ("match(python, '>=3')", true),
    ] {
        assert_eq!(holds(condition), Ok(truth), "{condition}");
    }
    assert!(holds("'a' if win").is_err(), "nothing at all is neither true nor false");
}
