//! Environments share no file with the package cache or with each other.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::json;
use sidewinder_session::environment::{Prefixes, set_up, trim};
use sidewinder_testkit::server::Site;
use sidewinder_testkit::{Channel, Package};

use crate::stage::{Stage, settings, variant};

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
    let cached = stage.fill_shared_cache(&Package::new("libweak", "1.2")).await;
    let (first, second) = (host(&stage, "first").await, host(&stage, "second").await);
    edit(&first);
    let third = host(&stage, "third").await;
    assert_eq!([&first, &second, &third].map(|prefix| weak(prefix)), ["1.2 edited", "1.2", "1.2"]);
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
async fn what_a_killed_process_left_half_done_is_made_anew() {
    let stage = Stage::new();
    let folders = ["0", "1"].map(|folder| stage.path("cache/sidewinder/packages").join(folder));
    for folder in &folders {
        for name in ["libweak-1.2-0/lib", ".libweak-1.2-0abc/lib"] {
            std::fs::create_dir_all(folder.join(name)).unwrap();
            std::fs::write(folder.join(name).join("weak"), "1").unwrap();
        }
    }
    assert_eq!(weak(&host(&stage, "first").await), "1.2");
    assert!(!folders[1].join(".libweak-1.2-0abc").exists());
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
        edit(&build);
        assert_eq!([&build, &host].map(|prefix| weak(prefix)), ["1.2 edited", "1.2"]);
    }
    assert_eq!([server.count("*libweak*.conda"), server.count("*libfoo*.conda")], [1, 1]);
}

#[tokio::test]
async fn packages_that_bring_the_same_file_are_downloaded_once_too() {
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
}

#[tokio::test]
async fn what_another_client_has_unpacked_is_not_downloaded() {
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

#[cfg(unix)]
#[tokio::test]
async fn an_edit_that_hides_itself_does_not_reach_an_environment_beside_it() {
    let stage = Stage::new();
    let first = host(&stage, "first").await;
    let file = first.join("lib/weak");
    let time = std::fs::metadata(&file).unwrap().modified().unwrap();
    std::fs::write(&file, "2.1").unwrap();
    std::fs::File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
    assert_eq!(weak(&host(&stage, "second").await), "1.2");
}

#[cfg(unix)]
#[tokio::test]
async fn copies_that_no_environment_uses_are_trimmed() {
    let stage = Stage::new();
    let folder = |number: u32| stage.path(&format!("cache/sidewinder/packages/{number}/libweak-1.2-0"));
    let mut prefixes = Vec::new();
    for name in ["a", "b", "c", "d"] {
        prefixes.push(host(&stage, name).await);
    }
    trim(&stage.path("cache")).unwrap();
    assert!((0..4).all(|number| folder(number).is_dir()));
    std::fs::remove_dir_all(&prefixes[0]).unwrap();
    std::fs::remove_dir_all(&prefixes[2]).unwrap();
    let free: Vec<u32> = (2..4)
        .filter(|number| {
            use std::os::unix::fs::MetadataExt as _;
            std::fs::metadata(folder(*number).join("lib/weak")).unwrap().nlink() == 1
        })
        .collect();
    trim(&stage.path("cache")).unwrap();
    assert_eq!(free.len(), 1);
    assert_eq!((0..4).filter(|number| !folder(*number).exists()).collect::<Vec<u32>>(), free);
    assert_eq!([&prefixes[1], &prefixes[3]].map(|prefix| weak(prefix)), ["1.2", "1.2"]);
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
