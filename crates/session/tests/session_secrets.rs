//! A channel's token works for as long as the session lives, and is written nowhere that another process reads.
#![allow(clippy::unwrap_used, reason = "tests")]

use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, VariantConfig};
use sidewinder_session::session::{AddOptions, CloseOptions, DebugSession};
use sidewinder_session::{Cancel, Progress, SessionOptions};
use sidewinder_testkit::server::Site;
use sidewinder_testkit::{Channel, Package};

const TOKEN: &str = "tk-0123456789";

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_a_channel_url_is_used_and_not_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("served");
    let channel = root.join("t").join(TOKEN).join("chan");
    let package = Package::new("libdemo", "1.0").noarch_generic().file("share/demo", "demo\n");
    let needy = Package::new("needy", "1.0").noarch_generic().depends(["libdemo"]);
    Channel::new().add_all([package, needy]).write_async(&channel).await.unwrap();
    let server = Site::folder(&root).start().unwrap();

    let text = "package:\n  name: a\n  version: 1\nbuild:\n  noarch: generic\n  script: 'true'\n";
    let recipe = ParsedRecipe::parse(text, None, RepodataRevision::default()).unwrap();
    let variant = recipe.render(&VariantConfig::default(), &RenderConfig::default()).unwrap().remove(0);
    let options = SessionOptions {
        channels: Some(vec![server.url(&format!("t/{TOKEN}/chan"))]),
        output_dir: Some(folder.path().join("out")),
        cache_dir: Some(folder.path().join("cache")),
        ..SessionOptions::default()
    };
    let session = DebugSession::create(variant, options, Progress::default(), &Cancel::new()).await.unwrap();
    let state = fs_err::read_to_string(session.paths().build_dir.join("session.json")).unwrap();
    assert!(!state.contains(TOKEN), "{state}");

    let specs = ["libdemo".to_owned()];
    let added = session.add_packages(&specs, AddOptions::default(), Progress::default(), &Cancel::new()).await.unwrap();
    assert_eq!(added.added.iter().map(|package| package.name.as_str()).collect::<Vec<_>>(), ["libdemo"]);
    assert!(!added.added.iter().any(|package| package.channel.contains(TOKEN)), "{added:?}");
    // The prefix records another origin, but it is the same package.
    let specs = ["needy".to_owned()];
    let added = session.add_packages(&specs, AddOptions::default(), Progress::default(), &Cancel::new()).await.unwrap();
    assert_eq!((added.added.len(), added.removed.len(), added.changed.len()), (1, 0, 0), "{added:?}");
    session.close(CloseOptions::default()).await.unwrap();
}
