//! From output to findings.

use crate::candidates::unchecked;
use crate::finding::{Confidence, Evidence, Finding, FindingKind, LineRange, Location, Role, Stream};
use crate::fixes::fixes;
use crate::hits::hits;
use crate::rank::ranked;
use crate::read::clean_lines;
use crate::script::Script;

/// The maximum number of findings for one run.
pub const MAX_FINDINGS: usize = 20;
/// The maximum number of suggestions for a finding of [`diagnose_log`].
const MAX_SUGGESTIONS: usize = 5;

/// What is known about a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Output<'a> {
    /// What it wrote to standard output.
    pub stdout: &'a str,
    /// What it wrote to standard error.
    pub stderr: &'a str,
    /// Its exit status; 128 + n when terminated by signal n.
    pub exit_code: i32,
    /// Name of the signal that ended it, e.g. `SIGKILL`.
    pub signal: Option<&'a str>,
    /// Whether it was stopped because it exceeded its time limit.
    pub timed_out: bool,
    /// Text of the build script, if one ran.
    pub script: Option<&'a str>,
    /// The line of the build script that was running when it ended, from 1, if the shell said so.
    pub script_line: Option<u32>,
    /// Name of the limit that ended it, e.g. `memoryBytes`.
    pub limit: Option<&'a str>,
    /// The activation script that failed, so that the build script did not run.
    pub activation: Option<Activation<'a>>,
}

/// An activation script that failed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Activation<'a> {
    /// Its path.
    pub script: &'a str,
    /// The line that failed, from 1.
    pub line: Option<u32>,
    /// The package that has it.
    pub package: Option<&'a str>,
}

/// Why a run failed, as far as its output shows: the most likely root cause first, at most [`MAX_FINDINGS`].
///
/// Empty for a run that succeeded, whatever it wrote. A run that failed has at least one finding; if no line shows a
/// cause, it is of kind [`FindingKind::Other`] and has the last line of output. Suggestions and fixes are empty:
/// [`candidates`](crate::candidates()) names packages, and only a channel knows which of them exist.
#[must_use]
pub fn diagnose(output: &Output<'_>) -> Vec<Finding> {
    let is_success = output.exit_code == 0 && !output.timed_out && output.signal.is_none();
    if is_success && output.limit.is_none() && output.activation.is_none() {
        return Vec::new();
    }
    let script = Script::new(output.script.unwrap_or_default());
    let mut all = hits(Stream::Stderr, output.stderr, &script);
    all.extend(hits(Stream::Stdout, output.stdout, &script));
    let mut findings: Vec<Finding> = stopped(output).into_iter().collect();
    findings.extend(ranked(all, output.exit_code));
    if findings.is_empty() {
        findings.extend(exit_status(output));
    }
    findings.truncate(MAX_FINDINGS);
    if findings.is_empty() {
        findings.push(unexplained(output));
    }
    // Where bash ended is where the causes are that no message places: what the script went on after has a line.
    if output.limit.is_none() && output.activation.is_none() {
        for finding in findings.iter_mut().filter(|finding| finding.role == Role::Cause) {
            finding.script_line = finding.script_line.or(output.script_line);
        }
    }
    findings
}

/// Like [`diagnose`], with suggestions and fixes from the tables of names alone: for logs of builds elsewhere, where no
/// channel is at hand to check the names against.
#[must_use]
pub fn diagnose_log(output: &Output<'_>) -> Vec<Finding> {
    let mut findings = diagnose(output);
    for finding in &mut findings {
        finding.suggestions = unchecked(finding).into_iter().take(MAX_SUGGESTIONS).collect();
        finding.fixes = fixes(finding, output.script);
    }
    findings
}

/// What ended the run from outside.
fn stopped(output: &Output<'_>) -> Option<Finding> {
    if let Some(limit) = output.limit {
        let what = match limit {
            "memoryBytes" => "memory",
            "cpuSeconds" => "processor time",
            "processes" => "the number of processes",
            "diskBytes" => "disk space",
            "logBytes" => "output",
            other => other,
        };
        let message = format!("the run exceeded its limit of {what} (`{limit}`)");
        return Some(Finding::new(FindingKind::Limit, message, Some(limit.to_owned()), last_line(output)));
    }
    if let Some(activation) = output.activation {
        return Some(activation_failed(output, activation));
    }
    if output.timed_out {
        return Some(Finding::new(
            FindingKind::Timeout,
            "the run exceeded its time limit".to_owned(),
            None,
            last_line(output),
        ));
    }
    let signal = output.signal?;
    let reason = if signal == "SIGKILL" { ", most likely because memory ran out" } else { "" };
    Some(Finding::new(
        FindingKind::Signal,
        format!("killed by {signal}{reason}"),
        Some(signal.to_owned()),
        last_line(output),
    ))
}

fn activation_failed(output: &Output<'_>, activation: Activation<'_>) -> Finding {
    let name = activation.script.rsplit(['/', '\\']).next().unwrap_or(activation.script);
    let owner = activation.package.map(|package| format!(" of package `{package}`")).unwrap_or_default();
    let line = activation.line.map(|line| format!(" at line {line}")).unwrap_or_default();
    let code = output.exit_code;
    let message =
        format!("activation script `{name}`{owner} exited with status {code}{line}; the build script did not run");
    let subject = activation.package.unwrap_or(name).to_owned();
    let mut finding = Finding::new(FindingKind::ActivationFailed, message, Some(subject), last_line(output));
    finding.at = Some(Location { file: activation.script.to_owned(), line: activation.line, text: None });
    finding
}

/// What an exit status above 128 says: a shell returns it for a program that a signal ended.
fn exit_status(output: &Output<'_>) -> Option<Finding> {
    let (kind, signal) = match output.exit_code {
        132 => (FindingKind::Signal, "SIGILL"),
        134 => (FindingKind::Signal, "SIGABRT"),
        135 => (FindingKind::Signal, "SIGBUS"),
        136 => (FindingKind::Signal, "SIGFPE"),
        137 => (FindingKind::OutOfMemory, "SIGKILL"),
        139 => (FindingKind::Signal, "SIGSEGV"),
        _ => return None,
    };
    let mut finding =
        Finding::new(kind, format!("a program was killed by {signal}"), Some(signal.to_owned()), last_line(output));
    finding.confidence = Confidence::Medium;
    Some(finding)
}

fn unexplained(output: &Output<'_>) -> Finding {
    let evidence = telling_line(output).unwrap_or_else(|| last_line(output));
    let message = if evidence.text.is_empty() {
        format!("exited with status {} and no output", output.exit_code)
    } else {
        format!("exited with status {}; the output shows no known cause", output.exit_code)
    };
    let mut finding = Finding::new(FindingKind::Other, message, None, evidence);
    finding.confidence = Confidence::Low;
    finding
}

/// The last line that looks like an error.
fn telling_line(output: &Output<'_>) -> Option<Evidence> {
    const WORDS: [&str; 6] = ["error", "fatal", "failed", "cannot", "not found", "exception"];
    let is_telling = |line: &str| {
        let line = line.to_ascii_lowercase();
        !line.starts_with('+') && WORDS.iter().any(|word| line.contains(word))
    };
    last_matching(output, is_telling)
}

/// The last line of output, of standard error if there is one.
fn last_line(output: &Output<'_>) -> Evidence {
    last_matching(output, |line| !line.is_empty()).unwrap_or_else(|| evidence(Stream::Stderr, 1, String::new()))
}

fn last_matching(output: &Output<'_>, matches: impl Fn(&str) -> bool) -> Option<Evidence> {
    [(Stream::Stderr, output.stderr), (Stream::Stdout, output.stdout)].into_iter().find_map(|(stream, text)| {
        let line = clean_lines(text).into_iter().rfind(|line| matches(&line.shown))?;
        Some(evidence(stream, line.number, line.shown.into_owned()))
    })
}

fn evidence(stream: Stream, line: u32, text: String) -> Evidence {
    Evidence { stream, line, text, ranges: vec![LineRange { stream, first: line, last: line }] }
}
