//! From output to findings.

use std::collections::HashSet;

use crate::finding::{Evidence, Finding, FindingKind, Stream};
use crate::lines::lines;
use crate::rules::{Match, Rules};
use crate::script::Script;

/// The most findings that one run gives; more help nobody.
pub const MOST_FINDINGS: usize = 20;

/// What is known of a run that failed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Output<'a> {
    /// What it wrote to standard output.
    pub stdout: &'a str,
    /// What it wrote to standard error.
    pub stderr: &'a str,
    /// How it ended: 128 + n for signal n.
    pub exit_code: i32,
    /// Name of the signal that ended it, e.g. `SIGKILL`.
    pub signal: Option<&'a str>,
    /// Whether it was stopped because its time was over.
    pub timed_out: bool,
    /// Text of the build script that ran, if one did.
    pub script: Option<&'a str>,
}

/// Why a run failed, as far as its output tells: the likeliest root cause first, at most [`MOST_FINDINGS`].
///
/// Nothing for a run that succeeded, whatever it wrote. A run that failed has at least one finding; where no line says
/// why, it is of kind [`FindingKind::Other`] with the last line that was written. Suggestions are empty:
/// [`crate::candidates`] names packages, and only a channel knows which of them there are.
#[must_use]
pub fn diagnose(output: &Output<'_>) -> Vec<Finding> {
    if output.exit_code == 0 && !output.timed_out && output.signal.is_none() {
        return Vec::new();
    }
    let script = output.script.map(Script::new);
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    for (stream, text) in [(Stream::Stderr, output.stderr), (Stream::Stdout, output.stdout)] {
        read(stream, text, script.as_ref(), &mut seen, &mut found);
    }
    let mut findings: Vec<Finding> = ended(output).into_iter().collect();
    findings.extend(in_order(found));
    findings.truncate(MOST_FINDINGS);
    if findings.is_empty() {
        findings.push(unexplained(output));
    }
    findings
}

/// A finding, and whether the script went on after it.
struct Found {
    finding: Finding,
    went_on: bool,
}

fn read(
    stream: Stream,
    text: &str,
    script: Option<&Script<'_>>,
    seen: &mut HashSet<(FindingKind, Option<String>)>,
    found: &mut Vec<Found>,
) {
    let rules = Rules::get();
    let first = found.len();
    let mut traced = None;
    for (number, line) in lines(text) {
        if let Some(line) = script.and_then(|script| script.traced(&line)) {
            traced = Some(line);
        }
        // What a trace prints is what the script says, not what went wrong.
        if line.starts_with('+') {
            continue;
        }
        let Some(Match { rule, subject, file, line: at, .. }) = rules.read(&line) else { continue };
        let script_line = script.zip(file.zip(at)).and_then(|(script, (file, at))| script.named(file, at)).or(traced);
        if !seen.insert((rule.kind, subject.map(str::to_owned))) {
            continue;
        }
        // A later line of the script ran, so what was seen before did not end it.
        if let Some(now) = script_line {
            for earlier in found.iter_mut().skip(first) {
                earlier.went_on |= earlier.finding.script_line.is_some_and(|then| then < now);
            }
        }
        found.push(Found {
            finding: Finding {
                kind: rule.kind,
                message: rule.says.replacen("{}", subject.unwrap_or_default(), 1),
                subject: subject.map(str::to_owned),
                evidence: Evidence { stream, line: number, text: line.clone().into_owned() },
                script_line,
                suggestions: Vec::new(),
            },
            went_on: false,
        });
    }
}

/// What the script went on after comes last; else causes come before what follows from them, and the first line before
/// the next.
fn in_order(mut found: Vec<Found>) -> impl Iterator<Item = Finding> {
    found.sort_by_key(|found| (found.went_on, rank(found.finding.kind)));
    found.into_iter().map(|found| found.finding)
}

/// How likely something is the cause of others.
fn rank(kind: FindingKind) -> u8 {
    use FindingKind as Kind;
    match kind {
        Kind::DiskFull | Kind::OutOfMemory | Kind::Timeout | Kind::Signal => 0,
        Kind::Network | Kind::PatchFailed => 1,
        Kind::MissingCommand
        | Kind::MissingHeader
        | Kind::MissingLibrary
        | Kind::MissingPythonModule
        | Kind::MissingPkgConfig
        | Kind::MissingCmakePackage => 2,
        Kind::MissingFile | Kind::Permission => 3,
        Kind::UndefinedSymbol => 4,
        Kind::CompileError => 5,
        Kind::TestFailure => 6,
        Kind::Other => 7,
    }
}

/// What the way it ended tells by itself.
fn ended(output: &Output<'_>) -> Option<Finding> {
    let (kind, message, subject) = if output.timed_out {
        (FindingKind::Timeout, "it was stopped because its time was over".to_owned(), None)
    } else {
        let signal = output.signal?;
        (FindingKind::Signal, format!("it was ended by {signal}"), Some(signal.to_owned()))
    };
    Some(Finding { kind, message, subject, evidence: last_line(output), script_line: None, suggestions: Vec::new() })
}

fn unexplained(output: &Output<'_>) -> Finding {
    let evidence = telling_line(output).unwrap_or_else(|| last_line(output));
    let message = if evidence.text.is_empty() {
        format!("it ended with status {} and wrote nothing", output.exit_code)
    } else {
        format!("it ended with status {}, and nothing that it wrote tells a cause that is known", output.exit_code)
    };
    Finding { kind: FindingKind::Other, message, subject: None, evidence, script_line: None, suggestions: Vec::new() }
}

/// The last line that looks like an error.
fn telling_line(output: &Output<'_>) -> Option<Evidence> {
    let is_telling = |line: &str| {
        let line = line.to_ascii_lowercase();
        !line.starts_with('+')
            && ["error", "fatal", "failed", "cannot", "not found", "exception"].iter().any(|word| line.contains(word))
    };
    [(Stream::Stderr, output.stderr), (Stream::Stdout, output.stdout)].into_iter().find_map(|(stream, text)| {
        let (line, text) = lines(text).filter(|(_, line)| is_telling(line)).last()?;
        Some(Evidence { stream, line, text: text.into_owned() })
    })
}

/// The last line that was written, of standard error if there is one.
fn last_line(output: &Output<'_>) -> Evidence {
    [(Stream::Stderr, output.stderr), (Stream::Stdout, output.stdout)]
        .into_iter()
        .find_map(|(stream, text)| {
            let (line, text) = lines(text).filter(|(_, line)| !line.is_empty()).last()?;
            Some(Evidence { stream, line, text: text.into_owned() })
        })
        .unwrap_or_else(|| Evidence { stream: Stream::Stderr, line: 1, text: String::new() })
}
