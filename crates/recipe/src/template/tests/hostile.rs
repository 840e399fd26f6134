//! Texts that are meant to do harm: none may panic, hang or take much memory.

use super::{holds, printed, render};

#[test]
fn text_behind_the_end_of_an_expression_is_a_syntax_error() {
    for text in ["a }}.{{ b", "}}", "a -}} b", "a }} }} }}", ")}}", "{{", "a }}", "'", "\"}}", "(}}"] {
        assert!(holds(text).is_err(), "{text}");
        let _ = render(&format!("${{{{ {text} }}}}"));
        let _ = render(text);
    }
}

#[test]
fn deep_and_long_expressions_are_refused() {
    for text in [
        "(".repeat(100_000),
        "[".repeat(100_000),
        "not ".repeat(100_000),
        "-".repeat(100_000),
        "a if b else ".repeat(50_000),
        "a+".repeat(100_000),
        "a".to_owned() + &".b".repeat(100_000),
        "a".to_owned() + &"|lower".repeat(100_000),
        "a".to_owned() + &"()".repeat(100_000),
        "a".to_owned() + &" is not b".repeat(100_000),
        "1 < ".repeat(100_000),
        "x".repeat(3_000_000),
    ] {
        assert!(holds(&text).is_err());
        assert!(printed(&text).is_err());
    }
    assert!(render(&("{% if a %}".repeat(100_000) + "${{ 1 }}")).is_err());
    assert!(render(&("{% raw %}${{ ' {% endraw %}${{ ".to_owned() + &"(".repeat(10_000) + " }}")).is_err());
}

#[test]
fn what_is_as_deep_as_allowed_fits_on_a_small_stack() {
    let work = || {
        let nested = "(".repeat(32) + "1" + &")".repeat(32);
        assert_eq!(printed(&nested).as_deref(), Ok("1"));
        let lists = "[".repeat(32) + &"]".repeat(32);
        assert_eq!(printed(&lists).map(|text| text.len()), Ok(64));
        let chain = "1".to_owned() + &"+1".repeat(128);
        assert_eq!(printed(&chain).as_deref(), Ok("129"));
        let nots = "not ".repeat(128) + "true";
        assert_eq!(printed(&nots).as_deref(), Ok("true"));
        let calls = "(not not not ".repeat(32) + "1" + &")".repeat(32);
        assert_eq!(printed(&calls).as_deref(), Ok("true"));
        let choices = "1 if false else ".repeat(64) + "2";
        assert_eq!(printed(&choices).as_deref(), Ok("2"));
        let blocks = "{% if true %}".repeat(100) + "${{ 1 }}" + &"{% endif %}".repeat(100);
        assert_eq!(render(&blocks).as_deref(), Ok("1"));
    };
    // What WebAssembly has, although frames are far larger without optimization.
    std::thread::Builder::new().stack_size(1024 * 1024).spawn(work).unwrap().join().unwrap();
}

#[test]
fn macros_and_loops_that_call_themselves_end() {
    let work = || {
        for text in [
            "{% macro m() %}${{ m() }}{% endmacro %}${{ m() }}".to_owned(),
            "{% macro a() %}${{ b() }}{% endmacro %}{% macro b() %}${{ a() }}{% endmacro %}${{ a() }}".to_owned(),
            "{% macro m(f) %}${{ f(f) }}{% endmacro %}${{ m(m) }}".to_owned(),
            "{% macro m() %}${{ m() }}${{ m() }}{% endmacro %}${{ m() }}".to_owned(),
            "{% for a in [1] recursive %}${{ loop([1]) }}{% endfor %}".to_owned(),
            "{% macro m() %}${{ ".to_owned() + &"not ".repeat(120) + "m() }}{% endmacro %}${{ m() }}",
            "{% macro m() %}".to_owned()
                + &"{% if true %}".repeat(100)
                + "${{ m() }}"
                + &"{% endif %}".repeat(100)
                + "{% endmacro %}${{ m() }}",
        ] {
            let error = render(&text).unwrap_err();
            assert!(error.contains("nested too deeply"), "{text}: {error}");
        }
        let _ = render(&("{% macro m() %}".repeat(80) + "${{ m() }}" + &"{% endmacro %}${{ m() }}".repeat(80)));
    };
    std::thread::Builder::new().stack_size(1024 * 1024).spawn(work).unwrap().join().unwrap();
}

#[test]
fn results_that_grow_without_measure_are_refused() {
    for expression in [
        "'a' * 1000000000",
        "1000000000000 * 'a'",
        "[1] * 1000000000",
        "('a' * 1000000) ~ ('a' * 1000000)",
        "('a' * 1000000) + ('a' * 1000000)",
        "('a' * 100000) | replace('a', 'b' * 100000)",
        "('a' * 100000) | replace('', 'b' * 100000)",
        "([1] * 50000) | join('b' * 100000)",
        "10 ** 10 ** 10",
        "2 ** 1000000000",
        "([[1] * 1000] * 90000)[0:90000] | join",
    ] {
        assert!(printed(expression).is_err(), "{expression}");
    }
    let doubling = "{% set l = [1] %}".to_owned() + &"{% set l = [l, l] %}".repeat(40) + "${{ l }}";
    assert!(render(&doubling).is_err());
    let text = "{% set l = 'a' %}".to_owned() + &"{% set l = l ~ l %}".repeat(40) + "${{ l }}";
    assert!(render(&text).is_err());
    let nesting = "{% set l = [1] %}".to_owned() + &"{% set l = [l] %}".repeat(500) + "${{ l }}";
    assert!(render(&nesting).is_err());
}

#[test]
fn loops_that_do_not_end_in_time_are_stopped() {
    let list = format!("[{}]", "1,".repeat(1000));
    let text =
        format!("{{% set l = {list} %}}") + &"{% for x in l %}".repeat(5) + "${{ 1 }}" + &"{% endfor %}".repeat(5);
    assert!(render(&text).unwrap_err().contains("steps"));
    let output = "{% set a = 'a' * 1000000 %}{% for x in 'b' * 1000 %}${{ a }}{% endfor %}";
    assert!(render(output).unwrap_err().contains("too large"));
}

#[test]
fn odd_slices_and_numbers_do_no_harm() {
    for expression in [
        "'abc'[::-9223372036854775807]",
        "'abc'[9223372036854775807:]",
        "'abc'[-9223372036854775807::4294967296]",
        "[1,2,3][::-4294967296]",
        "-170141183460469231731687303715884105728",
        "(-9223372036854775807 - 1) // -1",
        "(-9223372036854775807 - 1) % -1",
        "9223372036854775807 * 9223372036854775807 * 9223372036854775807",
        "'é'[0:1] ~ 'é'[::-1]",
        "'abc'[0:0:0]",
        "1e999",
        "0b1",
        "0x",
        "1_",
        "'\\ud83d'",
    ] {
        let _ = printed(expression);
    }
}
