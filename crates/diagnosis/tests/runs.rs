//! Whole runs, and what is told of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use sidewinder_diagnosis::{FindingKind, MOST_FINDINGS, Output, Stream, candidates, diagnose};

fn failed<'a>(stdout: &'a str, stderr: &'a str) -> Output<'a> {
    Output { stdout, stderr, exit_code: 1, ..Output::default() }
}

#[test]
fn success_has_nothing_to_tell() {
    let stderr = "main.c:1:10: fatal error: zlib.h: No such file or directory\n";
    assert_eq!(diagnose(&Output { stderr, ..Output::default() }), []);
}

#[test]
fn a_missing_header_comes_before_what_follows_from_it() {
    let stderr = "cc -c main.c\nmain.c:3:1: error: unknown type name 'z_stream'\n\
                  main.c:1:10: fatal error: zlib.h: No such file or directory\n\
                  make: *** [Makefile:3: main.o] Error 1\n";
    let findings = diagnose(&failed("", stderr));
    let kinds: Vec<FindingKind> = findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [FindingKind::MissingHeader, FindingKind::CompileError]);
    assert_eq!(findings[0].message, "the header `zlib.h` is not there");
    assert_eq!((findings[0].evidence.stream, findings[0].evidence.line), (Stream::Stderr, 3));
    assert_eq!(candidates(&findings[0])[0].spec, "zlib");
}

#[test]
fn lines_of_the_build_script_are_told() {
    let script = "#!/usr/bin/env bash\nset -e\n\nfoo || true\nbar\n";
    let stderr =
        "/w/conda_build.sh: line 4: foo: command not found\n/w/conda_build.sh: line 5: bar: command not found\n";
    let findings = diagnose(&Output { script: Some(script), ..failed("", stderr) });
    let told: Vec<_> =
        findings.iter().map(|finding| (finding.subject.as_deref().unwrap(), finding.script_line)).collect();
    // The script went on after line 4, so line 5 is what ended it.
    assert_eq!(told, [("bar", Some(5)), ("foo", Some(4))]);
}

#[test]
fn a_trace_tells_the_line_too() {
    let script = "set -e\nmake all\n";
    let stderr = "+ make all\nmain.c:1:10: fatal error: zlib.h: No such file or directory\n";
    let findings = diagnose(&Output { script: Some(script), ..failed("", stderr) });
    assert_eq!(findings[0].script_line, Some(2));
}

#[test]
fn what_a_trace_prints_is_no_evidence() {
    let stderr = "+ echo 'foo.c:1:1: error: x'\n+ false\n";
    let findings = diagnose(&failed("", stderr));
    assert_eq!(findings[0].kind, FindingKind::Other);
}

#[test]
fn an_end_by_force_is_told_first() {
    let stderr = "main.c:1:10: fatal error: zlib.h: No such file or directory\n";
    let late = diagnose(&Output { timed_out: true, ..failed("", stderr) });
    assert_eq!([late[0].kind, late[1].kind], [FindingKind::Timeout, FindingKind::MissingHeader]);
    let killed = diagnose(&Output { signal: Some("SIGSEGV"), exit_code: 139, ..Output::default() });
    assert_eq!(killed[0].kind, FindingKind::Signal);
    assert_eq!(killed[0].subject.as_deref(), Some("SIGSEGV"));
}

#[test]
fn without_a_known_form_the_telling_line_is_the_evidence() {
    let findings = diagnose(&failed("all is well\n", "one\nFrobnicator: fatal: frob 7 cannot turn\ngoodbye\n"));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].kind, FindingKind::Other);
    assert_eq!(findings[0].evidence.text, "Frobnicator: fatal: frob 7 cannot turn");
    let silent = diagnose(&Output { exit_code: 3, ..Output::default() });
    assert_eq!(silent[0].message, "it ended with status 3 and wrote nothing");
}

#[test]
fn the_same_is_told_once_and_never_too_much() {
    let many: String = (0..1000).map(|n| format!("f{}.c:1:1: error: x\n", n / 2)).collect();
    let findings = diagnose(&failed(&many, &many));
    assert_eq!(findings.len(), MOST_FINDINGS);
    assert_eq!(findings[1].subject.as_deref(), Some("f1.c"));
}

#[test]
fn names_from_the_output_become_no_specs_of_their_own() {
    for hostile in ["a b", "x>=1", "../x", "$(rm)", "-x", "x[build=1]", "https://h/x", "x::y"] {
        let stderr = format!("ModuleNotFoundError: No module named '{hostile}'\nsh: 1: {hostile}: not found\n");
        for finding in diagnose(&failed("", &stderr)) {
            for suggestion in candidates(&finding) {
                assert!(
                    suggestion.spec.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)),
                    "{hostile}: {}",
                    suggestion.spec
                );
            }
        }
    }
}

#[test]
fn packages_are_guessed_by_the_habits_of_the_field() {
    let guess = |line: &str| {
        let findings = diagnose(&failed("", line));
        candidates(&findings[0]).into_iter().map(|suggestion| suggestion.spec).collect::<Vec<_>>()
    };
    for (line, package) in [
        ("x.sh: line 1: x86_64-conda-linux-gnu-gcc: command not found", "gcc"),
        ("x.sh: line 1: ctest: command not found", "cmake"),
        ("x.sh: line 1: python3: command not found", "python"),
        ("a.c:1:1: fatal error: greet.h: No such file or directory", "libgreet"),
        ("a.c:1:1: fatal error: boost/any.hpp: No such file or directory", "libboost-devel"),
        ("a.c:1:1: fatal error: yaml-cpp/yaml.h: No such file or directory", "yaml-cpp"),
        ("ld: cannot find -lz", "zlib"),
        ("t: error while loading shared libraries: libgreet.so.1: cannot open shared object file: x", "libgreet"),
        ("No package 'libxml-2.0' found", "libxml2"),
        ("No package 'foo-2.0' found", "libfoo"),
        ("  Could NOT find ZLIB (missing: ZLIB_LIBRARY)", "zlib"),
        ("ModuleNotFoundError: No module named 'setuptools_scm'", "setuptools-scm"),
        ("ModuleNotFoundError: No module named 'poetry.core'", "poetry-core"),
        ("ModuleNotFoundError: No module named 'sklearn.utils'", "scikit-learn"),
    ] {
        assert!(guess(line).iter().any(|spec| spec == package), "{line}: {:?}", guess(line));
    }
}

#[test]
fn no_text_is_too_strange() {
    let strange = [
        "\u{0}",
        "\u{1b}[",
        "'''''",
        "\u{2028}: line 99999999999999999999: x: command not found",
        "ä: line 1: ä: not found",
    ];
    for text in strange {
        assert!(!diagnose(&failed(text, text)).is_empty());
        let long = text.repeat(10_000);
        assert!(!diagnose(&Output { script: Some(&long), ..failed(&long, &long) }).is_empty());
    }
}
