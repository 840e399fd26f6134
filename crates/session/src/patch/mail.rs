//! Where the text of a commit ends and its diff begins, in the output of `git format-patch`, `git log -p` and Mercurial.
//!
//! A commit message may quote diffs, so lines in it that look like headers must not be taken for some.

/// The first line of the diff, if a commit starts at a line; the line of the next commit where it has no diff.
pub(super) fn message_end(lines: &[&[u8]], at: usize) -> Option<usize> {
    let starts = starts_commit(lines, at) || at == 0 && starts_with_mail_headers(lines);
    if !starts {
        return None;
    }
    let end = (at + 1..lines.len()).find(|&at| starts_commit(lines, at)).unwrap_or(lines.len());
    // Commits of git have headers of git; a plain header before them is part of the message.
    let git_after = |from: usize| (from..end).find(|&at| is_git_start(lines, at));
    let diff_after = |from: usize| git_after(from).or_else(|| (from..end).find(|&at| is_diff_start(lines, at)));
    // `git am` takes the first `---` for the end of the message. In a message it may be a heading; that of git comes
    // before the statistics, or directly before the diff.
    let separators = || (at + 1..end).filter(|&at| lines.get(at).is_some_and(|line| line.trim_ascii_end() == b"---"));
    let separator = separators().find(|&at| is_gits_separator(lines, at)).or_else(|| separators().next());
    Some(separator.and_then(diff_after).or_else(|| diff_after(at + 1)).unwrap_or(end))
}

/// Whether a diff starts at a line: with a header of git, or `---`, `+++` and a hunk.
pub(super) fn is_diff_start(lines: &[&[u8]], at: usize) -> bool {
    let starts = |at: usize, start: &[u8]| lines.get(at).is_some_and(|line| line.starts_with(start));
    is_git_start(lines, at) || starts(at, b"--- ") && starts(at + 1, b"+++ ") && starts(at + 2, b"@@ -")
}

/// Whether a `diff --git` line is here that something follows which git writes after it.
fn is_git_start(lines: &[&[u8]], at: usize) -> bool {
    const EXTENDED: [&[u8]; 12] = [
        b"index ",
        b"old mode ",
        b"new mode ",
        b"new file mode ",
        b"deleted file mode ",
        b"similarity index ",
        b"dissimilarity index ",
        b"rename from ",
        b"rename to ",
        b"copy from ",
        b"--- ",
        b"GIT binary patch",
    ];
    let starts = |at: usize, start: &[u8]| lines.get(at).is_some_and(|line| line.starts_with(start));
    starts(at, b"diff --git ") && EXTENDED.iter().any(|start| starts(at + 1, start))
}

fn starts_commit(lines: &[&[u8]], at: usize) -> bool {
    let Some(line) = lines.get(at) else { return false };
    let is_commit = |rest: &[u8]| rest.len() >= 40 && rest.iter().take(40).all(u8::is_ascii_hexdigit);
    line.strip_prefix(b"From ").or(line.strip_prefix(b"commit ")).is_some_and(is_commit)
        || line.starts_with(b"# HG changeset patch")
}

/// A mail that lost its first line, as patches from web pages do.
fn starts_with_mail_headers(lines: &[&[u8]]) -> bool {
    let headers: Vec<_> = lines.iter().take_while(|line| !line.trim_ascii().is_empty()).collect();
    let has = |name: &[u8]| headers.iter().any(|line| line.starts_with(name));
    has(b"From: ") && has(b"Subject: ")
}

fn is_gits_separator(lines: &[&[u8]], at: usize) -> bool {
    let next = lines.get(at + 1).copied().unwrap_or_default();
    let statistics = next.starts_with(b" ") && next.windows(3).any(|part| part == b" | " || part == b"=> ");
    let after_blank = || next.trim_ascii().is_empty() && is_diff_start(lines, at + 2);
    statistics || after_blank() || is_diff_start(lines, at + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn end_of(text: &str) -> Option<String> {
        let lines: Vec<&[u8]> = text.split('\n').map(str::as_bytes).collect();
        message_end(&lines, 0)
            .map(|at| String::from_utf8_lossy(lines.get(at).copied().unwrap_or(b"(end)")).into_owned())
    }

    #[test]
    fn headers_in_a_message_are_text() {
        let from = format!("From {} Mon Sep 17 00:00:00 2001\n", "a1".repeat(20));
        let mail = |message: &str| {
            end_of(&format!(
                "{from}From: me\nSubject: x\n\n{message}---\n x | 2 +-\n\ndiff --git a/x b/x\nindex 1..2\n"
            ))
        };
        let diff = Some("diff --git a/x b/x".to_owned());
        for message in [
            "",
            "--- y\n+++ y\n@@ -1 +1 @@\n-a\n+b\n",
            "+++ y\n@@ what\n--- z\n",
            "---\nheading\n---\n",
            "diff --git a/y b/y\nindex 3..4\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n",
        ] {
            assert_eq!(mail(message), diff, "{message}");
        }
        assert_eq!(end_of(&format!("{from}\nno diff at all")), Some("(end)".to_owned()));
        assert_eq!(end_of("plain text\n--- x\n+++ x\n@@ -1 +1 @@\n"), None);
    }
}
