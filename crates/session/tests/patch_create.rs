//! Patches made from what changed in the work folder.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod workbench;

use serde_json::{Value, json};
use sidewinder_session::patch::{Change, Patch, PatchOptions, PatchRequest, create_patch};
use sidewinder_session::{Error, Result};
use sidewinder_testkit::archive::Archive;
use workbench::{Workbench, file_url, write};

fn create(bench: &Workbench, options: PatchOptions) -> Result<Patch> {
    create_patch(
        PatchRequest { layout: &bench.layout, variant: None, options: &options },
        &bench.progress,
        &bench.cancel,
    )
}

fn globs(patterns: &[&str]) -> Vec<String> {
    patterns.iter().map(|&pattern| pattern.to_owned()).collect()
}

fn named(name: &str) -> PatchOptions {
    PatchOptions { name: Some(name.into()), ..PatchOptions::default() }
}

fn on_top_of_changes(options: PatchOptions) -> PatchOptions {
    PatchOptions { on_top_of: vec!["changes.patch".into()], ..options }
}

/// A bench with one archive as its source, and the JSON of that source.
fn with_archive(archive: &Archive) -> (Workbench, Value) {
    let bench = Workbench::new();
    let file = archive.write(bench.outside(), "proj-1.0.tar.gz").unwrap();
    let source = json!({ "url": file_url(&file) });
    (bench, source)
}

fn proj() -> Archive {
    Archive::new()
        .file("p/a.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n")
        .file("p/nonl.txt", "x\ny")
        .file("p/del.txt", "bye\n")
        .file("p/sub/crlf.txt", "a\r\nb\r\n")
        .file("p/sub/deep/keep.txt", "k\n")
        .file("p/empty", "")
        .file("p/odd name \"x\".txt", "o\n")
        .file("p/binary", b"\0\x01\x02".to_vec())
}

/// Edits, deletes and adds files in the work folder below `at`.
fn edit(bench: &Workbench, at: &str) {
    let work = |path: &str| bench.layout.work_dir.join(at).join(path);
    write(&work("a.txt"), "one\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n");
    write(&work("nonl.txt"), "x\nz");
    std::fs::remove_file(work("del.txt")).unwrap();
    std::fs::remove_file(work("empty")).unwrap();
    write(&work("sub/crlf.txt"), "a\r\nB\r\n");
    write(&work("odd name \"x\".txt"), "O\n");
    write(&work("new/file.c"), "int x;\n");
    write(&work("new/empty"), "");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        write(&work("new/run.sh"), "#!/bin/sh\n");
        std::fs::set_permissions(work("new/run.sh"), PermissionsExt::from_mode(0o755)).unwrap();
        std::fs::set_permissions(work("sub/deep/keep.txt"), PermissionsExt::from_mode(0o755)).unwrap();
    }
    write(&bench.work("build/artifact.o"), "o");
    write(&bench.work("conda_build.sh"), "generated");
}

/// Fetches the sources once more, with the patch in the source that is named, and compares.
async fn assert_applies_to_fresh_sources(bench: &Workbench, mut sources: Value, source: usize) {
    std::fs::remove_dir_all(bench.work("build")).unwrap();
    std::fs::remove_file(bench.work("conda_build.sh")).unwrap();
    let edited = (bench.tree(), modes(bench));
    bench.clear_work();
    let patches = sources[source].as_object_mut().unwrap().entry("patches").or_insert(json!([]));
    patches.as_array_mut().unwrap().push(json!("changes.patch"));
    bench.fetch(sources).await.unwrap();
    assert_eq!((bench.tree(), modes(bench)), edited);
}

#[cfg(unix)]
fn modes(bench: &Workbench) -> Vec<(String, bool)> {
    use std::os::unix::fs::PermissionsExt;
    let run = |path: &str| std::fs::metadata(bench.work(path)).unwrap().permissions().mode() & 0o100 != 0;
    bench.tree().into_keys().map(|path| (path.clone(), run(&path))).collect()
}

#[cfg(not(unix))]
fn modes(_: &Workbench) -> Vec<(String, bool)> {
    Vec::new()
}

#[tokio::test]
async fn a_patch_of_a_url_source_gives_the_same_tree_again() {
    let (bench, source) = with_archive(&proj());
    let sources = json!([source]);
    bench.fetch(sources.clone()).await.unwrap();
    edit(&bench, "");
    let patch = create(&bench, PatchOptions { add: globs(&["new"]), ..PatchOptions::default() }).unwrap();
    assert_eq!(patch.path.as_deref(), Some(bench.recipe("changes.patch").as_path()));
    assert_eq!(std::fs::read_to_string(bench.recipe("changes.patch")).unwrap(), patch.text);
    let files: Vec<_> = patch.files.iter().map(|file| (file.path.as_str(), file.change)).collect();
    let mut expected = vec![
        ("a.txt", Change::Modified),
        ("del.txt", Change::Deleted),
        ("empty", Change::Deleted),
        ("new/empty", Change::Added),
        ("new/file.c", Change::Added),
        ("nonl.txt", Change::Modified),
        ("odd name \"x\".txt", Change::Modified),
        ("sub/crlf.txt", Change::Modified),
    ];
    if cfg!(unix) {
        expected.insert(5, ("new/run.sh", Change::Added));
        expected.push(("sub/deep/keep.txt", Change::Modified));
    }
    assert_eq!(files, expected);
    assert_applies_to_fresh_sources(&bench, sources, 0).await;
}

#[tokio::test]
async fn git_takes_the_patch() {
    let (bench, source) = with_archive(&proj());
    bench.fetch(json!([source])).await.unwrap();
    edit(&bench, "");
    create(&bench, PatchOptions { add: globs(&["new"]), ..PatchOptions::default() }).unwrap();
    std::fs::remove_dir_all(bench.work("build")).unwrap();
    std::fs::remove_file(bench.work("conda_build.sh")).unwrap();
    let edited = (bench.tree(), modes(&bench));
    bench.clear_work();
    bench.fetch(json!([source])).await.unwrap();
    let output = std::process::Command::new("git")
        .args(["apply", "--whitespace=nowarn"])
        .arg(bench.recipe("changes.patch"))
        .current_dir(&bench.layout.work_dir)
        .env("GIT_CEILING_DIRECTORIES", bench.outside())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!((bench.tree(), modes(&bench)), edited);
}

#[tokio::test]
async fn a_patch_of_a_path_source_is_against_what_it_was_when_fetched() {
    let bench = Workbench::new();
    bench.write_recipe_file("src/a.txt", "1\n2\n");
    bench.write_recipe_file("src/b.txt", "b\n");
    let sources = json!([{ "path": "src" }]);
    bench.fetch(sources.clone()).await.unwrap();
    bench.write_recipe_file("src/b.txt", "changed later\n");
    write(&bench.work("a.txt"), "1\ntwo\n");
    let patch = create(&bench, PatchOptions::default()).unwrap();
    assert_eq!(patch.text, "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n 1\n-2\n+two\n");
}

#[tokio::test]
async fn a_patch_is_against_the_archive_that_was_fetched_not_a_later_one() {
    let (bench, source) = with_archive(&proj());
    bench.fetch(json!([source])).await.unwrap();
    let record = std::fs::read(bench.layout.build_dir.join("sources.json")).unwrap();
    let work = bench.outside().join("kept");
    std::fs::rename(&bench.layout.work_dir, &work).unwrap();
    std::fs::create_dir(&bench.layout.work_dir).unwrap();
    Archive::new().file("p/other", "").write(bench.outside(), "proj-1.0.tar.gz").unwrap();
    bench.fetch(json!([source])).await.unwrap();
    assert!(bench.work("other").exists());
    std::fs::remove_dir_all(&bench.layout.work_dir).unwrap();
    std::fs::rename(&work, &bench.layout.work_dir).unwrap();
    std::fs::write(bench.layout.build_dir.join("sources.json"), record).unwrap();
    assert_eq!(create(&bench, PatchOptions::default()).unwrap(), Patch::default());
}

#[tokio::test]
async fn a_patch_of_a_source_in_a_target_directory_applies_there() {
    let (bench, mut source) = with_archive(&proj());
    source["target_directory"] = json!("deep/tt");
    let sources = json!([source]);
    bench.fetch(sources.clone()).await.unwrap();
    edit(&bench, "deep/tt");
    let patch = create(&bench, PatchOptions { add: globs(&["new"]), ..PatchOptions::default() }).unwrap();
    assert!(patch.text.contains("--- a/deep/tt/a.txt\n"));
    assert_applies_to_fresh_sources(&bench, sources, 0).await;
}

#[tokio::test]
async fn a_patch_of_only_new_files_applies_in_a_target_directory() {
    let (bench, mut source) = with_archive(&proj());
    source["target_directory"] = json!("tt");
    bench.fetch(json!([source])).await.unwrap();
    write(&bench.work("tt/new.c"), "n\n");
    let patch = create(&bench, PatchOptions { add: globs(&["*.c"]), ..PatchOptions::default() }).unwrap();
    assert_eq!(patch.files[0].path, "tt/new.c");
    let edited = bench.tree();
    assert!(create(&bench, on_top_of_changes(named("second"))).unwrap().files.is_empty());
    bench.clear_work();
    source["patches"] = json!(["changes.patch"]);
    bench.fetch(json!([source])).await.unwrap();
    assert_eq!(bench.tree(), edited);
}

#[tokio::test]
async fn several_sources_go_into_one_patch() {
    let (bench, source) = with_archive(&proj());
    bench.write_recipe_file("extra/e.txt", "e\n");
    bench.write_recipe_file("single.txt", "s\n");
    let sources = json!([
        { "path": "extra", "target_directory": "extra" },
        { "path": "single.txt" },
        source,
    ]);
    bench.fetch(sources.clone()).await.unwrap();
    edit(&bench, "");
    write(&bench.work("extra/e.txt"), "E\n");
    write(&bench.work("single.txt"), "S\n");
    let patch = create(&bench, PatchOptions { add: globs(&["new"]), ..PatchOptions::default() }).unwrap();
    assert_eq!(patch.sources, [0, 1, 2]);
    assert_applies_to_fresh_sources(&bench, sources, 2).await;
}

#[tokio::test]
async fn a_patch_that_no_source_can_list_says_so() {
    let bench = Workbench::new();
    bench.write_recipe_file("one/a.txt", "a\n");
    let source = |target: &str| json!({ "path": "one", "target_directory": target });
    bench.fetch(json!([source("x"), source("y")])).await.unwrap();
    write(&bench.work("x/a.txt"), "A\n");
    write(&bench.work("y/a.txt"), "A\n");
    assert_eq!(create(&bench, PatchOptions::default()).unwrap().sources, [0, 1]);
    assert!(bench.progress.log_lines().iter().any(|line| line.contains("several directories")));
}

#[tokio::test]
async fn a_patch_is_made_on_top_of_those_of_the_recipe() {
    let (bench, mut source) = with_archive(&proj());
    bench.write_recipe_file(
        "first.patch",
        "--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-1\n+uno\n--- a/sub/deep/keep.txt\n+++ b/sub/deep/keep.txt\n\
         @@ -1 +1 @@\n-k\n+K\n--- a/del.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-bye\n",
    );
    source["patches"] = json!(["first.patch"]);
    bench.fetch(json!([source])).await.unwrap();
    assert_eq!(create(&bench, PatchOptions::default()).unwrap(), Patch::default());
    let text = bench.read_work("a.txt").replace("10\n", "ten\n");
    write(&bench.work("a.txt"), text);
    // The recipe's patch may change or go away; what counts is what was applied.
    std::fs::remove_file(bench.recipe("first.patch")).unwrap();
    let elsewhere = bench.outside().join("elsewhere");
    let options = PatchOptions { output_dir: Some(elsewhere.clone()), ..PatchOptions::default() };
    let patch = create(&bench, options).unwrap();
    assert!(patch.text.contains("+ten") && !patch.text.contains("uno"), "{}", patch.text);
    assert!(elsewhere.join("changes.patch").is_file());
}

#[tokio::test]
async fn a_patch_contains_all_changes_unless_it_is_on_top_of_others() {
    let (bench, source) = with_archive(&proj());
    bench.fetch(json!([source])).await.unwrap();
    write(&bench.work("a.txt"), "changed\n");
    write(&bench.work("nonl.txt"), "x\nz");
    let first = create(&bench, named("one")).unwrap();
    let draft_again = create(&bench, named("two")).unwrap();
    assert_eq!(draft_again.text, first.text, "a patch that nothing applies does not count");
    write(&bench.work("sub/deep/keep.txt"), "K\n");
    let on_top = |name: &str, patches: &[&str]| PatchOptions {
        on_top_of: patches.iter().map(Into::into).collect(),
        overwrite: true,
        ..named(name)
    };
    let second = create(&bench, on_top("two", &["one.patch"])).unwrap();
    assert_eq!(second.files.len(), 1, "{}", second.text);
    assert!(create(&bench, on_top("three", &["one.patch", "two.patch"])).unwrap().text.is_empty());
    let error = create(&bench, on_top("three", &["none.patch"])).unwrap_err();
    assert!(matches!(error, Error::InvalidOption { option: "onTopOf", .. }), "{error}");
}

#[tokio::test]
async fn globs_choose_files() {
    let (bench, source) = with_archive(&proj());
    bench.fetch(json!([source])).await.unwrap();
    edit(&bench, "");
    let paths = |options: PatchOptions| -> Vec<String> {
        let patch = create(&bench, PatchOptions { dry_run: true, ..options }).unwrap();
        patch.files.into_iter().map(|file| file.path).collect()
    };
    let include = PatchOptions { include: globs(&["*.txt"]), exclude: globs(&["sub/crlf.txt", "odd*"]), ..named("x") };
    let mut expected = vec!["a.txt", "del.txt", "nonl.txt"];
    if cfg!(unix) {
        expected.push("sub/deep/keep.txt");
    }
    assert_eq!(paths(include), expected);
    let add = PatchOptions { include: globs(&["a.txt"]), add: globs(&["**/*.c"]), ..named("x") };
    assert_eq!(paths(add), ["a.txt", "new/file.c"]);
    let error = create(&bench, PatchOptions { exclude: globs(&["[a"]), ..named("x") }).unwrap_err();
    assert!(matches!(error, Error::InvalidOption { option: "exclude", .. }), "{error}");
}

#[tokio::test]
async fn a_dry_run_writes_nothing_and_tells_all() {
    let (bench, source) = with_archive(&proj());
    bench.fetch(json!([source])).await.unwrap();
    edit(&bench, "");
    let before = workbench::tree(bench.outside());
    let dry = create(&bench, PatchOptions { dry_run: true, ..PatchOptions::default() }).unwrap();
    assert_eq!(workbench::tree(bench.outside()), before);
    assert_eq!(dry.path, None);
    let wet = create(&bench, PatchOptions::default()).unwrap();
    assert_eq!((dry.text, dry.files), (wet.text, wet.files));
}

#[tokio::test]
async fn a_file_that_exists_is_replaced_only_when_asked() {
    let (bench, source) = with_archive(&proj());
    bench.fetch(json!([source])).await.unwrap();
    bench.write_recipe_file("changes.patch", "mine");
    edit(&bench, "");
    let error = create(&bench, PatchOptions::default()).unwrap_err();
    assert!(error.to_string().contains("already exists"), "{error}");
    assert_eq!(std::fs::read_to_string(bench.recipe("changes.patch")).unwrap(), "mine");
    create(&bench, PatchOptions { overwrite: true, ..PatchOptions::default() }).unwrap();
    for name in ["../esc", "a/b", "", ".."] {
        assert!(matches!(create(&bench, named(name)), Err(Error::InvalidOption { option: "name", .. })), "{name}");
    }
}

#[tokio::test]
async fn binary_files_and_symlinks_are_named_and_left_out() {
    let (bench, source) = with_archive(&proj());
    bench.fetch(json!([source])).await.unwrap();
    write(&bench.work("binary"), b"\0changed");
    write(&bench.work("new.bin"), b"\0");
    let mut expected = vec!["binary", "new.bin"];
    #[cfg(unix)]
    {
        std::fs::remove_file(bench.work("a.txt")).unwrap();
        std::os::unix::fs::symlink("del.txt", bench.work("a.txt")).unwrap();
        expected.insert(0, "a.txt");
    }
    let patch = create(&bench, PatchOptions { add: globs(&["*.bin"]), ..PatchOptions::default() }).unwrap();
    assert!(patch.text.is_empty());
    assert_eq!(patch.skipped.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn single_files_are_compared_too() {
    let bench = Workbench::new();
    write(&bench.outside().join("one.c"), "1\n");
    let url = file_url(&bench.outside().join("one.c"));
    bench.fetch(json!([{ "url": url, "file_name": "renamed.c" }])).await.unwrap();
    write(&bench.work("renamed.c"), "2\n");
    let patch = create(&bench, PatchOptions::default()).unwrap();
    assert_eq!(patch.text, "--- a/renamed.c\n+++ b/renamed.c\n@@ -1 +1 @@\n-1\n+2\n");
}

#[tokio::test]
async fn without_sources_there_is_nothing_to_compare_with() {
    let bench = Workbench::new();
    bench.fetch(json!([])).await.unwrap();
    let error = create(&bench, PatchOptions::default()).unwrap_err();
    assert!(error.to_string().contains("no sources"), "{error}");
}

#[tokio::test]
async fn a_work_folder_that_is_gone_is_no_patch_that_deletes_all() {
    let (bench, source) = with_archive(&proj());
    bench.fetch(json!([source])).await.unwrap();
    std::fs::remove_dir_all(&bench.layout.work_dir).unwrap();
    for dry_run in [true, false] {
        let error = create(&bench, PatchOptions { dry_run, ..PatchOptions::default() }).unwrap_err();
        assert!(matches!(error, Error::Missing { .. }), "{error}");
        assert_eq!(error.to_string(), format!("work directory not found: {}", bench.layout.work_dir.display()));
    }
    assert!(!bench.recipe("changes.patch").exists());
}

#[tokio::test]
async fn a_folder_becomes_a_file_and_a_file_a_folder() {
    for target in ["", "tt"] {
        let bench = Workbench::new();
        for (path, text) in [("dd/x", "x\n"), ("dd/deep/y", "y\n"), ("ff", "f\n"), ("d.d", "k\n"), ("keep", "k\n")] {
            bench.write_recipe_file(&format!("src/{path}"), text);
        }
        let mut source = json!({ "path": "src" });
        if !target.is_empty() {
            source["target_directory"] = json!(target);
        }
        bench.fetch(json!([source])).await.unwrap();
        let work = |path: &str| bench.work(target).join(path);
        std::fs::remove_dir_all(work("dd")).unwrap();
        write(&work("dd"), "file\n");
        std::fs::remove_file(work("ff")).unwrap();
        write(&work("ff/deep/z"), "z\n");
        let edited = bench.tree();
        let patch = create(&bench, PatchOptions { add: globs(&["**"]), ..PatchOptions::default() }).unwrap();
        assert_eq!((patch.files.len(), patch.skipped), (5, vec![]), "{}", patch.text);
        assert!(create(&bench, on_top_of_changes(named("second"))).unwrap().text.is_empty());
        source["patches"] = json!(["changes.patch"]);
        bench.clear_work();
        bench.fetch(json!([source])).await.unwrap();
        assert_eq!(bench.tree(), edited);
    }
}

#[tokio::test]
async fn a_file_is_left_out_where_what_it_replaced_cannot_go() {
    let (bench, source) = with_archive(&proj().file("p/dd/bin", b"\0".to_vec()).file("p/dd/x", "x\n"));
    bench.fetch(json!([source])).await.unwrap();
    std::fs::remove_dir_all(bench.work("dd")).unwrap();
    write(&bench.work("dd"), "file\n");
    std::fs::remove_file(bench.work("del.txt")).unwrap();
    write(&bench.work("del.txt/new"), "n\n");
    let options = PatchOptions { add: globs(&["*"]), ..named("x") };
    let patch = create(&bench, PatchOptions { exclude: globs(&["x"]), ..options.clone() }).unwrap();
    let skipped: Vec<_> = patch.skipped.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(skipped, ["dd", "dd/bin"]);
    assert!(patch.skipped[0].reason.contains("`dd/bin`"), "{}", patch.skipped[0].reason);
    let options = PatchOptions { include: globs(&["a.txt"]), overwrite: true, ..options };
    let patch = create(&bench, options).unwrap();
    assert!(patch.text.is_empty(), "{}", patch.text);
    assert_eq!(patch.skipped.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["dd", "del.txt/new"]);
}

#[cfg(unix)]
#[tokio::test]
async fn symlinks_that_changed_are_named() {
    use std::os::unix::fs::symlink;
    let bench = Workbench::new();
    for (path, text) in [("a", "a\n"), ("b", "b\n"), ("dd/x", "x\n")] {
        bench.write_recipe_file(&format!("src/{path}"), text);
    }
    for (link, to) in [("gone", "a"), ("turned", "a"), ("same", "a"), ("file", "a"), ("folder", "dd"), ("none", "lost")]
    {
        symlink(to, bench.recipe("src").join(link)).unwrap();
    }
    bench.fetch(json!([{ "path": "src" }])).await.unwrap();
    let all = || PatchOptions { add: globs(&["**"]), ..PatchOptions::default() };
    assert_eq!(create(&bench, all()).unwrap(), Patch::default());
    for link in ["gone", "turned", "file", "folder"] {
        std::fs::remove_file(bench.work(link)).unwrap();
    }
    symlink("b", bench.work("turned")).unwrap();
    symlink("b", bench.work("added")).unwrap();
    write(&bench.work("file"), "not the one in a\n");
    write(&bench.work("folder/x"), "not the one in dd\n");
    let without_new = create(&bench, named("x")).unwrap();
    assert!(without_new.text.is_empty(), "{}", without_new.text);
    let skipped = |patch: &Patch| patch.skipped.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
    assert_eq!(skipped(&without_new), ["file", "folder", "gone", "turned"]);
    let with_new = create(&bench, all()).unwrap();
    assert!(with_new.text.is_empty(), "{}", with_new.text);
    assert_eq!(skipped(&with_new), ["added", "file", "folder", "folder/x", "gone", "turned"]);
    assert!(with_new.skipped.iter().all(|file| file.reason.contains("symlink") || file.reason.contains("`folder`")));
    let only = PatchOptions { include: globs(&["b"]), ..all() };
    assert_eq!(skipped(&create(&bench, only).unwrap()), ["added", "file", "folder/x"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_with_a_symlink_is_not_replaced() {
    let bench = Workbench::new();
    bench.write_recipe_file("src/dd/x", "x\n");
    bench.write_recipe_file("src/keep", "k\n");
    std::os::unix::fs::symlink("x", bench.recipe("src/dd/link")).unwrap();
    bench.fetch(json!([{ "path": "src" }])).await.unwrap();
    std::fs::remove_dir_all(bench.work("dd")).unwrap();
    write(&bench.work("dd"), "file\n");
    let patch = create(&bench, PatchOptions { add: globs(&["**"]), ..PatchOptions::default() }).unwrap();
    assert_eq!(patch.files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["dd/x"]);
    assert_eq!(patch.skipped.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["dd", "dd/link"]);
    bench.clear_work();
    bench.fetch(json!([{ "path": "src", "patches": ["changes.patch"] }])).await.unwrap();
    assert!(!bench.work("dd/x").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn names_may_end_in_blanks() {
    let bench = Workbench::new();
    let names = ["t ", "c d ", "gone ", "f /in ", " both ", "t", "mode "];
    for name in names {
        bench.write_recipe_file(&format!("src/{name}"), format!("{name}\n"));
    }
    bench.fetch(json!([{ "path": "src" }])).await.unwrap();
    for name in ["t ", "c d ", "f /in ", " both "] {
        write(&bench.work(name), "changed\n");
    }
    std::fs::remove_file(bench.work("gone ")).unwrap();
    write(&bench.work("new "), "new\n");
    write(&bench.work("wide\u{3000}"), "new\n");
    let all = |name: &str| PatchOptions { add: globs(&["**"]), ..named(name) };
    let plain = create(&bench, PatchOptions { dry_run: true, ..all("plain") }).unwrap();
    assert_eq!((plain.files.len(), plain.skipped), (7, vec![]));
    std::fs::set_permissions(bench.work("mode "), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let edited = (bench.tree(), modes(&bench));
    let patch = create(&bench, all("changes")).unwrap();
    assert_eq!((patch.files.len(), patch.skipped), (8, vec![]));
    assert!(create(&bench, on_top_of_changes(all("second"))).unwrap().text.is_empty());
    bench.clear_work();
    bench.fetch(json!([{ "path": "src", "patches": ["changes.patch"] }])).await.unwrap();
    assert_eq!((bench.tree(), modes(&bench)), edited);
    for text in [plain.text, patch.text] {
        bench.clear_work();
        bench.fetch(json!([{ "path": "src" }])).await.unwrap();
        let file = bench.outside().join("for-git.patch");
        write(&file, text);
        let output = std::process::Command::new("git")
            .args(["apply", "--whitespace=nowarn"])
            .arg(&file)
            .current_dir(&bench.layout.work_dir)
            .env("GIT_CEILING_DIRECTORIES", bench.outside())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(bench.tree(), edited.0);
    }
}

#[tokio::test]
async fn text_that_is_not_unicode_is_kept_in_the_file() {
    let (bench, source) = with_archive(&Archive::new().file("p/l1.c", b"caf\xe9\n".to_vec()).file("p/x", ""));
    bench.fetch(json!([source])).await.unwrap();
    write(&bench.work("l1.c"), b"caf\xe9\xe9\n");
    create(&bench, PatchOptions::default()).unwrap();
    let bytes = std::fs::read(bench.recipe("changes.patch")).unwrap();
    assert!(bytes.ends_with(b"-caf\xe9\n+caf\xe9\xe9\n"));
}
