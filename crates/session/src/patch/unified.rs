//! Writing one file's unified diff.

use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline, group_diff_ops};

use super::tree::{FileKind, FileState};

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// After this time a diff may be longer than it need be; it is right all the same.
const DIFF_TIMEOUT: Duration = Duration::from_secs(10);

/// Whether a plain diff cannot tell all there is to: modes, and empty files that come or go.
pub(super) fn needs_git_header(old: Option<&FileState>, new: Option<&FileState>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => old.kind != new.kind,
        (None, Some(new)) => new.kind != FileKind::Regular || new.content.is_empty(),
        (Some(old), None) => old.content.is_empty(),
        (None, None) => false,
    }
}

/// One side of a diff.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) name: &'a str,
    pub(super) state: &'a FileState,
}

/// The diff of a file; a side is `None` where the file does not exist. With `git` it has a header of git, which names how similar
/// a renamed file is, in percent.
///
/// With one file that needs a header of git all files of a patch have one: readers would take a plain header after one
/// of git's for a part of it.
pub(super) fn unified_diff(old: Option<Side<'_>>, new: Option<Side<'_>>, git: Option<u8>) -> Vec<u8> {
    let content = |side: Option<Side<'_>>| side.map(|side| side.state.content.as_slice()).unwrap_or_default().to_vec();
    let (old_content, new_content) = (content(old), content(new));
    let mut text = Vec::new();
    if let Some(similarity) = git {
        git_header(&mut text, old, new, similarity);
    }
    if old_content != new_content {
        let name = |side: Option<Side<'_>>, letter: &str| match side {
            Some(side) => header_name(&format!("{letter}/{}", side.name)),
            None => "/dev/null".to_owned(),
        };
        text.extend(format!("--- {}\n+++ {}\n", name(old, "a"), name(new, "b")).bytes());
        hunks(&mut text, &old_content, &new_content);
    }
    text
}

fn git_header(text: &mut Vec<u8>, old: Option<Side<'_>>, new: Option<Side<'_>>, similarity: u8) {
    let Some((first, second)) = old.or(new).zip(new.or(old)) else { return };
    let (a, b) = (quoted(&format!("a/{}", first.name)), quoted(&format!("b/{}", second.name)));
    let mut lines = match (old.map(|side| side.state.kind.mode()), new.map(|side| side.state.kind.mode())) {
        (Some(old), Some(new)) if old != new => format!("old mode {old}\nnew mode {new}\n"),
        (None, Some(new)) => format!("new file mode {new}\n"),
        (Some(old), None) => format!("deleted file mode {old}\n"),
        _ => String::new(),
    };
    if first.name != second.name {
        let (from, to) = (quoted(first.name), quoted(second.name));
        lines.push_str(&format!("similarity index {similarity}%\nrename from {from}\nrename to {to}\n"));
    }
    text.extend(format!("diff --git {a} {b}\n{lines}").bytes());
}

/// A name as written after `---`: readers take a space for its end unless a tab follows.
fn header_name(name: &str) -> String {
    let quoted = quoted(name);
    if quoted.contains(' ') && !quoted.starts_with('"') { format!("{quoted}\t") } else { quoted }
}

/// A name in C quotes where it needs them; also one that ends in a blank, which readers would take for no part of it.
fn quoted(name: &str) -> String {
    let is_odd = |c: char| c.is_control() || c == '"' || c == '\\';
    if !name.chars().any(is_odd) && !name.ends_with(char::is_whitespace) {
        return name.to_owned();
    }
    let mut text = String::from("\"");
    for c in name.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            c if c.is_control() => {
                let mut bytes = [0; 4];
                text.extend(c.encode_utf8(&mut bytes).bytes().map(|byte| format!("\\{byte:03o}")));
            }
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

fn hunks(text: &mut Vec<u8>, old: &[u8], new: &[u8]) {
    let lines = |content: &'_ [u8]| -> Vec<Vec<u8>> {
        content.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    let (old, new) = (lines(old), lines(new));
    let deadline = Instant::now().checked_add(DIFF_TIMEOUT);
    let operations = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, deadline);
    for group in group_diff_ops(operations, CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let old_range = first.old_range().start..last.old_range().end;
        let new_range = first.new_range().start..last.new_range().end;
        text.extend(format!("@@ -{} +{} @@\n", numbers(&old_range), numbers(&new_range)).bytes());
        for operation in &group {
            match operation {
                DiffOp::Equal { .. } => add(text, b' ', &old, operation.old_range()),
                DiffOp::Delete { .. } => add(text, b'-', &old, operation.old_range()),
                DiffOp::Insert { .. } => add(text, b'+', &new, operation.new_range()),
                DiffOp::Replace { .. } => {
                    add(text, b'-', &old, operation.old_range());
                    add(text, b'+', &new, operation.new_range());
                }
            }
        }
    }
}

fn add(text: &mut Vec<u8>, sign: u8, lines: &[Vec<u8>], range: Range<usize>) {
    for line in lines.get(range).unwrap_or_default() {
        text.push(sign);
        text.extend(line);
        if !line.ends_with(b"\n") {
            text.extend(b"\n\\ No newline at end of file\n");
        }
    }
}

/// `start,count` from 1; a lone line without its count, and an empty range with the line before it.
fn numbers(range: &Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        count => format!("{},{count}", range.start + 1),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn state(content: &str, executable: bool) -> FileState {
        FileState { content: content.into(), kind: FileKind::of_file(executable) }
    }

    fn named(name: &str, old: Option<&FileState>, new: Option<&FileState>, git: bool) -> Vec<u8> {
        let side = |state| Side { name, state };
        unified_diff(old.map(side), new.map(side), git.then_some(0))
    }

    fn diff(old: Option<FileState>, new: Option<FileState>) -> String {
        let git = needs_git_header(old.as_ref(), new.as_ref());
        String::from_utf8(named("p", old.as_ref(), new.as_ref(), git)).unwrap()
    }

    #[test]
    fn ends_without_a_line_end_are_marked() {
        assert_eq!(
            diff(Some(state("x\ny", false)), Some(state("x\nz", false))),
            "--- a/p\n+++ b/p\n@@ -1,2 +1,2 @@\n x\n-y\n\\ No newline at end of file\n+z\n\\ No newline at end of file\n"
        );
        assert_eq!(
            diff(Some(state("y", false)), Some(state("y\n", false))),
            "--- a/p\n+++ b/p\n@@ -1 +1 @@\n-y\n\\ No newline at end of file\n+y\n"
        );
    }

    #[test]
    fn files_that_come_and_go_have_no_other_side() {
        assert_eq!(diff(Some(state("bye\n", false)), None), "--- a/p\n+++ /dev/null\n@@ -1 +0,0 @@\n-bye\n");
        assert_eq!(diff(None, Some(state("a\nb\n", false))), "--- /dev/null\n+++ b/p\n@@ -0,0 +1,2 @@\n+a\n+b\n");
    }

    #[test]
    fn git_headers_stand_where_they_are_needed() {
        assert_eq!(
            diff(Some(state("a\n", false)), Some(state("a\n", true))),
            "diff --git a/p b/p\nold mode 100644\nnew mode 100755\n"
        );
        assert_eq!(diff(None, Some(state("", false))), "diff --git a/p b/p\nnew file mode 100644\n");
        assert_eq!(diff(Some(state("", false)), None), "diff --git a/p b/p\ndeleted file mode 100644\n");
        assert!(diff(None, Some(state("a\n", true))).starts_with("diff --git a/p b/p\nnew file mode 100755\n--- /dev"));
    }

    #[test]
    fn odd_names_are_quoted() {
        let text = named("a \"b\"\n", Some(&state("1\n", false)), Some(&state("2\n", false)), false);
        assert!(text.starts_with(b"--- \"a/a \\\"b\\\"\\n\"\n"), "{}", String::from_utf8_lossy(&text));
        let text = named("a ", Some(&state("1\n", false)), None, true);
        assert!(
            text.starts_with(b"diff --git \"a/a \" \"b/a \"\ndeleted file mode 100644\n--- \"a/a \"\n+++ /dev/null\n")
        );
        let text = named("a b", Some(&state("1\n", false)), Some(&state("2\n", false)), false);
        assert!(text.starts_with(b"--- a/a b\t\n+++ b/a b\t\n"));
    }

    #[test]
    fn carriage_returns_are_content() {
        let text = diff(Some(state("a\rb\r\n", false)), Some(state("a\rc\r\n", false)));
        assert_eq!(text, "--- a/p\n+++ b/p\n@@ -1 +1 @@\n-a\rb\r\n+a\rc\r\n");
    }
}
