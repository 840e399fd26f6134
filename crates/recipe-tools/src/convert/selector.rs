//! Selectors: `# [win and py<38]` at the end of a line.

/// The selector of a line.
pub(super) struct Selector {
    /// What is in the brackets.
    pub(super) expression: String,
    /// The line without the selector, and without the comment if nothing else is in it.
    pub(super) rest: String,
}

/// Finds the selector of a line.
///
/// conda-build takes the last pair of brackets in a comment, unless parentheses follow, as in a Markdown link. It takes
/// brackets without a comment, too; those are lists in the recipes of today.
pub(super) fn of_line(line: &str) -> Option<Selector> {
    let hash = comment_start(line)?;
    let comment = &line[hash..];
    let close = comment.rfind(']')?;
    if comment[close..].contains(['(', ')']) {
        return None;
    }
    let open = comment[..close].rfind('[')?;
    let expression = comment[open + 1..close].trim().to_owned();
    if expression.is_empty() {
        return None;
    }
    let before = comment[1..open].trim_end_matches(['#', ' ', '\t']).trim_start_matches(['#', ' ', '\t']);
    let after = comment[close + 1..].trim_start_matches(['#', ' ', '\t', ',']).trim_end();
    let remark = [before, after].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let mut rest = line[..hash].trim_end().to_owned();
    if !remark.is_empty() {
        rest.push_str("  # ");
        rest.push_str(&remark);
    }
    Some(Selector { expression, rest })
}

/// Where the comment of a line starts: a `#` at its start or behind a blank, outside of quotes that start a value.
pub(super) fn comment_start(line: &str) -> Option<usize> {
    let content = line.trim_start();
    let value = content.strip_prefix("- ").unwrap_or(content).trim_start();
    let value = match value.split_once(": ") {
        Some((key, value)) if !key.contains(['"', '\'', ' ']) => value.trim_start(),
        _ => value,
    };
    // A quoted value ends at its quote; a comment can only follow it.
    let skipped = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let start = line.len() - value.len();
            end_of_quoted(value, quote).map(|end| start + end)
        }
        _ => None,
    };
    let from = skipped.unwrap_or(0);
    line[from..].match_indices('#').map(|(at, _)| from + at).find(|at| *at == 0 || line[..*at].ends_with([' ', '\t']))
}

fn end_of_quoted(value: &str, quote: char) -> Option<usize> {
    let mut chars = value.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') {
                chars.next();
                continue;
            }
            return Some(at + 1);
        }
    }
    None
}

/// Whether brackets that do not parse were probably meant as a selector.
pub(super) fn looks_meant(text: &str) -> bool {
    let words = ["win", "linux", "osx", "unix", "py", "not ", " and ", " or "];
    words.iter().any(|word| text.contains(word)) && !text.contains("://")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn selectors_are_the_last_brackets_of_a_comment() {
        for (line, expression, rest) in [
            ("- foo  # [win]", "win", "- foo"),
            ("- foo # [not win] needed for tests", "not win", "- foo  # needed for tests"),
            ("- foo  # why # [osx]", "osx", "- foo  # why"),
            ("- foo  #[unix]", "unix", "- foo"),
            ("script: \"a # b\"  # [linux]", "linux", "script: \"a # b\""),
            ("- 'it''s # x' # [py<38]", "py<38", "- 'it''s # x'"),
        ] {
            let found = of_line(line).unwrap();
            assert_eq!((found.expression.as_str(), found.rest.as_str()), (expression, rest), "{line}");
        }
    }

    #[test]
    fn lists_and_links_are_not_selectors() {
        for line in ["run: [a, b]", "- foo  # see [docs](https://example.com)", "- foo#[win]", "- foo", "- 'a # [x]'"] {
            assert!(of_line(line).is_none(), "{line}");
        }
    }
}
