//! What goes wrong in templates, before it has a place in a recipe.

use minijinja::ErrorKind;

use super::advice;
use crate::diagnostic::{Code, Diagnostic, Span, Undefined};

/// A problem of a template or expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TemplateError {
    /// Which rule was broken.
    pub(crate) code: Code,
    /// One sentence.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
    /// The variable that has no value, where that is the problem.
    pub(crate) undefined: Option<Undefined>,
    /// The file that is missing, where that is the problem.
    pub(crate) missing_file: Option<String>,
}

impl TemplateError {
    /// A problem of a given kind.
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None, undefined: None, missing_file: None }
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
        Self::new(Code::TemplateSyntax, message)
    }

    /// A use of something that has no value, with its name where one is known.
    pub(super) fn undefined(name: Option<&str>) -> Self {
        match name {
            Some(name) => {
                let old = advice::old_name(name);
                let undefined = if old.is_some() { Undefined::OldName } else { Undefined::Variable };
                let help = || format!("define `{name}` in `context` or as a variant key, or use the `default` filter");
                Self {
                    undefined: Some(undefined),
                    ..Self::new(Code::UndefinedVariable, format!("undefined variable `{name}`"))
                }
                .with_help(old.unwrap_or_else(help))
            }
            None => Self::new(Code::UndefinedVariable, "undefined value"),
        }
    }

    /// A variant key without a value, with a message of its own.
    pub(super) fn undefined_because(message: impl Into<String>) -> Self {
        Self { undefined: Some(Undefined::Variable), ..Self::new(Code::UndefinedVariable, message) }
    }

    /// Adds what to do about it.
    #[must_use]
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// As a diagnostic at a place; `around` puts the message into its sentence.
    pub(crate) fn at(self, span: Span, around: impl FnOnce(String) -> String) -> Diagnostic {
        // The name says enough: around it, the whole template would only be noise.
        let message = if self.undefined.is_some() { self.message } else { around(self.message) };
        let mut diagnostic = Diagnostic::error(self.code, message, span);
        diagnostic.undefined = self.undefined;
        diagnostic.missing_file = self.missing_file;
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
