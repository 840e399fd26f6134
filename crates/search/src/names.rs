//! Names of packages: which ones a text means, and which ones it is a misspelling of.

use serde::{Deserialize, Serialize};

/// How a name matches a text, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum NameMatch {
    /// It is the name, except for upper case and the choice of `-`, `_` and `.`.
    Exact,
    /// The package contains a file that was searched for.
    File,
    /// A package that is known under this name elsewhere, such as `pillow` for `PIL`.
    Alias,
    /// The name fits the pattern.
    Pattern,
    /// The name begins with the text.
    Prefix,
    /// A part of the name is the text.
    Part,
    /// The name contains the text.
    Contains,
}

/// How a name matches a text; `None` if it does not. Texts with `*` are patterns.
#[must_use]
pub fn match_name(text: &str, name: &str) -> Option<NameMatch> {
    let (text, name) = (folded(text), folded(name));
    if text.is_empty() {
        return None;
    }
    if text.contains('*') {
        return is_like(&text, &name).then_some(NameMatch::Pattern);
    }
    if text == name {
        return Some(NameMatch::Exact);
    }
    if name.starts_with(&text) {
        return Some(NameMatch::Prefix);
    }
    let at = name.find(&text)?;
    let ends = [
        name.get(..at).is_some_and(|before| before.ends_with('-')),
        name.get(at + text.len()..).is_some_and(|after| after.is_empty() || after.starts_with('-')),
    ];
    Some(if ends == [true, true] { NameMatch::Part } else { NameMatch::Contains })
}

/// The names that a text is most likely a misspelling of, nearest first: those that differ by few letters, or by what
/// other package managers add (`python3-`, `lib…-dev`).
///
/// # Example: a swapped letter
/// ```
/// assert_eq!(sidewinder_search::nearest("nmupy", ["numpy", "scipy", "numba"], 3), ["numpy"]);
/// ```
#[must_use]
pub fn nearest<'n>(text: &str, names: impl IntoIterator<Item = &'n str>, max: usize) -> Vec<&'n str> {
    let text = folded(text);
    // Comparing takes long for long texts, which misspelt names never are.
    if text.is_empty() || text.len() > 64 {
        return Vec::new();
    }
    let stem = without_foreign_parts(&text);
    let allowed = match text.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    let mut found: Vec<(usize, usize, &str)> = names
        .into_iter()
        .filter_map(|name| {
            let other = folded(name);
            if other.len().abs_diff(text.len()) <= allowed {
                let distance = strsim::osa_distance(&text, &other);
                if distance > 0 && distance <= allowed {
                    return Some((distance, name.len(), name));
                }
            }
            let bare = other.strip_prefix("lib").unwrap_or(&other);
            let is_same = stem.len() > 1 && other != text && (other == stem || bare == stem);
            is_same.then_some((1, name.len(), name))
        })
        .collect();
    found.sort_unstable();
    let best = found.first().map_or(0, |(distance, ..)| *distance);
    // What is much farther away than the nearest name is not meant.
    found.into_iter().filter(|(distance, ..)| *distance <= best + 1).map(|(.., name)| name).take(max).collect()
}

/// A name in lower case, with `-` for `_` and `.`.
fn folded(text: &str) -> String {
    text.trim().to_lowercase().replace(['_', '.'], "-")
}

/// A name without what Debian, Fedora and PyPI add to it.
fn without_foreign_parts(name: &str) -> String {
    let mut stem = name;
    for prefix in ["python3-", "python-", "py-", "lib", "perl-", "r-cran-", "golang-"] {
        stem = stem.strip_prefix(prefix).unwrap_or(stem);
    }
    for suffix in ["-dev", "-devel", "-static", "-libs", "-bin", "-tools", "-python"] {
        stem = stem.strip_suffix(suffix).unwrap_or(stem);
    }
    // `libssl3`, `zlib1g`
    let without_number = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let stem = if without_number.len() > 2 { without_number } else { stem };
    stem.trim_end_matches('-').to_owned()
}

/// Whether a name fits a pattern with `*`.
fn is_like(pattern: &str, name: &str) -> bool {
    let parts: Vec<&str> = pattern.split('*').collect();
    let mut rest = name;
    for (index, part) in parts.iter().enumerate() {
        let is_last = index + 1 == parts.len();
        rest = if index == 0 {
            match rest.strip_prefix(part) {
                Some(rest) => rest,
                None => return false,
            }
        } else if is_last {
            return rest.ends_with(part);
        } else {
            match rest.find(part) {
                Some(at) => rest.get(at + part.len()..).unwrap_or_default(),
                None => return false,
            }
        };
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_by_their_parts() {
        for (text, name, expected) in [
            ("zlib", "zlib", Some(NameMatch::Exact)),
            ("Typing_Extensions", "typing-extensions", Some(NameMatch::Exact)),
            ("ruamel.yaml", "ruamel.yaml", Some(NameMatch::Exact)),
            ("zlib", "zlib-ng", Some(NameMatch::Prefix)),
            ("boost", "lib-boost-devel", Some(NameMatch::Part)),
            ("boost", "libboost-devel", Some(NameMatch::Contains)),
            ("*boost*", "libboost-devel", Some(NameMatch::Pattern)),
            ("lib*-devel", "libboost-devel", Some(NameMatch::Pattern)),
            ("lib*-devel", "libboost", None),
            ("boost*", "libboost", None),
            ("a*b*c", "a-b-c", Some(NameMatch::Pattern)),
            ("zlib", "xz", None),
            ("", "xz", None),
        ] {
            assert_eq!(match_name(text, name), expected, "{text} {name}");
        }
    }

    #[test]
    fn misspelt_names_lead_to_the_nearest() {
        let names = ["numpy", "numba", "scipy", "pandas", "zlib", "openssl", "libpng", "scikit-learn", "xz", "r-base"];
        for (text, expected) in [
            ("nunpy", &["numpy"][..]),
            ("numpi", &["numpy"]),
            ("pandsa", &["pandas"]),
            ("zlib-devel", &["zlib"]),
            ("libssl-dev", &[]),
            ("libopenssl", &["openssl"]),
            ("python3-numpy", &["numpy"]),
            ("libpng-dev", &["libpng"]),
            ("scikit_learm", &["scikit-learn"]),
            ("png", &["libpng"]),
            ("qqqqqq", &[]),
            ("xy", &[]),
            ("numpy", &[]),
        ] {
            assert_eq!(nearest(text, names, 3), expected, "{text}");
        }
    }
}
