//! Code frames: a problem with the line it is in, underlined, for people at a terminal.

use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

use super::{DiagnosticRecord, Position, Severity};

/// Widest piece of a line that is shown, in columns.
const MAX_WIDTH: usize = 120;

/// Columns of a tab.
const TAB_WIDTH: usize = 4;

/// Draws problems of one text.
///
/// # Example: a frame
/// ```
/// use sidewinder_recipe::diagnostic::Frames;
///
/// let text = "package: {name: a, version: 1}\nbuild: {nuber: 1}\n";
/// let frames = Frames::new(text, false);
/// for record in sidewinder_recipe::check(text, Some("recipe.yaml"), Default::default()) {
///     assert_eq!(
///         frames.draw(&record),
///         "error[unknown-field]: unknown field `nuber` in build\n \
///          --> recipe.yaml:2:9\n  \
///            |\n\
///          2 | build: {nuber: 1}\n  \
///            |         ^^^^^\n  \
///            = help: did you mean `number`?\n"
///     );
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Frames<'t> {
    lines: Vec<&'t str>,
    colors: bool,
}

/// How a piece of a frame looks.
#[derive(Clone, Copy)]
enum Paint {
    Error,
    Warning,
    Related,
    Gutter,
    Strong,
}

impl<'t> Frames<'t> {
    /// Frames of a text, with ANSI colors or without.
    #[must_use]
    pub fn new(text: &'t str, colors: bool) -> Self {
        let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
        Self { lines, colors }
    }

    /// Draws one problem; ends with a line break.
    ///
    /// Places beyond the text are drawn at its end: the text may have changed since.
    #[must_use]
    pub fn draw(&self, record: &DiagnosticRecord) -> String {
        let (severity, paint) = match record.severity {
            Severity::Error => ("error", Paint::Error),
            Severity::Warning => ("warning", Paint::Warning),
        };
        let mut out = String::new();
        let head = self.paint(paint, &format!("{severity}[{}]", record.code));
        let message = self.paint(Paint::Strong, &printable(&record.message));
        let _ = writeln!(out, "{head}: {message}");
        let places = record.span.iter().chain(record.related.iter().filter(|r| r.file.is_none()).map(|r| &r.span));
        let gutter = places.map(|place| place.line).max().unwrap_or(0).to_string().len();
        if let Some(place) = &record.span {
            self.place(&mut out, place, record.file.as_deref(), gutter);
            self.excerpt(&mut out, place, "", paint, gutter);
        } else if let Some(file) = &record.file {
            let _ = writeln!(out, " {} {}", self.paint(Paint::Gutter, "-->"), printable(file));
        }
        for related in &record.related {
            self.bar(&mut out, gutter, "");
            if let Some(file) = &related.file {
                // The text of another file is not at hand.
                let Position { line, column, .. } = related.span;
                let mark = self.paint(Paint::Gutter, "::");
                let _ = writeln!(
                    out,
                    "{:gutter$}{mark} {}:{line}:{column}: {}",
                    "",
                    printable(file),
                    printable(&related.message)
                );
                continue;
            }
            self.excerpt(&mut out, &related.span, &printable(&related.message), Paint::Related, gutter);
        }
        if let Some(help) = &record.help {
            let mark = self.paint(Paint::Gutter, "=");
            let _ = writeln!(out, "{:gutter$} {mark} {}: {}", "", self.paint(Paint::Strong, "help"), printable(help));
        }
        out
    }

    fn place(&self, out: &mut String, place: &Position, file: Option<&str>, gutter: usize) {
        let arrow = self.paint(Paint::Gutter, "-->");
        let file = file.map(|file| format!("{}:", printable(file))).unwrap_or_default();
        let _ = writeln!(out, "{:gutter$}{arrow} {file}{}:{}", "", place.line, place.column);
        self.bar(out, gutter, "");
    }

    fn excerpt(&self, out: &mut String, place: &Position, label: &str, paint: Paint, gutter: usize) {
        let last = self.lines.len().saturating_sub(1);
        let index = (place.line as usize).saturating_sub(1).min(last);
        let line = self.lines.get(index).copied().unwrap_or_default();
        let piece = Piece::cut(line, place);
        let number = self.paint(Paint::Gutter, &format!("{:>gutter$}", index + 1));
        let _ = writeln!(out, "{number} {} {}", self.paint(Paint::Gutter, "|"), piece.text);
        let mark = if matches!(paint, Paint::Related) { "-" } else { "^" };
        let mut marks = mark.repeat(piece.width.max(1));
        if piece.open {
            marks.push('…');
        }
        if !label.is_empty() {
            let _ = write!(marks, " {label}");
        }
        let under = format!("{:indent$}{}", "", self.paint(paint, &marks), indent = piece.indent);
        self.bar(out, gutter, &under);
    }

    fn bar(&self, out: &mut String, gutter: usize, rest: &str) {
        let space = if rest.is_empty() { "" } else { " " };
        let _ = writeln!(out, "{:gutter$} {}{space}{rest}", "", self.paint(Paint::Gutter, "|"));
    }

    fn paint(&self, paint: Paint, text: &str) -> String {
        if !self.colors {
            return text.to_owned();
        }
        let code = match paint {
            Paint::Error => "1;31",
            Paint::Warning => "1;33",
            Paint::Related | Paint::Gutter => "1;34",
            Paint::Strong => "1",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// What is shown of a line, and where the underline goes.
struct Piece {
    text: String,
    /// Columns before the underline.
    indent: usize,
    /// Columns of the underline.
    width: usize,
    /// Whether the place goes on in the next line.
    open: bool,
}

impl Piece {
    fn cut(line: &str, place: &Position) -> Self {
        let from = place.column.saturating_sub(1) as usize;
        let to = from.saturating_add(place.length as usize);
        let (mut unit, mut column) = (0, 0);
        // Columns where the place starts and ends; an end inside a character counts the character in.
        let (mut start, mut end) = (None, None);
        for character in line.chars() {
            if unit >= from && start.is_none() {
                start = Some(column);
            }
            if unit >= to && end.is_none() {
                end = Some(column);
            }
            unit += character.len_utf16();
            column += width(character, column);
        }
        let start = start.unwrap_or(column);
        let end = end.unwrap_or(column).max(start);
        let left = if column <= MAX_WIDTH { 0 } else { start.saturating_sub(MAX_WIDTH / 3) };
        Self::window(line, left, start, end, unit < to)
    }

    /// Shows at most [`MAX_WIDTH`] columns, from `left` on.
    fn window(line: &str, left: usize, start: usize, end: usize, open: bool) -> Self {
        let right = left + MAX_WIDTH;
        let mut text = String::from(if left > 0 { "…" } else { "" });
        let mut first = None;
        let mut column = 0;
        for character in line.chars() {
            let width = width(character, column);
            if column + width > right {
                text.push('…');
                break;
            }
            if column >= left {
                first.get_or_insert(column);
                match character {
                    '\t' => text.extend(std::iter::repeat_n(' ', width)),
                    other => text.push(visible(other)),
                }
            }
            column += width;
        }
        let indent = start.saturating_sub(first.unwrap_or(left)) + usize::from(left > 0);
        Self { text, indent, width: end.min(right) - start.min(right), open: open || end > right }
    }
}

/// Columns of a character that starts at a column.
fn width(character: char, column: usize) -> usize {
    match character {
        '\t' => TAB_WIDTH - column % TAB_WIDTH,
        other => visible(other).width().unwrap_or(0),
    }
}

/// Texts come from files that anyone may have written: nothing in them may steer the terminal or turn the line around.
fn visible(character: char) -> char {
    let steers = character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    if steers { '\u{fffd}' } else { character }
}

fn printable(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { visible(c) }).collect()
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
