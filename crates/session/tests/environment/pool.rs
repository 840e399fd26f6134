//! Environments share the files of packages through the pool, and edits of one reach no other.
#![cfg(unix)]

use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use sidewinder_installer::{EditedFile, Reporter, Silent};
use sidewinder_session::SessionOptions;
use sidewinder_session::environment::{Prefixes, SharedClients, set_up, trim};
use sidewinder_session::options::PackageSharing;
use sidewinder_testkit::server::Site;
use sidewinder_testkit::{Channel, Package};

use crate::stage::{Stage, settings, variant};

/// Sets up host with libweak and libfoo in a prefix of this name.
async fn host(stage: &Stage, name: &str) -> PathBuf {
    host_with(stage, &stage.services, name).await
}

async fn host_with(stage: &Stage, services: &SharedClients, name: &str) -> PathBuf {
    let (build, host) = (stage.path(&format!("{name}-build")), stage.path(name));
    let wanted = variant(json!({ "requirements": { "host": ["libweak", "libfoo"] } }));
    let prefixes = Prefixes { build: &build, host: &host };
    set_up(&wanted, &stage.settings(), prefixes, services, &stage.progress, &stage.cancel).await.unwrap();
    host
}

fn file(prefix: &Path) -> PathBuf {
    prefix.join("lib/weak")
}

fn weak(prefix: &Path) -> String {
    std::fs::read_to_string(file(prefix)).unwrap()
}

fn inode(prefix: &Path) -> u64 {
    std::fs::metadata(file(prefix)).unwrap().ino()
}

fn edit(prefix: &Path) {
    let mut file = std::fs::OpenOptions::new().append(true).open(file(prefix)).unwrap();
    file.write_all(b" edited").unwrap();
}

/// Edits without changing size and modification time.
fn edit_secretly(prefix: &Path) {
    let before = std::fs::metadata(file(prefix)).unwrap();
    std::fs::write(file(prefix), "2.1").unwrap();
    let edited = std::fs::File::options().write(true).open(file(prefix)).unwrap();
    // The file system's clock is coarse: until its next tick the edit looks like part of linking.
    while std::fs::metadata(file(prefix)).unwrap().ctime_nsec() == before.ctime_nsec() {
        edited.set_modified(before.modified().unwrap()).unwrap();
    }
    edited.set_modified(before.modified().unwrap()).unwrap();
}

async fn check(stage: &Stage, prefix: &Path) -> Vec<EditedFile> {
    let reporter: Arc<dyn Reporter> = Arc::new(Silent);
    stage.services.installer().check(&[prefix], &reporter).await.unwrap()
}

async fn release(stage: &Stage, prefix: &Path) {
    let reporter: Arc<dyn Reporter> = Arc::new(Silent);
    stage.services.installer().release(prefix, &reporter).await.unwrap();
    std::fs::remove_dir_all(prefix).unwrap();
}

/// Whether the file system copies blocks on their first write: then nothing is shared.
fn has_reflinks(prefix: &Path) -> bool {
    std::fs::metadata(file(prefix)).unwrap().nlink() == 1
}

#[tokio::test]
async fn open_environments_share_files_and_not_with_other_clients() {
    let stage = Stage::new();
    let cached = stage.fill_shared_cache(&Package::new("libweak", "1.2")).await;
    let prefixes = [host(&stage, "a").await, host(&stage, "b").await, host(&stage, "c").await];
    if has_reflinks(&prefixes[0]) {
        return;
    }
    assert!(prefixes.iter().all(|prefix| inode(prefix) == inode(&prefixes[0])));
    assert_ne!(inode(&cached), inode(&prefixes[0]));
    assert_eq!(std::fs::metadata(file(&cached)).unwrap().nlink(), 1);
}

#[tokio::test]
async fn an_edit_becomes_private_and_is_repaired_everywhere_else() {
    for edit in [edit, edit_secretly] {
        let stage = Stage::new();
        let cached = stage.fill_shared_cache(&Package::new("libweak", "1.2")).await;
        let (first, second) = (host(&stage, "first").await, host(&stage, "second").await);
        edit(&first);
        let edited = weak(&first);
        let found = check(&stage, &first).await;
        let expected = EditedFile { package: "libweak".to_owned(), path: "lib/weak".to_owned(), prefix: first.clone() };
        assert_eq!(found, [expected]);
        let third = host(&stage, "third").await;
        assert_eq!([&first, &second, &third].map(|prefix| weak(prefix)), [edited.as_str(), "1.2", "1.2"]);
        assert_eq!(weak(&cached), "1.2");
        assert_eq!(check(&stage, &first).await, []);
        assert_eq!(check(&stage, &second).await, []);
        if !has_reflinks(&second) {
            assert_eq!(inode(&second), inode(&third));
        }
        // A private file is watched as well.
        std::fs::write(file(&first), "again").unwrap();
        assert_eq!(check(&stage, &first).await.len(), 1);
        assert_eq!([&second, &third].map(|prefix| weak(prefix)), ["1.2", "1.2"]);
    }
}

#[tokio::test]
async fn a_new_environment_gets_the_original_of_a_file_that_was_edited_unnoticed() {
    for edit in [edit, edit_secretly] {
        let stage = Stage::new();
        let first = host(&stage, "first").await;
        edit(&first);
        let edited = weak(&first);
        let second = host(&stage, "second").await;
        assert_eq!([&first, &second].map(|prefix| weak(prefix)), [edited.as_str(), "1.2"]);
        assert_eq!(check(&stage, &first).await.len(), 1, "the edit is reported to the session that has it");
        edit(&second);
        std::fs::remove_dir_all(&second).unwrap();
        assert_eq!(weak(&host(&stage, "third").await), "1.2");
    }
}

#[tokio::test]
async fn a_running_script_keeps_what_it_may_have_edited() {
    let stage = Stage::new();
    let (first, second, third) = (host(&stage, "a").await, host(&stage, "b").await, host(&stage, "c").await);
    let running = stage.services.installer().begin_run(&[&second]).unwrap();
    edit(&first);
    assert_eq!(check(&stage, &first).await.len(), 1);
    drop(running);
    let expected = if has_reflinks(&third) { "1.2" } else { "1.2 edited" };
    assert_eq!([&first, &second, &third].map(|prefix| weak(prefix)), ["1.2 edited", expected, "1.2"]);
}

#[tokio::test]
async fn a_replaced_file_is_reported_and_the_pool_is_untouched() {
    let stage = Stage::new();
    let (first, second) = (host(&stage, "first").await, host(&stage, "second").await);
    std::fs::write(first.join("lib/new"), "replaced").unwrap();
    std::fs::rename(first.join("lib/new"), file(&first)).unwrap();
    std::fs::remove_file(first.join("lib/foo")).unwrap();
    let found = check(&stage, &first).await;
    assert_eq!(found.iter().map(|edited| edited.path.as_str()).collect::<Vec<_>>(), ["lib/weak"]);
    assert_eq!([&first, &second].map(|prefix| weak(prefix)), ["replaced", "1.2"]);
    assert!(second.join("lib/foo").is_file());
}

#[tokio::test]
async fn an_environment_that_is_released_leaves_the_pool_as_it_was() {
    let stage = Stage::new();
    let first = host(&stage, "first").await;
    if has_reflinks(&first) {
        return;
    }
    let before = inode(&first);
    release(&stage, &first).await;
    let second = host(&stage, "second").await;
    assert_eq!((inode(&second), weak(&second).as_str()), (before, "1.2"));
    edit(&second);
    release(&stage, &second).await;
    assert_eq!(weak(&host(&stage, "third").await), "1.2");
}

#[tokio::test]
async fn private_environments_share_nothing() {
    let stage = Stage::new();
    let shared = host(&stage, "shared").await;
    let options = SessionOptions {
        cache_dir: Some(stage.path("cache")),
        packages: PackageSharing::Private,
        ..SessionOptions::default()
    };
    let private = host_with(&stage, &SharedClients::new(&options).unwrap(), "private").await;
    assert_eq!(std::fs::metadata(file(&private)).unwrap().nlink(), 1);
    edit(&private);
    assert_eq!(check(&stage, &private).await.len(), 1);
    assert_eq!(weak(&shared), "1.2");
}

#[tokio::test]
async fn many_environments_can_be_set_up_at_the_same_time() {
    let stage = Stage::new();
    let names: Vec<String> = (0..12).map(|number| format!("env{number}")).collect();
    let prefixes = futures::future::join_all(names.iter().map(|name| host(&stage, name))).await;
    edit(&prefixes[3]);
    check(&stage, &prefixes[3]).await;
    for (number, prefix) in prefixes.iter().enumerate() {
        assert_eq!(weak(prefix), if number == 3 { "1.2 edited" } else { "1.2" }, "{number}");
    }
}

#[tokio::test]
async fn a_package_that_was_built_again_is_another_package() {
    let stage = Stage::new();
    let first = host(&stage, "first").await;
    let folder = stage.channel.file(&Package::new("libweak", "1.2"));
    Package::new("libweak", "1.2").file("lib/weak", "2.1").write(folder.parent().unwrap()).unwrap();
    Channel::new().write(stage.channel.path()).unwrap();
    let second = host(&stage, "second").await;
    assert_eq!([&first, &second].map(|prefix| weak(prefix)), ["1.2", "2.1"]);
}

#[tokio::test]
async fn what_a_killed_process_left_is_extracted_again() {
    let stage = Stage::new();
    std::fs::remove_dir_all(host(&stage, "first").await).unwrap();
    let pool = stage.path("cache/sidewinder/pool");
    for entry in std::fs::read_dir(&pool).unwrap().flatten() {
        // An entry without its record was not completed.
        let _ = std::fs::remove_file(entry.path().join("files"));
        if let Ok(folder) = std::fs::read_dir(entry.path()) {
            for package in folder.flatten() {
                let _ = std::fs::write(package.path().join("lib/weak"), "half");
            }
        }
    }
    assert_eq!(weak(&host(&stage, "second").await), "1.2");
}

#[tokio::test]
async fn a_package_is_downloaded_once_for_all_environments() {
    let stage = Stage::new();
    let server = Site::folder(stage.channel.path()).start().unwrap();
    let both = json!({ "requirements": { "build": ["libweak", "libfoo"], "host": ["libweak", "libfoo"] } });
    for name in ["first", "second"] {
        let (build, host) = (stage.path(&format!("{name}-build")), stage.path(name));
        let prefixes = Prefixes { build: &build, host: &host };
        let (wanted, settings) = (variant(both.clone()), settings(&[server.url("")]));
        set_up(&wanted, &settings, prefixes, &stage.services, &stage.progress, &stage.cancel).await.unwrap();
        assert_eq!([&build, &host].map(|prefix| weak(prefix)), ["1.2", "1.2"]);
    }
    assert_eq!([server.count("*libweak*.conda"), server.count("*libfoo*.conda")], [1, 1]);
}

#[tokio::test]
async fn packages_that_contain_the_same_file_are_downloaded_once_too() {
    let twins = ["one", "two"].map(|name| Package::new(name, "1.0").file("share/same", name).file(name, name));
    let stage = Stage::with(Channel::new().add_all(twins));
    let server = Site::folder(stage.channel.path()).start().unwrap();
    let (build, host) = (stage.path("build"), stage.path("host"));
    let prefixes = Prefixes { build: &build, host: &host };
    let wanted = variant(json!({ "requirements": { "host": ["one", "two"] } }));
    let settings = settings(&[server.url("")]);
    set_up(&wanted, &settings, prefixes, &stage.services, &stage.progress, &stage.cancel).await.unwrap();
    assert!(host.join("one").is_file() && host.join("two").is_file() && host.join("share/same").is_file());
    assert_eq!([server.count("*one-1.0*.conda"), server.count("*two-1.0*.conda")], [1, 1]);
    assert_eq!(check(&stage, &host).await, []);
}

#[tokio::test]
async fn what_another_client_has_extracted_is_not_downloaded() {
    let stage = Stage::new();
    let server = Site::folder(stage.channel.path()).start().unwrap();
    stage.fill_shared_cache(&Package::new("libweak", "1.2")).await;
    let wanted = variant(json!({ "requirements": { "host": ["libweak"] } }));
    let (build, host) = (stage.path("build"), stage.path("host"));
    let prefixes = Prefixes { build: &build, host: &host };
    let settings = settings(&[server.url("")]);
    set_up(&wanted, &settings, prefixes, &stage.services, &stage.progress, &stage.cancel).await.unwrap();
    assert_eq!((weak(&host).as_str(), server.count("*.conda")), ("1.2", 0));
}

#[tokio::test]
async fn without_its_archive_an_edited_package_is_fetched_again_when_it_is_needed() {
    let stage = Stage::new();
    let (first, second) = (host(&stage, "first").await, host(&stage, "second").await);
    if has_reflinks(&first) {
        return;
    }
    let archive = stage.channel.file(&Package::new("libweak", "1.2"));
    let aside = stage.path("aside.conda");
    std::fs::rename(&archive, &aside).unwrap();
    edit(&first);
    // The error of the missing archive is not that of the run.
    let reporter: Arc<dyn Reporter> = Arc::new(Silent);
    let _ = stage.services.installer().check(&[&first], &reporter).await;
    assert_eq!(weak(&first), "1.2 edited");
    assert_ne!(inode(&first), inode(&second));
    std::fs::rename(&aside, &archive).unwrap();
    assert_eq!(weak(&host(&stage, "third").await), "1.2");
}

#[tokio::test]
async fn trimming_removes_what_was_left_half_done_and_keeps_the_rest() {
    let stage = Stage::new();
    let prefix = host(&stage, "first").await;
    let pool = stage.path("cache/sidewinder/pool");
    std::fs::create_dir_all(pool.join("abcd/x-1-0")).unwrap();
    std::fs::create_dir_all(pool.join(".abcd-temporary/x-1-0")).unwrap();
    let count = || std::fs::read_dir(&pool).unwrap().count();
    let records = || std::fs::read_dir(pool.join("environments")).unwrap().count();
    let (before, recorded) = (count() - 2, records());
    trim(&stage.path("cache")).unwrap();
    assert_eq!((count(), records()), (before, recorded));
    std::fs::remove_dir_all(&prefix).unwrap();
    trim(&stage.path("cache")).unwrap();
    assert_eq!((count(), records()), (before, recorded - 1));
    assert_eq!(weak(&host(&stage, "second").await), "1.2");
}
