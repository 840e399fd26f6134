//! Reads unified diffs, with or without git's headers, in whatever text they stand.
//!
//! A text without a change, or with a change in another form, is an error: it would otherwise look applied.

use super::hunk::{FileDiff, Hunk, Line, LineKind};
use super::name::{git_names, header_name, plain_name};

/// Reads a patch; an empty one changes nothing.
///
/// # Errors
/// What is wrong, with the line.
pub(super) fn parse(text: &[u8]) -> Result<Vec<FileDiff>, String> {
    let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
    let mut parser = Parser { lines, at: 0, diffs: Vec::new(), current: None };
    parser.run()?;
    if parser.diffs.is_empty() && !text.trim_ascii().is_empty() {
        return Err("it holds no change that can be applied".to_owned());
    }
    Ok(parser.diffs)
}

struct Parser<'a> {
    lines: Vec<&'a [u8]>,
    at: usize,
    diffs: Vec<FileDiff>,
    current: Option<Open>,
}

/// A file's diff while it is read.
#[derive(Default)]
struct Open {
    diff: FileDiff,
    /// Line of its first header.
    at: usize,
    git: bool,
    /// Whether a header of git says all there is to do.
    complete: bool,
    creates: bool,
    deletes: bool,
}

impl Open {
    /// Whether a `---` and `+++` pair belongs to this header of git, and not to the next file.
    fn takes(&self, old: &Option<String>, new: &Option<String>) -> bool {
        let same = |header: &Option<String>, prefix: &str, own: &Option<String>| {
            header.is_none() || own.is_none() || strip(header.clone(), prefix) == *own
        };
        let unread = self.git && self.diff.hunks.is_empty();
        unread
            && (self.diff.rename
                || self.diff.copy
                || same(old, "a/", &self.diff.old) && same(new, "b/", &self.diff.new))
    }
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), String> {
        let first = self.first_header();
        while let Some(line) = self.line(0) {
            if line.starts_with(b"diff --git ") {
                self.open_git()?;
            } else if line.starts_with(b"@@") && self.at >= first {
                self.hunk()?;
            } else if line.starts_with(b"--- ") && self.follows(1, b"+++ ") {
                self.header()?;
            } else if line.starts_with(b"*** ") && self.follows(1, b"--- ") && self.follows(2, b"***************") {
                return Err(self.wrong(0, "this is a context diff; only unified diffs can be applied"));
            } else if (line.starts_with(b"--- ") || line.starts_with(b"+++ ")) && self.at >= first {
                return Err(self.wrong(0, "the other of the two header lines is missing"));
            } else if line.starts_with(b"GIT binary patch") || is_binary_note(line) {
                return Err(self.wrong(0, "binary files cannot be patched"));
            } else {
                self.extended_header()?;
                self.at += 1;
            }
        }
        self.close()
    }

    /// Line of the first whole header: what stands before is the mail that brought the patch.
    fn first_header(&self) -> usize {
        let starts = |at: usize, start: &[u8]| self.lines.get(at).is_some_and(|line| line.starts_with(start));
        let whole = |at: usize| starts(at, b"--- ") && starts(at + 1, b"+++ ") && starts(at + 2, b"@@ ");
        (0..self.lines.len()).find(|&at| starts(at, b"diff --git ") || whole(at)).unwrap_or(0)
    }

    fn line(&self, ahead: usize) -> Option<&[u8]> {
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
        let names = git_names(&self.text("diff --git ".len()));
        let (old, new) = names.map_or((None, None), |(old, new)| (Some(old), Some(new)));
        let diff = FileDiff { old: strip(old, "a/"), new: strip(new, "b/"), ..FileDiff::default() };
        self.current = Some(Open { diff, at: self.at, git: true, ..Open::default() });
        self.at += 1;
        Ok(())
    }

    /// `---` and `+++`.
    fn header(&mut self) -> Result<(), String> {
        let at = self.at;
        let (old, _) = header_name(&self.text(4));
        self.at += 1;
        let (new, epoch) = header_name(&self.text(4));
        self.at += 1;
        if !self.current.as_ref().is_some_and(|open| open.takes(&old, &new)) {
            self.close()?;
            self.current = Some(Open { at, ..Open::default() });
        }
        let Some(open) = &mut self.current else { return Ok(()) };
        if old.is_none() && new.is_none() {
            return Err(format!("line {}: both names are /dev/null", self.at));
        }
        // After a rename the names of the headers are the same once more.
        if !open.diff.rename && !open.diff.copy {
            open.diff.old = strip(old, "a/");
            open.diff.new = strip(new, "b/");
        }
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
        let mode = |mode: &str| {
            if mode.trim_start().starts_with("12") || mode.trim_start().starts_with("16") {
                return Err(format!("line {}: symlinks and submodules cannot be patched", at + 1));
            }
            Ok(Some(mode.trim_end().ends_with("755")))
        };
        if let Some(name) = text.strip_prefix("rename from ") {
            open.diff.old = Some(plain_name(name));
            open.diff.rename = true;
        } else if let Some(name) = text.strip_prefix("rename to ") {
            open.diff.new = Some(plain_name(name));
            (open.diff.rename, open.complete) = (true, true);
        } else if let Some(name) = text.strip_prefix("copy from ") {
            open.diff.old = Some(plain_name(name));
            open.diff.copy = true;
        } else if let Some(name) = text.strip_prefix("copy to ") {
            open.diff.new = Some(plain_name(name));
            (open.diff.copy, open.complete) = (true, true);
        } else if let Some(value) = text.strip_prefix("new mode ") {
            open.diff.executable = mode(value)?;
            open.complete = true;
        } else if let Some(value) = text.strip_prefix("new file mode ") {
            open.diff.executable = mode(value)?;
            (open.creates, open.complete) = (true, true);
        } else if text.starts_with("deleted file mode ") {
            (open.deletes, open.complete) = (true, true);
        }
        Ok(())
    }

    fn hunk(&mut self) -> Result<(), String> {
        let header = self.text(0);
        let Some((old_start, old_count, new_count)) = hunk_header(&header) else {
            return Err(self.wrong(0, "this hunk header cannot be read"));
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
            return Err(format!("line {}: there is no change after this header", open.at + 1));
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

/// A name without the letter that git puts before it.
fn strip(name: Option<String>, prefix: &str) -> Option<String> {
    name.map(|name| name.strip_prefix(prefix).map_or_else(|| name.clone(), str::to_owned))
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
        assert_eq!(diff.hunks[0].lines.len(), 2, "the signature is no change");
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
        assert_eq!(diff.executable, Some(true));
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
            ("just some text\n", "no change"),
            ("--- a/x\n", "missing"),
            ("+++ a/x\n", "missing"),
            ("--- a/x\n+++ b/x\n", "no change after"),
            ("--- a/x\n+++ b/x\n@@ nonsense @@\n-a\n+b\n", "cannot be read"),
            ("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n", "changes nothing"),
            ("@@ -1 +1 @@\n-a\n+b\n", "belongs to no file"),
            ("*** a/x\n--- b/x\n***************\n*** 1 ****\n! a\n--- 1 ----\n! b\n", "context diff"),
            ("diff --git a/x b/x\nindex 1..2\nGIT binary patch\nliteral 3\n", "binary"),
            ("diff --git a/x b/x\nBinary files a/x and b/x differ\n", "binary"),
            ("--- /dev/null\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n", "both"),
            ("diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+t\n", "symlinks"),
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
