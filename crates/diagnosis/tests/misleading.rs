//! Logs full of lines that look like causes, and are none.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use sidewinder_diagnosis::{FindingKind, Output, diagnose};

/// The kinds and subjects of all findings, when both streams are apart and when they are one.
fn findings(stdout: &str, stderr: &str, exit_code: i32) -> Vec<(FindingKind, String)> {
    let read = |stdout: &str, stderr: &str| -> Vec<_> {
        let output = Output { stdout, stderr, exit_code, ..Output::default() };
        diagnose(&output).into_iter().map(|finding| (finding.kind, finding.subject.unwrap_or_default())).collect()
    };
    let apart = read(stdout, stderr);
    assert_eq!(apart, read(&format!("{stdout}{stderr}"), ""), "both streams in one");
    apart
}

#[test]
fn optional_packages_of_cmake_are_no_causes() {
    let stdout = "-- Could NOT find Doxygen (missing: DOXYGEN_EXECUTABLE)\n-- No package 'libfoo' found\n-- Looking for x.h - not found\n-- Configuring done\n";
    let stderr = "CMake Warning at CMakeLists.txt:9 (find_package):\n  Could not find a package configuration file provided by \"Catch2\" with any of\n  the following names:\n\n    Catch2Config.cmake\n\n\n\
                  src/a.c:3:5: error: 'x' undeclared (first use in this function)\nmake: *** [a.o] Error 1\n";
    assert_eq!(findings(stdout, stderr, 2), [(FindingKind::CompileError, "src/a.c:3".to_owned())]);
}

#[test]
fn probes_in_a_printed_config_log_are_no_causes() {
    let stderr = "configure: error: libfoo is required\nconfigure:3277: checking for gcc\nconftest.c:10:10: fatal error: none.h: No such file or directory\n\
                  collect2: error: ld returned 1 exit status\n/usr/bin/ld: cannot find -lnone\nconfigure:3300: result: no\n";
    assert_eq!(findings("", stderr, 1), [(FindingKind::MissingLibrary, "libfoo".to_owned())]);
}

#[test]
fn probes_in_the_log_of_cmake_are_no_causes() {
    let stderr = "CMake Error at CMakeLists.txt:3 (find_package):\n  Could not find a package configuration file provided by \"fmt\" with any of\n  the following names:\n\n    fmtConfig.cmake\n\n\n\
                  Performing C SOURCE FILE Test HAVE_X failed with the following output:\nsrc.c:1:10: fatal error: x.h: No such file or directory\n/usr/bin/ld: cannot find -lx\n";
    assert_eq!(findings("", stderr, 1), [(FindingKind::MissingCmakePackage, "fmt".to_owned())]);
}

#[test]
fn ignored_steps_are_no_causes() {
    let stderr = "install: cannot stat 'old': No such file or directory\nmake: [Makefile:3: clean] Error 1 (ignored)\n\
                  /usr/bin/ld: cannot find -lgsl\ncollect2: error: ld returned 1 exit status\nmake: *** [Makefile:9: demo] Error 1\n";
    assert_eq!(findings("", stderr, 2), [(FindingKind::MissingLibrary, "gsl".to_owned())]);
}

#[test]
fn retried_downloads_are_no_causes() {
    let stderr = "warning: spurious network error (2 tries remaining): [6] Couldn't resolve host name\n\
                  curl: (7) Failed to connect to mirror.example.org port 443: Connection refused\n  100 12345  100 12345\n\
                  Connecting to example.org... failed: Connection timed out.\nRetrying.\n'x.tar.gz' saved [123/123]\n\
                  src/a.c:1:10: fatal error: zlib.h: No such file or directory\nmake: *** [a.o] Error 1\n";
    assert_eq!(findings("", stderr, 2), [(FindingKind::MissingHeader, "zlib.h".to_owned())]);
}

#[test]
fn commands_that_a_build_does_without_are_no_causes() {
    let stderr = "/bin/sh: 1: git: not found\nwhich: no ccache in (/usr/bin)\nfatal: not a git repository (or any of the parent directories): .git\n\
                  /bin/sh: line 1: svnversion: command not found\nerror[E0308]: mismatched types\n  --> src/lib.rs:14:18\nerror: could not compile `demo` (lib) due to 1 previous error\n";
    assert_eq!(findings("", stderr, 101), [(FindingKind::CompileError, "src/lib.rs:14".to_owned())]);
}

#[test]
fn what_tests_print_is_no_cause() {
    let stdout = "PASS: t-memory\nFAIL: t-io\n# FAIL:  1\n";
    let stderr = "MemoryError\nterminate called after throwing an instance of 'std::bad_alloc'\nopen: '/no/such/file': No such file or directory\n\
                  sh: 1: frobnicate: not found\nSegmentation fault (core dumped)\nOSError: [Errno 28] No space left on device\nmake: *** [test-suite.log] Error 1\n";
    assert_eq!(findings(stdout, stderr, 2), [(FindingKind::TestFailure, "t-io".to_owned())]);
}

#[test]
fn captured_output_of_pytest_is_no_cause() {
    let stdout = "____ test_x ____\nE       AssertionError: assert 1 == 2\n----------------------------- Captured stderr call -----------------------------\n\
                  src/a.c:1:10: fatal error: none.h: No such file or directory\nModuleNotFoundError: No module named 'nothere'\n\
                  =========================== short test summary info ============================\nFAILED tests/test_a.py::test_x - AssertionError: assert 1 == 2\n\
                  ========================= 1 failed, 2 passed in 0.31s ==========================\n";
    assert_eq!(findings(stdout, "", 1), [(FindingKind::TestFailure, "tests/test_a.py::test_x".to_owned())]);
}

#[test]
fn skipped_and_expected_failures_are_no_causes() {
    let stdout = "t/01-pod.t .. skipped: Test::Pod required: Can't locate Test/Pod.pm in @INC\nok 1 # SKIP no gpg: command not found\nnot ok 2 # TODO known\n\
                  XFAIL: t-known\nt/02-io.t ... Failed 1/2 subtests\nResult: FAIL\n";
    assert_eq!(findings(stdout, "", 2), [(FindingKind::TestFailure, "t/02-io.t".to_owned())]);
}

#[test]
fn exceptions_that_are_logged_and_passed_are_no_causes() {
    let stderr = "Traceback (most recent call last):\n  File \"probe.py\", line 3, in <module>\n    import fancy\nModuleNotFoundError: No module named 'fancy'\n\
                  Building without fancy output.\nsrc/a.c:1:10: fatal error: zlib.h: No such file or directory\nerror: command 'gcc' failed with exit code 1\n";
    assert_eq!(findings("", stderr, 1), [(FindingKind::MissingHeader, "zlib.h".to_owned())]);
}

#[test]
fn warnings_are_no_causes() {
    let stderr = "npm WARN EBADENGINE Unsupported engine { package: 'x' }\nconfigure: WARNING: pkg-config not found\n\
                  src/a.c:3:5: warning: implicit declaration of function 'f' [-Wimplicit-function-declaration]\n\
                  /usr/bin/ld: skipping incompatible /usr/lib/libm.so when searching for -lm\n/usr/bin/ld: warning: libb.so.1, needed by liba.so, not found (try using -rpath or -rpath-link)\n\
                  WARNING: 'makeinfo' is missing on your system.\n/w/a.c:9: multiple definition of `x'; b.c:3: first defined here\n";
    assert_eq!(findings("", stderr, 1), [(FindingKind::MultipleDefinition, "x".to_owned())]);
}
