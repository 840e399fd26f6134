//! Patches as recipes list them, applied to a source.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod workbench;

use serde_json::json;
use sidewinder_session::Error;
use workbench::Workbench;

/// A recipe folder with a source `src/x` of ten lines, `src/keep`, and one patch.
fn bench(patch: &str) -> Workbench {
    let bench = Workbench::new();
    bench.write_recipe_file("src/x", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
    bench.write_recipe_file("src/keep", "kept\n");
    bench.write_recipe_file("p.patch", patch);
    bench
}

async fn patched(patch: &str) -> Workbench {
    let bench = bench(patch);
    bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await.unwrap();
    bench
}

async fn refused(patch: &str) -> String {
    let bench = bench(patch);
    let before = workbench::tree(&bench.recipe("src"));
    let error = bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await.unwrap_err();
    assert!(matches!(&error, Error::Patch { patch, .. } if patch == "p.patch"), "{error}");
    assert_eq!(bench.tree(), before, "a patch that fails changes nothing");
    assert_eq!(workbench::tree(bench.outside()).keys().filter(|path| path.contains("esc")).count(), 0);
    error.to_string()
}

const EDIT: &str = "@@ -4,3 +4,3 @@\n 4\n-5\n+five\n 6\n";
#[cfg(unix)]
const EDIT_OF_X: &str = "--- a/x\n+++ b/x\n@@ -4,3 +4,3 @@\n 4\n-5\n+five\n 6\n";
const EDITED: &str = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n";

#[tokio::test]
async fn names_are_found_at_whatever_level() {
    for headers in [
        "--- a/x\n+++ b/x\n",
        "--- x\n+++ x\n",
        "--- foo/p-1/x\t2020-01-01 00:00:00\n+++ foo/p-2/x\n",
        "--- /home/me/p/x\n+++ /home/me/p2/x\n",
        "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n",
        "--- x.orig\n+++ x\n",
    ] {
        assert_eq!(patched(&format!("{headers}{EDIT}")).await.read_work("x"), EDITED, "{headers}");
    }
}

#[tokio::test]
async fn a_patch_relative_to_the_work_folder_fits_a_source_in_a_target_directory() {
    let bench = bench(&format!("--- a/tt/x\n+++ b/tt/x\n{EDIT}"));
    bench.fetch(json!([{ "path": "src", "target_directory": "tt", "patches": ["p.patch"] }])).await.unwrap();
    assert_eq!(bench.read_work("tt/x"), EDITED);
}

#[tokio::test]
async fn hunks_that_moved_or_have_wrong_context_are_found() {
    let fuzzy = "--- a/x\n+++ b/x\n@@ -94,3 +94,3 @@\n 4\n-5\n+five\n 6\n";
    assert_eq!(patched(fuzzy).await.read_work("x"), EDITED, "offset");
    let fuzzy = "--- a/x\n+++ b/x\n@@ -2,7 +2,7 @@\n WRONG\n 3\n 4\n-5\n+five\n 6\n 7\n ODD\n";
    assert_eq!(patched(fuzzy).await.read_work("x"), EDITED, "one wrong line of context");
    let blanks = "--- a/x\n+++ b/x\n@@ -4,3 +4,3 @@\n   4  \n-\t5\n+five\n 6\n";
    assert_eq!(patched(blanks).await.read_work("x"), EDITED, "blanks");
    let fuzzy = "--- a/x\n+++ b/x\n@@ -1,7 +1,7 @@\n W\n W\n W\n 4\n-5\n+five\n 6\n 7\n";
    assert!(refused(fuzzy).await.contains("hunk #1"), "three wrong lines of context are too many");
}

#[tokio::test]
async fn the_files_line_ends_are_kept() {
    let cases = [
        ("a\r\nb\r\nc\r\n", "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n", "a\r\nB\r\nc\r\n"),
        ("a\nb\nc\n", "--- a/x\r\n+++ b/x\r\n@@ -1,3 +1,3 @@\r\n a\r\n-b\r\n+B\r\n c\r\n", "a\nB\nc\n"),
        ("a\r\nb\r\n", "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+B\r\n", "a\r\nB\r\n"),
        ("a\nb", "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+B\n", "a\nB\n"),
        ("a\nb\n", "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+B\n\\ No newline at end of file\n", "a\nB"),
        ("a\nb", "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\n+A\n b\n\\ No newline at end of file\n", "A\nb"),
    ];
    for (before, patch, after) in cases {
        let bench = bench(patch);
        bench.write_recipe_file("src/x", before);
        bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await.unwrap();
        assert_eq!(bench.read_work("x"), after, "{patch}");
    }
}

#[tokio::test]
async fn files_are_created_deleted_and_renamed() {
    let bench = patched("--- /dev/null\n+++ b/new/deep/f\n@@ -0,0 +1,2 @@\n+a\n+b\n").await;
    assert_eq!(bench.read_work("new/deep/f"), "a\nb\n");
    let bench = patched("--- a/keep\n+++ /dev/null\n@@ -1 +0,0 @@\n-kept\n").await;
    assert!(!bench.work("keep").exists());
    let bench =
        patched("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-1\n+one\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-g\n").await;
    assert!(bench.read_work("x").starts_with("one\n"), "a missing file that the patch deletes is fine");
    let bench = patched("diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n").await;
    assert!(!bench.work("x").exists() && bench.work("y").exists());
    let rename = "diff --git a/x b/sub/y\nsimilarity index 90%\nrename from x\nrename to sub/y\n--- a/x\n+++ b/sub/y\n";
    let bench = patched(&format!("{rename}{EDIT}")).await;
    assert_eq!(bench.read_work("sub/y"), EDITED);
    assert!(!bench.work("x").exists());
    let copy = "diff --git a/x b/y\nsimilarity index 90%\ncopy from x\ncopy to y\n--- a/x\n+++ b/y\n";
    let bench = patched(&format!("{copy}{EDIT}")).await;
    assert_eq!(bench.read_work("y"), EDITED);
    assert!(bench.read_work("x").contains("\n5\n"));
    let epoch = "--- keep\t2020-01-01 00:00:00 +0000\n+++ keep\t1970-01-01 00:00:00 +0000\n@@ -1 +0,0 @@\n-kept\n";
    assert!(!patched(epoch).await.work("keep").exists());
}

#[tokio::test]
async fn a_file_may_come_where_a_folder_goes_in_any_order() {
    let deleted = "--- a/dd/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n";
    let deep = "--- a/dd/deep/y\n+++ /dev/null\n@@ -1 +0,0 @@\n-y\n";
    let made = "--- /dev/null\n+++ b/dd\n@@ -0,0 +1 @@\n+file\n";
    let renamed = "diff --git a/dd/x b/dd\nrename from dd/x\nrename to dd\n";
    let bench_with = |patch: &str| {
        let bench = bench(patch);
        bench.write_recipe_file("src/dd/x", "x\n");
        bench.write_recipe_file("src/dd/deep/y", "y\n");
        bench
    };
    let source = || json!([{ "path": "src", "patches": ["p.patch"] }]);
    for (patch, text) in [
        (format!("{deleted}{deep}{made}"), "file\n"),
        (format!("{made}{deleted}{deep}"), "file\n"),
        (format!("{deleted}{made}{deep}"), "file\n"),
        (format!("{deep}{renamed}"), "x\n"),
    ] {
        let bench = bench_with(&patch);
        bench.fetch(source()).await.unwrap();
        assert_eq!(bench.read_work("dd"), text, "{patch}");
    }
    for patch in [made.to_owned(), format!("{made}{deleted}"), renamed.to_owned()] {
        let bench = bench_with(&patch);
        let before = workbench::tree(&bench.recipe("src"));
        let error = bench.fetch(source()).await.unwrap_err().to_string();
        assert!(error.contains("p.patch") && error.contains("`dd` is a directory"), "{error}");
        assert_eq!(bench.tree(), before);
    }
    let error = refused("--- /dev/null\n+++ b/x/new\n@@ -0,0 +1 @@\n+file\n").await;
    assert!(error.contains("`x` is a file"), "{error}");
    let (gone, new) = ("--- a/keep\n+++ /dev/null\n@@ -1 +0,0 @@\n-kept\n", "--- /dev/null\n+++ b/keep/new\n");
    for patch in [format!("{gone}{new}@@ -0,0 +1 @@\n+n\n"), format!("{new}@@ -0,0 +1 @@\n+n\n{gone}")] {
        assert_eq!(patched(&patch).await.read_work("keep/new"), "n\n");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn modes_are_honored() {
    use std::os::unix::fs::PermissionsExt;
    let mode =
        |bench: &Workbench, name: &str| std::fs::metadata(bench.work(name)).unwrap().permissions().mode() & 0o777;
    let new = "diff --git a/r b/r\nnew file mode 100755\n--- /dev/null\n+++ b/r\n@@ -0,0 +1 @@\n+#!/bin/sh\n";
    assert_eq!(mode(&patched(new).await, "r") & 0o100, 0o100);
    let changed = "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n";
    assert_eq!(mode(&patched(changed).await, "x") & 0o100, 0o100);
    let bench = bench(&format!("--- a/x\n+++ b/x\n{EDIT}"));
    std::fs::set_permissions(bench.recipe("src/x"), PermissionsExt::from_mode(0o555)).unwrap();
    bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await.unwrap();
    assert_eq!(bench.read_work("x"), EDITED);
    assert_eq!(mode(&bench, "x"), 0o755, "read-only becomes writable, and what can run still can");
}

#[tokio::test]
async fn a_patch_that_may_be_cut_off_is_told() {
    let bench = bench("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n one\n-two\n");
    bench.write_recipe_file("src/x", "one\ntwo\nthree\n");
    bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await.unwrap();
    assert_eq!(bench.read_work("x"), "one\nthree\n");
    let log = bench.progress.log_lines();
    assert!(log.iter().any(|line| line.contains("line 3: the last hunk has fewer lines")), "{log:?}");
}

#[tokio::test]
async fn a_patch_that_is_in_already_is_skipped_with_a_warning() {
    let bench = bench(&format!("--- a/x\n+++ b/x\n{EDIT}--- /dev/null\n+++ b/keep\n@@ -0,0 +1 @@\n+kept\n"));
    bench.write_recipe_file("src/x", EDITED);
    bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await.unwrap();
    assert_eq!(bench.read_work("x"), EDITED);
    let log = bench.progress.log_lines();
    assert!(log.iter().any(|line| line.contains("'p.patch' appears to be already applied")), "{log:?}");
}

#[tokio::test]
async fn a_change_is_not_made_twice_because_its_context_is_found_elsewhere() {
    let block = "begin\n  a\nend\n";
    let bench = bench("--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@\n begin\n   a\n+  b\n end\n");
    bench.write_recipe_file("src/x", format!("begin\n  a\n  b\nend\n{block}"));
    bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await.unwrap();
    assert_eq!(bench.read_work("x"), format!("begin\n  a\n  b\nend\n{block}"));
}

#[tokio::test]
async fn patches_of_one_file_follow_each_other() {
    let bench = patched(
        "diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+a\n\
         diff --git a/n b/n\n--- a/n\n+++ b/n\n@@ -1 +1 @@\n-a\n+b\n",
    )
    .await;
    assert_eq!(bench.read_work("n"), "b\n");
}

#[tokio::test]
async fn a_failing_hunk_names_patch_file_and_hunk_and_leaves_all_as_it_was() {
    let error = refused(&format!(
        "--- a/keep\n+++ b/keep\n@@ -1 +1 @@\n-kept\n+changed\n\
         --- a/x\n+++ b/x\n@@ -1 +1 @@\n-1\n+one\n@@ -3,3 +3,3 @@\n zzz\n-yyy\n+line FOUR\n xxx\n{EDIT}"
    ))
    .await;
    assert!(error.contains("p.patch") && error.contains("`x`, hunk #2") && error.contains("-yyy"), "{error}");
    assert!(refused(&format!("--- a/none\n+++ b/none\n{EDIT}")).await.contains("`none` does not exist"));
}

#[tokio::test]
async fn files_that_are_not_as_the_patch_says_come_and_go_with_a_warning() {
    let warned = |bench: &Workbench, word: &str| {
        assert!(bench.progress.log_lines().iter().any(|line| line.contains("p.patch") && line.contains(word)));
    };
    let bench = patched("--- /dev/null\n+++ b/keep\n@@ -0,0 +1 @@\n+other\n").await;
    assert_eq!(bench.read_work("keep"), "other\n");
    warned(&bench, "already exists");
    for patch in ["--- a/x\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-1\n-2\n", "--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-z\n"] {
        let bench = patched(patch).await;
        assert!(!bench.work("x").exists());
        warned(&bench, "other content");
    }
}

#[tokio::test]
async fn a_patch_never_leaves_the_folder() {
    for name in ["b/../../esc.txt", "../esc.txt", "/tmp/sidewinder-esc.txt"] {
        let error = refused(&format!("--- /dev/null\n+++ {name}\n@@ -0,0 +1 @@\n+x\n")).await;
        assert!(error.contains("outside"), "{error}");
    }
    let rename = "diff --git a/x b/x\nrename from x\nrename to ../esc.txt\n";
    assert!(refused(rename).await.contains("outside"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_patch_does_not_follow_symlinks_out_of_the_folder() {
    for patch in [
        "--- /dev/null\n+++ b/link/new\n@@ -0,0 +1 @@\n+x\n",
        "--- a/link/victim\n+++ b/link/victim\n@@ -1 +1 @@\n-v\n+x\n",
        "--- a/file\n+++ b/file\n@@ -1 +1 @@\n-v\n+x\n",
        "--- a/link/victim\n+++ /dev/null\n@@ -1 +0,0 @@\n-v\n",
    ] {
        let bench = bench(patch);
        let victim = bench.outside().join("victim");
        std::fs::write(&victim, "v\n").unwrap();
        std::os::unix::fs::symlink(bench.outside(), bench.recipe("src/link")).unwrap();
        std::os::unix::fs::symlink(&victim, bench.recipe("src/file")).unwrap();
        let error = bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await.unwrap_err();
        assert!(error.to_string().contains("outside") || error.to_string().contains("does not exist"), "{error}");
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "v\n");
        assert!(!bench.outside().join("new").exists());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_patch_makes_and_removes_no_file_through_a_symlink() {
    for patch in [
        "--- /dev/null\n+++ b/link\n@@ -0,0 +1 @@\n+new\n",
        "--- /dev/null\n+++ b/lost\n@@ -0,0 +1 @@\n+new\n",
        "--- a/link\n+++ b/link\n@@ -0,0 +1 @@\n+new\n",
        "--- a/link\n+++ /dev/null\n@@ -1 +0,0 @@\n-kept\n",
        "--- link\n+++ link\t1970-01-01 00:00:00 +0000\n@@ -1 +0,0 @@\n-kept\n",
        "diff --git a/x b/link\nrename from x\nrename to link\n",
        "diff --git a/link b/y\nrename from link\nrename to y\n--- a/link\n+++ b/y\n@@ -1 +1 @@\n-kept\n+new\n",
        "diff --git a/keep b/keep\nindex 1..2 120000\n--- a/keep\n+++ b/keep\n@@ -1 +1 @@\n-kept\n+new\n",
    ] {
        let bench = bench(&format!("{EDIT_OF_X}{patch}"));
        std::os::unix::fs::symlink("keep", bench.recipe("src/link")).unwrap();
        std::os::unix::fs::symlink("nowhere", bench.recipe("src/lost")).unwrap();
        let before = workbench::tree(&bench.recipe("src"));
        let error = bench.fetch(json!([{ "path": "src", "patches": ["p.patch"] }])).await.unwrap_err().to_string();
        assert!(error.contains("p.patch") && error.contains("symlink"), "{patch}: {error}");
        assert_eq!(bench.tree(), before, "{patch}");
    }
}

#[tokio::test]
async fn a_patch_can_come_with_an_earlier_source() {
    let bench = bench("");
    bench.write_recipe_file("patches/fix.patch", format!("--- a/x\n+++ b/x\n{EDIT}"));
    let patch = "${{ SRC_DIR }}/patches/fix.patch";
    bench
        .fetch(json!([
            { "path": "patches", "target_directory": "patches" },
            { "path": "src", "patches": [patch] },
        ]))
        .await
        .unwrap();
    assert_eq!(bench.read_work("x"), EDITED);
}

#[tokio::test]
async fn a_patch_that_is_not_there_is_named() {
    let bench = bench("");
    let error = bench.fetch(json!([{ "path": "src", "patches": ["gone.patch"] }])).await.unwrap_err();
    assert!(error.to_string().contains("gone.patch"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_patch_that_is_no_regular_file_is_named_and_never_read() {
    let bench = bench("");
    std::os::unix::fs::symlink("/dev/zero", bench.recipe("zero.patch")).unwrap();
    workbench::pipe(&bench.recipe("pipe.patch"));
    for name in ["/dev/zero", "zero.patch", "pipe.patch"] {
        let error = bench.fetch(json!([{ "path": "src", "patches": [name] }])).await.unwrap_err();
        assert!(matches!(&error, Error::Patch { patch, .. } if patch == name), "{error}");
        assert!(error.to_string().contains("not a regular file"), "{error}");
        bench.clear_work();
    }
    std::os::unix::fs::symlink("p.patch", bench.recipe("link.patch")).unwrap();
    bench.write_recipe_file("p.patch", format!("--- a/x\n+++ b/x\n{EDIT}"));
    bench.fetch(json!([{ "path": "src", "patches": ["link.patch"] }])).await.unwrap();
    assert_eq!(bench.read_work("x"), EDITED, "a link to a patch is one");
}
