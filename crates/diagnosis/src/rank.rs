//! Which hits count, and in which order.

use std::collections::HashMap;

use crate::finding::{Confidence, Evidence, Finding, FindingKind, Role};
use crate::hits::Hit;
use crate::rules::Place;

/// The findings that hits amount to: likely causes first.
pub(crate) fn ranked(hits: Vec<Hit>, exit_code: i32) -> Vec<Finding> {
    let mut hits: Vec<Hit> = hits.into_iter().filter(|hit| hit.place != Place::Consequence).collect();
    weigh(&mut hits, exit_code);
    let mut hits = merged(hits);
    if hits.iter().any(|hit| hit.confidence > Confidence::Low && !hit.went_on) {
        hits.retain(|hit| hit.confidence > Confidence::Low);
    }
    drop_summaries(&mut hits);
    let tests_failed = hits.iter().any(is_failed_test);
    // The sort is stable: of equals, the first line comes first.
    hits.sort_by_key(|hit| {
        (hit.went_on, hit.confidence == Confidence::Low, rank(hit, tests_failed), hit.confidence < Confidence::High)
    });
    let root = hits.first().map(|hit| hit.kind.rank());
    hits.into_iter().enumerate().map(|(index, hit)| finding(hit, index, root)).collect()
}

/// Removes what says less than another finding of its kind: `3 tests failed` next to their names, `Connection refused`
/// next to the host.
fn drop_summaries(hits: &mut Vec<Hit>) {
    let named_test = hits.iter().any(|hit| hit.kind == FindingKind::TestFailure && hit.confidence == Confidence::High);
    let host = hits.iter().any(|hit| is_host(hit));
    let summary = |hit: &Hit| {
        (named_test && hit.kind == FindingKind::TestFailure && hit.confidence < Confidence::High)
            || (host && hit.kind == FindingKind::Network && !is_host(hit) && hit.subject.as_deref() == Some("network"))
    };
    hits.retain(|hit| !summary(hit));
}

fn is_host(hit: &Hit) -> bool {
    hit.kind == FindingKind::Network && hit.subject.as_deref().is_some_and(|subject| subject != "network")
}

fn rank(hit: &Hit, tests_failed: bool) -> u8 {
    // A test that needs the network failed as a test; that it did is what the network explains.
    if tests_failed && hit.kind == FindingKind::Network { FindingKind::TestFailure.rank() + 1 } else { hit.kind.rank() }
}

fn is_failed_test(hit: &Hit) -> bool {
    hit.kind == FindingKind::TestFailure && hit.confidence > Confidence::Low
}

/// Lowers the confidence in what something else goes on after.
fn weigh(hits: &mut [Hit], exit_code: i32) {
    let tests_failed = hits.iter().any(is_failed_test);
    let later: Vec<bool> = (0..hits.len()).map(|index| is_overtaken(hits, index)).collect();
    for (hit, overtaken) in hits.iter_mut().zip(later) {
        let is_noise = match (hit.place, hit.kind) {
            // Only the status says whether a shell's command mattered: `svnversion` in a Makefile may well be missing.
            (Place::Program, FindingKind::MissingCommand) => exit_code != 127 && !hit.not_found_status,
            (Place::Program, FindingKind::MissingPkgConfig) => !hit.ends_here,
            (Place::Program, FindingKind::Vcs) => exit_code != 128 && overtaken,
            (Place::Program, _) => overtaken || !hit.ends_here,
            (_, FindingKind::Network) => overtaken,
            _ => false,
        };
        // Tests print such lines on purpose, and report their failures in words of their own.
        let is_test_output = tests_failed
            && hit.script_line.is_none()
            && matches!(
                hit.kind,
                FindingKind::MissingFile
                    | FindingKind::Permission
                    | FindingKind::CompileError
                    | FindingKind::Vcs
                    | FindingKind::FileExists
                    | FindingKind::CorruptFile
            );
        if is_noise || is_test_output {
            hit.confidence = Confidence::Low;
        }
    }
}

/// Whether a tool reports an error of its own later in the same stream.
fn is_overtaken(hits: &[Hit], index: usize) -> bool {
    let Some((hit, range)) = hits.get(index).and_then(|hit| Some((hit, hit.ranges.first()?))) else { return false };
    hits.iter().skip(index + 1).any(|other| {
        // A download that failed explains these.
        let follows = hit.kind == FindingKind::Network
            && matches!(
                other.kind,
                FindingKind::Network
                    | FindingKind::MissingFile
                    | FindingKind::CorruptFile
                    | FindingKind::MissingPythonModule
                    | FindingKind::ConfigureFailed
                    | FindingKind::Offline
                    | FindingKind::MissingCmakePackage
                    | FindingKind::Vcs
            );
        other.place == Place::Tool
            && other.confidence > Confidence::Low
            && !follows
            && other.kind != hit.kind
            && other.ranges.first().is_some_and(|other| other.stream == range.stream)
    })
}

/// Hits of the same kind and subject as one, with the lines of all.
fn merged(hits: Vec<Hit>) -> Vec<Hit> {
    let mut merged: Vec<Hit> = Vec::new();
    let mut known: HashMap<(FindingKind, Option<String>), usize> = HashMap::new();
    for hit in hits {
        let key = (hit.kind, hit.subject.clone());
        let Some(first) = known.get(&key).and_then(|&index| merged.get_mut(index)) else {
            known.insert(key, merged.len());
            merged.push(hit);
            continue;
        };
        first.ranges.extend(hit.ranges);
        first.went_on &= hit.went_on;
        first.confidence = first.confidence.max(hit.confidence);
        first.required = first.required.take().or(hit.required);
        first.found = first.found.take().or(hit.found);
        first.at = first.at.take().or(hit.at);
        first.script_line = first.script_line.or(hit.script_line);
    }
    merged
}

fn finding(hit: Hit, index: usize, root: Option<u8>) -> Finding {
    let follows = matches!(
        hit.kind,
        FindingKind::CompileError
            | FindingKind::UndefinedSymbol
            | FindingKind::TestFailure
            | FindingKind::ConfigureFailed
    );
    let role = if hit.confidence == Confidence::Low || hit.went_on {
        Role::Hint
    } else if index > 0 && follows && root.is_some_and(|root| root < hit.kind.rank()) {
        Role::Consequence
    } else {
        Role::Cause
    };
    let stream = hit.ranges.first().map_or(crate::Stream::Stderr, |range| range.stream);
    Finding {
        kind: hit.kind,
        role,
        confidence: hit.confidence,
        message: hit.message,
        subject: hit.subject,
        evidence: Evidence { stream, line: hit.line, text: hit.text, ranges: hit.ranges },
        at: hit.at,
        required: hit.required,
        found: hit.found,
        script_line: hit.script_line,
        suggestions: Vec::new(),
        fixes: Vec::new(),
    }
}
