//! Sources next to the recipe, and several sources in one work folder.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod workbench;

use serde_json::{Value, json};
use sidewinder_session::Error;
use sidewinder_testkit::archive::Archive;
use workbench::{Workbench, file_url, sha256};

fn keys(bench: &Workbench) -> Vec<String> {
    bench.tree().into_keys().collect()
}

#[tokio::test]
async fn a_folder_is_copied_with_all_that_is_in_it() {
    let bench = Workbench::new();
    for file in ["src/a", "src/.hidden", "src/sub/b", "src/.gitignore"] {
        bench.write_recipe_file(file, "a\n");
    }
    std::fs::create_dir(bench.recipe("src/empty")).unwrap();
    bench.fetch(json!([{ "path": "src" }])).await.unwrap();
    assert_eq!(keys(&bench), [".gitignore", ".hidden", "a", "sub/b"]);
    assert!(bench.work("empty").is_dir());
}

#[tokio::test]
async fn what_a_filter_leaves_is_copied() {
    let bench = Workbench::new();
    for file in ["src/a.txt", "src/b.c", "src/sub/c.txt", "src/sub/d.c"] {
        bench.write_recipe_file(file, "");
    }
    bench.fetch(json!([{ "path": "src", "filter": { "include": ["*.txt"], "exclude": ["sub"] } }])).await.unwrap();
    assert_eq!(keys(&bench), ["a.txt"]);
}

#[tokio::test]
async fn a_source_that_contains_the_output_folder_does_not_copy_it() {
    let bench = Workbench::new();
    bench.write_recipe_file("a", "");
    bench.fetch(json!([{ "path": ".." }])).await.unwrap();
    let copied = keys(&bench);
    assert!(copied.contains(&"recipe/a".to_owned()), "{copied:?}");
    assert!(!copied.iter().any(|path| path.contains("bld")), "{copied:?}");
}

#[tokio::test]
async fn files_are_copied_and_archives_unpacked() {
    let bench = Workbench::new();
    bench.write_recipe_file("one.txt", "1");
    Archive::new().file("p/a", "a").write(&bench.layout.recipe_dir, "p.tar.bz2").unwrap();
    bench
        .fetch(json!([
            { "path": "one.txt", "sha256": sha256("1") },
            { "path": "one.txt", "file_name": "sub/two.txt" },
            { "path": "p.tar.bz2", "target_directory": "p" },
            { "path": "p.tar.bz2", "file_name": "packed.tar.bz2" },
        ]))
        .await
        .unwrap();
    assert_eq!(keys(&bench), ["one.txt", "p/a", "packed.tar.bz2", "sub/two.txt"]);
}

#[tokio::test]
async fn a_path_that_is_not_there_or_not_right_is_named() {
    let bench = Workbench::new();
    let error = bench.fetch(json!([{ "path": "nope" }])).await.unwrap_err();
    assert!(matches!(&error, Error::Source { location, .. } if location == "nope"), "{error}");
    bench.write_recipe_file("a", "a");
    let error = bench.fetch(json!([{ "path": "a", "md5": "00" }])).await.unwrap_err();
    assert!(matches!(&error, Error::Checksum { location, .. } if location == "a"), "{error}");
}

#[tokio::test]
async fn two_sources_with_one_file_collide() {
    let bench = Workbench::new();
    bench.write_recipe_file("one/a", "1");
    bench.write_recipe_file("two/a", "2");
    let error = bench.fetch(json!([{ "path": "one" }, { "path": "two" }])).await.unwrap_err();
    assert!(error.to_string().contains("already exists"), "{error}");
    bench.clear_work();
    bench.fetch(json!([{ "path": "one" }, { "path": "two/a" }])).await.unwrap();
    assert_eq!(bench.read_work("a"), "2", "a single file overwrites");
}

#[tokio::test]
async fn a_target_directory_stays_inside() {
    for target in ["../esc", "/tmp/sidewinder-esc", "a/../../esc"] {
        let bench = Workbench::new();
        bench.write_recipe_file("src/a", "");
        let error = bench.fetch(json!([{ "path": "src", "target_directory": target }])).await.unwrap_err();
        assert!(error.to_string().contains("inside"), "{error}");
    }
}

#[tokio::test]
async fn the_info_file_names_sources_without_secrets() {
    let bench = Workbench::new();
    let archive = Archive::new().file("p/a", "a").write(bench.outside(), "p.tar.gz").unwrap();
    bench.write_recipe_file("src/b", "");
    bench.fetch(json!([{ "path": "src" }, { "url": file_url(&archive) }])).await.unwrap();
    let info: Value = serde_json::from_str(&bench.read_work(".source_info.json")).unwrap();
    assert_eq!(info["recipe_path"], bench.layout.recipe_path.to_str().unwrap());
    assert_eq!(info["source_cache"], bench.layout.source_cache().to_str().unwrap());
    assert_eq!(info["sources"][0], json!({ "path": "src" }));
    let extracted = info["extracted_paths"]["1"].as_str().unwrap();
    assert!(bench.layout.source_cache().join(extracted).join("a").is_file());
    assert_eq!(info["extracted_paths"].as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn without_sources_there_is_nothing_to_do() {
    let bench = Workbench::new();
    bench.fetch(json!([])).await.unwrap();
    assert_eq!(bench.progress.log_lines(), ["No sources to fetch"]);
    assert!(!bench.work(".source_info.json").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn an_ignore_file_that_is_no_regular_file_is_named_and_never_read() {
    for name in [".condapackageignore", ".gitignore"] {
        for folder in ["src", "src/a/b"] {
            for pipe in [false, true] {
                let bench = Workbench::new();
                bench.write_recipe_file("src/.git/HEAD", "");
                bench.write_recipe_file("src/a/b/c", "");
                let path = bench.recipe(folder).join(name);
                if pipe {
                    workbench::pipe(&path);
                } else {
                    std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
                }
                let error = bench.fetch(json!([{ "path": "src" }])).await.unwrap_err();
                assert!(matches!(&error, Error::Io { path: named, .. } if named.ends_with(name)), "{error}");
                assert!(error.to_string().contains("not a regular file"), "{error}");
            }
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn ignore_files_behind_links_count_and_those_that_do_not_count_may_be_anything() {
    let bench = Workbench::new();
    bench.write_recipe_file("rules", "*.o\n");
    for file in ["src/a", "src/b.o", "src/out/c"] {
        bench.write_recipe_file(file, "");
    }
    std::os::unix::fs::symlink("../rules", bench.recipe("src/.condapackageignore")).unwrap();
    std::fs::create_dir(bench.recipe("src/out/.condapackageignore")).unwrap();
    workbench::pipe(&bench.recipe("src/.gitignore"));
    bench.fetch(json!([{ "path": "src" }])).await.unwrap();
    assert_eq!(keys(&bench), [".condapackageignore", "a", "out/c"], "without `.git`, `.gitignore` is not read");
}
