//! Names that cause trouble on other systems.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use crate::report::Warnings;

/// Longer paths do not fit below a folder on Windows.
const MAX_PATH: usize = 200;

/// Extensions of one file type.
const TYPES: [&[&str]; 6] =
    [&["cc", "cpp"], &["htm", "html"], &["jpg", "jpeg"], &["jsonl", "ndjson"], &["txt", "text"], &["yaml", "yml"]];

/// Warns about paths of a package.
pub(crate) fn check_names(paths: &[&str], warnings: &mut Warnings) {
    let mut folded: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for path in paths {
        folded.entry(fold(path)).or_default().push(path);
        if !path.is_ascii() {
            warnings.about("non-ascii-path", *path, format!("path contains non-ASCII characters: `{path}`"));
        }
        if path.contains(' ') {
            warnings.about("space-in-path", *path, format!("path contains spaces: `{path}`"));
        }
        if path.contains(['\n', '\r']) {
            warnings.about("newline-in-path", *path, format!("path contains a line break: `{}`", path.escape_debug()));
        }
        if path.len() > MAX_PATH {
            let message = format!("path is very long ({} > {MAX_PATH}): `{path}`", path.len());
            warnings.about("long-path", *path, message);
        }
    }
    for group in folded.values().filter(|group| group.len() > 1) {
        let message = format!("paths differ only by case, and collide on Windows and macOS: {}", group.join(", "));
        warnings.about("case-collision", group.first().copied().unwrap_or_default(), message);
    }
    mixed_extensions(paths, warnings);
}

/// How file systems that ignore case compare names.
fn fold(path: &str) -> String {
    path.nfkc().collect::<String>().to_uppercase().to_lowercase()
}

fn mixed_extensions(paths: &[&str], warnings: &mut Warnings) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for path in paths {
        let name = path.rsplit('/').next().unwrap_or(path);
        if let Some((_, extension)) = name.rsplit_once('.') {
            *counts.entry(extension).or_default() += 1;
        }
    }
    for group in TYPES {
        let used: Vec<String> = counts
            .iter()
            .filter(|(extension, _)| group.contains(&extension.to_ascii_lowercase().as_str()))
            .map(|(extension, count)| format!(".{extension} ({count})"))
            .collect();
        if used.len() > 1 {
            let message = format!("different file extensions for the same file type: {}", used.join(", "));
            warnings.add("mixed-extensions", message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_cause_trouble_are_reported() {
        let mut warnings = Warnings::default();
        let long = "x".repeat(201);
        check_names(&["share/A", "share/a", "é.txt", "a b.text", "n\nn", &long, "ok.TXT"], &mut warnings);
        let codes: Vec<&str> = warnings.0.iter().map(|warning| warning.code.as_str()).collect();
        assert_eq!(
            codes,
            ["non-ascii-path", "space-in-path", "newline-in-path", "long-path", "case-collision", "mixed-extensions"]
        );
    }
}
