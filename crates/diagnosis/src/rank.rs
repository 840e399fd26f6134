//! Which hits count, and in which order.

use std::collections::{HashMap, HashSet};

use crate::finding::{Confidence, Evidence, Finding, FindingKind, Role, Stream};
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
    let host = hits.iter().any(is_host);
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
    let overtaken = overtaken(hits);
    let lacks_files = hits.iter().any(|hit| {
        matches!(hit.kind, FindingKind::MissingHeader | FindingKind::MissingLibrary | FindingKind::UndefinedSymbol)
    });
    let certain: HashSet<Stream> = hits
        .iter()
        .filter(|hit| hit.place == Place::Tool && hit.confidence == Confidence::High)
        .map(Hit::stream)
        .collect();
    for (hit, overtaken) in hits.iter_mut().zip(overtaken) {
        let elsewhere = certain.iter().any(|&stream| stream != hit.stream());
        let is_noise = match (hit.place, hit.kind) {
            // Only the status says whether a shell's command mattered: `svnversion` in a Makefile may well be missing.
            // A script that goes on without its output does not find what it would have named.
            (Place::Program, FindingKind::MissingCommand) if names_flags(hit) && lacks_files => false,
            (Place::Program, FindingKind::MissingCommand) => {
                exit_code != 127 && !hit.not_found_status && !hit.is_substituted
            }
            (Place::Program, FindingKind::MissingPkgConfig) => !hit.ends_here,
            (Place::Program, FindingKind::Vcs) => exit_code != 128 && (overtaken || elsewhere),
            (Place::Program, _) => overtaken || elsewhere || !hit.ends_here,
            (_, FindingKind::Network) => overtaken || hit.recovered,
            // Programs catch exceptions, log them and go on.
            (_, _) if hit.is_exception => overtaken,
            _ => false,
        };
        if is_noise || (tests_failed && is_test_output(hit)) {
            hit.confidence = Confidence::Low;
        }
    }
    raise_warnings(hits);
}

/// Commands that print compiler and linker flags.
fn names_flags(hit: &Hit) -> bool {
    hit.subject.as_deref().is_some_and(|command| {
        let name = command.rsplit('/').next().unwrap_or(command);
        matches!(name, "pkg-config" | "pkgconf") || name.ends_with("-config")
    })
}

/// Tests print such lines on purpose, and report their failures in words of their own. pytest marks with `E ` what made
/// a test fail.
fn is_test_output(hit: &Hit) -> bool {
    use FindingKind as Kind;
    let of_program = matches!(
        hit.kind,
        Kind::MissingFile
            | Kind::Permission
            | Kind::CompileError
            | Kind::Vcs
            | Kind::FileExists
            | Kind::CorruptFile
            | Kind::Signal
            | Kind::Crash
    );
    let of_system = matches!(hit.kind, Kind::OutOfMemory | Kind::DiskFull) && !hit.text.starts_with("E ");
    hit.script_line.is_none() && (of_program || of_system)
}

/// Warnings that matter only because of an error that follows from them.
fn raise_warnings(hits: &mut [Hit]) {
    let unresolved = hits.iter().any(|hit| hit.kind == FindingKind::UndefinedSymbol);
    let libraries: HashSet<String> = hits
        .iter()
        .filter(|hit| hit.kind == FindingKind::MissingLibrary)
        .filter_map(|hit| hit.subject.clone())
        .collect();
    for hit in hits.iter_mut().filter(|hit| hit.confidence == Confidence::Low) {
        let subject = hit.subject.as_deref().unwrap_or_default();
        let raise = match hit.kind {
            // `warning: libb.so, needed by liba.so, not found`
            FindingKind::MissingLibrary => unresolved && hit.text.contains("needed by"),
            // `skipping incompatible libz.so`, then `cannot find -lz`
            FindingKind::WrongArchitecture => {
                libraries.iter().any(|library| subject.contains(&format!("lib{library}.")))
            }
            _ => false,
        };
        if raise {
            hit.confidence = Confidence::High;
        }
    }
}

/// For each hit, whether a tool reports an error of its own later in the same stream.
fn overtaken(hits: &[Hit]) -> Vec<bool> {
    let mut later: HashSet<(Stream, FindingKind)> = HashSet::new();
    let mut overtaken: Vec<bool> = hits
        .iter()
        .rev()
        .map(|hit| {
            let stream = hit.stream();
            let is = later.iter().any(|&(other, kind)| other == stream && kind != hit.kind && !explains(hit, kind));
            if hit.place == Place::Tool && hit.confidence > Confidence::Low {
                later.insert((stream, hit.kind));
            }
            is
        })
        .collect();
    overtaken.reverse();
    overtaken
}

/// Whether a hit makes a later one of another kind likely: what was not downloaded is missing later, and build systems
/// report in their words that a script failed.
fn explains(hit: &Hit, later: FindingKind) -> bool {
    use FindingKind as Kind;
    if hit.is_exception {
        return matches!(
            later,
            Kind::TestFailure | Kind::ConfigureFailed | Kind::MissingCmakePackage | Kind::MissingPythonModule
        );
    }
    hit.kind == Kind::Network
        && matches!(
            later,
            Kind::MissingFile
                | Kind::CorruptFile
                | Kind::MissingPythonModule
                | Kind::ConfigureFailed
                | Kind::Offline
                | Kind::MissingCmakePackage
                | Kind::Vcs
        )
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
    let stream = hit.stream();
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
