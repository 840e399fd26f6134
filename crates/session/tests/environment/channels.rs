//! Channels: missing parts, priority, packages built here, going without a network.

use serde_json::json;
use sidewinder_session::Error;
use sidewinder_session::environment::{Channels, Resolved, SharedClients, SolveSettings, resolve};
use sidewinder_session::options::ChannelPriority;
use sidewinder_testkit::{Channel, Package};

use crate::stage::{Stage, names, services, settings, variant};

async fn resolve_host(stage: &Stage, settings: &SolveSettings, host: &[&str]) -> Result<Resolved, Error> {
    let variant = variant(json!({ "requirements": { "host": host } }));
    resolve(&variant, settings, &stage.services, &stage.progress, &stage.cancel).await
}

#[tokio::test]
async fn a_channel_may_lack_one_of_its_two_folders() {
    let stage = Stage::new();
    std::fs::remove_dir_all(stage.channel.path().join("noarch")).unwrap();
    let resolved = resolve_host(&stage, &stage.settings(), &["needy"]).await.unwrap();
    assert_eq!(names(&resolved.host.records), ["libfoo 2.0.0", "needy 1.0"]);

    let stage = Stage::with(Channel::new().add(Package::new("data", "1").noarch_generic()));
    let platform = rattler_conda_types::Subdir::current().unwrap();
    std::fs::remove_dir_all(stage.channel.path().join(platform.as_str())).unwrap();
    let resolved = resolve_host(&stage, &stage.settings(), &["data"]).await.unwrap();
    assert_eq!(names(&resolved.host.records), ["data 1"]);
}

#[tokio::test]
async fn a_channel_that_lacks_both_is_named() {
    let stage = Stage::new();
    let nowhere = "file:///nowhere/at/all/".to_owned();
    let error = resolve_host(&stage, &settings(std::slice::from_ref(&nowhere)), &["libfoo"]).await.unwrap_err();
    let Error::Channel { channel, reason, .. } = error else { panic!("{error}") };
    assert_eq!((channel, reason.as_str()), (nowhere, "no such directory"));

    std::fs::create_dir(stage.path("empty")).unwrap();
    let empty = format!("file://{}/", stage.path("empty").display());
    let error = resolve_host(&stage, &settings(&[stage.channel.url(), empty.clone()]), &["libfoo"]).await.unwrap_err();
    let Error::Channel { channel, reason, .. } = error else { panic!("{error}") };
    assert_eq!(channel, empty);
    assert!(reason.contains("neither packages for"), "{reason}");
}

#[tokio::test]
async fn an_unreachable_channel_is_named_without_its_password() {
    let stage = Stage::new();
    // Nothing listens on port 1.
    let channels = [stage.channel.url(), "http://me:secret@127.0.0.1:1/t/tok-1/chan".to_owned()];
    let error = resolve_host(&stage, &settings(&channels), &["libfoo"]).await.unwrap_err();
    let Error::Channel { channel, .. } = &error else { panic!("{error}") };
    assert!(channel.contains("127.0.0.1:1"), "{channel}");
    let all = format!("{error} {error:?} {:?}", error.record());
    assert!(!all.contains("secret") && !all.contains("tok-1"), "{all}");
}

#[tokio::test]
async fn the_first_channel_that_has_a_package_wins_unless_priority_is_off() {
    let stage = Stage::new();
    let first = Channel::new()
        .add(Package::new("libfoo", "0.1"))
        .add(Package::new("uses-foo", "1.0").depends(["libfoo"]))
        .write(&stage.path("first"))
        .unwrap();
    let mut settings = settings(&[first.url(), stage.channel.url()]);
    let chosen = async |settings: &SolveSettings, host: &str| {
        names(&resolve_host(&stage, settings, &[host]).await.unwrap().host.records)
    };
    assert_eq!(chosen(&settings, "libfoo").await, ["libfoo 0.1"]);
    assert_eq!(chosen(&settings, "libfoo >=1").await, ["libfoo 2.0.0"]);
    assert_eq!(chosen(&settings, "uses-foo").await, ["libfoo 0.1", "uses-foo 1.0"]);
    settings.priority = ChannelPriority::Disabled;
    assert_eq!(chosen(&settings, "uses-foo").await, ["libfoo 2.0.0", "uses-foo 1.0"]);
}

#[tokio::test]
async fn what_was_built_here_comes_before_all_channels() {
    let stage = Stage::new();
    let output = stage.path("output");
    std::fs::create_dir(&output).unwrap();
    let with = SolveSettings {
        channels: Channels::parse(Some(&[stage.channel.url()]), &output).unwrap().with_output_folder(&output),
        ..stage.settings()
    };
    // Without packages the folder is not a channel, and stays untouched.
    let resolved = resolve_host(&stage, &with, &["libfoo"]).await.unwrap();
    assert_eq!(names(&resolved.host.records), ["libfoo 2.0.0"]);
    assert!(!stage.log().contains("packages built here"));
    assert_eq!(std::fs::read_dir(&output).unwrap().count(), 0);

    let platform = rattler_conda_types::Subdir::current().unwrap();
    let package = Package::new("libfoo", "0.1").depends(["libweak"]);
    package.write(&output.join(platform.as_str())).unwrap();
    std::fs::write(output.join(platform.as_str()).join("half-1.0-0.conda"), "PK").unwrap();
    let resolved = resolve_host(&stage, &with, &["libfoo"]).await.unwrap();
    assert_eq!(names(&resolved.host.records), ["libfoo 0.1", "libweak 1.2"]);
    let resolved = resolve_host(&stage, &with, &["conflictor"]).await.unwrap();
    assert_eq!(names(&resolved.host.records), ["conflictor 1.0", "libfoo 0.1", "libweak 1.2"]);
    assert!(stage.log().contains("packages built here: 1"));
    assert!(stage.log().contains("half-1.0-0.conda"), "{}", stage.log());
    assert!(!output.join(platform.as_str()).join("repodata.json").exists());
}

#[tokio::test]
async fn a_local_channel_is_read_again_when_it_changed() {
    let stage = Stage::new();
    let chosen = async || names(&resolve_host(&stage, &stage.settings(), &["libweak"]).await.unwrap().host.records);
    assert_eq!(chosen().await, ["libweak 1.2"]);
    stage.channel.publish([Package::new("libweak", "1.10")]).unwrap();
    assert_eq!(chosen().await, ["libweak 1.10"]);
}

#[tokio::test]
async fn nothing_is_fetched_when_nothing_is_needed() {
    let stage = Stage::new();
    let unreachable = settings(&["http://127.0.0.1:1/none".to_owned()]);
    let resolved = resolve_host(&stage, &unreachable, &[]).await.unwrap();
    assert!(resolved.host.records.is_empty() && resolved.build.records.is_empty());
    assert!(!stage.path("cache").exists());
    assert!(stage.log().contains("this output has no run dependencies"));
}

#[tokio::test]
async fn offline_nothing_is_asked_of_a_server() {
    let stage = Stage::new();
    let offline = Stage { services: services(&stage.path("cache"), true), ..Stage::new() };
    let local = resolve_host(&offline, &offline.settings(), &["libfoo"]).await.unwrap();
    assert_eq!(names(&local.host.records), ["libfoo 2.0.0"]);
    let error = resolve_host(&offline, &settings(&["http://127.0.0.1:1/c".to_owned()]), &["x"]).await.unwrap_err();
    assert_eq!(error.code(), "CHANNEL_FAILED");
}

#[tokio::test]
async fn sessions_with_the_same_options_share_their_services() {
    let folder = tempfile::tempdir().unwrap();
    let options = |offline| sidewinder_session::SessionOptions {
        cache_dir: Some(folder.path().to_path_buf()),
        offline,
        ..Default::default()
    };
    let client = |services: &SharedClients| std::ptr::from_ref(services.client());
    let (a, b) = (SharedClients::shared(&options(false)).unwrap(), SharedClients::shared(&options(false)).unwrap());
    assert_eq!(client(&a), client(&b));
    assert_ne!(client(&a), client(&SharedClients::shared(&options(true)).unwrap()));
}
