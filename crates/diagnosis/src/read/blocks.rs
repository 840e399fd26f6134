//! Messages of several lines, joined so that one rule reads them whole.

use std::borrow::Cow;
use std::ops::Range;

use super::lines::Line;

/// Lines of one message are joined up to here.
const MAX_UNIT_BYTES: usize = 4096;
/// A message has at most this many lines; after that something else has begun.
const MAX_BLOCK_LINES: usize = 60;

/// What kind of message a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnitKind {
    Line,
    /// `CMake Error at …`, with its indented text.
    CmakeError,
    /// The last line of a Python traceback.
    Exception,
}

/// A message: one line, or several that belong together.
pub(crate) struct Unit<'l> {
    pub(crate) kind: UnitKind,
    /// Indexes of its lines.
    pub(crate) lines: Range<usize>,
    pub(crate) text: Cow<'l, str>,
    /// Where each line begins in the text, with its index.
    starts: Vec<(usize, usize)>,
    /// Where the error is, if lines before it say so.
    pub(crate) at: Option<(String, u32)>,
    /// The library that a configure script looked for just before: `-lfoo`.
    pub(crate) probe: Option<String>,
}

impl<'l> Unit<'l> {
    fn line(index: usize, line: &'l Line<'_>) -> Self {
        Self {
            kind: UnitKind::Line,
            lines: index..index + 1,
            text: Cow::Borrowed(&line.text),
            starts: vec![(0, index)],
            at: None,
            probe: None,
        }
    }

    /// The index of the line that has a byte of the text.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        let after = self.starts.partition_point(|(start, _)| *start <= offset);
        after.checked_sub(1).and_then(|at| self.starts.get(at)).map_or(self.lines.start, |(_, index)| *index)
    }

    fn joined(kind: UnitKind, lines: &[Line<'_>], range: Range<usize>, parts: impl Iterator<Item = usize>) -> Self {
        let mut text = String::new();
        let mut starts = Vec::new();
        for index in parts {
            let Some(part) = lines.get(index).map(|line| line.text.trim()).filter(|part| !part.is_empty()) else {
                continue;
            };
            if text.len() + part.len() > MAX_UNIT_BYTES {
                break;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            starts.push((text.len(), index));
            text.push_str(part);
        }
        Self { kind, lines: range, text: Cow::Owned(text), starts, at: None, probe: None }
    }
}

/// The messages of a stream, in order. Warnings of CMake and the frames of tracebacks are left out.
pub(crate) fn units<'l>(lines: &'l [Line<'_>]) -> Vec<Unit<'l>> {
    let mut units = Vec::new();
    let mut next = 0;
    let mut location: Option<(usize, String, u32)> = None;
    while let Some(line) = lines.get(next) {
        if let Some(end) = cmake_message(lines, next) {
            if line.text.starts_with("CMake Error") {
                let last =
                    (next..end).find(|&index| lines.get(index).is_some_and(|line| line.text.starts_with("Call Stack")));
                units.push(Unit::joined(UnitKind::CmakeError, lines, next..end, next..last.unwrap_or(end)));
            }
            next = end;
            continue;
        }
        if line.text.ends_with("Traceback (most recent call last):")
            && let Some((unit, end)) = traceback(lines, next)
        {
            units.push(unit);
            // The line with the exception may begin the next traceback: `BackendUnavailable: Traceback (…)`.
            next = end;
            continue;
        }
        if let Some((file, number)) = bare_location(&line.text) {
            location = Some((next, file.to_owned(), number));
        }
        let mut unit = Unit::line(next, line);
        if let Some(start) = line.text.find("configure: error: ").filter(|_| line.text.starts_with("checking ")) {
            // The probe that fails and the error are on one line when both streams are one.
            unit.text = Cow::Owned(line.text.get(start..).unwrap_or_default().to_owned());
        } else if line.text.ends_with("issing dependencies:") {
            // `python -m build` and flit list them below.
            unit =
                Unit::joined(UnitKind::Line, lines, next..lines.len().min(next + 2), next..lines.len().min(next + 2));
        }
        unit.probe = line
            .text
            .starts_with("configure: error: ")
            .then(|| next.checked_sub(1))
            .flatten()
            .and_then(|before| lines.get(before).and_then(|line| probe(&line.text)).map(str::to_owned));
        if let Some((at, file, number)) = &location
            && next > *at
            && next - at <= 12
            && ["Error: ", "Fatal Error: "].iter().any(|start| line.text.starts_with(start))
        {
            // gfortran: the place, the source line, and only then the message.
            unit.at = Some((file.clone(), *number));
            unit.lines = *at..next + 1;
            location = None;
        } else if line.text.starts_with("error") {
            unit.at = lines.get(next + 1).and_then(|after| arrow(&after.text));
            // rustc gives most errors a number; those of its parser have none.
            if unit.at.is_some() && line.text.starts_with("error: ") {
                unit.text = Cow::Owned(line.text.replacen("error: ", "error[E]: ", 1));
            }
        }
        units.push(unit);
        next += 1;
    }
    units
}

/// The end of a message of CMake that begins at a line.
fn cmake_message(lines: &[Line<'_>], first: usize) -> Option<usize> {
    let header = lines.get(first)?;
    let text = &header.text;
    if !["CMake Error", "CMake Warning", "CMake Deprecation Warning", "CMake Deprecation Error"]
        .iter()
        .any(|start| text.starts_with(start))
    {
        return None;
    }
    // `CMake Error: text` has no indented text; what follows belongs to it up to an empty line.
    let is_plain = text.starts_with("CMake Error: ") || text.starts_with("CMake Warning: ");
    let mut end = first + 1;
    while let Some(line) = lines.get(end).filter(|_| end - first < MAX_BLOCK_LINES) {
        let belongs = if is_plain {
            !line.text.is_empty()
                && !["CMake ", "-- ", "make", "gmake", "ninja", "+", "See also"]
                    .iter()
                    .any(|start| line.text.starts_with(start))
        } else {
            // After `Call Stack` comes an empty line, then something else.
            line.text.is_empty() || line.indent > header.indent || line.text.starts_with("Call Stack")
        };
        if !belongs {
            break;
        }
        end += 1;
    }
    Some(end)
}

/// The exception that ends a traceback, and the index at which to go on.
fn traceback<'l>(lines: &'l [Line<'_>], first: usize) -> Option<(Unit<'l>, usize)> {
    // In `X: Traceback (most …`, the frames are indented as against the line, not against the word.
    let indent = lines.get(first)?.indent;
    let mut at = None;
    let mut runs_command = false;
    for index in first + 1..lines.len().min(first + 400) {
        let line = lines.get(index)?;
        if line.text.is_empty() || line.indent > indent {
            if let Some((file, number)) = frame(&line.text) {
                runs_command |= file.ends_with("subprocess.py");
                at = Some((file.to_owned(), number));
            }
            continue;
        }
        let mut unit = Unit::line(index, line);
        unit.kind = UnitKind::Exception;
        unit.lines = first..index + 1;
        unit.at = at;
        if runs_command {
            unit.text = Cow::Owned(format!("subprocess: {}", line.text));
        }
        let end = if line.text.ends_with("Traceback (most recent call last):") { index } else { index + 1 };
        return Some((unit, end));
    }
    None
}

/// `File "x.py", line 3, in f`.
fn frame(text: &str) -> Option<(&str, u32)> {
    let (file, rest) = text.strip_prefix("File \"")?.split_once("\", line ")?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    Some((file, digits.parse().ok()?))
}

/// `x.f90:3:7:` with nothing after it.
fn bare_location(text: &str) -> Option<(&str, u32)> {
    let (rest, column) = text.strip_suffix(':')?.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    column.parse::<u32>().ok()?;
    Some((file, line.parse().ok()?)).filter(|(file, _)| !file.is_empty() && !file.contains(' '))
}

/// The library of `checking for deflate in -lz... no`.
fn probe(text: &str) -> Option<&str> {
    let (_, rest) = text.strip_prefix("checking for ")?.strip_suffix("... no")?.split_once(" in -l")?;
    rest.split_whitespace().next()
}

/// `--> src/lib.rs:14:18`.
fn arrow(text: &str) -> Option<(String, u32)> {
    let mut parts = text.strip_prefix("--> ")?.rsplitn(3, ':');
    let (_, line, file) = (parts.next()?, parts.next()?, parts.next()?);
    Some((file.to_owned(), line.parse().ok()?))
}
