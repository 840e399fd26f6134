//! What goes wrong in templates, before it has a place in a recipe.

use minijinja::ErrorKind;

use crate::diagnostic::{Code, Diagnostic, Span};

/// A problem of a template or expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TemplateError {
    /// Which rule was broken.
    pub(crate) code: Code,
    /// One sentence.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
}

impl TemplateError {
    /// A problem of a given kind.
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None }
    }

    /// A problem when a template is evaluated.
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::new(Code::TemplateFailed, message)
    }

    /// More than the limits allow.
    pub(super) fn limit(message: impl Into<String>) -> Self {
        Self::new(Code::LimitExceeded, message)
    }

    /// A text that does not parse, as the parser says it.
    pub(super) fn syntax(error: &minijinja::Error) -> Self {
        Self::syntax_message(error.detail().unwrap_or("the text does not parse").to_owned())
    }

    /// A text that does not parse.
    pub(super) fn syntax_message(message: String) -> Self {
        Self::new(Code::TemplateSyntax, format!("syntax error: {message}"))
    }

    /// A use of something that has no value, with its name where one is known.
    pub(super) fn undefined(name: Option<&str>) -> Self {
        match name {
            Some(name) => Self::new(Code::UndefinedVariable, format!("undefined value `{name}`"))
                .with_help(format!("define `{name}` in `context` or as a variant key, or use the `default` filter")),
            None => Self::new(Code::UndefinedVariable, "undefined value"),
        }
    }

    /// Adds what to do about it.
    #[must_use]
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// As a diagnostic at a place; `around` puts the message into its sentence.
    pub(crate) fn at(self, span: Span, around: impl FnOnce(String) -> String) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.code, around(self.message), span);
        match self.help {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic,
        }
    }
}

impl From<minijinja::Error> for TemplateError {
    fn from(error: minijinja::Error) -> Self {
        let code = match error.kind() {
            ErrorKind::SyntaxError => Code::TemplateSyntax,
            ErrorKind::UndefinedError => Code::UndefinedVariable,
            ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction => Code::UnknownFunction,
            _ => Code::TemplateFailed,
        };
        let message = match error.detail() {
            Some(detail) => format!("{}: {detail}", error.kind()),
            None => error.kind().to_string(),
        };
        Self::new(code, message)
    }
}
