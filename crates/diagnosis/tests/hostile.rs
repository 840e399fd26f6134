//! Input that no tool prints: nothing may panic or take long.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use sidewinder_diagnosis::{Output, diagnose, diagnose_log};

const MEGABYTE: usize = 1 << 20;

fn survives(text: &str) {
    let output = Output { stdout: text, stderr: text, script: Some(text), exit_code: 1, ..Output::default() };
    assert!(!diagnose(&output).is_empty());
}

#[test]
fn strange_texts_are_read() {
    let strange = [
        "\u{0}",
        "\u{1b}[",
        "'''''",
        "\u{2028}: line 99999999999999999999: x: command not found",
        "ä: line 1: ä: not found",
        "CMake Error at ",
        "Traceback (most recent call last):",
        "error: Traceback (most recent call last):\n",
        "x:1:1:\nError: ",
        "[2025-03-01 10:00:00",
        "#1 2.3",
    ];
    for text in strange {
        survives(text);
        survives(&text.repeat(2_000));
        survives(&format!("{text}\n").repeat(2_000));
    }
}

/// A quadratic reader would need minutes for these, not parts of a second.
#[test]
fn a_megabyte_of_repeated_lines_is_read() {
    for line in [
        "│",
        "× ",
        "CMake Error at CMakeLists.txt:1 (message):\n  x\n",
        "Traceback (most recent call last):\n  File \"x.py\", line 1, in <module>\n",
        "x: Traceback (most recent call last):\n",
        "sh: 1: x: not found\n",
        "-- Package 'x' not found\n",
        "make: [x] Error 1 (ignored)\n",
        "undefined reference to `",
        "/usr/bin/ld: cannot find -l",
        "error: ",
        "Error: ",
        ": ",
        "'",
        "configure: error: lib",
        "12:30:00 ",
    ] {
        survives(&line.repeat(MEGABYTE / line.len()));
    }
}

#[test]
fn different_missing_commands_without_end_are_read() {
    let lines: String = (0..40_000).map(|n| format!("sh: 1: tool{n}: not found\n")).collect();
    survives(&lines);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in "(?s).{0,400}") {
        survives(&text);
    }

    #[test]
    fn any_mixture_of_messages_is_read(parts in prop::collection::vec(prop::sample::select(vec![
        "CMake Error at CMakeLists.txt:3 (find_package):\n", "  By not providing \"FindX.cmake\"\n", "\n", "error", ": ", "'", "`", "x.c:1:2: ",
        "fatal error: a.h: No such file or directory", "Traceback (most recent call last):\n", "ModuleNotFoundError: No module named 'x'\n",
        "configure: error: ", "libfoo not found", "\u{1b}[31m", "\r", "│ ", "make: *** [x] Error 127\n", "sh: 1: x: not found\n", "ä", "  File \"x\", line 3\n",
    ]), 0..40)) {
        let text = parts.concat();
        let output = Output { stderr: &text, script: Some(&text), exit_code: 1, ..Output::default() };
        for finding in diagnose_log(&output) {
            let line = text.split('\n').nth(finding.evidence.line as usize - 1);
            prop_assert!(line.is_some());
            prop_assert!(finding.evidence.ranges.iter().all(|range| range.first <= range.last));
        }
    }
}
