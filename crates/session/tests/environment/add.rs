//! Adding packages to an environment that is in use.

use serde_json::json;
use sidewinder_session::Error;
use sidewinder_session::environment::{AddRequest, Added, Channels, SolveSettings, add_packages};
use sidewinder_session::options::ChannelPriority;
use sidewinder_session::progress::Environment;
use sidewinder_testkit::{Channel, Package};

use crate::stage::{Stage, settings, small_world, variant, variant_with};

/// A host environment with libfoo 1.2.3 and libstrong, and a file that a script left.
async fn used() -> Stage {
    let stage = Stage::new();
    stage.set_up(&variant(json!({ "requirements": { "host": ["libfoo 1.*", "libstrong"] } }))).await.unwrap();
    std::fs::write(stage.path("host_env").join("mine.txt"), "mine").unwrap();
    stage
}

fn added(added: &Added) -> Vec<String> {
    added.change.added.iter().map(|package| format!("{} {}", package.name, package.version)).collect()
}

fn explanation(error: Error) -> String {
    let Error::Solve { explanation, .. } = error else { panic!("{error}") };
    explanation
}

#[tokio::test]
async fn packages_are_added_and_nothing_else_changes() {
    let stage = used().await;
    let first = stage.add(&["libweak"]).await.unwrap();
    assert_eq!(added(&first), ["libweak 1.2"]);
    assert!(first.change.removed.is_empty() && first.change.changed.is_empty());
    assert!(first.change.added[0].requested);
    assert!(!first.activation_changed);
    assert_eq!(std::fs::read_to_string(stage.path("host_env").join("mine.txt")).unwrap(), "mine");
    assert!(stage.add(&["libweak"]).await.unwrap().change.is_empty());
    assert!(stage.add(&[]).await.unwrap().change.is_empty());
    let names: Vec<_> = stage.host_packages().await.into_iter().map(|package| package.name).collect();
    assert_eq!(names, ["libfoo", "libstrong", "libweak"]);
}

#[tokio::test]
async fn installed_packages_are_never_moved() {
    let stage = used().await;
    let before = stage.host_packages().await;
    let text = explanation(stage.add(&["libfoo >=2"]).await.unwrap_err());
    assert!(text.contains("libfoo ==1.2.3 h46_0") || text.contains("libfoo 1.2.3"), "{text}");
    let text = explanation(stage.add(&["needy"]).await.unwrap_err());
    assert!(text.contains("needy") && text.contains("libfoo >=2"), "{text}");
    let text = explanation(stage.add(&["nosuchpkg"]).await.unwrap_err());
    assert!(text.contains("No candidates were found for nosuchpkg *."), "{text}");
    assert_eq!(stage.host_packages().await, before);
}

#[tokio::test]
async fn bad_specs_and_channels_are_named() {
    let stage = used().await;
    let error = stage.add(&["libfoo[a=b][c=d]"]).await.unwrap_err();
    assert!(matches!(&error, Error::InvalidSpec { spec, .. } if spec == "libfoo[a=b][c=d]"), "{error}");
    std::fs::create_dir(stage.path("nochan")).unwrap();
    let nochan = format!("file://{}/", stage.path("nochan").display());
    let error = stage.add_with(&settings(std::slice::from_ref(&nochan)), &["libweak"]).await.unwrap_err();
    assert!(matches!(&error, Error::Channel { channel, .. } if *channel == nochan), "{error}");
}

#[tokio::test]
async fn what_no_channel_has_any_more_stays_installed() {
    let stage = used().await;
    let other = Channel::new().add(Package::new("extra", "1.0").depends(["libfoo"]));
    let other = other.write(&stage.path("other")).unwrap();
    let done = stage.add_with(&settings(&[other.url()]), &["extra"]).await.unwrap();
    assert_eq!(added(&done), ["extra 1.0"]);
    assert_eq!(stage.host_packages().await.len(), 3);
}

#[tokio::test]
async fn what_is_there_needs_no_channel() {
    let stage = used().await;
    let unreachable = settings(&["http://127.0.0.1:1/none".to_owned()]);
    let done = stage.add_with(&unreachable, &["libfoo >=1", "libstrong"]).await.unwrap();
    assert!(done.change.is_empty());
}

#[tokio::test]
async fn a_dependency_that_is_asked_for_later_is_remembered_as_asked_for() {
    let stage = Stage::new();
    stage.set_up(&variant(json!({ "requirements": { "host": ["needy"] } }))).await.unwrap();
    let requested = async || {
        let packages = stage.host_packages().await;
        packages.iter().filter(|package| package.requested).map(|package| package.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(requested().await, ["needy"]);
    stage.add(&["libfoo"]).await.unwrap();
    assert_eq!(requested().await, ["libfoo", "needy"]);
    stage.add(&["libweak"]).await.unwrap();
    assert_eq!(requested().await, ["libfoo", "libweak", "needy"]);
}

#[tokio::test]
async fn a_file_of_the_same_name_is_kept_beside_the_new_one() {
    let stage = used().await;
    let file = stage.path("host_env").join("lib/weak");
    std::fs::write(&file, "built by hand").unwrap();
    stage.add(&["libweak"]).await.unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "1.2");
    let saved = stage.path("host_env").join("lib/weak.before-package");
    assert_eq!(std::fs::read_to_string(saved).unwrap(), "built by hand");
    assert!(stage.log().contains("lib/weak"), "{}", stage.log());
}

#[tokio::test]
async fn the_caller_learns_when_activation_changed() {
    let stage = Stage::with(
        Channel::new().add_all(small_world()).add(Package::new("activated", "1.0").activate("export A=1\n")),
    );
    stage.set_up(&variant(json!({}))).await.unwrap();
    assert!(!stage.add(&["libweak"]).await.unwrap().activation_changed);
    assert!(stage.add(&["activated"]).await.unwrap().activation_changed);
}

#[tokio::test]
async fn a_failed_change_puts_back_what_was_there() {
    let stage = used().await;
    let before = stage.host_packages().await;
    // The package is whole, but its file cannot be linked where a folder of that name exists.
    let blocked = Package::new("blocked", "1.0").file("share/blocked", "x").file("share/other", "y");
    stage.channel.publish([blocked]).unwrap();
    std::fs::create_dir_all(stage.path("host_env").join("share/blocked/inside")).unwrap();
    let error = stage.add(&["blocked"]).await.unwrap_err();
    assert_eq!(error.code(), "INSTALL_FAILED", "{error}");
    assert_eq!(stage.host_packages().await, before);
}

#[tokio::test]
async fn adding_looks_where_setting_up_looked_and_as_it_did() {
    let stage = Stage::new();
    let output = stage.path("output");
    std::fs::create_dir(&output).unwrap();
    let platform = rattler_conda_types::Subdir::current().unwrap();
    Package::new("libweak", "0.1").write(&output.join(platform.as_str())).unwrap();
    let first =
        Channel::new().add(Package::new("libnew", "0.1")).add(Package::new("uses-new", "1").depends(["libnew"]));
    let first = first.write(&stage.path("first")).unwrap();
    stage.channel.publish([Package::new("libnew", "0.2")]).unwrap();
    let channels = Channels::parse(Some(&[first.url(), stage.channel.url()]), &output).unwrap();
    let mut settings = SolveSettings { channels: channels.with_output_folder(&output), ..stage.settings() };
    stage.set_up(&variant(json!({}))).await.unwrap();
    // What was built here outranks the channels, of which the first that has a package outranks the others.
    assert_eq!(added(&stage.add_with(&settings, &["libweak"]).await.unwrap()), ["libweak 0.1"]);
    let stage = Stage { folder: tempfile::tempdir().unwrap(), ..stage };
    stage.set_up(&variant(json!({}))).await.unwrap();
    assert_eq!(added(&stage.add_with(&settings, &["uses-new"]).await.unwrap()), ["libnew 0.1", "uses-new 1"]);
    let stage = Stage { folder: tempfile::tempdir().unwrap(), ..stage };
    stage.set_up(&variant(json!({}))).await.unwrap();
    settings.priority = ChannelPriority::Disabled;
    assert_eq!(added(&stage.add_with(&settings, &["uses-new"]).await.unwrap()), ["libnew 0.2", "uses-new 1"]);
}

#[tokio::test]
async fn packages_for_another_platform_are_added_to_its_environment() {
    let other = "osx-arm64".parse().unwrap();
    let stage = Stage::with(
        Channel::new()
            .add(Package::new("lib", "1.0"))
            .add(Package::new("lib", "2.0").subdir(other).depends(["__osx"]))
            .add(Package::new("base", "1.0").subdir(other)),
    );
    let fields = json!({ "hostPlatform": "osx-arm64", "targetPlatform": "osx-arm64" });
    stage.set_up(&variant_with(json!({ "requirements": { "host": ["base"] } }), fields)).await.unwrap();
    let prefix = stage.path("host_env");
    let specs = ["lib".to_owned()];
    let settings = stage.settings();
    let request = AddRequest {
        environment: Environment::Host,
        prefix: &prefix,
        platform: other,
        specs: &specs,
        settings: &settings,
        dry_run: false,
    };
    let done = add_packages(request, &stage.services, &stage.progress, &stage.cancel).await.unwrap();
    assert_eq!(added(&done), ["lib 2.0"]);
}

#[tokio::test]
async fn packages_that_cannot_be_written_down_leave_nothing() {
    let stage = Stage::new();
    stage.set_up(&variant(json!({ "requirements": { "host": ["libweak"] } }))).await.unwrap();
    let before = stage.host_packages().await;
    // As a full disk does: the record cannot be written.
    let in_the_way = stage.path("host_env/conda-meta/libfoo-2.0.0-h46_0.new");
    std::fs::create_dir(&in_the_way).unwrap();
    let error = stage.add(&["libfoo"]).await.unwrap_err();
    assert!(error.to_string().contains("libfoo-2.0.0-h46_0"), "{error}");
    assert_eq!(stage.host_packages().await, before);
    assert!(!stage.path("host_env/lib/foo").exists() && stage.path("host_env/lib/weak").exists());
    std::fs::remove_dir(in_the_way).unwrap();
    stage.add(&["libfoo"]).await.unwrap();
    assert!(stage.path("host_env/lib/foo").exists());
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_named() {
    let stage = Stage::new();
    stage.set_up(&variant(json!({ "requirements": { "host": ["libweak"] } }))).await.unwrap();
    std::fs::write(stage.path("host_env/conda-meta/junk-1-0.json"), "{").unwrap();
    let error = stage.add(&["libfoo"]).await.unwrap_err();
    assert!(error.to_string().contains("conda-meta/junk-1-0.json"), "{error}");
}
