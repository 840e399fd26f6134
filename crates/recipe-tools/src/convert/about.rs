//! `about` and `extra`.

use sidewinder_recipe::stage0::listed_license;

use super::emit::{Field, Item, Out};
use super::expr::Expr;
use super::notes::Note;
use super::section::Section;
use super::template::MARK;
use super::tree::{Entry, Kind, Node};
use super::value::Converter;

/// Names of licenses that are common in old recipes and are no SPDX identifiers, in lower case.
const LICENSES: [(&str, &str); 32] = [
    ("apache 2", "Apache-2.0"),
    ("apache 2.0", "Apache-2.0"),
    ("apache license 2.0", "Apache-2.0"),
    ("apache license, version 2.0", "Apache-2.0"),
    ("apache", "Apache-2.0"),
    ("apache software license", "Apache-2.0"),
    ("bsd", "BSD-3-Clause"),
    ("bsd 2-clause", "BSD-2-Clause"),
    ("bsd 3-clause", "BSD-3-Clause"),
    ("bsd license", "BSD-3-Clause"),
    ("new bsd", "BSD-3-Clause"),
    ("boost", "BSL-1.0"),
    ("gpl2", "GPL-2.0-only"),
    ("gpl-2", "GPL-2.0-only"),
    ("gplv2", "GPL-2.0-only"),
    ("gplv2+", "GPL-2.0-or-later"),
    ("gpl3", "GPL-3.0-only"),
    ("gpl-3", "GPL-3.0-only"),
    ("gplv3", "GPL-3.0-only"),
    ("gplv3+", "GPL-3.0-or-later"),
    ("lgplv3", "LGPL-3.0-only"),
    ("lgplv2.1", "LGPL-2.1-only"),
    ("lgpl3", "LGPL-3.0-only"),
    ("lgpl-3", "LGPL-3.0-only"),
    ("lgpl-2.1", "LGPL-2.1-only"),
    ("lgpl", "LGPL-2.1-or-later"),
    ("gpl", "GPL-2.0-or-later"),
    ("bsl", "BSL-1.0"),
    ("mit license", "MIT"),
    ("mpl 2.0", "MPL-2.0"),
    ("psf", "PSF-2.0"),
    ("public-domain", "LicenseRef-Public-Domain"),
];

impl Converter<'_, '_> {
    /// The new `about`.
    pub(super) fn about(&mut self, old: &Section<'_>, known: &[Expr]) -> Vec<Field> {
        let mut fields = Vec::new();
        for (key, new) in [
            ("home", "homepage"),
            ("license", "license"),
            ("license_file", "license_file"),
            ("summary", "summary"),
            ("description", "description"),
            ("doc_url", "documentation"),
            ("dev_url", "repository"),
        ] {
            let entries = old.all(key);
            let value = match key {
                "license_file" => self.license_files(&entries, known),
                "license" => self.license(&entries, known),
                "home" | "doc_url" | "dev_url" => self.address(&entries, known),
                _ => self.single(&entries, known),
            };
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                let lead = self.lead_of(old, key);
                fields.push(Field { lead, ..Field::new(new, value) });
            }
        }
        self.dropped(
            old,
            &[
                ("license_url", Note::DroppedField, "v1 recipes have the license file"),
                ("doc_source_url", Note::DroppedField, "v1 recipes have no such field"),
                (
                    "prelink_message",
                    Note::UnsupportedField,
                    "install the message into the package with the build script",
                ),
                ("readme", Note::DroppedField, "v1 recipes have no such field"),
                ("author", Note::DroppedField, "v1 recipes have no such field"),
                ("identifiers", Note::DroppedField, "v1 recipes have no such field"),
                ("tags", Note::DroppedField, "v1 recipes have no such field"),
                ("keywords", Note::DroppedField, "v1 recipes have no such field"),
            ],
        );
        let known_keys = [
            "home",
            "license",
            "license_file",
            "license_family",
            "summary",
            "description",
            "doc_url",
            "dev_url",
            "license_url",
            "doc_source_url",
            "prelink_message",
            "readme",
            "author",
            "identifiers",
            "tags",
            "keywords",
        ];
        for entry in &old.entries {
            // conda-build ignores these fields as well.
            if !known_keys.contains(&entry.key.as_str()) {
                let message = format!("`{}` is left out: v1 recipes have no such field", entry.key);
                self.note(Note::DroppedField, entry.line, message, None);
            }
        }
        fields
    }

    fn license_files(&mut self, entries: &[&Entry], known: &[Expr]) -> Option<Out> {
        let items = self.texts(entries, known);
        match items.as_slice() {
            [] => None,
            [only] if only.conditions.is_empty() && only.lead.is_empty() => {
                matches!(entries, [entry] if matches!(entry.value.kind, Kind::Scalar(..)))
                    .then(|| only.value.clone())
                    .or(Some(Out::List(items)))
            }
            _ => Some(Out::List(items)),
        }
    }

    /// A URL; of several the first one. What is no URL is left out.
    fn address(&mut self, entries: &[&Entry], known: &[Expr]) -> Option<Out> {
        let value = self.single(entries, known)?;
        let Out::Scalar(text) = &value else { return None };
        let bare = text.trim_matches(['"', '\'']);
        if !bare.contains("${{") && !bare.contains("://") && !bare.is_empty() {
            if let Some(entry) = entries.first() {
                self.note(
                    Note::DroppedField,
                    entry.line,
                    format!("`{}` is left out: `{bare}` is not a URL", entry.key),
                    None,
                );
            }
            return None;
        }
        Some(value)
    }

    fn license(&mut self, entries: &[&Entry], known: &[Expr]) -> Option<Out> {
        let value = self.single(entries, known)?;
        let (Out::Scalar(_), [entry]) = (&value, entries) else { return Some(value) };
        let text = entry.value.scalar()?.trim();
        if text.contains(MARK) || text.is_empty() {
            return Some(value);
        }
        let Some(license) = spdx_expression(text) else {
            let message = format!("`{text}` is not an SPDX license expression");
            let reference = format!("LicenseRef-{}", identifier(text));
            let help = format!("`{reference}` is written instead; see <https://spdx.org/licenses> for a listed one");
            self.note(Note::NeedsReview, entry.line, message, Some(&help));
            return Some(Out::text(&reference));
        };
        if license != text {
            let message = format!("the license `{text}` became the SPDX expression `{license}`");
            self.note(Note::NeedsReview, entry.line, message, Some("check it against the license file"));
        }
        Some(Out::text(&license))
    }

    /// `extra` as it is.
    pub(super) fn extra(&mut self, entries: &[&Entry]) -> Vec<Field> {
        let mut fields = Vec::new();
        for entry in Section::of(entries).entries {
            let value = self.free(&entry.value);
            let lead = self.lead(entry.line);
            fields.push(Field { lead, trail: self.trail(&entry.value), ..Field::new(&entry.key, value) });
        }
        fields
    }

    /// Data of any shape.
    fn free(&mut self, node: &Node) -> Out {
        match &node.kind {
            Kind::Scalar(..) => self.scalar(node),
            Kind::List(nodes) => Out::List(
                nodes
                    .iter()
                    .map(|node| {
                        let value = self.free(node);
                        let plain = !matches!(value, Out::Map(_));
                        Item {
                            conditions: Vec::new(),
                            lead: if plain { self.lead(node.line) } else { Vec::new() },
                            trail: if plain { self.trail(node) } else { None },
                            value,
                        }
                    })
                    .collect(),
            ),
            Kind::Map(entries) => Out::Map(
                entries
                    .iter()
                    .map(|entry| Field {
                        lead: self.lead(entry.line),
                        ..Field::new(&entry.key, self.free(&entry.value))
                    })
                    .collect(),
            ),
        }
    }
}

/// The SPDX expression for a license as old recipes name it.
fn spdx_expression(text: &str) -> Option<String> {
    if let Ok(license) = listed_license(text) {
        return Some(license);
    }
    let lower = text.to_lowercase();
    if let Some((_, license)) = LICENSES.iter().find(|(name, _)| *name == lower) {
        return Some((*license).to_owned());
    }
    // `MIT or Apache-2.0`, `BSD-3-Clause & MIT`, `MIT/Apache-2.0`, `MIT, ISC`.
    let separators =
        [(" and ", " AND "), (" & ", " AND "), (", ", " AND "), (" or ", " OR "), (" | ", " OR "), ("/", " OR ")];
    for (separator, operator) in separators {
        if lower.contains(separator) {
            let parts: Vec<&str> = split_ignoring_case(text, separator);
            let parts: Option<Vec<String>> = parts.into_iter().map(|part| spdx_expression(part.trim())).collect();
            return parts.map(|parts| parts.join(operator));
        }
    }
    None
}

fn split_ignoring_case<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.to_ascii_lowercase().find(separator) {
        parts.push(&rest[..at]);
        rest = &rest[at + separator.len()..];
    }
    parts.push(rest);
    parts
}

/// The text as part of an SPDX identifier.
fn identifier(text: &str) -> String {
    let replaced: String = text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    let mut parts = replaced.split('-').filter(|part| !part.is_empty());
    let first = parts.next().unwrap_or("Unknown").to_owned();
    parts.fold(first, |all, part| format!("{all}-{part}"))
}
