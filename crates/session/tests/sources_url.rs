//! Downloads: mirrors, faults, checksums, the cache.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod workbench;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use sidewinder_session::options::AttestationCheck;
use sidewinder_session::progress::ProgressEvent;
use sidewinder_session::{Error, Progress};
use sidewinder_testkit::archive::{Archive, Kind};
use sidewinder_testkit::server::{Fault, Site};
use workbench::{Workbench, file_url, sha256, write};

fn proj() -> Vec<u8> {
    Archive::new().file("proj-1.0/a.txt", "a\n").bytes(Kind::TarGz).unwrap()
}

#[tokio::test]
async fn an_archive_is_downloaded_once_and_unpacked() {
    let server = Site::new().page("proj-1.0.tar.gz", proj()).start().unwrap();
    let bench = Workbench::new();
    let source = json!([{ "url": server.url("proj-1.0.tar.gz"), "sha256": sha256(proj()) }]);
    for _ in 0..2 {
        bench.fetch(source.clone()).await.unwrap();
        assert_eq!(bench.read_work("a.txt"), "a\n");
        bench.clear_work();
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_source_with_an_attestation_is_refused_unless_the_caller_does_without() {
    let server = Site::new().page("proj-1.0.tar.gz", proj()).start().unwrap();
    let mut bench = Workbench::new();
    let publisher = json!({ "provider": "github", "owner": "a", "repo": "b", "refConstraint": null });
    let attestation = json!({ "bundleUrl": null, "bundle_url": null, "publishers": [publisher] });
    let url = server.url("proj-1.0.tar.gz?token=s3cr3t");
    let source = json!([{ "url": url, "sha256": sha256(proj()), "attestation": attestation }]);
    let error = bench.fetch(source.clone()).await.unwrap_err();
    assert_eq!(error.code(), "ATTESTATION_UNSUPPORTED", "{error}");
    assert!(!error.to_string().contains("s3cr3t"), "{error}");
    assert_eq!(server.requests().len(), 0);

    bench.attestation = AttestationCheck::Skip;
    bench.fetch(source).await.unwrap();
    assert_eq!(bench.read_work("a.txt"), "a\n");
    let log = bench.progress.log_lines();
    assert!(log.iter().any(|line| line.contains("attestation") && line.contains("not checked")), "{log:?}");
}

#[tokio::test]
async fn a_single_file_is_copied_and_can_be_renamed() {
    let server = Site::new().page("a.txt", "a").page("proj.tar.gz", proj()).start().unwrap();
    let bench = Workbench::new();
    bench
        .fetch(json!([
            { "url": server.url("a.txt?download=1"), "target_directory": "sub" },
            { "url": server.url("proj.tar.gz"), "file_name": "packed.tar.gz" },
        ]))
        .await
        .unwrap();
    assert_eq!(bench.read_work("sub/a.txt"), "a");
    assert_eq!(std::fs::read(bench.work("packed.tar.gz")).unwrap(), proj());
}

#[tokio::test]
async fn one_url_can_be_had_packed_and_unpacked() {
    let server = Site::new().page("proj.tar.gz", proj()).start().unwrap();
    let bench = Workbench::new();
    let url = server.url("proj.tar.gz");
    bench.fetch(json!([{ "url": url, "file_name": "packed" }])).await.unwrap();
    bench.clear_work();
    bench.fetch(json!([{ "url": url }])).await.unwrap();
    assert_eq!(bench.tree().into_keys().collect::<Vec<_>>(), ["a.txt"]);
    bench.clear_work();
    bench.fetch(json!([{ "url": url, "file_name": "packed" }])).await.unwrap();
    assert_eq!(bench.tree().into_keys().collect::<Vec<_>>(), ["packed"]);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_servers_name_decides_what_the_file_is() {
    let server = Site::new()
        .page("cd/download", proj())
        .fault(Fault::on("cd/download").content_disposition("../real-1.0.tar.gz"))
        .start()
        .unwrap();
    let bench = Workbench::new();
    bench.fetch(json!([{ "url": server.url("cd/download") }])).await.unwrap();
    assert_eq!(bench.read_work("a.txt"), "a\n");
}

#[tokio::test]
async fn redirects_are_followed() {
    let server = Site::new()
        .page("real/proj.tar.gz", proj())
        .fault(Fault::on("old/*").redirect("/real/proj.tar.gz"))
        .start()
        .unwrap();
    let bench = Workbench::new();
    bench.fetch(json!([{ "url": server.url("old/proj.tar.gz") }])).await.unwrap();
    assert_eq!(bench.read_work("a.txt"), "a\n");
}

#[tokio::test]
async fn failures_that_may_pass_are_tried_again() {
    for fault in [
        Fault::on("*").first(2).status(503),
        Fault::on("*").first(1).status(429).retry_after(1),
        Fault::on("*").first(1).drop_connection(),
        Fault::on("*").first(1).cut_to(20),
    ] {
        let server = Site::new().page("proj.tar.gz", proj()).fault(fault).start().unwrap();
        let bench = Workbench::new();
        bench.fetch(json!([{ "url": server.url("proj.tar.gz"), "sha256": sha256(proj()) }])).await.unwrap();
        assert!(bench.progress.log_lines().iter().any(|line| line.contains("Retry attempt #0")));
    }
}

#[tokio::test]
async fn failures_that_will_not_pass_are_not() {
    for status in [401, 403, 404, 410] {
        let server = Site::new().fault(Fault::on("*").status(status)).start().unwrap();
        let bench = Workbench::new();
        let error = bench.fetch(json!([{ "url": server.url("proj.tar.gz") }])).await.unwrap_err();
        assert!(error.to_string().contains(&status.to_string()), "{error}");
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_server_that_stays_broken_ends_with_its_answer() {
    let server = Site::new().fault(Fault::on("*").status(503)).start().unwrap();
    let bench = Workbench::new();
    let error = bench.fetch(json!([{ "url": server.url("proj.tar.gz") }])).await.unwrap_err();
    assert!(error.to_string().contains("503") && error.to_string().contains("3 retries"), "{error}");
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn mirrors_are_tried_in_order() {
    let server = Site::new().page("good/proj.tar.gz", proj()).page("bad/proj.tar.gz", "other content").start().unwrap();
    let bench = Workbench::new();
    let urls = [server.url("none/proj.tar.gz"), server.url("bad/proj.tar.gz"), server.url("good/proj.tar.gz")];
    bench.fetch(json!([{ "url": urls, "sha256": sha256(proj()) }])).await.unwrap();
    assert_eq!(bench.read_work("a.txt"), "a\n");
    let failed = bench.progress.log_lines().into_iter().filter(|line| line.starts_with("Failed to fetch from"));
    assert_eq!(failed.count(), 2);
}

#[tokio::test]
async fn a_wrong_checksum_is_an_error_with_both_and_the_file_is_not_kept() {
    let server = Site::new().page("proj.tar.gz", proj()).fault(Fault::on("*").first(1).corrupt()).start().unwrap();
    let bench = Workbench::new();
    let source = json!([{ "url": server.url("proj.tar.gz"), "sha256": sha256(proj()) }]);
    let error = bench.fetch(source.clone()).await.unwrap_err();
    let Error::Checksum { algorithm: "sha256", expected, actual, .. } = &error else { panic!("{error}") };
    assert_eq!(*expected, sha256(proj()));
    assert_ne!(expected, actual);
    assert!(bench.tree().is_empty());
    bench.fetch(source).await.unwrap();
    let md5 = json!([{ "url": server.url("proj.tar.gz"), "md5": "00000000000000000000000000000000" }]);
    assert!(matches!(bench.fetch(md5).await, Err(Error::Checksum { algorithm: "md5", .. })));
}

#[tokio::test]
async fn a_damaged_file_of_the_cache_is_downloaded_again() {
    let server = Site::new().page("a.txt", "right").start().unwrap();
    let bench = Workbench::new();
    let source = json!([{ "url": server.url("a.txt"), "sha256": sha256("right") }]);
    bench.fetch(source.clone()).await.unwrap();
    let cached = std::fs::read_dir(bench.layout.source_cache())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().ends_with("_a.txt"))
        .unwrap();
    std::fs::write(cached, "wrong").unwrap();
    bench.clear_work();
    bench.fetch(source).await.unwrap();
    assert_eq!(bench.read_work("a.txt"), "right");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn sessions_that_fetch_the_same_at_once_download_it_once() {
    let server = Site::new()
        .page("proj.tar.gz", proj())
        .fault(Fault::on("*").latency(Duration::from_millis(200)))
        .start()
        .unwrap();
    let (left, mut right) = (Workbench::new(), Workbench::new());
    right.layout.output_dir = left.layout.output_dir.clone();
    let source = json!([{ "url": server.url("proj.tar.gz") }]);
    let (first, second) = tokio::join!(left.fetch(source.clone()), right.fetch(source));
    first.unwrap();
    second.unwrap();
    assert_eq!(right.read_work("a.txt"), "a\n");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn arriving_bytes_are_reported() {
    let server = Site::new().page("proj.tar.gz", proj()).start().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut bench = Workbench::new();
    let sink = Arc::clone(&seen);
    bench.progress = Progress::to(move |event| sink.lock().unwrap().push(event));
    bench.fetch(json!([{ "url": server.url("proj.tar.gz") }])).await.unwrap();
    let size = proj().len() as u64;
    let whole = ProgressEvent::Transfer { name: "proj.tar.gz".into(), bytes: size, total: Some(size) };
    assert!(seen.lock().unwrap().contains(&whole));
}

#[tokio::test]
async fn a_download_can_be_cancelled() {
    let server = Site::new()
        .page("proj.tar.gz", proj())
        .fault(Fault::on("*").latency(Duration::from_secs(600)))
        .start()
        .unwrap();
    let bench = Workbench::new();
    let cancel = bench.cancel.clone();
    let stop = async {
        while !bench.progress.log_lines().iter().any(|line| line.starts_with("Downloading")) {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    let started = std::time::Instant::now();
    let (outcome, ()) = tokio::join!(bench.fetch(json!([{ "url": server.url("proj.tar.gz") }])), stop);
    assert!(matches!(outcome, Err(Error::Cancelled)));
    assert!(started.elapsed() < Duration::from_secs(300), "it waited for the server");
}

#[tokio::test]
async fn one_failure_stops_the_others_and_is_the_one_that_is_told() {
    let server = Site::new()
        .page("slow.tar.gz", proj())
        .fault(Fault::on("slow*").latency(Duration::from_secs(600)))
        .start()
        .unwrap();
    let bench = Workbench::new();
    let started = std::time::Instant::now();
    let sources = json!([{ "url": server.url("slow.tar.gz") }, { "url": server.url("missing.tar.gz") }]);
    let error = bench.fetch(sources).await.unwrap_err();
    assert!(error.to_string().contains("missing.tar.gz"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(300), "it waited for the server");
}

#[tokio::test]
async fn offline_takes_only_what_is_cached() {
    let server = Site::new().page("a.txt", "a").start().unwrap();
    let mut bench = Workbench::new();
    let source = json!([{ "url": server.url("a.txt") }]);
    bench.offline = true;
    let error = bench.fetch(source.clone()).await.unwrap_err();
    assert!(error.to_string().contains("offline"), "{error}");
    bench.offline = false;
    bench.fetch(source.clone()).await.unwrap();
    bench.offline = true;
    bench.fetch(source).await.unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_local_file_without_checksum_is_taken_anew_when_it_changes() {
    let bench = Workbench::new();
    let path = bench.outside().join("a.txt");
    write(&path, "one");
    let source = json!([{ "url": file_url(&path) }]);
    bench.fetch(source.clone()).await.unwrap();
    write(&path, "second");
    bench.fetch(source).await.unwrap();
    assert_eq!(bench.read_work("a.txt"), "second");
    std::fs::remove_file(&path).unwrap();
    let missing = json!([{ "url": format!("{}x", file_url(&path)) }]);
    let error = bench.fetch(missing).await.unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");
}

#[tokio::test]
async fn secrets_in_addresses_are_never_shown() {
    let server = Site::new().start().unwrap();
    let bench = Workbench::new();
    let url = server.url("x.tar.gz?token=s3cr3t").replace("http://", "http://user:pa55w0rd@");
    let error = bench.fetch(json!([{ "url": url }])).await.unwrap_err();
    let mut shown = bench.progress.log_lines();
    shown.push(error.to_string());
    shown.push(format!("{:?}", error.record()));
    for text in shown {
        assert!(!text.contains("s3cr3t") && !text.contains("pa55w0rd"), "{text}");
    }
}

#[tokio::test]
async fn addresses_that_cannot_be_fetched_are_named() {
    for (url, word) in [("not a url", "invalid URL"), ("ftp://h/a.tar.gz", "not supported"), ("file://host/a", "")] {
        let bench = Workbench::new();
        let error = bench.fetch(json!([{ "url": url }])).await.unwrap_err();
        assert!(matches!(&error, Error::Source { .. }) && error.to_string().contains(word), "{error}");
    }
}
