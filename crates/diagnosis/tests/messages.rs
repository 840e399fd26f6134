//! Messages of many tools, each with the kind and the subject of its first finding.
//!
//! The files under `messages/` have entries of the form `== KIND SUBJECT [EXIT] [-> PACKAGE|PACKAGE]`, followed by the
//! output. A subject of `-` is not compared. One of the packages must be among the first suggestions.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::fs;
use std::path::Path;

use sidewinder_diagnosis::{Output, diagnose_log};

#[test]
fn messages_of_tools_are_recognized() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages");
    let mut count = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let text = format!("\n{}", fs::read_to_string(entry.unwrap().path()).unwrap());
        for case in text.split("\n== ").skip(1) {
            count += 1;
            let (header, log) = case.split_once('\n').unwrap();
            wrong.extend(check(header, log));
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 100, "only {count} messages");
}

/// What is wrong with the diagnosis of an entry.
fn check(header: &str, log: &str) -> Option<String> {
    let (header, packages) = header.split_once(" -> ").map_or((header, None), |(header, names)| (header, Some(names)));
    let (kind, rest) = header.split_once(' ').unwrap();
    let (subject, exit_code) = match rest.rsplit_once(' ') {
        Some((subject, code)) if code.parse::<i32>().is_ok() => (subject, code.parse().unwrap()),
        _ => (rest, 1),
    };
    // In one stream as well as in the other, and as a CI system keeps it.
    let stamped: String = log.lines().map(|line| format!("2025-03-01T10:00:00.1234567Z {line}\r\n")).collect();
    for output in [
        Output { stderr: log, exit_code, ..Output::default() },
        Output { stdout: log, exit_code, ..Output::default() },
        Output { stdout: &stamped, exit_code, ..Output::default() },
    ] {
        let findings = diagnose_log(&output);
        let first = &findings[0];
        let found = serde_json::to_value(first.kind).unwrap();
        let same_subject = subject == "-"
            || first.subject.as_deref().is_some_and(|found| {
                found == subject
                    || found.starts_with(&format!("{subject}:"))
                    || found.starts_with(&format!("{subject} "))
                    || (subject.len() > 5 && found.contains(subject))
                    || found.ends_with(subject)
            });
        let has_package = packages.is_none_or(|names| {
            names.split('|').any(|name| first.suggestions.iter().any(|suggestion| suggestion.spec == name))
        });
        if found != kind || !same_subject || !has_package {
            let all: Vec<_> =
                findings.iter().map(|finding| format!("{:?} {:?}", finding.kind, finding.subject)).collect();
            let specs: Vec<_> = first.suggestions.iter().map(|suggestion| suggestion.spec.as_str()).collect();
            return Some(format!("{header}\n    {} [{}]", all.join("; "), specs.join(" ")));
        }
    }
    None
}
