//! What rules recognize in one stream, before it is decided what counts.

use crate::candidates::classify;
use crate::finding::{Confidence, FindingKind, LineRange, Location, Stream};
use crate::labels::{After, ends_soon, is_notice, is_warning};
use crate::read::{Line, Unit, UnitKind, clean_lines, suppressed, units};
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
    /// Whether the command is in `$(…)`, whose status the shell ignores.
    pub(crate) is_substituted: bool,
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
    let log = Log { stream, after: After::new(&lines), lines: &lines };
    let mut hits: Vec<Hit> = Vec::new();
    let mut traced = None;
    for unit in units(&lines) {
        let shown = lines.get(unit.lines.start).map(|line| line.shown.as_ref()).unwrap_or_default();
        traced = script.traced(shown).or(traced);
        if unit.kind == UnitKind::Line && hidden.get(unit.lines.end - 1).copied().unwrap_or_default() {
            continue;
        }
        let Some(matched) = matched(&unit) else { continue };
        let Some(mut hit) = log.hit(&unit, &matched) else { continue };
        hit.script_line = matched.file.zip(matched.line).and_then(|(file, line)| script.named(file, line)).or(traced);
        hit.is_substituted = hit.script_line.zip(hit.subject.as_deref()).is_some_and(|(line, command)| {
            hit.kind == FindingKind::MissingCommand && script.substitutes(line, command)
        });
        hits.push(hit);
    }
    mark_passed(&mut hits);
    hits
}

/// One stream.
struct Log<'l> {
    stream: Stream,
    lines: &'l [Line<'l>],
    after: After,
}

impl Log<'_> {
    fn hit(&self, unit: &Unit<'_>, matched: &Match<'_>) -> Option<Hit> {
        let rule = matched.rule;
        let line = self.lines.get(unit.line_of(matched.start))?;
        let first = self.lines.get(unit.lines.start)?.number;
        let last = self.lines.get(unit.lines.end - 1)?.number;
        let rest = self.lines.get(unit.lines.end..).unwrap_or_default();
        let mut hit = Hit {
            kind: rule.kind,
            message: String::new(),
            subject: matched.subject.map(shortened),
            required: matched.required.map(shortened),
            found: matched.found.map(shortened),
            confidence: confidence(matched, unit),
            place: rule.place,
            ranges: vec![LineRange { stream: self.stream, first, last }],
            line: line.number,
            text: line.shown.to_string(),
            at: location(unit, matched),
            script_line: None,
            went_on: false,
            ends_here: ends_soon(rest.iter().map(|line| line.text.as_ref())),
            not_found_status: self.after.reports_127(unit.lines.end),
            is_exception: unit.kind == UnitKind::Exception,
            is_substituted: false,
            recovered: self.after.downloads(unit.lines.end),
        };
        if rule.classify {
            classify(&mut hit);
            prefer_probe(&mut hit, unit);
        }
        if hit.kind == FindingKind::CompileError && matched.file.is_none() {
            name_place(&mut hit);
        }
        if hit.message.is_empty() {
            hit.message = message(&hit, rule.message);
        }
        Some(hit)
    }
}

/// "GNU MP not found" after `checking for __gmpz_init in -lgmp... no`: the name of the library says more than a sentence.
fn prefer_probe(hit: &mut Hit, unit: &Unit<'_>) {
    let Some(probe) = unit.probe.as_deref() else { return };
    let is_vague = match hit.kind {
        FindingKind::ConfigureFailed => true,
        FindingKind::MissingLibrary => {
            let subject = hit.subject.as_deref().unwrap_or_default().to_lowercase();
            !subject.contains(probe) && !subject.starts_with("lib")
        }
        _ => false,
    };
    if is_vague {
        hit.kind = FindingKind::MissingLibrary;
        hit.subject = Some(probe.to_owned());
        hit.message = format!("library `{probe}` not found");
    }
}

/// rustc and gfortran print the place on another line than the error: compile errors are about files.
fn name_place(hit: &mut Hit) {
    let is_message = |subject: &str| subject.starts_with("error[") || subject.contains(" at (1)");
    if let Some(at) = &hit.at
        && hit.subject.as_deref().is_none_or(is_message)
    {
        hit.subject = Some(at.line.map_or_else(|| at.file.clone(), |line| format!("{}:{line}", at.file)));
    }
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
