//! Text → first document, with everything that is wrong with it.

use granit_parser::{ErrorKind, Event, Parser, ScanError, options};

use super::build::{Builder, Step};
use super::{Mapping, Node};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};

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
        let message = format!("the text has {} bytes, more than the {MAX_BYTES} that are read", text.len());
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(Diagnostic::error(Code::LimitExceeded, message, Span::new(0, 0)));
        return Document { diagnostics, ..Document::default() };
    }
    // Editors put a byte-order mark before the text; it is no part of the first key.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder::new(body, text.len() - body.len());
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
                Step::Stop => return builder.finish(),
            },
            Err(error) => {
                let span = builder.point(error.marker());
                builder.diagnostics.push(syntax_error(&error, span, body));
                builder.fail();
                break;
            }
        }
    }
    if let Some(span) = extra_document {
        builder.diagnostics.push(
            Diagnostic::warning(Code::ExtraDocument, "only the first YAML document is read", span)
                .with_help("move what follows into a file of its own, or remove it"),
        );
    }
    builder.finish()
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
    let line = body.get(line_start..).and_then(|t| t.lines().next()).unwrap_or_default();
    let diagnostic = Diagnostic::error(Code::InvalidYaml, format!("invalid YAML: {}", error.kind()), span);
    match help_for(error.kind(), line) {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    }
}

pub(super) fn too_deep(span: Span) -> Diagnostic {
    let message = format!("lists and mappings are nested deeper than {MAX_DEPTH} levels");
    Diagnostic::error(Code::LimitExceeded, message, span)
}

fn help_for(kind: &ErrorKind, line: &str) -> Option<&'static str> {
    if line.contains("${{") {
        return Some("put the template in quotes: `\"${{ … }}\"`");
    }
    if line.trim_start().starts_with("{%") {
        return Some(
            "this looks like a `meta.yaml`, the older format of conda-build; write it as a `recipe.yaml`: no `{% … %}`, \
             variables in `context`, `${{ … }}` for templates, `if:` for selectors",
        );
    }
    if line.contains("{%") || line.contains("{#") {
        return Some("put the value in quotes: a plain YAML value cannot start with `{%` or `{#`");
    }
    match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => Some("indent with spaces"),
        ErrorKind::UnclosedQuotedScalar => Some("close the quote"),
        ErrorKind::MappingValueNotAllowed => Some("put a value that contains `: ` in quotes"),
        ErrorKind::UnexpectedCharacter { .. } => Some("put a value that starts with this character in quotes"),
        _ => None,
    }
}
