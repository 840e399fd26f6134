//! `source`.

use super::emit::{Field, Item, Out};
use super::expr::Expr;
use super::notes::Note;
use super::section::Section;
use super::tree::{Entry, Kind};
use super::value::Converter;

/// Old keys with their new names, in the order in which they are written.
const KEYS: [(&str, &str); 10] = [
    ("url", "url"),
    ("fn", "file_name"),
    ("md5", "md5"),
    ("sha256", "sha256"),
    ("git_url", "git"),
    ("git_rev", "tag"),
    ("git_tag", "tag"),
    ("git_depth", "depth"),
    ("path", "path"),
    ("folder", "target_directory"),
];

impl Converter<'_, '_> {
    /// The new sources: one mapping where there is one.
    pub(super) fn sources(&mut self, entries: &[&Entry], known: &[Expr]) -> Option<Field> {
        let first = entries.first()?;
        let mut items = Vec::new();
        for entry in entries {
            let outer = self.conditions(entry.line, known);
            let inner: Vec<Expr> = known.iter().chain(&outer).cloned().collect();
            let maps: Vec<&[Entry]> = match &entry.value.kind {
                Kind::Map(map) => vec![map],
                Kind::List(nodes) => nodes
                    .iter()
                    .filter_map(|node| match &node.kind {
                        Kind::Map(map) => Some(map.as_slice()),
                        _ => None,
                    })
                    .collect(),
                Kind::Scalar(..) => Vec::new(),
            };
            for map in maps {
                for mut item in self.source(map, &inner) {
                    let mut conditions = outer.clone();
                    conditions.append(&mut item.conditions);
                    items.push(Item { conditions, ..item });
                }
            }
        }
        let lead = self.lead(first.line);
        let value = match items.as_mut_slice() {
            [] => return None,
            [only] if only.conditions.is_empty() => only.value.clone(),
            _ => Out::List(items),
        };
        Some(Field { lead, ..Field::new("source", value) })
    }

    /// The sources that one old mapping stands for: one for each set of keys that come together.
    fn source(&mut self, map: &[Entry], known: &[Expr]) -> Vec<Item> {
        let given: Vec<&Entry> = map.iter().filter(|entry| !entry.value.is_null()).collect();
        let mut conditions: Vec<Vec<Expr>> = Vec::new();
        let mut of_entries = Vec::new();
        for entry in &given {
            let own = self.conditions(entry.line, known);
            if !own.is_empty() && !conditions.contains(&own) {
                conditions.push(own.clone());
            }
            of_entries.push(own);
        }
        let is_conditional = |key: &str| given.iter().zip(&of_entries).any(|(e, own)| e.key == key && !own.is_empty());
        let has_base = ["url", "git_url", "path"]
            .into_iter()
            .any(|key| given.iter().zip(&of_entries).any(|(entry, own)| entry.key == key && own.is_empty()));
        let branches = ["url", "git_url", "path"].into_iter().any(is_conditional);
        if !branches || (has_base && conditions.len() > 1) {
            // Only checksums or patches differ: one source, with the difference inside.
            return self.one_source(&given, known).into_iter().collect();
        }
        let mut items = Vec::new();
        for condition in conditions {
            let inner: Vec<Expr> = known.iter().chain(&condition).cloned().collect();
            let entries: Vec<&Entry> = given
                .iter()
                .zip(&of_entries)
                .filter(|(entry, own)| {
                    **own == condition
                        // What is not given for this condition applies to all of them.
                        || (own.is_empty()
                            && !given.iter().zip(&of_entries).any(|(other, c)| other.key == entry.key && *c == condition))
                })
                .map(|(entry, _)| *entry)
                .collect();
            if let Some(item) = self.one_source(&entries, &inner) {
                items.push(Item { conditions: condition, ..item });
            }
        }
        items
    }

    fn one_source(&mut self, entries: &[&Entry], known: &[Expr]) -> Option<Item> {
        let section = Section { entries: entries.to_vec(), list: None };
        let mut fields = Vec::new();
        let sum = ["sha256", "md5"].into_iter().any(|key| section.has(key));
        for (key, new) in KEYS {
            let entries = section.all(key);
            let Some(first) = entries.first().copied() else { continue };
            if key == "url" && entries.iter().any(|entry| matches!(entry.value.kind, Kind::List(_))) {
                let items = self.lists(&entries, known, &mut |this, node| this.plain(node));
                // v1 has no conditions between mirrors.
                let items: Vec<Item> = items.into_iter().map(|item| Item { conditions: Vec::new(), ..item }).collect();
                let lead = self.lead(first.line);
                let value = if items.len() == 1 { items[0].value.clone() } else { Out::List(items) };
                fields.push(Field { lead, ..Field::new(new, value) });
                continue;
            }
            let Some(value) = self.single(&entries, known) else { continue };
            if value.is_empty() {
                continue;
            }
            let new = if new == "tag" { self.reference(first) } else { new };
            if new == "rev" && matches!(&value, Out::Scalar(text) if text == "HEAD") {
                continue;
            }
            let lead = self.lead(first.line);
            fields.push(Field { lead, trail: self.trail(&first.value), ..Field::new(new, value) });
        }
        let patches = section.all("patches");
        let items = self.texts(&patches, known);
        if !items.is_empty() {
            let lead = self.lead_of(&section, "patches");
            fields.push(Field { lead, ..Field::new("patches", Out::List(items)) });
        }
        for key in ["hg_url", "hg_tag", "svn_url", "svn_rev", "svn_ignore_externals", "git_branch"] {
            for entry in section.all(key) {
                self.note(
                    Note::UnsupportedField,
                    entry.line,
                    format!("`{key}` has no counterpart in v1 recipes"),
                    Some("use an archive or a git repository"),
                );
            }
        }
        for entry in section.all("sha1") {
            let note = if sum { Note::DroppedField } else { Note::UnsupportedField };
            self.note(
                note,
                entry.line,
                "`sha1` is left out: v1 recipes have `sha256` and `md5`",
                Some("give the SHA-256 checksum"),
            );
        }
        let mut keys: Vec<&str> = KEYS.iter().map(|(key, _)| *key).collect();
        keys.extend([
            "patches",
            "sha1",
            "hg_url",
            "hg_tag",
            "svn_url",
            "svn_rev",
            "svn_ignore_externals",
            "git_branch",
            "path_via_symlink",
            "no_hoist",
        ]);
        self.unknown(&section, "source", &keys);
        self.dropped(
            &section,
            &[
                ("path_via_symlink", Note::DroppedField, "v1 has no such option"),
                ("no_hoist", Note::NeedsReview, "v1 always removes the top folder of an archive"),
            ],
        );
        (!fields.is_empty()).then(|| Item::new(Out::Map(fields)))
    }
}

impl Converter<'_, '_> {
    /// Which key of v1 a `git_rev` is: a commit, a branch or a tag.
    fn reference(&mut self, entry: &Entry) -> &'static str {
        let text = entry.value.scalar().unwrap_or_default().to_owned();
        match self.text_expr(&text) {
            Expr::Text(text, _) => reference(&text),
            Expr::Name(name) => reference(self.names.literals.get(&name).map_or("", String::as_str)),
            _ => "tag",
        }
    }
}

fn reference(text: &str) -> &'static str {
    let is_hash = (7..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_hexdigit())
        && text.bytes().any(|b| b.is_ascii_alphabetic());
    if text == "HEAD" || is_hash || (text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit())) {
        return "rev";
    }
    if matches!(text, "master" | "main" | "develop" | "dev" | "trunk" | "devel") {
        return "branch";
    }
    if text.to_ascii_lowercase().contains("branch") { "branch" } else { "tag" }
}
