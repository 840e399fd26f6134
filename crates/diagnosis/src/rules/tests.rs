//! Test runners.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{MissingFile, TestFailure};

const FAILED: &str = "test `{s}` failed";
const SOME_FAILED: &str = "tests failed";

pub(super) const RULES: &[Rule] = &[
    rule(TestFailure, " FAILED", r"^(?P<s>\S+ > \S.*) FAILED$", FAILED),
    rule(TestFailure, ": FAILED:", r"^(?P<s>(?P<file>[^\s:]+):(?P<line>\d+)): FAILED:", FAILED),
    rule(TestFailure, "error: in \"", r#"error: in "(?P<s>[\w/]+)": "#, FAILED),
    // ctest, meson
    rule(
        TestFailure,
        "***Failed|***Timeout|***Exception|***Not Run",
        r"^\s*\d+/\d+\s+Test\s+#\d+:\s+(?P<s>\S+)\s.*\*\*\*",
        FAILED,
    ),
    rule(
        TestFailure,
        "(Failed)|(Timeout)|(SEGFAULT)|(Not Run)|(ILLEGAL)",
        r"^\d+ - (?P<s>\S+) \((?:Failed|Timeout|SEGFAULT|Subprocess aborted|Not Run|ILLEGAL|Child aborted)\)",
        FAILED,
    ),
    rule(TestFailure, "FAIL|TIMEOUT|ERROR", r"^\s*\d+/\d+ (?P<s>\S.*?)\s+(?:FAIL|TIMEOUT|ERROR)\s+\d", FAILED),
    // pytest, unittest, doctest
    rule(TestFailure, "FAILED |ERROR ", r"^(?:FAILED|ERROR) (?P<s>\S+::\S.*?)(?: - .*)?$", FAILED),
    rule(TestFailure, "ERROR ", r"^ERROR (?:collecting )?(?P<s>\S+\.py)(?: - .*)?$", "tests of `{s}` do not load"),
    rule(TestFailure, "FAIL: |ERROR: ", r"^(?:FAIL|ERROR): (?P<s>test\w* \([\w.]+\)|\w+ \([\w.]+\))", FAILED),
    rule(TestFailure, "Test Failed", r"^\*\*\*Test Failed\*\*\* \d+ failures?", SOME_FAILED).about("doctest"),
    rule(TestFailure, " failed", r"^=+ .*\b(?P<s>\d+ failed).* in [\d.]+s", SOME_FAILED).medium(),
    rule(TestFailure, "FAILED (", r"^FAILED \((?P<s>(?:failures|errors)=\d+)", SOME_FAILED).medium(),
    rule(
        MissingFile,
        "file or directory not found: ",
        r"^ERROR: file or directory not found: (?P<s>\S+)",
        "file not found: `{s}`",
    ),
    rule(TestFailure, "no tests ran in", r"^=+ (?P<s>no tests ran) in", "pytest collected no tests").low(),
    // cargo, go
    rule(TestFailure, " ... FAILED", r"^test (?P<s>\S+)(?: - .*)? \.\.\. FAILED$", FAILED),
    rule(TestFailure, "--- FAIL: ", r"^--- FAIL: (?P<s>\S+)", FAILED),
    // automake, TAP, prove
    rule(TestFailure, "FAIL: ", r"^FAIL: (?P<s>\S+)", FAILED),
    rule(TestFailure, "not ok ", r"^not ok \d+(?: -)? ?(?P<s>[^#]+?)$", FAILED),
    rule(TestFailure, "Failed |Dubious", r"^(?P<s>\S+\.t)\s?\.*\s+(?:Failed \d+/\d+ subtests|Dubious)", FAILED),
    rule(TestFailure, "Result: FAIL", r"^Result: FAIL", SOME_FAILED).about("prove").medium(),
    rule(TestFailure, "Wstat: ", r"^(?P<s>\S+\.t)\s+\(Wstat: ", FAILED),
    // GoogleTest, Catch2, Boost.Test, doctest (C++)
    rule(TestFailure, "[  FAILED  ]", r"^\[  FAILED  \] (?P<s>[\w./]+\.\w+)", FAILED),
    rule(
        TestFailure,
        "failures are detected|failure is detected",
        r#"\*\*\* \d+ failures? (?:are|is) detected (?:\(.*\) )?in the test module "(?P<s>[^"]+)""#,
        FAILED,
    ),
    rule(TestFailure, "test cases: ", r"^(?:\[doctest\] )?test cases:.*\| *(?P<s>[1-9]\d* failed)", SOME_FAILED),
    // JavaScript, Ruby, Java, R, .NET
    rule(TestFailure, "FAIL ", r"^FAIL\s+(?P<s>\S+\.(?:test|spec)\.\w+)", FAILED),
    rule(TestFailure, " failing", r"^(?P<s>\d+ failing)$", SOME_FAILED),
    rule(
        TestFailure,
        "examples, |runs, ",
        r"^\d+ (?:examples|runs), .*?(?P<s>[1-9]\d* (?:failures?|errors?))",
        SOME_FAILED,
    ),
    rule(
        TestFailure,
        "Tests run: ",
        r"^Tests run: \d+, (?P<s>Failures: [1-9]\d*|Failures: 0, Errors: [1-9]\d*)",
        SOME_FAILED,
    ),
    rule(
        TestFailure,
        "There are test failures|There were failing tests",
        r"There (?:are test failures|were failing tests)",
        SOME_FAILED,
    )
    .about("tests")
    .medium(),
    rule(TestFailure, "[ FAIL ", r"^\[ FAIL (?P<s>[1-9]\d*) \|", SOME_FAILED),
    rule(TestFailure, "Failure (|Error (", r"^(?:──|--) (?:Failure|Error) \((?P<s>[^)]+)\)", FAILED),
    rule(TestFailure, "Test failures", r"^Error: Test failures", SOME_FAILED).about("testthat").medium(),
    rule(TestFailure, "tests failed", r"^(?:\d+% tests passed, (?P<s>[1-9]\d* tests failed))", SOME_FAILED).medium(),
    rule(TestFailure, "test failed, to rerun", r"error: test failed, to rerun", SOME_FAILED)
        .about("cargo test")
        .medium(),
    rule(TestFailure, "# FAIL:", r"^# FAIL:\s+(?P<s>[1-9]\d*)", SOME_FAILED).medium(),
    rule(TestFailure, "FAIL", r"^FAIL\s+(?P<s>[\w./-]+/[\w./-]+)\s", FAILED).medium(),
];
