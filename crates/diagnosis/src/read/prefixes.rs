//! Prefixes that CI systems, package managers and log wrappers put in front of each line.

/// Fixed prefixes, removed as often as they occur.
const PREFIXES: &[&str] = &[
    "npm ERR! ",
    "npm error ",
    "gyp ERR! ",
    "ERR! ",
    "[stderr] ",
    "[stdout] ",
    "[ERROR] ",
    "##[error]",
    "│",
    "┃",
    "╰─>",
    "├─",
    "╰──",
    "╭─",
    "×",
    "remote: ",
    "cargo:warning=",
    "= note: ",
    "E   ",
    "❌",
    "✗",
    "💥",
];

/// A line without indentation and prefixes.
pub(super) fn without_prefixes(line: &str) -> &str {
    let mut rest = line.trim_start();
    // Each round removes something, so this ends; the bound keeps lines of 4096 bars from taking long.
    for _ in 0..8 {
        let before = rest.len();
        rest = without_timestamp(rest);
        rest = without_step(rest);
        for prefix in PREFIXES {
            rest = rest.strip_prefix(prefix).unwrap_or(rest).trim_start();
        }
        if rest.len() == before {
            break;
        }
    }
    rest
}

/// `2025-03-01T10:00:00.123Z `, `[2025-03-01 10:00:00] `, `10:00:00 `: what Azure, GitHub, GitLab and Jenkins add.
fn without_timestamp(line: &str) -> &str {
    if let Some((stamp, rest)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) {
        let (first, second) = first_word(stamp);
        return if is_time(first) || (is_date(first) && is_time(second)) { rest.trim_start() } else { line };
    }
    let (first, rest) = first_word(line);
    if is_time(first) {
        return rest;
    }
    let (second, after) = first_word(rest);
    if is_date(first) && is_time(second) { after } else { line }
}

fn first_word(text: &str) -> (&str, &str) {
    text.split_once(' ').map_or((text, ""), |(word, rest)| (word, rest.trim_start()))
}

/// A time, perhaps with a date before it: `10:00:00`, `2025-03-01T10:00:00.123Z`.
fn is_time(word: &str) -> bool {
    word.len() >= 8
        && word.starts_with(|c: char| c.is_ascii_digit())
        && word.bytes().filter(|byte| *byte == b':').count() >= 2
        && word.chars().all(|c| c.is_ascii_digit() || "-:.,+TZ".contains(c))
        && !word.ends_with(':')
}

fn is_date(word: &str) -> bool {
    word.len() >= 8
        && word.split(['-', '/']).count() == 3
        && word.chars().all(|c| c.is_ascii_digit() || c == '-' || c == '/')
}

/// `#12 3.456 `: a step of BuildKit.
fn without_step(line: &str) -> &str {
    let Some(rest) = line.strip_prefix('#') else { return line };
    let mut words = rest.splitn(3, ' ');
    let (Some(step), Some(seconds), Some(rest)) = (words.next(), words.next(), words.next()) else { return line };
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_number(step) && is_number(seconds) && seconds.contains('.') { rest } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_removed() {
        for line in [
            "2025-03-01T10:00:00.1234567Z error: x",
            "[2025-03-01 10:00:00] error: x",
            "10:00:00 error: x",
            "[10:00:00] error: x",
            "#12 3.456 error: x",
            " │ │   error: x",
            "npm ERR! gyp ERR! error: x",
            "2025-03-01T10:00:00Z  │ error: x",
        ] {
            assert_eq!(without_prefixes(line), "error: x", "{line}");
        }
        assert_eq!(without_prefixes("2025-03-01T10:00:00.1234567Z"), "");
        assert_eq!(without_prefixes("2025-03-01T10:00:00.1234567Z   2 failing"), "2 failing");
        for line in ["12:30: error: x", "[1/3] x", "#define X 1", "1 out of 2 hunks FAILED", "3: x"] {
            assert_eq!(without_prefixes(line), line);
        }
    }
}
