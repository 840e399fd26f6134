//! Whole runs, and what is found in them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use sidewinder_diagnosis::{Activation, FindingKind, MAX_FINDINGS, Output, Role, Stream, candidates, diagnose};

fn failed<'a>(stdout: &'a str, stderr: &'a str) -> Output<'a> {
    Output { stdout, stderr, exit_code: 1, ..Output::default() }
}

#[test]
fn success_has_no_findings() {
    let stderr = "main.c:1:10: fatal error: zlib.h: No such file or directory\n";
    assert_eq!(diagnose(&Output { stderr, ..Output::default() }), []);
}

#[test]
fn a_missing_header_comes_before_what_follows_from_it() {
    let stderr = "cc -c main.c\nmain.c:3:1: error: unknown type name 'z_stream'\n\
                  main.c:1:10: fatal error: zlib.h: No such file or directory\n\
                  make: *** [Makefile:3: main.o] Error 1\n";
    let findings = diagnose(&failed("", stderr));
    let kinds: Vec<_> = findings.iter().map(|finding| (finding.kind, finding.role)).collect();
    assert_eq!(kinds, [(FindingKind::MissingHeader, Role::Cause), (FindingKind::CompileError, Role::Consequence)]);
    assert_eq!(findings[0].message, "header `zlib.h` not found");
    assert_eq!((findings[0].evidence.stream, findings[0].evidence.line), (Stream::Stderr, 3));
    let at = findings[0].at.as_ref().unwrap();
    assert_eq!((at.file.as_str(), at.line), ("main.c", Some(1)));
    assert_eq!(candidates(&findings[0])[0].spec, "zlib");
}

#[test]
fn lines_of_the_build_script_are_named() {
    let script = "#!/usr/bin/env bash\nset -e\n\nfoo || true\nbar\n";
    let stderr =
        "/w/conda_build.sh: line 4: foo: command not found\n/w/conda_build.sh: line 5: bar: command not found\n";
    let findings = diagnose(&Output { script: Some(script), exit_code: 127, ..failed("", stderr) });
    let lines: Vec<_> = findings
        .iter()
        .map(|finding| (finding.subject.as_deref().unwrap(), finding.script_line, finding.role))
        .collect();
    // The script went on after line 4, so line 5 ended it.
    assert_eq!(lines, [("bar", Some(5), Role::Cause), ("foo", Some(4), Role::Hint)]);
}

#[test]
fn a_trace_names_the_line() {
    let script = "set -e\nmake all\n";
    let stderr = "+ make all\nmain.c:1:10: fatal error: zlib.h: No such file or directory\n";
    let findings = diagnose(&Output { script: Some(script), ..failed("", stderr) });
    assert_eq!(findings[0].script_line, Some(2));
}

#[test]
fn what_a_shell_echoes_is_no_evidence() {
    let findings = diagnose(&failed("", "+ echo 'foo.c:1:1: error: x'\n+ false\n"));
    assert_eq!(findings[0].kind, FindingKind::Other);
    let script = "echo configure: error: libfoo not found\nexit 1\n";
    let echoed = Output { script: Some(script), ..failed("", "echo configure: error: libfoo not found\n") };
    assert_eq!(diagnose(&echoed)[0].kind, FindingKind::Other);
}

#[test]
fn a_run_stopped_from_outside_says_so_first() {
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
    assert_eq!(silent[0].message, "exited with status 3 and no output");
}

#[test]
fn equal_findings_are_merged_and_their_number_is_limited() {
    let many: String = (0..1000).map(|n| format!("f{}.c:1:1: error: x\n", n / 2)).collect();
    let findings = diagnose(&failed(&many, &many));
    assert_eq!(findings.len(), MAX_FINDINGS);
    assert_eq!(findings[1].subject.as_deref(), Some("f1.c:1"));
    assert_eq!(findings[1].evidence.ranges.len(), 4);
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
fn limits_and_activations_are_findings_of_their_own() {
    let stderr = "x: line 3: y: command not found\n";
    let limit = diagnose(&Output { stderr, exit_code: 137, limit: Some("memoryBytes"), ..Output::default() });
    assert_eq!(limit[0].kind, FindingKind::Limit);
    assert_eq!(limit[0].message, "the run exceeded its limit of memory (`memoryBytes`)");
    // `exit 0` in an activation script ends the run without an error.
    for exit_code in [0, 4] {
        let script = "/p/etc/conda/activate.d/cc.sh";
        let activation = Some(Activation { script, line: Some(7), package: Some("cc") });
        let found = diagnose(&Output { exit_code, activation, ..Output::default() });
        assert_eq!((found[0].kind, found[0].subject.as_deref()), (FindingKind::ActivationFailed, Some("cc")));
        assert_eq!(
            found[0].message,
            format!(
                "activation script `cc.sh` of package `cc` exited with status {exit_code} at line 7; the build script did not run"
            )
        );
        assert_eq!(found[0].at.as_ref().and_then(|at| at.line), Some(7));
    }
}

#[test]
fn the_line_of_the_shell_places_what_no_message_places() {
    let stderr = "main.c:1:10: fatal error: zlib.h: No such file or directory\n";
    let output = Output { stderr, exit_code: 1, script_line: Some(4), ..Output::default() };
    assert_eq!(diagnose(&output)[0].script_line, Some(4));
}
