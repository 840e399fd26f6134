//! The faulty server, as an ordinary client sees it.

use std::time::{Duration, Instant};

use reqwest::header::{AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_LENGTH, ETAG, IF_NONE_MATCH, RETRY_AFTER};
use reqwest::{Client, StatusCode};
use sidewinder_testkit::server::{Fault, Server, Site};

async fn status(server: &Server, path: &str) -> u16 {
    reqwest::get(server.url(path)).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn it_serves_a_folder_and_nothing_outside() {
    let folder = tempfile::tempdir().unwrap();
    fs_err::create_dir(folder.path().join("in")).unwrap();
    fs_err::write(folder.path().join("in/a b"), "text").unwrap();
    fs_err::write(folder.path().join("secret"), "text").unwrap();
    let server = Site::folder(folder.path().join("in")).page("made/up", "page").start().unwrap();
    assert_eq!(reqwest::get(server.url("a%20b")).await.unwrap().text().await.unwrap(), "text");
    assert_eq!(reqwest::get(server.url("made/up")).await.unwrap().text().await.unwrap(), "page");
    assert_eq!(status(&server, "..%2Fsecret").await, 404);
    assert_eq!(status(&server, "none").await, 404);
    let head = Client::new().head(server.url("a%20b")).send().await.unwrap();
    assert_eq!(head.headers().get(CONTENT_LENGTH).unwrap(), "4");
    let log: Vec<_> = server.requests().into_iter().map(|logged| (logged.method, logged.status)).collect();
    let expected = [("GET", 200), ("GET", 200), ("GET", 404), ("GET", 404), ("HEAD", 200)];
    assert_eq!(log, expected.map(|(method, status)| (method.to_owned(), status)));
    assert_eq!(server.count("a*"), 2);
}

#[tokio::test]
async fn what_the_client_has_already_is_not_sent_again() {
    let server = Site::new().page("a", "text").start().unwrap();
    let client = Client::new();
    let tag = client.get(server.url("a")).send().await.unwrap().headers().get(ETAG).unwrap().clone();
    let again = client.get(server.url("a")).header(IF_NONE_MATCH, tag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn faults_come_to_those_they_are_for() {
    let server = Site::new()
        .page("a.conda", "0123456789")
        .page("b.txt", "0123456789")
        .fault(Fault::on("*.conda").first(1).status(503).retry_after(7))
        .fault(Fault::on("*.conda").first(1).cut_to(4))
        .fault(Fault::on("*.conda").first(1).corrupt())
        .fault(Fault::on("*.conda").first(1).drop_connection())
        .fault(Fault::on("*.conda").first(1).latency(Duration::from_millis(80)).content_disposition("x.tar.gz"))
        .fault(Fault::on("old").redirect("/b.txt"))
        .start()
        .unwrap();
    let url = server.url("a.conda");
    let busy = reqwest::get(&url).await.unwrap();
    assert_eq!((busy.status().as_u16(), busy.headers().get(RETRY_AFTER).unwrap().to_str().unwrap()), (503, "7"));
    assert!(reqwest::get(&url).await.unwrap().bytes().await.is_err());
    let corrupt = reqwest::get(&url).await.unwrap().bytes().await.unwrap();
    assert!(corrupt.len() == 10 && corrupt != "0123456789");
    assert!(reqwest::get(&url).await.is_err());
    let before = Instant::now();
    let named = reqwest::get(&url).await.unwrap();
    assert!(before.elapsed() >= Duration::from_millis(80));
    assert_eq!(named.headers().get(CONTENT_DISPOSITION).unwrap(), "attachment; filename=\"x.tar.gz\"");
    assert_eq!(reqwest::get(&url).await.unwrap().text().await.unwrap(), "0123456789");
    assert_eq!(reqwest::get(server.url("old")).await.unwrap().text().await.unwrap(), "0123456789");
}

#[tokio::test]
async fn who_shows_nothing_is_kept_out() {
    let basic = Site::new().page("a", "").basic_auth("user", "pass").start().unwrap();
    assert_eq!(status(&basic, "a").await, 401);
    let client = Client::new();
    let known = client.get(basic.url("a")).basic_auth("user", Some("pass")).send().await.unwrap();
    assert_eq!(known.status().as_u16(), 200);
    let bearer = Site::new().page("a", "").bearer_auth("token").start().unwrap();
    let known = client.get(bearer.url("a")).header(AUTHORIZATION, "Bearer token").send().await.unwrap();
    assert_eq!((status(&bearer, "a").await, known.status().as_u16()), (401, 200));
}

#[tokio::test]
async fn it_stops_when_it_is_dropped() {
    let server = Site::new().page("a", "").start().unwrap();
    let (client, url) = (Client::new(), server.url("a"));
    assert!(client.get(&url).send().await.is_ok());
    drop(server);
    assert!(client.get(&url).send().await.is_err());
}
