//! The arguments of a call.

use minijinja::Value;

use crate::template::error::TemplateError;
use crate::template::print::printed;

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub(in crate::template) struct Arguments {
    /// By position.
    pub(in crate::template) positional: Vec<Value>,
    /// By name, in the order they were written.
    pub(in crate::template) named: Vec<(Box<str>, Value)>,
}

impl Arguments {
    /// Checks the number of positional arguments, and that nothing named is left over.
    pub(in crate::template) fn expect(&self, least: usize, most: usize) -> Result<(), TemplateError> {
        if self.positional.len() < least {
            return Err(TemplateError::failed("missing argument"));
        }
        if self.positional.len() > most {
            return Err(TemplateError::failed("too many arguments"));
        }
        match self.named.first() {
            Some((name, _)) => Err(unknown_keyword(name)),
            None => Ok(()),
        }
    }

    /// Exactly so many positional arguments and no named ones.
    pub(super) fn exactly<const N: usize>(self) -> Result<[Value; N], TemplateError> {
        self.expect(N, N)?;
        self.positional.try_into().map_err(|_| TemplateError::failed("missing argument"))
    }

    /// Takes out a named argument.
    pub(in crate::template) fn take(&mut self, name: &str) -> Option<Value> {
        let at = self.named.iter().position(|(n, _)| &**n == name)?;
        Some(self.named.remove(at).1)
    }
}

pub(super) fn unknown_keyword(name: &str) -> TemplateError {
    TemplateError::failed(format!("unknown keyword argument `{name}`"))
}

pub(super) fn not_a_string() -> TemplateError {
    TemplateError::failed("expected a string")
}

/// The text of an argument that may be a string or a number.
pub(super) fn text(value: &Value) -> Result<String, TemplateError> {
    if value.is_undefined() {
        return Err(TemplateError::undefined(None));
    }
    Ok(printed(value))
}
