//! Indentation inside quoted scalars and flow collections.
//!
//! The YAML parser follows PyYAML, which does not check these. The reference does, so a file that it cannot read must not
//! pass here. Its scanner keeps a stack of indentation levels with one quirk: after `key:`, and after an opening bracket,
//! it pushes a temporary level one column deeper than the block, and the first plain scalar drops that level again.
//! That is why `run: [a,⏎  ]` may close at the column of `run`, whereas `run: ['a',⏎  ]` may not.

use granit_parser::{ScalarStyle, Scanner, StrInput, Token, TokenType};

/// A place that breaks the rules of indentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Violation {
    /// Where, in bytes.
    pub(super) at: usize,
    /// Which rule.
    pub(super) rule: Rule,
    /// The smallest column (from 0) that would be accepted there.
    pub(super) column: usize,
}

/// A rule of indentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// A line of a quoted scalar starts too far left.
    QuotedScalar,
    /// A line of a flow collection starts too far left.
    FlowCollection,
    /// A tab is used as indentation.
    Tab,
    /// Only a tab separates `:` from a plain value.
    TabAfterColon,
}

/// The first place of a text that breaks the rules. Syntax errors end the check: the parser reports them.
pub(super) fn first_violation(text: &str) -> Option<Violation> {
    let mut levels = Levels { text, stack: Vec::new(), indent: -1, flow: 0, simple_key: None, last_end: 0 };
    let mut started = false;
    let options = granit_parser::options! { emit_comments: false };
    for token in Scanner::with_options(StrInput::new(text), options) {
        let Ok(token) = token else { return None };
        match token.token_type() {
            // Only the first document is read.
            TokenType::DocumentEnd => return None,
            TokenType::DocumentStart if started => return None,
            TokenType::StreamStart
            | TokenType::StreamEnd
            | TokenType::DocumentStart
            | TokenType::VersionDirective(..)
            | TokenType::TagDirective(..)
            | TokenType::ReservedDirective(..)
            | TokenType::BlockEnd
            | TokenType::BlockSequenceStart
            | TokenType::BlockMappingStart => {}
            _ => {
                started = true;
                let violation = levels.take(&token);
                if violation.is_some() {
                    return violation;
                }
            }
        }
    }
    None
}

/// The reference's indentation levels. Columns are signed: -1 is outside of everything.
struct Levels<'t> {
    text: &'t str,
    stack: Vec<Level>,
    indent: isize,
    /// How many flow collections are open.
    flow: usize,
    /// The column of a block key whose `:` is still to come.
    simple_key: Option<isize>,
    /// Where the last token ends.
    last_end: usize,
}

struct Level {
    /// The level to return to.
    outer: isize,
    /// Whether a block collection made the level; the others are temporary.
    block: bool,
}

impl Levels<'_> {
    fn take(&mut self, token: &Token<'_>) -> Option<Violation> {
        let span = token.span();
        let mut column = signed(span.start.col());
        let mut at = span.start.byte_offset().unwrap_or(0);
        if matches!(token.token_type(), TokenType::BlockEntry) {
            // The scanner marks an entry behind the blanks that follow its `-`.
            let dash = self.dash_before(at);
            column -= signed(at - dash);
            at = dash;
        }
        self.last_end = self.last_end.max(span.end.byte_offset().unwrap_or(at));
        match token.token_type() {
            // Inserted in front of a simple key when the scanner gets to its `:`, so no character of the text.
            TokenType::Key if span.is_empty() => {
                if self.flow == 0 {
                    self.simple_key = Some(column);
                }
                return None;
            }
            // Inserted for the pair in `[a: b]`.
            TokenType::FlowMappingStart | TokenType::FlowMappingEnd if span.is_empty() => return None,
            _ => {}
        }
        self.unroll(column);
        if self.flow > 0 {
            let violation = self.tab_before(at).or_else(|| self.too_far_left(at, column, self.indent));
            if violation.is_some() {
                return violation;
            }
        }
        match token.token_type() {
            TokenType::Key => self.roll(column),
            TokenType::Value => return self.value(at, column),
            TokenType::BlockEntry => {
                self.roll(column);
                let rest = self.text.get(at + 1..).unwrap_or_default().trim_start_matches([' ', '\t']);
                if rest.starts_with(['\n', '\r', '#', '[', '{']) {
                    self.roll_one_column();
                }
            }
            TokenType::FlowSequenceStart | TokenType::FlowMappingStart => {
                self.roll_one_column();
                self.flow += 1;
            }
            TokenType::FlowSequenceEnd | TokenType::FlowMappingEnd => self.flow = self.flow.saturating_sub(1),
            TokenType::Scalar(ScalarStyle::Plain, _) => {
                self.drop_temporary();
                return if self.flow > 0 { self.too_far_left(at, column, self.indent + 1) } else { None };
            }
            TokenType::Scalar(ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted, _) => {
                return self.quoted(at, span.end.byte_offset().unwrap_or(at));
            }
            _ => {}
        }
        None
    }

    /// The `-` of the block entry that ends here. It is the first thing on its line after the tokens before it.
    fn dash_before(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.rfind(['\n', '\r']).map_or(0, |newline| newline + 1).max(self.last_end);
        before.get(line..).and_then(|blanks| blanks.find('-')).map_or(at, |dash| line + dash)
    }

    fn value(&mut self, at: usize, column: isize) -> Option<Violation> {
        let key = self.simple_key.take().filter(|_| self.flow == 0).unwrap_or(column);
        self.roll(key);
        self.roll_one_column();
        // A quirk of the reference: only these first characters of a value need a space.
        let rest = self.text.get(at + 1..).unwrap_or_default();
        let value = rest.trim_start_matches('\t');
        let tabs = rest.len() > value.len();
        let refused = value.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        (tabs && refused).then_some(Violation { at: at + 1, rule: Rule::TabAfterColon, column: 0 })
    }

    /// Checks the lines of a quoted scalar after its first.
    fn quoted(&self, start: usize, end: usize) -> Option<Violation> {
        let mut at = start;
        for (number, line) in self.text.get(start..end)?.split_inclusive('\n').enumerate() {
            if number > 0 {
                let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
                let tab = line.bytes().take(blanks).position(|byte| byte == b'\t');
                if let Some(tab) = tab.filter(|tab| signed(*tab) < self.indent) {
                    return Some(self.violation(at + tab, Rule::Tab, self.indent));
                }
                // Empty lines may be indented less.
                if !line.trim_matches([' ', '\t', '\r', '\n']).is_empty() && signed(blanks) < self.indent {
                    return Some(self.violation(at + blanks, Rule::QuotedScalar, self.indent));
                }
            }
            at += line.len();
        }
        None
    }

    fn too_far_left(&self, at: usize, column: isize, least: isize) -> Option<Violation> {
        (column < least).then(|| self.violation(at, Rule::FlowCollection, least))
    }

    /// A tab in front of the first token of a line, where indentation is still needed.
    fn tab_before(&self, at: usize) -> Option<Violation> {
        let before = self.text.get(..at).unwrap_or_default();
        let start = before.rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
        let line = before.get(start..).unwrap_or_default();
        let tab = line.find('\t').filter(|tab| !self.stack.is_empty() && signed(*tab) < self.indent)?;
        line.trim_start_matches([' ', '\t']).is_empty().then(|| self.violation(start + tab, Rule::Tab, self.indent))
    }

    fn violation(&self, at: usize, rule: Rule, least: isize) -> Violation {
        Violation { at, rule, column: usize::try_from(least).unwrap_or(0) }
    }

    /// Leaves the block collections that end before this column.
    fn unroll(&mut self, column: isize) {
        while self.flow == 0 && self.indent > column {
            let Some(level) = self.stack.pop() else { return };
            self.indent = level.outer;
        }
    }

    /// Enters a block collection at this column, if it is not yet open.
    fn roll(&mut self, column: isize) {
        if self.flow > 0 {
            return;
        }
        if self.indent <= column
            && let Some(level) = self.stack.pop_if(|level| !level.block)
        {
            self.indent = level.outer;
        }
        if self.indent < column {
            self.stack.push(Level { outer: self.indent, block: true });
            self.indent = column;
        }
    }

    fn roll_one_column(&mut self) {
        if self.flow == 0 && self.stack.last().is_some_and(|level| level.block) {
            self.stack.push(Level { outer: self.indent, block: false });
            self.indent += 1;
        }
    }

    fn drop_temporary(&mut self) {
        while let Some(level) = self.stack.pop_if(|level| !level.block) {
            self.indent = level.outer;
        }
    }
}

/// Texts are at most 16 MiB, so their columns fit.
fn signed(column: usize) -> isize {
    isize::try_from(column).unwrap_or(isize::MAX)
}
