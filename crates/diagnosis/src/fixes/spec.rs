//! Versions as tools write them, as constraints of match specs.

use std::cmp::Ordering;

/// A constraint for a required version: `3.25` → `>=3.25`, `>= 2.72` → `>=2.72`. Without operator, and with a newer
/// version installed, it asks for the same major version.
pub(super) fn constraint(required: Option<&str>, found: Option<&str>) -> Option<String> {
    let required: String = required?.chars().filter(|c| !c.is_whitespace()).collect();
    let (operator, version) = required.split_at(required.find(|c: char| c.is_ascii_digit())?);
    let version = version.trim_end_matches(['+', '.', ',']);
    let plain = !version.is_empty() && version.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    if !plain {
        return None;
    }
    match operator {
        ">=" | "<=" | "==" | "<" | ">" | "!=" => Some(format!("{operator}{version}")),
        "" | "v" | "^" | "~" | "~=" | "="
            if found.is_some_and(|found| compare(found, version) == Ordering::Greater) =>
        {
            Some(format!("{version}.*"))
        }
        "" | "v" | "~=" | "^" | "~" => Some(format!(">={version}")),
        _ => None,
    }
}

fn compare(left: &str, right: &str) -> Ordering {
    let numbers = |text: &str| text.split('.').map_while(|part| part.parse::<u64>().ok()).collect::<Vec<_>>();
    numbers(left).cmp(&numbers(right))
}

#[cfg(test)]
mod tests {
    use super::constraint;

    #[test]
    fn versions_become_constraints() {
        for (required, found, expected) in [
            ("3.25", Some("3.22.1"), Some(">=3.25")),
            (">= 2.72", Some("2.58"), Some(">=2.72")),
            ("9", Some("11.0.2"), Some("9.*")),
            ("1.22+", None, Some(">=1.22")),
            ("^1.3", None, Some(">=1.3")),
            ("edition2024", None, None),
            ("x; rm -rf", None, None),
            ("1 [build=2]", None, None),
        ] {
            assert_eq!(constraint(Some(required), found).as_deref(), expected, "{required}");
        }
    }
}
