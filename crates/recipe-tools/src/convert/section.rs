//! A mapping of the old recipe, which may give a key several times.

use super::notes::Note;
use super::tree::{Entry, Kind, Node};
use super::value::Converter;

/// All entries of a section, in file order.
#[derive(Clone, Debug, Default)]
pub(super) struct Section<'d> {
    pub(super) entries: Vec<&'d Entry>,
    /// The section, where it is a list.
    pub(super) list: Option<&'d Node>,
}

impl<'d> Section<'d> {
    /// The section that entries of one key make up together.
    pub(super) fn of(entries: &[&'d Entry]) -> Self {
        let mut section = Self::default();
        for entry in entries {
            match &entry.value.kind {
                Kind::Map(entries) => section.entries.extend(entries),
                Kind::List(_) => section.list = Some(&entry.value),
                Kind::Scalar(..) if entry.value.is_null() => {}
                Kind::Scalar(..) => section.list = Some(&entry.value),
            }
        }
        section
    }

    /// The section of a mapping.
    pub(super) fn new(entries: &'d [Entry]) -> Self {
        Self { entries: entries.iter().collect(), list: None }
    }

    /// All entries of a key.
    pub(super) fn all(&self, key: &str) -> Vec<&'d Entry> {
        self.entries.iter().copied().filter(|entry| entry.key == key).collect()
    }

    /// The section under a key.
    pub(super) fn section(&self, key: &str) -> Section<'d> {
        Self::of(&self.all(key))
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key && !entry.value.is_null())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.list.is_none()
    }
}

impl Converter<'_, '_> {
    /// The comments before a key.
    pub(super) fn lead_of(&self, section: &Section<'_>, key: &str) -> Vec<String> {
        section.all(key).first().map(|entry| self.lead(entry.line)).unwrap_or_default()
    }

    /// Reports the keys of a section that are not known.
    pub(super) fn unknown(&mut self, section: &Section<'_>, name: &str, known: &[&str]) {
        for entry in &section.entries {
            if !known.contains(&entry.key.as_str()) {
                let message = format!("unknown field `{}` in `{name}`; it is left out", entry.key);
                self.note(Note::UnsupportedField, entry.line, message, None);
            }
        }
    }

    /// Reports keys that v1 does not have.
    pub(super) fn dropped(&mut self, section: &Section<'_>, keys: &[(&str, Note, &str)]) {
        for (key, note, reason) in keys {
            for entry in section.all(key) {
                if !entry.value.is_null() {
                    self.note(*note, entry.line, format!("`{key}` is left out: {reason}"), None);
                }
            }
        }
    }
}
