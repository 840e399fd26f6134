//! Git sources, from repositories made in the test.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod workbench;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use sidewinder_session::Error;
use sidewinder_session::patch::{PatchOptions, PatchRequest, create_patch};
use workbench::{Workbench, write};

struct Repository {
    folder: PathBuf,
}

impl Repository {
    fn new(bench: &Workbench, name: &str) -> Self {
        let repository = Self { folder: bench.outside().join(name) };
        std::fs::create_dir(&repository.folder).unwrap();
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    fn git(&self, args: &[&str]) -> String {
        git(&self.folder, args)
    }

    fn commit(&self, file: &str, content: &str) -> String {
        write(&self.folder.join(file), content);
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", content]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn path(&self) -> &str {
        self.folder.to_str().unwrap()
    }
}

fn git(folder: &Path, args: &[&str]) -> String {
    let settings = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "protocol.file.allow=always"];
    let output = Command::new("git").current_dir(folder).args(settings).args(args).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Three commits of `a`: `one` (tag v1), `two` (branch old), `three` (main).
fn repository(bench: &Workbench) -> (Repository, [String; 3]) {
    let repository = Repository::new(bench, "repo");
    let one = repository.commit("a", "one");
    repository.git(&["tag", "-a", "v1", "-m", "v1"]);
    let two = repository.commit("a", "two");
    repository.git(&["branch", "old"]);
    let three = repository.commit("a", "three");
    (repository, [one, two, three])
}

fn resolved(bench: &Workbench) -> String {
    let info: Value = serde_json::from_str(&bench.read_work(".source_info.json")).unwrap();
    info["sources"][0]["rev"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn all_kinds_of_references_are_found() {
    let bench = Workbench::new();
    let (repository, [one, two, three]) = repository(&bench);
    for (rev, content, commit) in [
        (None, "three", &three),
        (Some("refs/tags/v1"), "one", &one),
        (Some("refs/heads/old"), "two", &two),
        (Some("v1"), "one", &one),
        (Some("old"), "two", &two),
        (Some(two.as_str()), "two", &two),
        (Some(&one[..8]), "one", &one),
    ] {
        let mut source = json!({ "git": repository.path(), "expected_commit": commit });
        if let Some(rev) = rev {
            source["rev"] = json!(rev);
        }
        bench.fetch(json!([source])).await.unwrap();
        assert_eq!(bench.read_work("a"), content, "{rev:?}");
        assert_eq!(resolved(&bench), *commit);
        assert_eq!(git(&bench.layout.work_dir, &["rev-parse", "HEAD"]), *commit);
        bench.clear_work();
    }
}

#[tokio::test]
async fn the_work_folder_knows_its_tags() {
    let bench = Workbench::new();
    let (repository, _) = repository(&bench);
    bench.fetch(json!([{ "git": repository.path() }])).await.unwrap();
    assert!(git(&bench.layout.work_dir, &["describe"]).starts_with("v1-2-g"));
    assert_eq!(git(&bench.layout.work_dir, &["status", "--porcelain"]), "?? .source_info.json");
}

#[tokio::test]
async fn branches_that_moved_are_taken_anew_and_commits_are_kept() {
    let bench = Workbench::new();
    let (repository, [_, two, _]) = repository(&bench);
    let sources = [
        json!([{ "git": repository.path() }]),
        json!([{ "git": repository.path(), "rev": "refs/heads/main" }]),
        json!([{ "git": repository.path(), "rev": "main" }]),
    ];
    for source in &sources {
        bench.fetch(source.clone()).await.unwrap();
        assert_eq!(bench.read_work("a"), "three");
        bench.clear_work();
    }
    bench.fetch(json!([{ "git": repository.path(), "rev": two }])).await.unwrap();
    bench.clear_work();
    repository.commit("a", "four");
    for source in &sources {
        bench.fetch(source.clone()).await.unwrap();
        assert_eq!(bench.read_work("a"), "four");
        bench.clear_work();
    }
    std::fs::rename(&repository.folder, bench.outside().join("away")).unwrap();
    let url = format!("file://{}", repository.path());
    assert!(bench.fetch(json!([{ "git": url, "rev": two }])).await.is_err(), "another address is another repository");
}

#[tokio::test]
async fn a_relative_path_is_beside_the_recipe() {
    let bench = Workbench::new();
    repository(&bench);
    bench.fetch(json!([{ "git": "../repo", "target_directory": "sub" }])).await.unwrap();
    assert_eq!(bench.read_work("sub/a"), "three");
}

#[tokio::test]
async fn depth_is_honoured() {
    let bench = Workbench::new();
    let (repository, [one, _, _]) = repository(&bench);
    let url = format!("file://{}", repository.path());
    bench.fetch(json!([{ "git": url, "depth": 1 }])).await.unwrap();
    assert_eq!(git(&bench.layout.work_dir, &["rev-list", "--count", "HEAD"]), "1");
    bench.clear_work();
    bench.fetch(json!([{ "git": url, "depth": 1, "rev": &one[..9] }])).await.unwrap();
    assert_eq!(bench.read_work("a"), "one", "a short commit beyond the depth is looked for in all of the history");
}

#[tokio::test]
async fn submodules_are_fetched_unless_not_wanted() {
    let bench = Workbench::new();
    let inner = Repository::new(&bench, "inner");
    inner.commit("i", "inner");
    let (repository, _) = repository(&bench);
    repository.git(&["submodule", "--quiet", "add", "../inner", "sub"]);
    repository.commit("b", "with submodule");
    bench.fetch(json!([{ "git": repository.path() }])).await.unwrap();
    assert_eq!(bench.read_work("sub/i"), "inner");
    bench.clear_work();
    bench.fetch(json!([{ "git": repository.path(), "submodules": false }])).await.unwrap();
    assert!(!bench.work("sub/i").exists());
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let bench = Workbench::new();
    let (repository, [one, two, _]) = repository(&bench);
    let none = "0123456789012345678901234567890123456789";
    for (rev, word) in [("refs/tags/nope", "refs/tags/nope"), ("nope", "nope"), (none, none)] {
        let error = bench.fetch(json!([{ "git": repository.path(), "rev": rev }])).await.unwrap_err();
        assert!(matches!(&error, Error::Source { .. }) && error.to_string().contains(word), "{error}");
    }
    let error = bench.fetch(json!([{ "git": "../nope" }])).await.unwrap_err();
    assert!(error.to_string().contains("no repository"), "{error}");
    let mismatch = json!([{ "git": repository.path(), "rev": "v1", "expected_commit": two }]);
    let error = bench.fetch(mismatch).await.unwrap_err().to_string();
    assert!(error.contains(&one) && error.contains(&two) && error.contains("v1"), "{error}");
}

#[tokio::test]
async fn nothing_in_a_source_runs_a_command() {
    let bench = Workbench::new();
    let (repository, _) = repository(&bench);
    let mark = bench.outside().join("mark");
    let hook = repository.folder.join(".git/hooks/post-checkout");
    write(&hook, format!("#!/bin/sh\ntouch {}\n", mark.display()));
    let touch = format!("touch {}", mark.display());
    for source in [
        json!({ "git": format!("ext::sh -c {touch}") }),
        json!({ "git": format!("--upload-pack={touch}") }),
        json!({ "git": repository.path(), "rev": format!("--upload-pack={touch}") }),
        json!({ "git": format!("ssh://-oProxyCommand={touch}/x") }),
    ] {
        assert!(matches!(bench.fetch(json!([source])).await, Err(Error::Source { .. })), "{source}");
    }
    bench.fetch(json!([{ "git": repository.path() }])).await.unwrap();
    assert!(!mark.exists());
}

#[tokio::test]
async fn a_password_is_never_asked_for_nor_shown() {
    let server = sidewinder_testkit::server::Site::new().basic_auth("me", "right").start().unwrap();
    let bench = Workbench::new();
    let url = server.url("repo.git").replace("http://", "http://me:wr0ng@");
    let error = bench.fetch(json!([{ "git": url }])).await.unwrap_err().to_string();
    assert!(error.contains("***@127.0.0.1") && !error.contains("wr0ng"), "{error}");
    assert!(!bench.progress.log_lines().iter().any(|line| line.contains("wr0ng")));
}

#[tokio::test]
async fn a_patch_is_made_against_the_commit() {
    let bench = Workbench::new();
    let (repository, _) = repository(&bench);
    repository.commit("sub/b", "b\n");
    let source = json!({ "git": repository.path(), "target_directory": "src" });
    bench.fetch(json!([source])).await.unwrap();
    write(&bench.work("src/sub/b"), "B\n");
    let patch = create_patch(
        PatchRequest { layout: &bench.layout, variant: None, options: &PatchOptions::default() },
        &bench.progress,
        &bench.cancel,
    )
    .unwrap();
    assert_eq!(patch.text, "--- a/src/sub/b\n+++ b/src/sub/b\n@@ -1 +1 @@\n-b\n+B\n");
    bench.clear_work();
    let mut patched = source.clone();
    patched["patches"] = json!(["changes.patch"]);
    bench.fetch(json!([patched])).await.unwrap();
    assert_eq!(bench.read_work("src/sub/b"), "B\n");
}

#[tokio::test]
async fn offline_takes_what_is_cached() {
    let mut bench = Workbench::new();
    let (repository, [_, two, _]) = repository(&bench);
    let local = json!([{ "git": repository.path(), "rev": two }]);
    bench.offline = true;
    bench.fetch(local).await.unwrap();
    let error = bench.fetch(json!([{ "git": "https://localhost:1/x.git" }])).await.unwrap_err();
    assert!(error.to_string().contains("offline"), "{error}");
}

#[tokio::test]
async fn a_branch_or_tag_may_become_a_folder_of_them_and_the_reverse() {
    for kind in ["heads", "tags"] {
        let bench = Workbench::new();
        let (repository, [one, _, three]) = repository(&bench);
        let fetch = async |rev: &str, content: &str| {
            bench.fetch(json!([{ "git": repository.path(), "rev": rev }])).await.unwrap();
            assert_eq!(bench.read_work("a"), content, "{kind} {rev}");
            bench.clear_work();
        };
        for (new, old) in [("feat", "none"), ("feat/x", "feat"), ("feat", "feat/x")] {
            repository.git(&["update-ref", "-d", &format!("refs/{kind}/{old}")]);
            let full = format!("refs/{kind}/{new}");
            repository.git(&["update-ref", &full, &one]);
            fetch(new, "one").await;
            fetch(&full, "one").await;
            // A short commit is looked for in all branches and tags.
            repository.git(&["checkout", "--quiet", "--detach", &three]);
            let other = repository.commit("a", &format!("as {new} came after {old}"));
            repository.git(&["branch", "--force", "other"]);
            fetch(&other[..9], &format!("as {new} came after {old}")).await;
        }
        fetch("v1", "one").await;
    }
}

#[tokio::test]
async fn a_cache_of_an_earlier_version_goes_on_to_work() {
    let bench = Workbench::new();
    let (repository, [one, _, three]) = repository(&bench);
    bench.fetch(json!([{ "git": repository.path() }])).await.unwrap();
    bench.clear_work();
    let mut pending = vec![bench.layout.source_cache()];
    let cached = loop {
        let folder = pending.pop().unwrap();
        if folder.join("HEAD").is_file() && folder.ends_with("db") {
            break folder;
        }
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        pending.extend(entries.filter(|path| path.is_dir()));
    };
    for full in ["refs/heads/feat", "refs/heads/old", "refs/tags/v"] {
        git(&cached, &["update-ref", &format!("refs/sidewinder/{full}"), &three]);
    }
    for full in ["refs/heads/feat/x", "refs/heads/old", "refs/tags/v/1"] {
        repository.git(&["update-ref", full, &one]);
    }
    repository.git(&["branch", "later", &three]);
    for rev in ["feat/x", "refs/heads/feat/x", "old", "v/1", &one[..9]] {
        bench.fetch(json!([{ "git": repository.path(), "rev": rev }])).await.unwrap();
        assert_eq!(bench.read_work("a"), "one", "{rev}");
        bench.clear_work();
    }
}
