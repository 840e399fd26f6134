//! Packages in prefixes.

use std::io::Write as _;
use std::sync::{Arc, Mutex};

use serde_json::json;
use sidewinder_session::progress::{PackageAction, ProgressEvent};
use sidewinder_session::{Cancel, Error, Progress};
use sidewinder_testkit::{Channel, Package};

use crate::stage::{Stage, small_world, variant};

#[tokio::test]
async fn prefixes_without_packages_are_prefixes() {
    let stage = Stage::new();
    stage.set_up(&variant(json!({}))).await.unwrap();
    for prefix in ["build_env", "host_env"] {
        let prefix = stage.path(prefix);
        assert_eq!(std::fs::read(prefix.join("conda-meta/history")).unwrap(), b"");
        let tag = std::fs::read_to_string(prefix.join("CACHEDIR.TAG")).unwrap();
        assert!(tag.starts_with("Signature: 8a477f597d28d172789f06886806bc55"));
    }
    assert!(!stage.path("cache").exists(), "nothing was needed, but the cache was made");
    assert!(stage.log().contains("✔ Successfully updated the host environment"));
}

#[tokio::test]
async fn packages_are_linked_with_their_real_prefix() {
    let package = Package::new("probe", "1.0").prefixed("etc/where", "@PREFIX@\n");
    let stage = Stage::with(Channel::new().add_all(small_world()).add(package));
    let wanted = variant(json!({ "requirements": { "build": ["toolx"], "host": ["probe", "needy"] } }));
    stage.set_up(&wanted).await.unwrap();
    let host = stage.path("host_env");
    assert_eq!(std::fs::read_to_string(host.join("etc/where")).unwrap().trim(), host.display().to_string());
    assert!(stage.path("build_env").join("bin/toolx").is_file());
    let packages = stage.host_packages().await;
    let list: Vec<_> = packages.iter().map(|package| (package.name.as_str(), package.requested)).collect();
    assert_eq!(list, [("libfoo", false), ("libstrong", false), ("needy", true), ("probe", true)]);
    assert_eq!(packages[0].channel, stage.channel.url());
}

#[tokio::test]
async fn editing_an_installed_file_in_place_leaves_the_cache_alone() {
    let stage = Stage::new();
    let cached = stage.fill_shared_cache(&Package::new("libweak", "1.2")).await.join("lib/weak");
    let wanted = variant(json!({ "requirements": { "host": ["libweak"] } }));
    stage.set_up(&wanted).await.unwrap();
    let installed = stage.path("host_env").join("lib/weak");
    let mut file = std::fs::OpenOptions::new().append(true).open(&installed).unwrap();
    file.write_all(b" edited").unwrap();
    drop(file);
    assert_eq!(std::fs::read_to_string(&installed).unwrap(), "1.2 edited");
    assert_eq!(std::fs::read_to_string(cached).unwrap(), "1.2");
}

#[tokio::test]
async fn link_scripts_run_and_their_messages_are_logged() {
    let good = Package::new("good", "1.0").post_link("echo hello > \"$PREFIX/.messages.txt\"; touch \"$PREFIX/ran\"\n");
    let bad = Package::new("bad", "1.0").post_link("exit 3\n");
    let stage = Stage::with(Channel::new().add(good).add(bad));
    stage.set_up(&variant(json!({ "requirements": { "host": ["good", "bad"] } }))).await.unwrap();
    assert!(stage.path("host_env").join("ran").exists());
    assert!(!stage.path("host_env").join(".messages.txt").exists());
    let log = stage.log();
    assert!(log.contains("Running post-link script for good"), "{log}");
    assert!(log.contains("Message from post-link for good: hello"), "{log}");
    assert!(log.contains("The post-link script of bad failed"), "{log}");
}

#[tokio::test]
async fn a_broken_package_is_named_and_leaves_empty_prefixes() {
    let stage = Stage::new();
    let broken = stage.channel.file(&Package::new("libweak", "1.2"));
    std::fs::write(&broken, b"no archive").unwrap();
    let wanted = variant(json!({ "requirements": { "build": ["libfoo"], "host": ["libstrong", "libweak"] } }));
    let error = stage.set_up(&wanted).await.unwrap_err();
    let record = error.record();
    assert!(matches!(record.code.as_str(), "INSTALL_FAILED" | "RUN_EXPORTS_FAILED"), "{error}");
    assert!(record.package.unwrap().contains("libweak"), "{}", record.message);
    for prefix in ["build_env", "host_env"] {
        let left = std::fs::read_dir(stage.path(prefix)).map(Iterator::count).unwrap_or_default();
        assert_eq!(left, 0, "{prefix} is not empty");
    }
}

#[tokio::test]
async fn a_package_with_another_hash_than_the_index_says_is_refused() {
    let stage = Stage::new();
    let path = stage.channel.file(&Package::new("libweak", "1.2"));
    Package::new("libweak", "1.2").file("lib/weak", "other").write(path.parent().unwrap()).unwrap();
    let error = stage.set_up(&variant(json!({ "requirements": { "host": ["libweak"] } }))).await.unwrap_err();
    assert_eq!(error.code(), "INSTALL_FAILED");
    assert!(error.to_string().contains("libweak"), "{error}");
}

#[tokio::test]
async fn a_cancelled_set_up_leaves_nothing_half_installed() {
    // Cancelled when the first package has been fetched, and when the first has been linked.
    for action in [PackageAction::Downloaded, PackageAction::Linked] {
        let mut stage = Stage::new();
        let cancel = Cancel::new();
        let seen = Arc::new(Mutex::new(false));
        let (trigger, saw) = (cancel.clone(), Arc::clone(&seen));
        stage.progress = Progress::to(move |event| {
            if matches!(event, ProgressEvent::Package { action: done, .. } if done == action) {
                *saw.lock().unwrap() = true;
                trigger.cancel();
            }
        });
        stage.cancel = cancel;
        let wanted = variant(json!({ "requirements": { "build": ["toolx"], "host": ["needy", "libweak"] } }));
        let error = stage.set_up(&wanted).await.unwrap_err();
        assert!(*seen.lock().unwrap());
        assert!(matches!(error, Error::Cancelled), "{error}");
        for prefix in ["build_env", "host_env"] {
            assert_eq!(std::fs::read_dir(stage.path(prefix)).unwrap().count(), 0, "{prefix} after {action:?}");
        }
        // And the same can be set up afterwards, out of the same cache.
        stage.cancel = Cancel::new();
        stage.progress = Progress::default();
        stage.set_up(&wanted).await.unwrap();
        assert_eq!(stage.host_packages().await.len(), 4);
    }
}

#[tokio::test]
async fn a_cancelled_handle_stops_before_anything_is_done() {
    let stage = Stage::new();
    stage.cancel.cancel();
    let wanted = variant(json!({ "requirements": { "host": ["needy"] } }));
    assert!(matches!(stage.set_up(&wanted).await, Err(Error::Cancelled)));
    assert!(!stage.path("host_env").exists());
}

#[tokio::test]
async fn progress_counts_packages() {
    let events: Arc<Mutex<Vec<ProgressEvent>>> = Arc::default();
    let sink = Arc::clone(&events);
    let mut stage = Stage::new();
    stage.progress = Progress::to(move |event| sink.lock().unwrap().push(event));
    stage.set_up(&variant(json!({ "requirements": { "host": ["needy"] } }))).await.unwrap();
    let events = events.lock().unwrap();
    for wanted in [PackageAction::Downloaded, PackageAction::Linked] {
        let counts: Vec<(u32, u32)> = events
            .iter()
            .filter_map(|event| match event {
                ProgressEvent::Package { action, done, total, .. } if *action == wanted => Some((*done, *total)),
                _ => None,
            })
            .collect();
        assert_eq!(counts, [(1, 2), (2, 2)], "{wanted:?}");
    }
}

#[tokio::test]
async fn empty_folders_of_packages_are_made_and_recorded() {
    let package = Package::new("folders", "1.0")
        .empty_folder("var/empty")
        .file("share/folders", "x")
        .depends(["libweak"])
        .post_link("test -e \"$PREFIX/lib/weak\" && touch \"$PREFIX/linked-last\"\n");
    let stage = Stage::with(Channel::new().add_all(small_world()).add(package));
    stage.set_up(&variant(json!({ "requirements": { "host": ["folders"] } }))).await.unwrap();
    let host = stage.path("host_env");
    assert!(host.join("var/empty").is_dir() && host.join("share/folders").is_file());
    assert!(host.join("linked-last").exists());
    let names: Vec<_> =
        stage.host_packages().await.into_iter().map(|package| (package.name, package.requested)).collect();
    assert_eq!(names, [("folders".to_owned(), true), ("libweak".to_owned(), false)]);
    let record = std::fs::read_to_string(host.join("conda-meta/folders-1.0-0.json")).unwrap();
    assert!(record.contains("var/empty"), "{record}");
}

#[tokio::test]
async fn a_package_that_would_write_outside_of_the_prefix_is_refused() {
    let stage = Stage::new();
    let wanted = variant(json!({ "requirements": { "host": ["libweak"] } }));
    // As if the archive had said so: what is in the cache is what is linked.
    let cached = stage.fill_shared_cache(&Package::new("libweak", "1.2")).await;
    let listed = cached.join("info/paths.json");
    let text = std::fs::read_to_string(&listed).unwrap();
    std::fs::write(&listed, text.replace("lib/weak", "../escaped")).unwrap();
    std::fs::write(cached.join("../escaped"), "x").unwrap();
    let error = stage.set_up(&wanted).await.unwrap_err();
    assert_eq!(error.code(), "INSTALL_FAILED");
    assert!(error.to_string().contains("would write outside of the environment: `../escaped`"), "{error}");
    assert!(!stage.path("escaped").exists());
}
