//! Shell scripts that do not end what they begin.

use super::Fix;
use crate::finding::{Finding, FindingKind};

pub(super) fn fixes(finding: &Finding, script: &str) -> Vec<Fix> {
    let text = finding.evidence.text.as_str();
    if finding.kind != FindingKind::SyntaxError {
        return Vec::new();
    }
    if let Some((_, rest)) = text.split_once("unexpected EOF while looking for matching ") {
        return if rest.contains(')') { parenthesis(script) } else { quote(rest, script) }.into_iter().collect();
    }
    if text.contains("[: missing") {
        return bracket(script).into_iter().collect();
    }
    if let Some(fix) = keyword(script).filter(|_| text.contains("unexpected token")) {
        return vec![fix];
    }
    if text.contains("unexpected end of file")
        || text.contains("end of file unexpected")
        || text.contains("unexpected token")
    {
        return unclosed(script).into_iter().collect();
    }
    Vec::new()
}

/// `[ -f x]`: the bracket is a word of its own.
fn bracket(script: &str) -> Option<Fix> {
    let line = script.lines().map(str::trim).find(|line| {
        line.contains("[ ") && line.split(';').next().is_some_and(|test| test.ends_with(']') && !test.ends_with(" ]"))
    })?;
    let at = line.split(';').next()?.len() - 1;
    Some(Fix::Script {
        find: line.to_owned(),
        replace: format!("{} {}", line.get(..at)?, line.get(at..)?),
        why: "`]` needs a space before it".to_owned(),
    })
}

/// `if x` and `for x in y` without `then` and `do`.
fn keyword(script: &str) -> Option<Fix> {
    let lines: Vec<&str> = script.lines().collect();
    lines.iter().enumerate().find_map(|(index, line)| {
        let bare = line.trim();
        let keyword = match bare.split_whitespace().next()? {
            "if" | "elif" => "then",
            "for" | "while" | "until" => "do",
            _ => return None,
        };
        let is_word = |text: &str| text.split([' ', ';']).any(|word| word == keyword);
        let next = lines.iter().skip(index + 1).map(|line| line.trim()).find(|line| !line.is_empty())?;
        if is_word(bare) || is_word(next) || bare.ends_with('\\') {
            return None;
        }
        Some(Fix::Script {
            find: bare.to_owned(),
            replace: format!("{}; {keyword}", bare.trim_end_matches(';')),
            why: format!("`{keyword}` is missing"),
        })
    })
}

/// The first line that opens more parentheses of `$(` than it closes.
fn parenthesis(script: &str) -> Option<Fix> {
    let line = script.lines().map(str::trim).find(|line| {
        !line.starts_with('#') && line.contains("$(") && line.matches('(').count() > line.matches(')').count()
    })?;
    Some(Fix::Script { find: line.to_owned(), replace: format!("{line})"), why: "a `)` is missing".to_owned() })
}

/// The line where an odd number of quotes is.
fn quote(rest: &str, script: &str) -> Option<Fix> {
    let quote = rest.trim_start_matches(['`', '\'']).chars().next().filter(|c| *c == '"').unwrap_or('\'');
    let line =
        script.lines().find(|line| !line.trim_start().starts_with('#') && line.matches(quote).count() % 2 == 1)?;
    Some(Fix::Script {
        find: line.trim().to_owned(),
        replace: format!("{}{quote}", line.trim()),
        why: format!("a `{quote}` is missing"),
    })
}

/// A block without its end: closed after the last line that is indented deeper than its beginning.
fn unclosed(script: &str) -> Option<Fix> {
    let lines: Vec<&str> = script.lines().collect();
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if line.starts_with('#') {
            continue;
        }
        for command in line.split(';').map(str::trim) {
            let word = command.split_whitespace().next().unwrap_or_default();
            let word = if word == "do" || word == "then" || word == "else" {
                command.split_whitespace().nth(1).unwrap_or_default()
            } else {
                word
            };
            let end = match word {
                "if" => "fi",
                "for" | "while" | "until" => "done",
                "case" => "esac",
                "fi" | "done" | "esac" => {
                    // The nearest block of this kind; those inside of it have no end.
                    if let Some(at) = open.iter().rposition(|(_, end)| *end == word) {
                        if let Some((opened, end)) = open.get(at + 1).copied() {
                            return close(&lines, opened, index, end);
                        }
                        open.truncate(at);
                    }
                    continue;
                }
                _ => continue,
            };
            open.push((index, end));
        }
    }
    let (opened, end) = open.last().copied()?;
    close(&lines, opened, lines.len(), end)
}

fn close(lines: &[&str], opened: usize, limit: usize, end: &str) -> Option<Fix> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let depth = indent(lines.get(opened)?);
    let is_inner = |line: &&str| {
        let word = line.split_whitespace().next().unwrap_or_default();
        line.trim().is_empty() || indent(line) > depth || matches!(word, "then" | "do" | "else" | "elif")
    };
    let inner = lines.get(opened + 1..limit)?.iter().take_while(|line| is_inner(line)).count();
    let last =
        (opened..=opened + inner).rev().find(|&index| lines.get(index).is_some_and(|line| !line.trim().is_empty()))?;
    let line = lines.get(last)?;
    let pad = " ".repeat(depth);
    // Lines may occur more than once: the line before makes the place unambiguous.
    let before = last.checked_sub(1).and_then(|index| lines.get(index)).filter(|_| last > opened);
    let find = before.map_or_else(|| (*line).to_owned(), |before| format!("{before}\n{line}"));
    Some(Fix::Script { replace: format!("{find}\n{pad}{end}"), find, why: format!("`{end}` is missing") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(script: &str) -> Option<String> {
        match unclosed(script)? {
            Fix::Script { find, replace, .. } => Some(script.replace(&find, &replace)),
            _ => None,
        }
    }

    #[test]
    fn blocks_end_where_their_indentation_ends() {
        assert_eq!(closed("if a; then\n  b\n").as_deref(), Some("if a; then\n  b\nfi\n"));
        assert_eq!(closed("for a in b; do\n  c\nd\n").as_deref(), Some("for a in b; do\n  c\ndone\nd\n"));
        assert_eq!(
            closed("if a; then\n  for b in c; do\n    d\nfi\n").as_deref(),
            Some("if a; then\n  for b in c; do\n    d\n  done\nfi\n")
        );
        assert_eq!(closed("if a; then b; fi\n"), None);
    }

    #[test]
    fn small_slips_are_corrected() {
        let change = |fix: Option<Fix>| match fix {
            Some(Fix::Script { find, replace, .. }) => Some((find, replace)),
            _ => None,
        };
        let pair = |find: &str, replace: &str| Some((find.to_owned(), replace.to_owned()));
        assert_eq!(change(bracket("if [ -f a]; then\n")), pair("if [ -f a]; then", "if [ -f a ]; then"));
        assert_eq!(change(keyword("if [ -f a ]\n  b\nfi\n")), pair("if [ -f a ]", "if [ -f a ]; then"));
        assert_eq!(change(keyword("for a in b\ndo\n  c\ndone\n")), None);
        assert_eq!(change(parenthesis("x=$(ls\ny=$(ls)\n")), pair("x=$(ls", "x=$(ls)"));
    }
}
