//! The way of the demo's second part: a build that fails as its recipe forgets a library, is repaired in place, and runs.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::Command;

use rattler_conda_types::Subdir;
use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::variants::VariantFormat;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, RenderedVariant, VariantConfig};
use sidewinder_session::progress::Environment;
use sidewinder_session::script::{RunOptions, ScriptResult};
use sidewinder_session::session::{AddOptions, CloseOptions, DebugSession, Run};
use sidewinder_session::{Cancel, Progress, SessionOptions};
use sidewinder_testkit::embedded;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/demo-compile").join(name)
}

fn rendered() -> RenderedVariant {
    let platform = Subdir::current().unwrap().as_str().to_owned();
    let config = RenderConfig {
        target_platform: Some(platform.clone()),
        build_platform: Some(platform),
        ..RenderConfig::default()
    };
    let read = |name: &str| fs_err::read_to_string(fixture(name)).unwrap();
    let path = fs_err::canonicalize(fixture("recipe.yaml")).unwrap();
    let recipe = ParsedRecipe::parse(&read("recipe.yaml"), path.to_str(), RepodataRevision::default()).unwrap();
    let variants = VariantConfig::from_yaml(&read("variants.yaml"), VariantFormat::Variants, &config, None).unwrap();
    let mut rendered = recipe.render(&variants, &config).unwrap();
    assert_eq!(rendered.len(), 1);
    rendered.remove(0)
}

async fn run(session: &DebugSession) -> ScriptResult {
    session.run(Run::Script, RunOptions::default(), &Cancel::new(), None).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_forgets_its_library_is_repaired_and_runs() {
    let channel = embedded::write(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("embedded")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let options = SessionOptions {
        channels: Some(vec![channel.url()]),
        output_dir: Some(folder.path().join("out")),
        cache_dir: Some(folder.path().join("cache")),
        ..SessionOptions::default()
    };
    let session = DebugSession::create(rendered(), options, Progress::default(), &Cancel::new()).await.unwrap();

    let failed = run(&session).await;
    assert_eq!(failed.exit_code, 1, "{}", failed.stderr);
    assert!(failed.stderr.contains("greet.h"), "{}", failed.stderr);

    let specs = ["libgreet".to_owned()];
    let change =
        session.add_packages(&specs, AddOptions::default(), Progress::default(), &Cancel::new()).await.unwrap();
    let added: Vec<_> = change.added.iter().map(|package| (package.name.as_str(), package.version.as_str())).collect();
    assert_eq!(added, [("libgreet", "1.2.0")]);

    let repaired = run(&session).await;
    assert!(repaired.success, "{}", repaired.stderr);
    assert_eq!(repaired.stdout, "Hello, world, from libgreet 1.2.0!\n");
    assert_eq!(repaired.stderr, "");

    // What was built runs by itself: the library is found by the path that the compiler package wrote into it.
    let program = session.paths().host_prefix.join("bin/hello-greet");
    let output = Command::new(program).env_clear().output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), repaired.stdout);
    // The compiler package exports its runtime strongly: it came into host by itself.
    let host = session.packages(Environment::Host).await.unwrap();
    let host: Vec<_> = host.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(host, ["cc-runtime", "libgreet"]);
    session.close(CloseOptions::default()).await.unwrap();
}
