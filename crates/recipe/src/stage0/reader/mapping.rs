//! Mappings: their known, unknown and required keys.

use super::Reader;
use super::spelling::advice;
use crate::diagnostic::{Code, Diagnostic};
use crate::yaml::{Entry, Mapping, Node};

impl Reader {
    /// The node as a mapping.
    pub(in crate::stage0) fn mapping<'n>(&mut self, node: &'n Node) -> Option<&'n Mapping> {
        match node {
            Node::Mapping(mapping) => Some(mapping),
            other => {
                self.wrong_type(other, "a mapping");
                None
            }
        }
    }

    /// The node as a mapping of known keys; reports all others. `place` says where, e.g. `build`.
    pub(in crate::stage0) fn fields<'n>(&mut self, node: &'n Node, place: &str, known: &[&str]) -> Option<&'n Mapping> {
        let mapping = self.mapping(node)?;
        self.refuse_unknown(mapping, place, known);
        Some(mapping)
    }

    /// Reports keys that the format does not have at this place.
    pub(in crate::stage0) fn refuse_unknown(&mut self, mapping: &Mapping, place: &str, known: &[&str]) {
        for entry in mapping.entries.iter().filter(|e| !known.contains(&e.key.text.as_str())) {
            let key = &entry.key.text;
            let message = format!("unknown field `{key}` in {place}");
            let mut diagnostic = Diagnostic::error(Code::UnknownField, message, entry.key.span);
            if !self.diagnostics.is_full() {
                diagnostic.help = Some(advice(key, place, known));
            }
            self.report(diagnostic);
        }
    }

    /// Warns of keys that have no effect at this place.
    pub(in crate::stage0) fn warn_ignored<'n>(
        &mut self,
        entries: impl IntoIterator<Item = &'n Entry>,
        known: &[&str],
        help: &str,
    ) {
        for entry in entries.into_iter().filter(|e| !known.contains(&e.key.text.as_str())) {
            let message = format!("`{}` has no effect here", entry.key.text);
            self.report(Diagnostic::warning(Code::KeyIgnored, message, entry.key.span).with_help(help));
        }
    }

    /// The value of a key that has to be there.
    pub(in crate::stage0) fn required<'n>(&mut self, mapping: &'n Mapping, key: &str, place: &str) -> Option<&'n Node> {
        let value = mapping.get(key);
        if value.is_none() {
            self.error(Code::MissingField, format!("missing field `{key}` in {place}"), mapping.span);
        }
        value
    }
}
