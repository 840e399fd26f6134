//! Patches made by git and by `diff`, applied here and by `git apply`: the same files must come out.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

mod workbench;

use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use workbench::Workbench;

/// Files with their kinds and contents.
type Files = BTreeMap<String, (&'static str, String)>;

fn snapshot(root: &Path) -> Files {
    let mut files = Files::new();
    let mut pending = vec![root.to_path_buf()];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.path().strip_prefix(root).unwrap().to_string_lossy().into_owned();
            let metadata = entry.metadata().unwrap();
            if name == ".git" || name == ".source_info.json" {
            } else if metadata.is_dir() {
                pending.push(entry.path());
            } else if metadata.is_symlink() {
                let target = std::fs::read_link(entry.path()).unwrap();
                files.insert(name, ("symlink", target.to_string_lossy().into_owned()));
            } else {
                let kind = if metadata.permissions().mode() & 0o100 != 0 { "executable" } else { "file" };
                let content = std::fs::read(entry.path()).unwrap();
                // Short in messages, and as good to compare.
                let content = String::from_utf8(content).unwrap_or_else(|error| workbench::sha256(error.as_bytes()));
                files.insert(name, (kind, content));
            }
        }
    }
    files
}

/// A git repository with two states.
struct Repository {
    dir: tempfile::TempDir,
}

impl Repository {
    fn new(before: impl FnOnce(&Place)) -> Self {
        let repository = Self { dir: tempfile::tempdir().unwrap() };
        repository.git(&["init", "--quiet", "."]);
        before(&repository.place());
        repository.commit("before");
        repository
    }

    fn place(&self) -> Place {
        Place(self.dir.path().to_path_buf())
    }

    fn git(&self, args: &[&str]) -> Vec<u8> {
        let output = Command::new("git")
            .args([
                "-c",
                "user.name=t",
                "-c",
                "user.email=t@t",
                "-c",
                "core.autocrlf=false",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(args)
            .current_dir(self.dir.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .output()
            .unwrap();
        let ok = output.status.success() || args.contains(&"--no-index");
        assert!(ok, "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
    }

    /// Leaves the files as they were at a revision.
    fn check_out(&self, rev: &str) {
        self.git(&["checkout", "--quiet", "--force", rev]);
        self.git(&["clean", "--quiet", "-fdx"]);
    }
}

/// A folder whose files are changed.
struct Place(PathBuf);

impl Place {
    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        workbench::write(&self.path(name), content);
    }

    fn rename(&self, from: &str, to: &str) {
        std::fs::create_dir_all(self.path(to).parent().unwrap()).unwrap();
        std::fs::rename(self.path(from), self.path(to)).unwrap();
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).unwrap();
    }

    fn link(&self, target: &str, name: &str) {
        let _ = std::fs::remove_file(self.path(name));
        symlink(target, self.path(name)).unwrap();
    }

    fn mode(&self, name: &str, mode: u32) {
        std::fs::set_permissions(self.path(name), PermissionsExt::from_mode(mode)).unwrap();
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{name}");
        self.write(name, text.replace(from, to));
    }
}

fn lines(word: &str) -> String {
    (1..=30).map(|number| format!("{word} {number}\n")).collect()
}

fn bytes(seed: u8) -> Vec<u8> {
    (0..4000u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8 ^ seed).collect()
}

/// What all cases start from.
fn start(place: &Place) {
    for name in ["a", "b", "c", "sub/d"] {
        place.write(name, lines(name));
    }
    place.write("crlf.txt", lines("crlf").replace('\n', "\r\n"));
    place.write("open", "first\nlast without end");
    place.write("empty", "");
    place.write("binary", bytes(0));
    place.write("with space", lines("space"));
    place.write("naïve \"quoted\".txt", lines("quoted"));
    place.write("run.sh", "#!/bin/sh\n");
    place.mode("run.sh", 0o755);
    place.link("v1", "link");
    place.write("v1", "version 1\n");
    place.write("v2", "version 2\n");
}

/// Applies a patch to the first state, here and by git.
async fn applied_by_both(repository: &Repository, patch: &[u8], case: &str) -> (Files, Files) {
    repository.check_out("start");
    let bench = Workbench::new();
    let source = bench.recipe("src");
    copy(repository.dir.path(), &source);
    bench.write_recipe_file("p.patch", patch);
    let fetched = bench.fetch(json!([{ "path": "src", "patches": ["p.patch"], "use_gitignore": false }])).await;
    fetched.unwrap_or_else(|error| panic!("{case}: {error}\n{}", String::from_utf8_lossy(patch)));
    let file = bench.recipe("p.patch");
    let args = if patch.windows(8).any(|part| part == b"diff --g") { vec!["apply"] } else { vec!["apply", "-p1"] };
    let args = [args, vec!["--whitespace=nowarn", "--unidiff-zero", file.to_str().unwrap()]].concat();
    repository.git(&args);
    (snapshot(&bench.layout.work_dir), snapshot(repository.dir.path()))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    let status =
        Command::new("sh").arg("-c").arg("cp -a \"$0\"/. \"$1\" && rm -rf \"$1\"/.git").arg(from).arg(to).status();
    assert!(status.unwrap().success());
}

/// One row: a change of the files, and the arguments of `git diff`.
type Case = (&'static str, fn(&Place), &'static [&'static str]);

const M: &[&str] = &["-M", "--binary"];
const PLAIN: &[&str] = &["--no-renames", "--binary"];

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("an edit", |p| p.edit("a", "a 15\n", "changed\n"), M),
    ("edits at both ends", |p| { p.edit("a", "a 1\n", "first\n"); p.edit("a", "a 30\n", "last\n"); }, M),
    ("several files", |p| { p.edit("a", "a 2\n", ""); p.edit("sub/d", "d 2\n", "x\ny\n"); }, M),
    ("without context", |p| { p.edit("a", "a 9\n", "a 9\nnew\n"); p.edit("b", "b 30\n", "b 30\nend\n"); }, &["-U0"]),
    ("a lot of context", |p| p.edit("a", "a 15\n", "changed\n"), &["-U20"]),
    ("a rename", |p| p.rename("a", "z"), M),
    ("a rename with an edit", |p| { p.rename("a", "z"); p.edit("z", "a 15\n", "changed\n"); }, M),
    ("a rename into a directory", |p| p.rename("a", "new/deep/z"), M),
    ("a rename without detection", |p| p.rename("a", "z"), PLAIN),
    ("a chain of renames", |p| { p.rename("b", "z"); p.rename("a", "b"); }, &["-B", "-M", "--binary"]),
    ("a chain of renames with edits", |p| { p.rename("b", "z"); p.rename("a", "b"); p.edit("b", "a 3\n", "x\n"); p.edit("z", "b 4\n", "y\n"); }, &["-B", "-M"]),
    ("a swap", |p| { p.rename("a", "t"); p.rename("b", "a"); p.rename("t", "b"); }, &["-B", "-M"]),
    ("a swap with edits", |p| { p.rename("a", "t"); p.rename("b", "a"); p.rename("t", "b"); p.edit("a", "b 7\n", "x\n"); p.edit("b", "a 7\n", "y\n"); }, &["-B", "-M"]),
    ("a swap without detection", |p| { p.rename("a", "t"); p.rename("b", "a"); p.rename("t", "b"); }, PLAIN),
    ("a circle of three", |p| { p.rename("a", "t"); p.rename("b", "a"); p.rename("c", "b"); p.rename("t", "c"); }, &["-B", "-M"]),
    ("a rename over a deleted file", |p| { p.remove("b"); p.rename("a", "b"); }, &["-B", "-M"]),
    ("a rename over an edited name", |p| { p.remove("b"); p.rename("a", "b"); p.edit("b", "a 2\n", "x\n"); }, &["-B", "-M"]),
    ("a rename and a new file of the old name", |p| { p.rename("a", "z"); p.write("a", "quite another\n"); }, &["-B", "-M"]),
    ("a rename of a directory", |p| p.rename("sub", "lib"), M),
    ("a rename and a mode", |p| { p.rename("a", "z"); p.mode("z", 0o755); }, M),
    ("a copy", |p| { p.write("z", lines("a")); p.edit("a", "a 2\n", "x\n"); }, &["-C", "--find-copies-harder"]),
    ("a copy with an edit", |p| { p.write("z", lines("a").replace("a 9\n", "copy\n")); }, &["-C", "--find-copies-harder"]),
    ("a copy of a file that is renamed", |p| { p.rename("a", "y"); p.write("z", lines("a").replace("a 9\n", "copy\n")); }, &["-C", "--find-copies-harder"]),
    ("a new file", |p| p.write("new/deep/file", "x\ny\n"), M),
    ("a new empty file", |p| p.write("void", ""), M),
    ("a new executable file", |p| { p.write("tool", "#!/bin/sh\n"); p.mode("tool", 0o755); }, M),
    ("a deleted file", |p| p.remove("a"), M),
    ("a deleted empty file", |p| p.remove("empty"), M),
    ("an emptied file", |p| p.write("a", ""), M),
    ("a filled file", |p| p.write("empty", "x\n"), M),
    ("a mode", |p| p.mode("a", 0o755), M),
    ("an executable bit removed", |p| p.mode("run.sh", 0o644), M),
    ("a mode and an edit", |p| { p.mode("a", 0o755); p.edit("a", "a 3\n", "x\n"); }, M),
    ("a symlink with another target", |p| p.link("v2", "link"), M),
    ("a new symlink", |p| p.link("sub/d", "other"), M),
    ("a deleted symlink", |p| p.remove("link"), M),
    ("a renamed symlink", |p| p.rename("link", "renamed"), M),
    ("a symlink that becomes a file", |p| { p.remove("link"); p.write("link", "file now\n"); }, M),
    ("a file that becomes a symlink", |p| p.link("b", "a"), M),
    ("a directory that becomes a file", |p| { p.remove("sub/d"); std::fs::remove_dir(p.path("sub")).unwrap(); p.write("sub", "x\n"); }, PLAIN),
    ("a file that becomes a directory", |p| { p.remove("a"); p.write("a/b", "x\n"); }, PLAIN),
    ("a binary delta", |p| { let mut new = bytes(0); new[2000] = 7; p.write("binary", new); }, M),
    ("a binary literal", |p| p.write("binary", bytes(99)), M),
    ("a new binary file", |p| p.write("new.bin", bytes(5)), M),
    ("a deleted binary file", |p| p.remove("binary"), M),
    ("a renamed and edited binary file", |p| { p.remove("binary"); let mut new = bytes(0); new[9] = 1; p.write("renamed.bin", new); }, M),
    ("a CRLF file", |p| p.edit("crlf.txt", "crlf 9\r\n", "changed\r\n"), M),
    ("a CRLF file that becomes LF", |p| p.write("crlf.txt", lines("crlf")), M),
    ("an LF file that becomes CRLF", |p| p.write("a", lines("a").replace('\n', "\r\n")), M),
    ("a new CRLF file", |p| p.write("dos.txt", "x\r\ny\r\n"), M),
    ("a CRLF line in an LF file", |p| p.edit("a", "a 9\n", "a 9\r\n"), M),
    ("a line end at the end added", |p| p.write("open", "first\nlast without end\n"), M),
    ("a line end at the end removed", |p| p.write("a", lines("a").trim_end()), M),
    ("an edit of the last line without end", |p| p.write("open", "first\nlast edited"), M),
    ("lines appended to a file without end", |p| p.write("open", "first\nlast without end\nmore"), M),
    ("names with spaces", |p| { p.edit("with space", "space 9\n", "x\n"); p.rename("a", "also with space"); }, M),
    ("names in quotes", |p| p.edit("naïve \"quoted\".txt", "quoted 9\n", "x\n"), M),
    ("a new name in quotes", |p| p.write("tab\there é", "x\n"), M),
    ("prefixes i and w", |p| p.edit("a", "a 9\n", "x\n"), &["--src-prefix=i/", "--dst-prefix=w/"]),
    ("prefixes c and i, new file", |p| p.write("new", "x\n"), &["--src-prefix=c/", "--dst-prefix=i/"]),
    ("prefixes o and w, renamed", |p| { p.rename("a", "z"); p.edit("z", "a 9\n", "x\n"); }, &["--src-prefix=o/", "--dst-prefix=w/", "-M"]),
    ("removed lines that look like headers", |p| p.edit("a", "a 9\n", "a 9\n-- b\n++ c\n@@ -1 +1 @@\n"), M),
    ("whole functions as context", |p| p.edit("a", "a 9\n", "x\n"), &["-W"]),
    ("full object names", |p| p.edit("a", "a 9\n", "x\n"), &["--full-index"]),
    ("another algorithm", |p| { p.edit("a", "a 9\n", "x\n"); p.edit("a", "a 20\n", ""); }, &["--patience"]),
];

#[tokio::test]
async fn patches_of_git_give_what_git_makes_of_them() {
    let mut failures = Vec::new();
    for (case, change, args) in CASES {
        let repository = Repository::new(start);
        repository.git(&["tag", "start"]);
        change(&repository.place());
        repository.git(&["add", "--all"]);
        let wanted = snapshot(repository.dir.path());
        let patch = repository.git(&[&["diff", "--cached"], *args].concat());
        assert!(!patch.is_empty(), "{case}");
        let (here, git) = applied_by_both(&repository, &patch, case).await;
        assert_eq!(git, wanted, "{case}: git itself");
        if here != git {
            failures.push(format!("{case}\n{}", String::from_utf8_lossy(&patch)));
        }
    }
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), CASES.len(), failures.join("\n"));
    println!("{} patches as by git apply", CASES.len());
}

/// Messages of commits that look like diffs.
const MESSAGES: [&str; 4] = [
    "Plain",
    "Quote a header\n\n--- a/none\n+++ b/none\n@@ -1 +1 @@\n-x\n+y",
    "Quote half of one\n\n+++ x\n@@ what\n--- y",
    "Quote a rename\n\n    diff --git a/x b/y\n    rename from x\n    rename to y",
];

#[tokio::test]
async fn a_mail_series_gives_what_its_commits_did() {
    let repository = Repository::new(start);
    repository.git(&["tag", "start"]);
    let place = repository.place();
    let changes: [fn(&Place); 4] = [
        |p| p.edit("a", "a 9\n", "first\n"),
        |p| p.edit("a", "a 20\n", "second\n"),
        |p| p.rename("a", "z"),
        |p| p.edit("z", "a 25\n", "third\n"),
    ];
    for (message, change) in MESSAGES.iter().zip(changes) {
        change(&place);
        repository.commit(message);
    }
    let wanted = snapshot(repository.dir.path());
    repository.git(&["tag", "end"]);
    for args in [&["--stdout"][..], &["--stdout", "--no-stat"], &["--stdout", "--no-signature"], &["--stdout", "-k"]] {
        let series = repository.git(&[&["format-patch", "start..end"], args].concat());
        repository.check_out("start");
        let bench = Workbench::new();
        copy(repository.dir.path(), &bench.recipe("src"));
        bench.write_recipe_file("p.patch", &series);
        let fetched = bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await;
        fetched.unwrap_or_else(|error| panic!("{args:?}: {error}\n{}", String::from_utf8_lossy(&series)));
        assert_eq!(snapshot(&bench.layout.work_dir), wanted, "{args:?}");
    }
}

/// The text of a patch, and what `a` or another file is afterwards.
#[tokio::test]
async fn patches_of_other_tools_give_what_gnu_patch_makes_of_them() {
    let hunk = "@@ -8,3 +8,3 @@\n a 8\n-a 9\n+x\n a 10\n";
    let edited = || lines("a").replace("a 9\n", "x\n");
    for (patch, file, content) in [
        (format!("--- a Wed Jan  1 03:04:05 2020\n+++ a Wed Jan  1 03:04:06 2020\n{hunk}"), "a", Some(edited())),
        (
            format!("--- p.orig/a\tWed Jan  1 03:04:05 2020\n+++ p/a\tWed Jan  1 03:04:06 2020\n{hunk}"),
            "a",
            Some(edited()),
        ),
        (format!("--- w/a\n+++ i/a\n{hunk}"), "a", Some(edited())),
        (format!("--- c/a\n+++ i/a\n{hunk}"), "a", Some(edited())),
        (
            "diff -ruN p.orig/new/x p/new/x\n--- p.orig/new/x\t1970-01-01 01:00:00.000000000 +0100\n\
             +++ p/new/x\t2020-01-01 00:00:00.000000000 +0100\n@@ -0,0 +1 @@\n+x\n"
                .to_owned(),
            "new/x",
            Some("x\n".to_owned()),
        ),
        (
            "diff -ruN p.orig/v1 p/v1\n--- p.orig/v1\t2020-01-01 00:00:00 +0100\n+++ p/v1\t1970-01-01 01:00:00 +0100\n\
             @@ -1 +0,0 @@\n-version 1\n"
                .to_owned(),
            "v1",
            None,
        ),
        (
            "--- v1 Wed Jan  1 03:04:05 2020\n+++ v1 Thu Jan  1 01:00:00 1970\n@@ -1 +0,0 @@\n-version 1\n".to_owned(),
            "v1",
            None,
        ),
        (
            format!("Index: a\n{}\n--- a\t(revision 1)\n+++ a\t(working copy)\n{hunk}", "=".repeat(67)),
            "a",
            Some(edited()),
        ),
        (format!("Only in p: x\n--- a/a\n+++ b/a\n{hunk}Only in p: --- y\n--- nothing\ntext\n"), "a", Some(edited())),
        (format!("\u{feff}--- a/a\n+++ b/a\n{hunk}"), "a", Some(edited())),
        // A symlink whose diff lost the note about the missing line end.
        (
            "diff --git a/link b/link\nindex 626799f..8c1384d 120000\n--- a/link\n+++ b/link\n@@ -1 +1 @@\n-v1\n+v2\n"
                .to_owned(),
            "v1",
            Some("version 1\n".to_owned()),
        ),
    ] {
        let bench = Workbench::new();
        start(&Place(bench.recipe("src")));
        bench.write_recipe_file("p.patch", &patch);
        let fetched = bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await;
        fetched.unwrap_or_else(|error| panic!("{error}\n{patch}"));
        assert_eq!(std::fs::read_to_string(bench.work(file)).ok(), content, "{patch}");
        if patch.contains("120000") {
            assert_eq!(std::fs::read_link(bench.work("link")).unwrap(), Path::new("v2"));
        }
    }
}

#[tokio::test]
async fn a_patch_converted_to_crlf_keeps_the_line_endings_of_the_sources() {
    let dos = |text: &str| text.replace('\n', "\r\n");
    for (case, change, args) in CASES.iter().filter(|(case, ..)| !case.contains("CRLF") && !case.contains("copy")) {
        let repository = Repository::new(start);
        repository.git(&["tag", "start"]);
        change(&repository.place());
        repository.git(&["add", "--all"]);
        let wanted = snapshot(repository.dir.path());
        let patch = repository.git(&[&["diff", "--cached"], *args].concat());
        let Ok(text) = std::str::from_utf8(&patch) else { continue };
        repository.check_out("start");
        let bench = Workbench::new();
        copy(repository.dir.path(), &bench.recipe("src"));
        bench.write_recipe_file("p.patch", dos(text));
        let fetched = bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await;
        fetched.unwrap_or_else(|error| panic!("{case}: {error}\n{text}"));
        assert_eq!(snapshot(&bench.layout.work_dir), wanted, "{case}");
    }
    // Among files with CRLF, a new one gets it as well.
    let bench = Workbench::new();
    bench.write_recipe_file("src/a.txt", "1\r\n2\r\n");
    bench.write_recipe_file("p.patch", dos("--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1,2 @@\n+x\n+y\n"));
    bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await.unwrap();
    assert_eq!(bench.read_work("new.txt"), "x\r\ny\r\n");
}

#[tokio::test]
async fn patches_in_utf_16_and_with_a_byte_order_mark_get_a_hint() {
    let text = "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n+2\n";
    let bench = Workbench::new();
    bench.write_recipe_file("src/a", "1\n");
    for with_mark in [true, false] {
        let mark: &[u8] = if with_mark { &[0xff, 0xfe] } else { &[] };
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bench.write_recipe_file("p.patch", [mark, &utf16].concat());
        let error = bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await.unwrap_err();
        assert!(error.to_string().contains("UTF-16"), "{error}");
        bench.clear_work();
    }
    bench.write_recipe_file("p.patch", format!("\u{feff}{text}"));
    bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await.unwrap();
    assert_eq!(bench.read_work("a"), "2\n");
    assert!(bench.progress.log_lines().iter().any(|line| line.contains("byte order mark")));
}
