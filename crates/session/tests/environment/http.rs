//! Channels behind a server: forms of the index, faults, credentials, going offline afterwards.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use std::path::{Path, PathBuf};

use sidewinder_session::environment::{Prefixes, SharedClients, set_up};
use sidewinder_session::progress::ProgressEvent;
use sidewinder_session::{Cancel, Error, Progress, Result, SessionOptions};
use sidewinder_testkit::server::{Fault, Server, Site};
use sidewinder_testkit::{Channel, RunExportsIn};

use crate::stage::{Stage, services, settings, small_world, variant};

fn serve(stage: &Stage, faults: impl IntoIterator<Item = Fault>) -> Server {
    let site = Site::folder(stage.channel.path());
    faults.into_iter().fold(site, Site::fault).start().unwrap()
}

/// Sets up host with `needy` (which needs libfoo) from a channel, into new prefixes.
async fn set_up_from(stage: &Stage, services: &SharedClients, channel: &str) -> Result<Vec<String>> {
    let target = tempfile::tempdir_in(stage.folder.path()).unwrap();
    let (build, host) = (target.path().join("build"), target.path().join("host"));
    let prefixes = Prefixes { build: &build, host: &host };
    let wanted = variant(json!({ "requirements": { "build": ["toolx"], "host": ["needy"] } }));
    let settings = settings(&[channel.to_owned()]);
    let resolved = set_up(&wanted, &settings, prefixes, services, &stage.progress, &stage.cancel).await?;
    Ok(crate::stage::names(&resolved.host.records))
}

/// A channel whose `run_exports.json` spares the download of packages before they are installed.
fn listed_exports() -> Stage {
    Stage::with(Channel::new().add_all(small_world()).run_exports_in(RunExportsIn::OwnFile))
}

const HOST: [&str; 3] = ["libfoo 2.0.0", "libstrong 1.5", "needy 1.0"];

#[tokio::test]
async fn every_form_of_an_index_will_do() {
    let withheld: [&[&str]; 4] = [
        &[],
        &["*repodata_shards*"],
        &["*repodata_shards*", "*repodata.json.zst"],
        &["*repodata_shards*", "*repodata.json.zst", "*repodata.json.bz2", "*run_exports.json*"],
    ];
    let stage = listed_exports();
    for (round, missing) in withheld.into_iter().enumerate() {
        let server = serve(&stage, missing.iter().map(|pattern| Fault::on(pattern).status(404)));
        let services = services(&stage.path(&format!("cache-{round}")), false);
        assert_eq!(set_up_from(&stage, &services, &server.url("")).await.unwrap(), HOST, "{missing:?}");
    }
}

#[tokio::test]
async fn a_form_of_an_index_that_is_broken_hides_no_other() {
    let broken: [&[&str]; 4] = [
        &["*repodata_shards*"],
        &["*/shards/*"],
        &["*repodata_shards*", "*repodata.json.zst"],
        &["*repodata_shards*", "*repodata.json.zst", "*repodata.json.bz2"],
    ];
    let stage = listed_exports();
    Channel::new().add_all(small_world()).write(stage.channel.path()).unwrap();
    for (round, patterns) in broken.into_iter().enumerate() {
        let server = serve(&stage, patterns.iter().map(|pattern| Fault::on(pattern).body("not an index")));
        let services = services(&stage.path(&format!("cache-{round}")), false);
        assert_eq!(set_up_from(&stage, &services, &server.url("")).await.unwrap(), HOST, "{patterns:?}");
    }
    let all = Fault::on("*repodata*").body("not an index");
    let (server, services) = (serve(&stage, [all]), services(&stage.path("cache-all"), false));
    let error = set_up_from(&stage, &services, &server.url("")).await.unwrap_err();
    assert_eq!(error.code(), "CHANNEL_FAILED");
}

#[tokio::test]
async fn an_index_that_did_not_change_is_not_sent_again() {
    let stage = Stage::new();
    let server = serve(&stage, [Fault::on("*repodata_shards*").status(404)]);
    for _ in 0..2 {
        // As in another process: nothing in memory, the same files.
        let services = services(&stage.path("cache"), false);
        assert_eq!(set_up_from(&stage, &services, &server.url("")).await.unwrap(), HOST);
    }
    let index = |logged: &sidewinder_testkit::server::Logged| {
        // Whether a form is there is asked without wanting it.
        logged.method == "GET" && logged.path.ends_with("linux-64/repodata.json.zst")
    };
    let answers: Vec<u16> =
        server.requests().iter().filter(|logged| index(logged)).map(|logged| logged.status).collect();
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert!(answers.contains(&304), "{answers:?}");
}

#[tokio::test]
async fn a_token_in_the_url_of_a_channel_is_used_and_never_told() {
    let stage = Stage::new();
    let site = tempfile::tempdir().unwrap();
    let channel = site.path().join("t/s3cret/mine");
    std::fs::create_dir_all(&channel).unwrap();
    Channel::new().add_all(small_world()).write(&channel).unwrap();
    let server = Site::folder(site.path()).start().unwrap();
    let url = server.url("t/s3cret/mine");
    assert_eq!(set_up_from(&stage, &stage.services, &url).await.unwrap(), HOST);
    let log = stage.progress.log_lines().join("\n");
    assert!(log.contains("mine") && !log.contains("s3cret"), "{log}");
    let error = set_up_from(&stage, &stage.services, &server.url("t/s3cret/none")).await.unwrap_err();
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

#[tokio::test]
async fn eight_at_once_fetch_each_package_once() {
    let stage = Stage::new();
    let server = serve(&stage, []);
    let url = server.url("");
    let all = futures::future::join_all((0..8).map(|_| set_up_from(&stage, &stage.services, &url))).await;
    for outcome in all {
        assert_eq!(outcome.unwrap(), HOST);
    }
    for package in ["needy", "libfoo", "libstrong", "toolx"] {
        assert_eq!(server.count(&format!("*/{package}-*.conda")), 1, "{package}");
    }
}

#[tokio::test]
async fn faults_that_pass_are_waited_out() {
    let stage = Stage::new();
    let server = serve(
        &stage,
        [
            Fault::on("*repodata*").first(2).status(503),
            Fault::on("*needy*.conda").first(1).status(429).retry_after(0),
            Fault::on("*libfoo*.conda").first(1).cut_to(100),
            Fault::on("*toolx*.conda").first(1).drop_connection(),
        ],
    );
    assert_eq!(set_up_from(&stage, &stage.services, &server.url("")).await.unwrap(), HOST);
    assert!(server.count("*libfoo*.conda") >= 2 && server.count("*toolx*.conda") >= 2);
}

#[tokio::test]
async fn what_is_not_there_is_asked_for_once() {
    let stage = listed_exports();
    let server = serve(&stage, [Fault::on("*needy*.conda").status(404)]);
    let error = set_up_from(&stage, &stage.services, &server.url("")).await.unwrap_err();
    assert_eq!(error.code(), "INSTALL_FAILED");
    assert!(error.record().package.unwrap().contains("needy"), "{error}");
    assert!(error.to_string().contains("404"), "{error}");
    assert_eq!(server.count("*needy*.conda"), 1);
}

#[tokio::test]
async fn a_package_with_wrong_bytes_never_gets_into_an_environment() {
    let stage = Stage::new();
    let server = serve(&stage, [Fault::on("*libfoo*.conda").corrupt()]);
    let error = set_up_from(&stage, &stage.services, &server.url("")).await.unwrap_err();
    assert_eq!(error.code(), "INSTALL_FAILED");
    assert!(error.record().package.unwrap().contains("libfoo"), "{error}");
    assert!(!stage.path("cache/pkgs/libfoo-2.0.0-h46_0").exists());
    let pool = std::fs::read_dir(stage.path("cache/sidewinder/pool")).unwrap().flatten();
    assert!(pool.into_iter().all(|entry| !entry.path().join("libfoo-2.0.0-h46_0").exists()));
}

#[tokio::test]
async fn credentials_come_from_the_file_that_is_given() {
    let stage = Stage::new();
    let server = Site::folder(stage.channel.path()).basic_auth("me", "secret").start().unwrap();
    let auth_file = stage.path("credentials.json");
    let key = server.url("").trim_start_matches("http://").split(':').next().unwrap().to_owned();
    let credentials = json!({ key: { "BasicHTTP": { "username": "me", "password": "secret" } } });
    std::fs::write(&auth_file, credentials.to_string()).unwrap();
    let options =
        |auth_file| SessionOptions { cache_dir: Some(stage.path("cache")), auth_file, ..SessionOptions::default() };
    let without = SharedClients::new(&options(None)).unwrap();
    let error = set_up_from(&stage, &without, &server.url("")).await.unwrap_err();
    assert!(matches!(&error, Error::Channel { reason, .. } if reason.contains("401")), "{error}");
    let with = SharedClients::new(&options(Some(auth_file))).unwrap();
    assert_eq!(set_up_from(&stage, &with, &server.url("")).await.unwrap(), HOST);
    let missing = SharedClients::new(&options(Some(stage.path("nope.json")))).unwrap_err();
    assert_eq!(missing.code(), "INVALID_OPTION");
}

#[tokio::test]
async fn what_is_in_the_caches_can_be_set_up_again_offline() {
    let stage = Stage::new();
    let server = serve(&stage, []);
    set_up_from(&stage, &stage.services, &server.url("")).await.unwrap();
    let count = server.requests().len();
    let offline = services(&stage.path("cache"), true);
    assert_eq!(set_up_from(&stage, &offline, &server.url("")).await.unwrap(), HOST);
    assert_eq!(server.requests().len(), count);
}

#[tokio::test]
async fn repodata_is_fetched_once_for_all_sessions_of_a_process() {
    let stage = Stage::new();
    let server = serve(&stage, []);
    let url = server.url("");
    let (a, b) = tokio::join!(set_up_from(&stage, &stage.services, &url), set_up_from(&stage, &stage.services, &url));
    assert_eq!((a.unwrap(), b.unwrap()), (HOST.map(str::to_owned).to_vec(), HOST.map(str::to_owned).to_vec()));
    set_up_from(&stage, &stage.services, &url).await.unwrap();
    for pattern in ["linux-64/repodata_shards*", "*needy*.conda", "*/shards/*"] {
        let paths: Vec<_> = server.requests().into_iter().map(|logged| logged.path).collect();
        let mut matching: Vec<_> =
            paths.iter().filter(|path| path.contains(pattern.trim_matches('*'))).cloned().collect();
        let all = matching.len();
        matching.sort();
        matching.dedup();
        assert_eq!(matching.len(), all, "{paths:?}");
    }
}

#[tokio::test]
async fn a_cancelled_download_ends_at_once_and_leaves_nothing() {
    let mut stage = listed_exports();
    let slow = Fault::on("*.conda").latency(Duration::from_secs(600));
    let server = serve(&stage, [slow]);
    let cancel = Cancel::new();
    let trigger = cancel.clone();
    let events: Arc<Mutex<Vec<ProgressEvent>>> = Arc::default();
    let seen = Arc::clone(&events);
    stage.progress = Progress::to(move |event| {
        if format!("{event:?}").contains("phase: Download, state: Started") {
            trigger.cancel();
        }
        seen.lock().unwrap().push(event);
    });
    stage.cancel = cancel;
    let started = std::time::Instant::now();
    let error = set_up_from(&stage, &stage.services, &server.url("")).await.unwrap_err();
    assert!(matches!(error, Error::Cancelled), "{error}");
    assert!(started.elapsed() < Duration::from_secs(300), "it waited for the server");
    assert!(!events.lock().unwrap().is_empty());
    let folders = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        entries.filter(|path| path.is_dir()).collect()
    };
    assert!(folders(&stage.path("cache/pkgs")).is_empty());
    // At most the folders that packages were going to be extracted into.
    let pool = folders(&stage.path("cache/sidewinder/pool"));
    assert!(pool.iter().all(|entry| folders(entry).is_empty()), "{pool:?}");
}
