//! The kinds of booleans: which spellings a field takes depends on the field (specification 2.12).

use super::Reader;
use crate::diagnostic::{Code, Diagnostic};
use crate::stage0::{BoolOrGlobs, Value, ValueKind};
use crate::template::Template;
use crate::yaml::{Node, Scalar};

impl Reader {
    /// An unquoted YAML bool or a template.
    pub(in crate::stage0) fn bool_or_template(&mut self, node: &Node) -> Option<Value<bool>> {
        let scalar = self.scalar(node)?;
        self.bool_scalar(scalar)
    }

    fn bool_scalar(&mut self, scalar: &Scalar) -> Option<Value<bool>> {
        let kind = match scalar.as_bool() {
            Some(value) => ValueKind::Literal(value),
            None if scalar.text.contains("${{") => ValueKind::Template(self.template(scalar)?),
            None => {
                self.not_bool(scalar, "write `true` or `false` without quotes, or a template");
                return None;
            }
        };
        Some(Value { kind, span: scalar.span })
    }

    /// An unquoted YAML bool.
    pub(in crate::stage0) fn bool_only(&mut self, node: &Node) -> Option<bool> {
        let scalar = self.scalar(node)?;
        let value = scalar.as_bool();
        if value.is_none() {
            self.not_bool(scalar, "write `true` or `false` without quotes; templates are not allowed here");
        }
        value
    }

    /// Exactly `true` or `false`, quoted or not, or a template.
    pub(in crate::stage0) fn exact_bool_or_template(&mut self, node: &Node) -> Option<Value<bool>> {
        let scalar = self.scalar(node)?;
        let kind = match scalar.text.as_str() {
            "true" => ValueKind::Literal(true),
            "false" => ValueKind::Literal(false),
            text if Template::is_template(text) => ValueKind::Template(self.template(scalar)?),
            _ => {
                self.not_bool(scalar, "write `true` or `false`, or a template");
                return None;
            }
        };
        Some(Value { kind, span: scalar.span })
    }

    /// `true`, `yes`, `false` or `no`, quoted or not, also with a capital.
    pub(in crate::stage0) fn bool_word(&mut self, node: &Node) -> Option<bool> {
        let scalar = self.scalar(node)?;
        match scalar.text.as_str() {
            "true" | "True" | "yes" | "Yes" => Some(true),
            "false" | "False" | "no" | "No" => Some(false),
            _ => {
                self.not_bool(scalar, "write `true` or `false`; templates are not allowed here");
                None
            }
        }
    }

    /// An unquoted YAML bool, a template or a list of glob patterns.
    pub(in crate::stage0) fn bool_or_globs(&mut self, node: &Node) -> Option<BoolOrGlobs> {
        match node {
            Node::Scalar(scalar) => self.bool_scalar(scalar).map(BoolOrGlobs::Bool),
            Node::Sequence(_) => Some(BoolOrGlobs::Globs(self.list(node, Self::text))),
            Node::Mapping(_) => {
                self.wrong_type(node, "a bool or a list of patterns");
                None
            }
        }
    }

    fn not_bool(&mut self, scalar: &Scalar, help: &str) {
        let message = if matches!(scalar.text.as_str(), "true" | "false") {
            format!("`{}` in quotes is a text, not a bool", scalar.text)
        } else {
            format!("`{}` is not a bool here", scalar.text)
        };
        self.report(Diagnostic::error(Code::InvalidValue, message, scalar.span).with_help(help));
    }
}
