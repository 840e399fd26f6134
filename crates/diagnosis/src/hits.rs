//! What rules recognize in one stream, before it is decided what counts.

use crate::candidates::classify;
use crate::finding::{Confidence, FindingKind, LineRange, Location, Stream};
use crate::read::{Unit, UnitKind, clean_lines, suppressed, units};
use crate::rules::{Match, Place, Rules, Scope};
use crate::script::Script;

/// Subjects are names, not texts.
const MAX_SUBJECT_BYTES: usize = 300;

/// A message that a rule recognizes.
pub(crate) struct Hit {
    pub(crate) kind: FindingKind,
    pub(crate) message: String,
    pub(crate) subject: Option<String>,
    pub(crate) required: Option<String>,
    pub(crate) found: Option<String>,
    pub(crate) confidence: Confidence,
    pub(crate) place: Place,
    pub(crate) ranges: Vec<LineRange>,
    /// Number of the line that shows it, and the line.
    pub(crate) line: u32,
    pub(crate) text: String,
    pub(crate) at: Option<Location>,
    pub(crate) script_line: Option<u32>,
    /// Whether the script ran a later line after it.
    pub(crate) went_on: bool,
    /// Whether the output ends or fails soon after it.
    pub(crate) ends_here: bool,
    /// Whether a status of 127 is reported soon after it.
    pub(crate) not_found_status: bool,
    /// Whether it is the exception of a Python traceback.
    pub(crate) is_exception: bool,
    /// Whether a download goes on or succeeds after it.
    pub(crate) recovered: bool,
}

impl Hit {
    pub(crate) fn stream(&self) -> Stream {
        self.ranges.first().map_or(Stream::Stderr, |range| range.stream)
    }
}

/// All hits of a stream, in order.
pub(crate) fn hits(stream: Stream, text: &str, script: &Script<'_>) -> Vec<Hit> {
    let lines = clean_lines(text);
    let hidden = suppressed(&lines, script.lines());
    let mut hits: Vec<Hit> = Vec::new();
    // make, npm, ninja and Cargo pass on the status of the shell.
    let last_not_found = lines.iter().rposition(|line| reports_127(&line.text));
    let last_download = lines.iter().rposition(|line| is_download(&line.text));
    let mut traced = None;
    for unit in units(&lines) {
        let first = unit.lines.start;
        let shown = lines.get(first).map(|line| line.shown.as_ref()).unwrap_or_default();
        traced = script.traced(shown).or(traced);
        if unit.kind == UnitKind::Line && hidden.get(unit.lines.end - 1).copied().unwrap_or_default() {
            continue;
        }
        let Some(matched) = matched(&unit) else { continue };
        let Some(line) = lines.get(unit.line_of(matched.start)) else { continue };
        let script_line = matched.file.zip(matched.line).and_then(|(file, line)| script.named(file, line)).or(traced);
        let after = lines.get(unit.lines.end..).unwrap_or_default();
        let range = LineRange {
            stream,
            first: lines.get(first).map_or(line.number, |line| line.number),
            last: lines.get(unit.lines.end - 1).map_or(line.number, |line| line.number),
        };
        let mut hit = Hit {
            kind: matched.rule.kind,
            message: String::new(),
            subject: matched.subject.map(shortened),
            required: matched.required.map(shortened),
            found: matched.found.map(shortened),
            confidence: confidence(&matched, &unit),
            place: matched.rule.place,
            ranges: vec![range],
            line: line.number,
            text: line.shown.to_string(),
            at: location(&unit, &matched),
            script_line,
            went_on: false,
            ends_here: ends_soon(after.iter().map(|line| line.text.as_ref())),
            not_found_status: last_not_found.is_some_and(|last| last >= unit.lines.end),
            is_exception: unit.kind == UnitKind::Exception,
            recovered: last_download.is_some_and(|last| last >= unit.lines.end),
        };
        if matched.rule.classify {
            classify(&mut hit);
        }
        if hit.kind == FindingKind::CompileError
            && let Some((location, None)) = hit.at.as_ref().map(|at| (at, matched.file))
            && hit.subject.as_deref().is_none_or(|subject| subject.starts_with("error[") || subject.contains(" at (1)"))
        {
            hit.subject =
                Some(location.line.map_or_else(|| location.file.clone(), |line| format!("{}:{line}", location.file)));
        }
        hit.message = message(&hit, matched.rule.message);
        hits.push(hit);
    }
    mark_passed(&mut hits);
    hits
}

fn matched<'u>(unit: &'u Unit<'_>) -> Option<Match<'u>> {
    let text = unit.text.as_ref();
    let least = match unit.kind {
        UnitKind::Line if is_notice(text) => Scope::Notices,
        UnitKind::Line if is_warning(text) => Scope::Warnings,
        _ => Scope::Errors,
    };
    Rules::get().read(text, |rule| match least {
        Scope::Errors => true,
        scope => rule.scope == scope,
    })
}

/// Retries are reported by curl, wget, pip, Cargo and Maven in about these words.
fn confidence(matched: &Match<'_>, unit: &Unit<'_>) -> Confidence {
    const RETRIES: [&str; 5] = ["etrying", "ill retry", "tries remaining", "etry(total", "rying again"];
    let is_retry = matched.rule.kind == FindingKind::Network && RETRIES.iter().any(|word| unit.text.contains(word));
    if is_retry { Confidence::Low } else { matched.rule.confidence }
}

/// `warning: …`, `x.c:3:1: warning: …`, `WARNING …`.
fn is_warning(text: &str) -> bool {
    const LABELS: [&str; 12] = [
        "warning:",
        "Warning:",
        "WARNING",
        "warning ",
        "[WARNING]",
        "[WARN]",
        "WARN ",
        "DEPRECATION:",
        "DEBUG",
        "npm WARN",
        "npm warn",
        "NOTE:",
    ];
    LABELS.iter().any(|label| text.starts_with(label))
        || text.contains(": warning:")
        || text.contains(": WARNING:")
        || text.contains(": warning C")
        || text.contains(": Warning:")
        || text.contains(": note: ")
        || text.starts_with("note: ")
}

/// What configure steps and test runners report along the way.
fn is_notice(text: &str) -> bool {
    const STARTS: [&str; 10] = [
        "-- ",
        "checking ",
        "Checking ",
        "Looking for ",
        "Did not find ",
        "Run-time dependency ",
        "Program ",
        "Library ",
        "Has header",
        "hint: ",
    ];
    STARTS.iter().any(|start| text.starts_with(start))
        || text.contains("... skipped")
        || text.contains(".. skipped")
        || text.contains("# SKIP")
        || text.contains("# skip")
        || text.starts_with("SKIP")
        || text.starts_with("XFAIL")
        || ["(optional)", "Skipping ", "alling back", "continuing without", "isabling ", "will be disabled"]
            .iter()
            .any(|word| text.contains(word))
        || text.ends_with("(ignored)")
}

/// Whether the output ends, or an error is reported, before anything goes on.
fn ends_soon<'l>(after: impl Iterator<Item = &'l str>) -> bool {
    const PROGRESS: [&str; 10] = [
        "checking ",
        "-- Found",
        "-- Configuring done",
        "-- Looking",
        "-- Check",
        "-- Detect",
        "Run-time dependency ",
        "Compiling ",
        "[ ",
        "creating ",
    ];
    const FATAL: [&str; 7] = ["error", "Error", "ERROR", "failed", "FAILED", "exit status", "fatal"];
    for text in after.take(14) {
        if PROGRESS.iter().any(|start| text.starts_with(start)) {
            return false;
        }
        if FATAL.iter().any(|word| text.contains(word)) {
            return true;
        }
    }
    true
}

fn reports_127(text: &str) -> bool {
    ["Error 127", "status 127", "code 127", "status: 127", "failed (127)"].iter().any(|word| text.contains(word))
}

/// wget, curl's verbose output and package managers report downloads that succeed.
fn is_download(text: &str) -> bool {
    [" saved [", " 200 OK", "Download complete", "Successfully downloaded", "100% downloaded"]
        .iter()
        .any(|word| text.contains(word))
}

/// A later line of the script ran, so what was reported before did not end it.
fn mark_passed(hits: &mut [Hit]) {
    let mut last = 0;
    for hit in hits.iter_mut().rev() {
        let Some(line) = hit.script_line else { continue };
        hit.went_on = line < last;
        last = last.max(line);
    }
}

fn location(unit: &Unit<'_>, matched: &Match<'_>) -> Option<Location> {
    let (file, line) = match (matched.file, &unit.at) {
        (Some(file), _) => (file.to_owned(), matched.line),
        (None, Some((file, line))) => (file.clone(), Some(*line)),
        (None, None) => return None,
    };
    Some(Location { file, line, text: Some(shortened(unit.text.trim_start_matches("subprocess: "))) })
}

fn message(hit: &Hit, template: &str) -> String {
    let part = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
    template.replace("{s}", &part(&hit.subject)).replace("{r}", &part(&hit.required)).replace("{f}", &part(&hit.found))
}

fn shortened(text: &str) -> String {
    let mut end = text.len().min(MAX_SUBJECT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}
