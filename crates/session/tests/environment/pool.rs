//! Environments share no file with the package cache or with each other.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;
use sidewinder_session::environment::{Prefixes, set_up};
use sidewinder_testkit::{Channel, Package};

use crate::stage::{Stage, variant};

/// Sets up host with libweak and libfoo in a prefix of this name.
async fn host(stage: &Stage, name: &str) -> PathBuf {
    let (build, host) = (stage.path(&format!("{name}-build")), stage.path(name));
    let wanted = variant(json!({ "requirements": { "host": ["libweak", "libfoo"] } }));
    let prefixes = Prefixes { build: &build, host: &host };
    set_up(&wanted, &stage.settings(), prefixes, &stage.services, &stage.progress, &stage.cancel).await.unwrap();
    host
}

fn weak(prefix: &Path) -> String {
    std::fs::read_to_string(prefix.join("lib/weak")).unwrap()
}

fn edit(prefix: &Path) {
    let mut file = std::fs::OpenOptions::new().append(true).open(prefix.join("lib/weak")).unwrap();
    file.write_all(b" edited").unwrap();
}

#[tokio::test]
async fn an_edit_in_place_stays_where_it_was_made() {
    let stage = Stage::new();
    let (first, second) = (host(&stage, "first").await, host(&stage, "second").await);
    edit(&first);
    let third = host(&stage, "third").await;
    assert_eq!([&first, &second, &third].map(|prefix| weak(prefix)), ["1.2 edited", "1.2", "1.2"]);
    let cached = stage.path("cache/pkgs/libweak-1.2-0");
    assert_eq!(weak(&cached), "1.2");
    // What was edited is not handed on when its environment is gone.
    for prefix in [&first, &second, &third] {
        std::fs::remove_dir_all(prefix).unwrap();
    }
    for name in ["fourth", "fifth", "sixth"] {
        assert_eq!(weak(&host(&stage, name).await), "1.2");
    }
}

#[tokio::test]
async fn environments_set_up_at_the_same_time_share_no_file() {
    let stage = Stage::new();
    host(&stage, "before").await;
    let (a, b, c) = tokio::join!(host(&stage, "a"), host(&stage, "b"), host(&stage, "c"));
    edit(&a);
    assert_eq!([&a, &b, &c].map(|prefix| weak(prefix)), ["1.2 edited", "1.2", "1.2"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_copy_that_is_free_again_is_used_again() {
    use std::os::unix::fs::MetadataExt as _;
    let stage = Stage::new();
    let file = |prefix: &Path| std::fs::metadata(prefix.join("lib/weak")).unwrap();
    let first = host(&stage, "first").await;
    let inode = file(&first).ino();
    if file(&first).nlink() == 1 {
        return; // The file system shares blocks, or has the cache elsewhere: there is no pool.
    }
    let second = host(&stage, "second").await;
    assert_ne!(file(&second).ino(), inode);
    std::fs::remove_dir_all(&first).unwrap();
    let third = host(&stage, "third").await;
    assert_eq!(file(&third).ino(), inode);
}

#[tokio::test]
async fn a_package_that_was_built_anew_is_copied_anew() {
    let stage = Stage::new();
    std::fs::remove_dir_all(host(&stage, "first").await).unwrap();
    let folder = stage.channel.file(&Package::new("libweak", "1.2"));
    Package::new("libweak", "1.2").file("lib/weak", "2.1").write(folder.parent().unwrap()).unwrap();
    Channel::new().write(stage.channel.path()).unwrap();
    assert_eq!(weak(&host(&stage, "second").await), "2.1");
}

#[tokio::test]
async fn what_a_killed_process_left_half_done_is_copied_anew() {
    let stage = Stage::new();
    let copy = stage.path("cache/sidewinder/copies/0/libweak-1.2-0/lib/weak");
    std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
    std::fs::write(&copy, "1").unwrap();
    let first = host(&stage, "first").await;
    assert_eq!(weak(&first), "1.2");
}

#[cfg(unix)]
#[tokio::test]
async fn an_edit_of_the_same_length_is_noticed() {
    let stage = Stage::new();
    let first = host(&stage, "first").await;
    std::fs::write(first.join("lib/weak"), "2.1").unwrap();
    std::fs::remove_dir_all(&first).unwrap();
    assert_eq!(weak(&host(&stage, "second").await), "1.2");
}
