//! Test runners.

use super::{Rule, rule};
use crate::finding::FindingKind::TestFailure;

const FAILED: &str = "the test `{}` failed";

pub(super) const RULES: &[Rule] = &[
    rule(TestFailure, r"^\s*\d+/\d+ Test\s+#\d+: (?P<subject>\S+) .*\*\*\*", FAILED),
    rule(TestFailure, r"^(?:FAILED|ERROR) (?P<subject>\S+::\S.*?)(?: - .*)?$", FAILED),
    rule(TestFailure, r"^(?:FAIL|ERROR): (?P<subject>test\w* \([\w.]+\))", FAILED),
    rule(TestFailure, r"^test (?P<subject>\S+) \.\.\. FAILED$", FAILED),
    rule(TestFailure, r"^FAIL: (?P<subject>\S+)$", FAILED),
    rule(TestFailure, r"^--- FAIL: (?P<subject>\S+)", FAILED),
    rule(TestFailure, r"^\s*\d+/\d+ (?P<subject>\S.*?)\s+(?:FAIL|TIMEOUT|ERROR)\s+\d", FAILED),
    rule(TestFailure, r"^\[  FAILED  \] (?P<subject>[\w./]+\.\w+)", FAILED),
];
