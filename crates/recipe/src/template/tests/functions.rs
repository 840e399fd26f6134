//! The functions of specification 3.3 and 7.1.

use std::collections::BTreeMap;

use serde_json::json;

use super::{typed, typed_with, variant};
use crate::model::{GitFacts, RenderConfig};

fn with(expression: &str, config: &RenderConfig, entries: &[(&str, &str)]) -> Result<serde_json::Value, String> {
    typed_with(&format!("${{{{ {expression} }}}}"), config, &variant(entries))
}

fn on(platform: &str) -> RenderConfig {
    RenderConfig { target_platform: Some(platform.to_owned()), ..RenderConfig::default() }
}

#[test]
fn compilers_have_a_default_for_every_platform() {
    for (platform, c, cxx, fortran) in [
        ("linux-64", "gcc_linux-64", "gxx_linux-64", "gfortran_linux-64"),
        ("osx-arm64", "clang_osx-arm64", "clangxx_osx-arm64", "gfortran_osx-arm64"),
        ("win-64", "vs2022_win-64", "vs2022_win-64", "flang_win-64"),
        (
            "emscripten-wasm32",
            "emscripten_emscripten-wasm32",
            "emscripten_emscripten-wasm32",
            "gfortran_emscripten-wasm32",
        ),
        ("android-64", "clang_android-64", "clangxx_android-64", "gfortran_android-64"),
    ] {
        let config = on(platform);
        assert_eq!(with("compiler('c')", &config, &[]), Ok(json!(c)));
        assert_eq!(with("compiler('cxx')", &config, &[]), Ok(json!(cxx)));
        assert_eq!(with("compiler('fortran')", &config, &[]), Ok(json!(fortran)));
    }
    assert_eq!(typed("compiler('rust')"), Ok(json!("rust_linux-64")));
    assert_eq!(typed("compiler('go-cgo')"), Ok(json!("go-cgo_linux-64")));
}

#[test]
fn compilers_follow_the_variant() {
    let config = RenderConfig::default();
    for (entries, spec) in [
        (&[("c_compiler", "clang")][..], "clang_linux-64"),
        (&[("c_compiler_version", "13")], "gcc_linux-64 =13"),
        (&[("c_compiler", "bar"), ("c_compiler_version", ">=1,<2")], "bar_linux-64 >=1,<2"),
    ] {
        assert_eq!(with("compiler('c')", &config, entries), Ok(json!(spec)));
    }
    let go = [("go_cgo_compiler", "go"), ("go_cgo_compiler_version", "1.20")];
    assert_eq!(with("compiler('go-cgo')", &config, &go), Ok(json!("go_linux-64 =1.20")));
}

#[test]
fn a_standard_library_needs_a_variant() {
    let config = RenderConfig::default();
    let entries = [("c_stdlib", "sysroot"), ("c_stdlib_version", "2.17")];
    assert_eq!(with("stdlib('c')", &config, &entries), Ok(json!("sysroot_linux-64 =2.17")));
    assert!(typed("stdlib('c')").unwrap_err().contains("undefined variable `c_stdlib`"));
}

#[test]
fn core_dependency_trees_name_their_distribution_and_architecture() {
    for (platform, expression, name) in [
        ("linux-64", "cdt('libx11')", "libx11-cos6-x86_64"),
        ("linux-64", "cdt('libx11 >1')", "libx11-cos6-x86_64 >1"),
        ("linux-32", "cdt('libx11')", "libx11-cos6-i686"),
        ("linux-aarch64", "cdt('libx11')", "libx11-cos7-aarch64"),
    ] {
        assert_eq!(with(expression, &on(platform), &[]), Ok(json!(name)));
    }
    let entries = [("cdt_name", "cos8"), ("cdt_arch", "x")];
    assert_eq!(with("cdt('a')", &RenderConfig::default(), &entries), Ok(json!("a-cos8-x")));
}

#[test]
fn match_compares_versions() {
    for (expression, fits) in [
        ("match('3.9', '>=3.8')", true),
        ("match('3.9.*', '>=3.8')", true),
        ("match('3.11.* *_cpython', '>=3.12')", false),
        ("match(3, '>2')", true),
        ("match(true, '>2')", false),
        ("match(none, 'x')", true),
        ("match(nope, '>=3')", true),
    ] {
        assert_eq!(typed(expression), Ok(json!(fits)), "{expression}");
    }
    for expression in ["match('3.9', '3.8')", "match('>=3.8', '>=3')", "match('1', 2)", "match('1')"] {
        assert!(typed(expression).is_err(), "{expression}");
    }
}

#[test]
fn pins_are_json_texts() {
    for (expression, json) in [
        ("pin_subpackage('x')", r#"{"pin_subpackage":{"name":"x","lower_bound":"x.x.x.x.x.x","upper_bound":"x"}}"#),
        (
            "pin_subpackage('X.y', lower_bound='1.2', upper_bound=none)",
            r#"{"pin_subpackage":{"name":"X.y","lower_bound":"1.2"}}"#,
        ),
        ("pin_subpackage('x', exact=True)", r#"{"pin_subpackage":{"name":"x","exact":true}}"#),
        ("pin_subpackage('x', exact=False)", r#"{"pin_subpackage":{"name":"x"}}"#),
        (
            "pin_compatible('x', upper_bound=2.5, build='foo*')",
            r#"{"pin_compatible":{"name":"x","lower_bound":"x.x.x.x.x.x","upper_bound":"2.5","build":"foo*"}}"#,
        ),
    ] {
        assert_eq!(typed(expression), Ok(json!(json)), "{expression}");
    }
}

#[test]
fn pins_with_wrong_arguments_say_so() {
    for (expression, part) in [
        ("pin_subpackage('x', exact=True, build='a')", "unknown keyword argument `build`"),
        ("pin_compatible('x', exact=1)", "unknown keyword argument `exact`"),
        ("pin_subpackage('x', foo=1)", "unknown keyword argument `foo`"),
        ("pin_subpackage('x', min_pin='x')", "write `lower_bound=\"x\"`"),
        ("pin_subpackage('x', max_pin='x.x')", "write `upper_bound=\"x.x\"`"),
        ("pin_subpackage('x', 'y')", "too many arguments"),
        ("pin_subpackage()", "missing argument"),
        ("pin_subpackage('a b')", "`a b` in `pin_subpackage` is not a package name"),
        ("pin_subpackage('x', upper_bound='a b')", "invalid upper bound"),
    ] {
        let message = typed(expression).unwrap_err();
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn platforms_can_be_asked_about() {
    for (expression, is) in [
        ("is_linux('linux-64')", true),
        ("is_osx('osx-arm64')", true),
        ("is_windows('linux-64')", false),
        ("is_unix('emscripten-wasm32')", true),
        ("is_unix('win-64')", false),
        ("is_ios('iossimulator-64')", true),
        ("is_android('android-64')", true),
    ] {
        assert_eq!(typed(expression), Ok(json!(is)), "{expression}");
    }
    assert!(typed("is_linux('foo')").unwrap_err().contains("unknown platform `foo`; expected one like `linux-64`"));
}

#[test]
fn the_environment_is_what_the_caller_hands_in() {
    let config = RenderConfig { env: BTreeMap::from([("A".to_owned(), "b".to_owned())]), ..RenderConfig::default() };
    let env = |expression: &str| with(expression, &config, &[]);
    assert_eq!(env("env.get('A')"), Ok(json!("b")));
    assert_eq!(env("env.exists('A')"), Ok(json!(true)));
    assert_eq!(env("env.exists('B')"), Ok(json!(false)));
    assert_eq!(env("env.get('B', default=1)"), Ok(json!("1")));
    assert_eq!(env("env.get('B', default=none)"), Ok(json!("none")));
    assert!(env("env.get('B')").unwrap_err().contains("environment variable not found: `B`"));
    assert!(env("env.get('B', 'c')").unwrap_err().contains("the default by keyword"));
    assert!(env("env.A").unwrap_err().contains("`env` has no item `A`"));
    assert!(env("env['A']").unwrap_err().contains("`env` has no item `A`"));
}

#[test]
fn files_are_parsed_by_their_extension() {
    let files = [
        ("a.json", r#"{"v": [1, "x"]}"#),
        ("a.yaml", "v: 1.10\nw: '2'\nx: [true, ~]\n"),
        ("a.toml", "[project]\nversion = '1.2'\n"),
        ("a.txt", "text"),
        ("bad.json", "{"),
    ];
    let config = RenderConfig {
        experimental: true,
        files: files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect(),
        ..RenderConfig::default()
    };
    let file = |expression: &str| with(expression, &config, &[]);
    assert_eq!(file("load_from_file('a.json').v[1]"), Ok(json!("x")));
    assert_eq!(file("load_from_file('./a.yaml').v"), Ok(json!(1.1)));
    assert_eq!(file("load_from_file('a.yaml').w"), Ok(json!("2")));
    assert_eq!(file("load_from_file('a.yaml').x"), Ok(json!([true, null])));
    assert_eq!(file("load_from_file('a.toml').project.version"), Ok(json!("1.2")));
    assert_eq!(file("load_from_file('a.txt')"), Ok(json!("text")));
    assert!(file("load_from_file('bad.json')").unwrap_err().contains("invalid content of `bad.json`"));
    assert!(file("load_from_file('none')").unwrap_err().contains("file not found: `none`"));
    assert!(typed("load_from_file('a.txt')").unwrap_err().contains("this feature is experimental"));
}

#[test]
fn git_facts_are_what_the_caller_hands_in() {
    let facts = GitFacts { head_rev: Some("abc".to_owned()), ..GitFacts::default() };
    let config =
        RenderConfig { experimental: true, git: BTreeMap::from([(".".to_owned(), facts)]), ..RenderConfig::default() };
    assert_eq!(with("git.head_rev('.')", &config, &[]), Ok(json!("abc")));
    assert!(with("git.latest_tag('.')", &config, &[]).is_err());
    assert!(typed("git.head_rev('.')").unwrap_err().contains("this feature is experimental"));
}

#[test]
fn cmp_names_its_successor() {
    assert!(typed("cmp('a', 'b')").unwrap_err().contains("use `match`"));
    assert!(typed("foo()").unwrap_err().contains("unknown function `foo`"));
}
