//! Text → first document, with everything that is wrong with it.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event, Parser, ScanError, options};

use super::build::{Builder, Step};
use super::{Mapping, Node, regular};
use crate::diagnostic::{Code, Diagnostic, DiagnosticRecord, Diagnostics, Span, TextIndex};

/// Longest text that is read, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Deepest nesting of lists and mappings that is read.
///
/// Whoever walks the tree may recurse: this many levels fit on every stack.
pub const MAX_DEPTH: usize = 128;

/// What was read of a text.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The tree of the first document; an empty mapping where there is none. `None` if the text is not YAML at all.
    pub root: Option<Node>,
    /// All problems that were found.
    pub diagnostics: Diagnostics,
    /// Places whose node could not be read and is an empty scalar in the tree. Each has its own diagnostic, so that
    /// what a later pass finds wrong with them is noise.
    pub unreadable: Vec<Span>,
}

/// Reads the first document of a text and keeps going after every problem but a syntax error.
#[must_use]
pub fn read(text: &str) -> Document {
    if text.len() > MAX_BYTES {
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(too_long_error());
        return Document { diagnostics, ..Document::default() };
    }
    // Editors put a byte-order mark before the text; it is not part of the first key.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = text.len() - body.len();
    match regular::read(body, offset) {
        Some(root) => Document { root: Some(root), ..Document::default() },
        None => read_irregular(body, offset),
    }
}

/// Reads a text without problems that is written as most files are; `None` for all others.
pub(crate) fn read_regular(text: &str) -> Option<Node> {
    regular::read(text, 0)
}

/// Reads the first document with the full parser.
pub(super) fn read_irregular(body: &str, offset: usize) -> Document {
    let mut spaced = Spaced { body: Cow::Borrowed(body), spaces: Vec::new(), scanned: 0 };
    loop {
        match read_once(&spaced, offset) {
            Ok(document) => return document,
            Err(colon) => spaced.insert_after(colon),
        }
    }
}

/// Compares both ways of reading a text, for tests: the regular one gives what the full parser gives, or nothing.
///
/// # Errors
/// Both results where they differ.
#[doc(hidden)]
pub fn compare_readers(text: &str) -> Result<bool, String> {
    let Some(regular) = regular::read(text, 0) else { return Ok(false) };
    let full = read_irregular(text, 0);
    if full.root.as_ref() == Some(&regular) && full.diagnostics.items().is_empty() {
        return Ok(true);
    }
    Err(format!("{text:?}\n{regular:?}\n{:?}\n{:?}", full.root, full.diagnostics.items()))
}

/// The problem of a text that is longer than [`MAX_BYTES`], for callers that know the length before they have the text.
#[must_use]
pub fn too_long(path: Option<&str>) -> DiagnosticRecord {
    DiagnosticRecord::new(&too_long_error(), &TextIndex::new(""), path)
}

fn too_long_error() -> Diagnostic {
    let message = format!("too large for a recipe or variant file (limit {} MiB)", MAX_BYTES >> 20);
    Diagnostic::error(Code::LimitExceeded, message, Span::new(0, 0))
}

/// The text with a space after each `:` in front of a nested flow collection: `{host:[python]}`.
///
/// YAML 1.2 and the reference read that as `{host: [python]}`; the parser, like PyYAML, refuses it.
struct Spaced<'t> {
    body: Cow<'t, str>,
    /// Where spaces were put in, in order.
    spaces: Vec<usize>,
    /// How many bytes were read for nothing, because reading starts again after each space.
    scanned: usize,
}

impl Spaced<'_> {
    /// Bounds the repeated reading, so that a large hostile text cannot take quadratic time.
    const MAX_SCANNED: usize = 1024 * 1024;

    fn may_insert(&self, colon: usize) -> bool {
        self.scanned + colon <= Self::MAX_SCANNED && self.body.is_char_boundary(colon + 1)
    }

    fn insert_after(&mut self, colon: usize) {
        self.body.to_mut().insert(colon + 1, ' ');
        self.spaces.push(colon + 1);
        self.scanned += colon;
    }
}

/// Reads the text as it is now, or says after which `:` it needs a space.
fn read_once(spaced: &Spaced<'_>, offset: usize) -> Result<Document, usize> {
    let body = spaced.body.as_ref();
    let mut builder = Builder::new(body, offset, &spaced.spaces);
    // The builder has the tighter limit on depth; the parser's own only bounds how far it looks ahead.
    let options = options! {
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        emit_comments: false,
        flow_nesting_limit: MAX_DEPTH * 2,
        block_nesting_limit: MAX_DEPTH * 2,
    };
    let mut extra_document = None;
    for event in Parser::new_from_str_with_options(body, options) {
        match event {
            Ok((Event::DocumentStart(..), span)) if builder.is_done() => {
                extra_document = Some(builder.span(&span));
                break;
            }
            Ok((event, span)) => match builder.take(event, &span) {
                Step::Continue => {}
                Step::Stop => return Ok(builder.finish()),
            },
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(0);
                if matches!(error.kind(), ErrorKind::FlowMappingValueAdjacentCollection) && spaced.may_insert(at) {
                    return Err(at);
                }
                let span = builder.point(error.marker());
                builder.diagnostics.push(syntax_error(&error, span, body));
                builder.fail();
                break;
            }
        }
    }
    builder.check_indentation();
    if let Some(span) = extra_document {
        builder.diagnostics.push(
            Diagnostic::warning(Code::ExtraDocument, "only the first YAML document is read", span)
                .with_help("move the rest into its own file, or remove it"),
        );
    }
    Ok(builder.finish())
}

/// Reads the first document of a text: its tree, an empty mapping where there is none, and all problems.
#[must_use]
pub fn parse(text: &str) -> (Option<Node>, Diagnostics) {
    let document = read(text);
    (document.root, document.diagnostics)
}

impl Document {
    /// The top-level mapping; anything else is an error.
    pub fn into_mapping(self) -> (Option<Mapping>, Diagnostics, Vec<Span>) {
        let mut diagnostics = self.diagnostics;
        let mapping = match self.root {
            Some(Node::Mapping(mapping)) => Some(mapping),
            Some(other) => {
                let span = other.span();
                if !self.unreadable.contains(&span) {
                    diagnostics.push(
                        Diagnostic::error(Code::WrongType, "the top level must be a mapping", span)
                            .with_help("write `key: value` lines at the top level"),
                    );
                }
                None
            }
            None => None,
        };
        (mapping, diagnostics, self.unreadable)
    }
}

fn syntax_error(error: &ScanError, span: Span, body: &str) -> Diagnostic {
    if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
        return too_deep(span);
    }
    let at = error.marker().byte_offset().unwrap_or(0);
    let line_start = body.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
    let mut line = body.get(line_start..).and_then(|t| t.lines().next()).unwrap_or_default();
    if matches!(error.kind(), ErrorKind::MappingValueNotAllowed) {
        // A `key:value` line is plain text that goes on with the next line, so the error is only noticed there.
        let before = body.get(..line_start).and_then(|t| t.lines().next_back());
        line = before.filter(|before| key_without_space(before).is_some()).unwrap_or(line);
    }
    let message = match error.kind() {
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            format!("invalid YAML: control character U+{:04X} is not allowed", u32::from(*character))
        }
        ErrorKind::UnexpectedCharacter { character } => format!("invalid YAML: unexpected character `{character}`"),
        kind => format!("invalid YAML: {kind}"),
    };
    let diagnostic = Diagnostic::error(Code::InvalidYaml, message, span);
    match help_for(error.kind(), line) {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    }
}

pub(super) fn too_deep(span: Span) -> Diagnostic {
    let message = format!("lists and mappings are nested too deeply (limit {MAX_DEPTH} levels)");
    Diagnostic::error(Code::LimitExceeded, message, span)
}

fn help_for(kind: &ErrorKind, line: &str) -> Option<String> {
    let help = if line.contains("${{") {
        "put the template in quotes: `\"${{ … }}\"`"
    } else if line.trim_start().starts_with("{%") {
        "this looks like a conda-build `meta.yaml`; write it as a `recipe.yaml`: no `{% … %}`, variables in `context`, \
         `${{ … }}` for templates, `if:` for selectors"
    } else if line.contains("{%") || line.contains("{#") {
        "put the value in quotes: a plain YAML value cannot start with `{%` or `{#`"
    } else if let Some(key) = key_without_space(line) {
        return Some(format!("put a space after `{key}:`"));
    } else {
        match kind {
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar => "indent with spaces",
            ErrorKind::UnclosedQuotedScalar => "close the quote",
            ErrorKind::MappingValueNotAllowed => "put a value that contains `: ` in quotes",
            ErrorKind::UnexpectedCharacter { character } if character.is_control() => "remove it",
            ErrorKind::UnexpectedCharacter { .. } => "put a value that starts with this character in quotes",
            _ => return None,
        }
    };
    Some(help.to_owned())
}

/// The key of a line such as `then:[a, b]` or `- host:[python]`, which YAML reads as plain text.
pub(crate) fn key_without_space(line: &str) -> Option<&str> {
    let line = line.trim_start().trim_start_matches("- ").trim_start();
    let (key, value) = line.split_once(':')?;
    let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    // `http://…` is a value, not a key.
    let tight = value.starts_with(|c: char| !c.is_whitespace() && c != '/' && c != ':');
    (is_key && tight).then_some(key)
}
