//! Reads unified diffs, with or without git's headers, and the text around them.
//!
//! A text without a change, or with a change in another form, is an error: it would otherwise look applied.

use super::binary::{BinaryDiff, read_block};
use super::hunk::{FileDiff, Hunk, Line, LineKind};
use super::mail::{is_diff_start, message_end};
use super::name::{git_names, header_name, plain_name};
use super::prefix::{Prefixes, prefixes_of_renamed, strip};
use super::tree::FileKind;

/// Reads a patch; an empty one changes nothing.
///
/// # Errors
/// What is wrong, with the line.
pub(super) fn parse(text: &[u8]) -> Result<Vec<FileDiff>, String> {
    if is_utf16(text) {
        return Err("the patch is UTF-16 text; save it as UTF-8 (PowerShell's `>` writes UTF-16)".to_owned());
    }
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
    let mut parser = Parser { lines, at: 0, diffs: Vec::new(), current: None, commit: 0 };
    parser.run()?;
    if parser.diffs.is_empty() && !text.trim_ascii().is_empty() {
        return Err("the patch contains no changes".to_owned());
    }
    Ok(parser.diffs)
}

/// What some Windows editors put before UTF-8 text. `git apply` overlooks the first header then.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether a text is UTF-16, with a byte order mark or without: no header has a NUL as its second byte otherwise.
fn is_utf16(text: &[u8]) -> bool {
    matches!(text, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b' '..=b'~', 0, b' '..=b'~', 0, ..])
        || matches!(text, [0, b' '..=b'~', 0, b' '..=b'~', ..])
}

struct Parser<'a> {
    lines: Vec<&'a [u8]>,
    at: usize,
    diffs: Vec<FileDiff>,
    current: Option<Open>,
    commit: usize,
}

/// A file's diff while it is read.
#[derive(Default)]
struct Open {
    diff: FileDiff,
    /// Line of its first header.
    at: usize,
    git: bool,
    /// The two names of the `diff --git` line as they are written.
    names: String,
    prefixes: Prefixes,
    /// Whether a header of git says all there is to do.
    complete: bool,
    creates: bool,
    deletes: bool,
    blobs: Option<(String, String)>,
}

impl Open {
    /// Whether a `---` and `+++` pair belongs to this header of git, and not to the next file.
    fn takes(&self, old: &Option<String>, new: &Option<String>) -> bool {
        let same = |header: &Option<String>, prefix: &str, own: &Option<String>| {
            header.is_none() || own.is_none() || strip(header.clone(), prefix) == *own
        };
        let unread = self.git && self.diff.hunks.is_empty();
        let Prefixes { old: old_prefix, new: new_prefix } = &self.prefixes;
        unread
            && (self.diff.rename
                || self.diff.copy
                || same(old, old_prefix, &self.diff.old) && same(new, new_prefix, &self.diff.new))
    }

    /// `rename from` and the like have no prefix, although the other names of the patch do: one that is not git's own is
    /// put before them, so that all names have the same number of leading directories.
    fn set_renamed(&mut self) {
        let (Some(old), Some(new)) = (&self.diff.old, &self.diff.new) else { return };
        let Some(prefixes) = prefixes_of_renamed(&self.names, old, new) else { return };
        if !prefixes.are_gits() {
            self.diff.old = Some(format!("{}{old}", prefixes.old));
            self.diff.new = Some(format!("{}{new}", prefixes.new));
        }
    }
}

impl<'a> Parser<'a> {
    fn run(&mut self) -> Result<(), String> {
        let first = self.first_header();
        while let Some(line) = self.line(0) {
            if let Some(end) = message_end(&self.lines, self.at) {
                self.close()?;
                // The next commit builds on the result of this one.
                self.commit += usize::from(self.diffs.last().is_some_and(|diff| diff.commit == self.commit));
                self.at = end;
            } else if line.starts_with(b"diff --git ") {
                self.open_git()?;
            } else if line.starts_with(b"diff --cc ") || line.starts_with(b"diff --combined ") {
                return Err(self.wrong(0, "this is the combined diff of a merge; only unified diffs can be applied"));
            } else if self.is_hunk_header() && self.at >= first {
                self.hunk()?;
            } else if line.starts_with(b"--- ") && self.follows(1, b"+++ ") {
                self.header()?;
            } else if line.starts_with(b"*** ") && self.follows(1, b"--- ") && self.follows(2, b"***************") {
                return Err(self.wrong(0, "this is a context diff; only unified diffs can be applied"));
            } else if self.is_lone_header() && self.at >= first {
                return Err(self.wrong(0, "the other one of the two header lines is missing"));
            } else if line.starts_with(b"GIT binary patch") {
                self.binary()?;
            } else if is_binary_note(line) {
                let what =
                    "the patch does not contain the changes of this binary file; create it with `git diff --binary`";
                return Err(self.wrong(0, what));
            } else {
                self.extended_header()?;
                self.at += 1;
            }
        }
        self.close()
    }

    /// Line of the first whole header: any text may come before it.
    fn first_header(&self) -> usize {
        (0..self.lines.len()).find(|&at| is_diff_start(&self.lines, at)).unwrap_or(0)
    }

    /// Text between diffs may have lines that start with `@@`; after a header they are meant as hunks, however damaged.
    fn is_hunk_header(&self) -> bool {
        let Some(line) = self.line(0).filter(|line| line.starts_with(b"@@")) else { return false };
        let expected = self.current.as_ref().is_some_and(|open| open.diff.hunks.is_empty() && !open.complete);
        expected || line.starts_with(b"@@ -")
    }

    /// Whether one of the lines `---` and `+++` is here without the other. A line of text may start like one.
    fn is_lone_header(&self) -> bool {
        let (old, new) = (self.follows(0, b"--- "), self.follows(0, b"+++ "));
        let is_last = self.lines.iter().skip(self.at + 1).all(|line| line.is_empty());
        (old || new) && (is_last || self.follows(1, b"@@ -") || self.diffs.is_empty() && self.current.is_none())
    }

    fn line(&self, ahead: usize) -> Option<&'a [u8]> {
        self.lines.get(self.at + ahead).copied()
    }

    fn follows(&self, ahead: usize, start: &[u8]) -> bool {
        self.line(ahead).is_some_and(|line| line.starts_with(start))
    }

    fn text(&self, skip: usize) -> String {
        String::from_utf8_lossy(self.line(0).and_then(|line| line.get(skip..)).unwrap_or_default()).into_owned()
    }

    fn wrong(&self, ahead: usize, what: &str) -> String {
        format!("line {}: {what}", self.at + ahead + 1)
    }

    fn open_git(&mut self) -> Result<(), String> {
        self.close()?;
        let names = self.text("diff --git ".len());
        let has_crlf_headers = names.ends_with('\r');
        let (old, new) = git_names(&names).unzip();
        let prefixes = Prefixes::of_git(old.as_deref(), new.as_deref());
        let (old, new) = (strip(old, &prefixes.old), strip(new, &prefixes.new));
        let diff = FileDiff { commit: self.commit, old, new, has_crlf_headers, ..FileDiff::default() };
        self.current = Some(Open { diff, at: self.at, git: true, names, prefixes, ..Open::default() });
        self.at += 1;
        Ok(())
    }

    /// `---` and `+++`.
    fn header(&mut self) -> Result<(), String> {
        let at = self.at;
        let (old, _) = header_name(&self.text(4));
        self.at += 1;
        let has_crlf_headers = self.text(4).ends_with('\r');
        let (new, epoch) = header_name(&self.text(4));
        self.at += 1;
        if !self.current.as_ref().is_some_and(|open| open.takes(&old, &new)) {
            self.close()?;
            let prefixes = Prefixes::of_plain(old.as_deref(), new.as_deref());
            let diff = FileDiff { commit: self.commit, ..FileDiff::default() };
            self.current = Some(Open { diff, at, prefixes, ..Open::default() });
        }
        let Some(open) = &mut self.current else { return Ok(()) };
        if old.is_none() && new.is_none() {
            return Err(format!("line {}: both names are /dev/null", self.at));
        }
        // After a rename, git repeats the same names here.
        if !open.diff.rename && !open.diff.copy {
            open.diff.old = strip(old, &open.prefixes.old);
            open.diff.new = strip(new, &open.prefixes.new);
        }
        open.diff.has_crlf_headers = has_crlf_headers;
        open.diff.remove_if_empty = epoch;
        open.complete = false;
        Ok(())
    }

    /// The lines between `diff --git` and `---`.
    fn extended_header(&mut self) -> Result<(), String> {
        let text = self.text(0);
        let at = self.at;
        let Some(open) = self.current.as_mut().filter(|open| open.git && open.diff.hunks.is_empty()) else {
            return Ok(());
        };
        let text = text.trim_end_matches('\r');
        let kind = |mode: &str| match mode.trim() {
            mode if mode.starts_with("16") => Err(format!("line {}: submodules cannot be patched", at + 1)),
            mode if mode.starts_with("12") => Ok(Some(FileKind::Symlink)),
            mode => Ok(Some(FileKind::of_file(mode.ends_with("755")))),
        };
        if let Some(name) = text.strip_prefix("rename from ").or(text.strip_prefix("rename old ")) {
            open.diff.old = Some(plain_name(name));
            open.diff.rename = true;
        } else if let Some(name) = text.strip_prefix("rename to ").or(text.strip_prefix("rename new ")) {
            open.diff.new = Some(plain_name(name));
            (open.diff.rename, open.complete) = (true, true);
            open.set_renamed();
        } else if let Some(name) = text.strip_prefix("copy from ") {
            open.diff.old = Some(plain_name(name));
            open.diff.copy = true;
        } else if let Some(name) = text.strip_prefix("copy to ") {
            open.diff.new = Some(plain_name(name));
            (open.diff.copy, open.complete) = (true, true);
            open.set_renamed();
        } else if let Some(value) = text.strip_prefix("old mode ") {
            open.diff.old_kind = kind(value)?;
        } else if let Some(value) = text.strip_prefix("new mode ") {
            open.diff.new_kind = kind(value)?;
            open.complete = true;
        } else if let Some(value) = text.strip_prefix("new file mode ") {
            open.diff.new_kind = kind(value)?;
            (open.creates, open.complete) = (true, true);
        } else if let Some(value) = text.strip_prefix("deleted file mode ") {
            open.diff.old_kind = kind(value)?;
            (open.deletes, open.complete) = (true, true);
        } else if let Some(value) = text.strip_prefix("index ") {
            let mut parts = value.split_whitespace();
            let blobs = parts.next().and_then(|blobs| blobs.split_once(".."));
            let is_whole = |blob: &str| blob.len() == 40 && blob.bytes().all(|byte| byte.is_ascii_hexdigit());
            let blobs = blobs.filter(|(old, new)| is_whole(old) && is_whole(new));
            open.blobs = blobs.map(|(old, new)| (old.to_owned(), new.to_owned()));
            // The mode is here if it does not change; only that of a symlink matters.
            if let Some(mode) = parts.next().map(kind).transpose()?.flatten()
                && mode == FileKind::Symlink
            {
                (open.diff.old_kind, open.diff.new_kind) = (Some(mode), Some(mode));
            }
        }
        Ok(())
    }

    /// `GIT binary patch`: the change, and the one that reverts it, which is not needed.
    fn binary(&mut self) -> Result<(), String> {
        let at = self.at + 1;
        let belongs = self.current.as_ref().is_some_and(|open| open.git && open.diff.hunks.is_empty());
        if !belongs {
            return Err(self.wrong(0, "this binary diff belongs to no file"));
        }
        self.at += 1;
        let mut changes = Vec::new();
        while self.follows(0, b"literal ") || self.follows(0, b"delta ") {
            let header = self.text(0);
            let lines = self.lines.iter().skip(self.at + 1).copied();
            let (change, count) = read_block(&header, lines).map_err(|what| self.wrong(0, &what))?;
            changes.push(change);
            self.at += 1 + count;
        }
        let change = changes.into_iter().next().ok_or_else(|| self.wrong(0, "this binary diff is empty"))?;
        if let Some(open) = &mut self.current {
            open.diff.binary = Some(BinaryDiff { at, change, blobs: open.blobs.take() });
            open.complete = true;
        }
        Ok(())
    }

    fn hunk(&mut self) -> Result<(), String> {
        let header = self.text(0);
        let Some((old_start, old_count, new_count)) = hunk_header(&header) else {
            return Err(self.wrong(0, "this hunk header is not valid"));
        };
        let has_names = self.current.as_ref().is_some_and(|open| open.diff.old.is_some() || open.diff.new.is_some());
        if !has_names {
            return Err(self.wrong(0, "this hunk belongs to no file"));
        }
        let mut hunk = Hunk { at: self.at + 1, old_start, ..Hunk::default() };
        self.at += 1;
        let (mut old_left, mut new_left) = (old_count, new_count);
        while let Some(kind) = self.hunk_line(old_left, new_left) {
            let line = self.line(0).unwrap_or_default();
            let text = line.get(1..).unwrap_or_default().to_vec();
            if kind != LineKind::Added {
                old_left = old_left.saturating_sub(1);
            }
            if kind != LineKind::Removed {
                new_left = new_left.saturating_sub(1);
            }
            hunk.lines.push(Line { kind, text });
            self.at += 1;
            if self.follows(0, b"\\") {
                hunk.old_ends_open |= kind != LineKind::Added;
                hunk.new_ends_open |= kind != LineKind::Removed;
                self.at += 1;
            }
        }
        if !hunk.lines.iter().any(|line| line.kind != LineKind::Context) {
            return Err(format!("line {}: this hunk changes nothing; the patch may be cut off", hunk.at));
        }
        let is_end = self.lines.iter().skip(self.at).all(|line| line.is_empty());
        hunk.is_cut = is_end && (old_left > 0 || new_left > 0);
        if let Some(open) = &mut self.current {
            open.diff.hunks.push(hunk);
        }
        Ok(())
    }

    /// What the next line is to the hunk, or `None` when the hunk is over. The counts of the header may be wrong: people
    /// edit patches by hand. They decide only where the lines alone do not tell.
    fn hunk_line(&self, old_left: usize, new_left: usize) -> Option<LineKind> {
        let line = self.line(0)?;
        let done = old_left == 0 && new_left == 0;
        let is_last = self.at + 1 == self.lines.len();
        match line.first() {
            // Editors strip blanks at the end of a line, also the one that marks an empty line of context.
            None if !done && old_left > 0 && new_left > 0 && !is_last => Some(LineKind::Context),
            Some(b'\r') if line.len() == 1 && old_left > 0 && new_left > 0 => Some(LineKind::Context),
            Some(b' ') => Some(LineKind::Context),
            Some(b'+') => Some(LineKind::Added),
            Some(b'-') => {
                let header = line.starts_with(b"--- ") && self.follows(1, b"+++ ") && self.follows(2, b"@@ -");
                let content = !done && (!header || (old_left == 1 && new_left == 1));
                // The end of a mail: the signature of git.
                let signature = done && (line == b"-- " || line == b"--" || line == b"-- \r");
                (content || !(header || signature)).then_some(LineKind::Removed)
            }
            _ => None,
        }
    }

    fn close(&mut self) -> Result<(), String> {
        let Some(mut open) = self.current.take() else { return Ok(()) };
        if open.diff.hunks.is_empty() && !open.complete {
            // A header of git that says nothing, such as for a file whose content is the same, is harmless.
            if open.git && open.diff.old == open.diff.new {
                return Ok(());
            }
            return Err(format!("line {}: this header has no changes after it", open.at + 1));
        }
        if open.creates {
            open.diff.old = None;
        }
        if open.deletes {
            open.diff.new = None;
        }
        if open.diff.old.is_none() && open.diff.new.is_none() {
            return Err(format!("line {}: the name of the file cannot be read", open.at + 1));
        }
        self.diffs.push(open.diff);
        Ok(())
    }
}

fn is_binary_note(line: &[u8]) -> bool {
    line.starts_with(b"Binary files ") && line.trim_ascii_end().ends_with(b" differ")
}

/// `@@ -start[,count] +start[,count] @@`: the old start and both counts.
fn hunk_header(text: &str) -> Option<(usize, usize, usize)> {
    let (old, rest) = text.strip_prefix("@@ -")?.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    let range = |text: &str| -> Option<(usize, usize)> {
        match text.split_once(',') {
            Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
            None => Some((text.parse().ok()?, 1)),
        }
    };
    let (old_start, old_count) = range(old)?;
    let (_, new_count) = range(new)?;
    Some((old_start, old_count, new_count))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn one(text: &str) -> FileDiff {
        let mut diffs = parse(text.as_bytes()).unwrap();
        assert_eq!(diffs.len(), 1, "{diffs:?}");
        diffs.remove(0)
    }

    #[test]
    fn a_mail_with_a_patch_is_read() {
        let diff = one("From abc Mon Sep 17\nSubject: [PATCH] x\n\n--- a note ---\n x | 2 +-\n---\n\
            diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@ fn\n-a\n+b\n-- \n2.40\n");
        assert_eq!(diff.old.as_deref(), Some("x"));
        assert_eq!(diff.hunks.len(), 1);
        assert_eq!(diff.hunks[0].lines.len(), 2, "the signature is not a change");
    }

    #[test]
    fn counts_are_taken_from_the_lines() {
        let diff = one("--- x\n+++ x\n@@ -1,9 +1,9 @@\n a\n-b\n+c\n d\n");
        assert_eq!(diff.hunks[0].lines.len(), 4);
        let diff = one("--- x\n+++ x\n@@ -1 +1 @@\n a\n-b\n+c\n d\n");
        assert_eq!(diff.hunks[0].lines.len(), 4);
    }

    #[test]
    fn lines_that_look_like_headers_can_be_content() {
        let diff = one("--- x\n+++ x\n@@ -1,2 +1,2 @@\n a\n--- b\n+++ c\n@@ -9 +9 @@\n-d\n+e\n");
        assert_eq!(diff.hunks.len(), 2);
        assert_eq!(diff.hunks[0].lines[1].text, b"-- b");
        let diffs = parse(b"--- x\n+++ x\n@@ -1,5 +1,5 @@\n-a\n+b\n--- y\n+++ y\n@@ -1 +1 @@\n-c\n+d\n").unwrap();
        assert_eq!(diffs.len(), 2);
    }

    #[test]
    fn headers_of_git_say_what_hunks_do_not() {
        let diff = one("diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n");
        assert!(diff.rename && diff.old.as_deref() == Some("x") && diff.new.as_deref() == Some("y"));
        let diff = one("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n");
        assert_eq!(diff.new_kind, Some(FileKind::Executable));
        let diff = one("diff --git a/x b/x\nnew file mode 100644\nindex 0000000..e69de29\n");
        assert_eq!((diff.old, diff.new.as_deref()), (None, Some("x")));
        let diff = one("diff --git a/x b/x\ndeleted file mode 100644\nindex e69de29..0000000\n");
        assert_eq!((diff.old.as_deref(), diff.new), (Some("x"), None));
    }

    #[test]
    fn diffs_with_and_without_headers_of_git_can_be_mixed() {
        let diffs = parse(
            b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\ndiff --git a/y b/y\nnew file mode 100644\n\
            --- /dev/null\n+++ b/z\n@@ -0,0 +1 @@\n+c\n",
        )
        .unwrap();
        let names: Vec<_> = diffs.iter().map(FileDiff::name).collect();
        assert_eq!(names, ["x", "y", "z"]);
    }

    #[test]
    fn what_is_no_change_is_an_error() {
        for (text, word) in [
            ("just some text\n", "no changes"),
            ("--- a/x\n", "missing"),
            ("+++ a/x\n", "missing"),
            ("--- a/x\n+++ b/x\n", "no changes after"),
            ("--- a/x\n+++ b/x\n@@ nonsense @@\n-a\n+b\n", "not valid"),
            ("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n", "changes nothing"),
            ("@@ -1 +1 @@\n-a\n+b\n", "belongs to no file"),
            ("*** a/x\n--- b/x\n***************\n*** 1 ****\n! a\n--- 1 ----\n! b\n", "context diff"),
            ("diff --git a/x b/x\nindex 1..2\nGIT binary patch\nliteral 3\n", "damaged"),
            ("diff --git a/x b/x\nindex 1..2\nGIT binary patch\n", "empty"),
            ("diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n@@@ -1,1 -1,1 +1,1 @@@\n--a\n++b\n", "merge"),
            ("\u{0}-\u{0}-\u{0}-\u{0} \u{0}a", "UTF-16"),
            ("diff --git a/x b/x\nBinary files a/x and b/x differ\n", "binary"),
            ("--- /dev/null\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n", "both"),
            ("diff --git a/l b/l\nnew file mode 160000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+t\n", "submodules"),
        ] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(error.contains(word), "{text}: {error}");
        }
        assert_eq!(parse(b""), Ok(vec![]));
        assert_eq!(parse(b"\n \n"), Ok(vec![]));
    }

    #[test]
    fn no_text_makes_the_reader_fail_badly() {
        let base = b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline\n";
        for cut in 0..base.len() {
            let _ = parse(&base[..cut]);
            let mut changed = base.to_vec();
            changed[cut] = b'\n';
            let _ = parse(&changed);
        }
    }
}
