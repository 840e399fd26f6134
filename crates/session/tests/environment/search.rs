//! Finding packages, and what is suggested for names that no channel has.

use serde_json::json;
use sidewinder_search::{NameMatch, SearchKind};
use sidewinder_session::environment::{SearchRequest, SearchResult, search};
use sidewinder_session::{Result, SessionOptions};
use sidewinder_testkit::server::Site;
use sidewinder_testkit::{Channel, Format, Package};

use crate::stage::{Stage, variant};

fn libraries() -> Channel {
    Channel::new()
        .add(Package::new("zlib", "1.2.13").file("include/zlib.h", "").file("lib/libz.so", ""))
        .add(
            Package::new("zlib", "1.3.1")
                .file("include/zlib.h", "")
                .file("lib/libz.so", "")
                .file("lib/pkgconfig/zlib.pc", ""),
        )
        .add(Package::new("zlib-ng", "2.0").file("include/zlib-ng.h", ""))
        .add(Package::new("libboost-devel", "1.84").file("include/boost/any.hpp", ""))
        .add(
            Package::new("old-style", "1.0")
                .format(Format::TarBz2)
                .executable("bin/oldtool", "")
                .file("lib/libold.so.1", ""),
        )
        .add(Package::new("pillow", "10.0").noarch_python().site_package("PIL/__init__.py", ""))
        .add(
            Package::new("black", "24.1")
                .noarch_python()
                .entry_point("black = black:main")
                .site_package("black.py", ""),
        )
        .add(Package::new("numpy", "2.0"))
}

async fn find(
    stage: &Stage,
    channel: &str,
    query: &str,
    kind: Option<SearchKind>,
    offline: bool,
) -> Result<SearchResult> {
    let request = SearchRequest { query: query.to_owned(), kind, ..SearchRequest::default() };
    let options = SessionOptions {
        channels: Some(vec![channel.to_owned()]),
        cache_dir: Some(stage.path("cache")),
        offline,
        ..SessionOptions::default()
    };
    search(&request, &options, &stage.progress, &stage.cancel).await
}

async fn names(stage: &Stage, query: &str, kind: Option<SearchKind>) -> Vec<String> {
    let found = find(stage, &stage.channel.url(), query, kind, false).await.unwrap();
    found.packages.into_iter().map(|package| package.name).collect()
}

#[tokio::test]
async fn packages_are_found_by_name_pattern_and_spec() {
    let stage = Stage::with(libraries());
    let url = stage.channel.url();
    let found = find(&stage, &url, "zlib", None, false).await.unwrap();
    assert_eq!(found.kind, SearchKind::Package);
    let versions = |index: usize| -> Vec<&str> {
        found.packages[index].versions.iter().map(|version| version.version.as_str()).collect()
    };
    assert_eq!((found.packages[0].name.as_str(), found.packages[0].matched), ("zlib", NameMatch::Exact));
    assert_eq!(versions(0), ["1.3.1", "1.2.13"]);
    assert_eq!((found.packages[1].name.as_str(), versions(1)), ("zlib-ng", vec!["2.0"]));
    assert!(found.did_you_mean.is_empty());
    assert_eq!(names(&stage, "*lib*", None).await, ["zlib", "zlib-ng", "libboost-devel"]);
    let old = find(&stage, &url, "zlib <1.3", None, false).await.unwrap();
    assert_eq!(old.packages.len(), 1);
    assert_eq!(old.packages[0].versions[0].version, "1.2.13");
    assert_eq!(old.packages[0].version_count, 2);
    assert_eq!(names(&stage, "PIL", None).await[0], "pillow");
    assert_eq!(names(&stage, "boost", None).await, ["libboost-devel"]);
    let misspelt = find(&stage, &url, "numpi", None, false).await.unwrap();
    assert_eq!((misspelt.packages.len(), misspelt.did_you_mean), (0, vec!["numpy".to_owned()]));
    for (query, code) in [("", "INVALID_OPTION"), ("zlib >=>1", "INVALID_SPEC")] {
        assert_eq!(find(&stage, &url, query, None, false).await.unwrap_err().code(), code);
    }
    let missing = find(&stage, "./nowhere", "zlib", None, false).await.unwrap_err();
    assert_eq!(missing.code(), "CHANNEL_FAILED");
}

#[tokio::test]
async fn packages_are_found_by_their_files() {
    let stage = Stage::with(libraries());
    for (query, kind, expected) in [
        ("zlib.h", None, "zlib"),
        ("boost/any.hpp", Some(SearchKind::Header), "libboost-devel"),
        ("-lz", None, "zlib"),
        ("libold.so.1", None, "old-style"),
        ("zlib", Some(SearchKind::PkgConfig), "zlib"),
        ("oldtool", Some(SearchKind::Command), "old-style"),
        ("black", Some(SearchKind::Command), "black"),
        ("PIL", Some(SearchKind::Python), "pillow"),
    ] {
        assert_eq!(names(&stage, query, kind).await, [expected], "{query}");
    }
    let near = find(&stage, &stage.channel.url(), "zlbi.h", None, false).await.unwrap();
    assert_eq!((near.packages.len(), near.did_you_mean), (0, vec!["zlib.h".to_owned()]));
    assert_eq!((near.searched.names, near.searched.file_lists), (7, 7));
}

#[tokio::test]
async fn lists_of_files_are_kept_until_the_archive_changes() {
    let stage = Stage::with(Channel::new().add(Package::new("lib", "1.0").file("include/one.h", "")));
    assert_eq!(names(&stage, "one.h", None).await, ["lib"]);
    // Only the index on disk knows the files now.
    let archive = stage.channel.file(&Package::new("lib", "1.0"));
    let kept = std::fs::read(&archive).unwrap();
    std::fs::write(&archive, b"broken").unwrap();
    assert_eq!(names(&stage, "one.h", None).await, ["lib"]);
    std::fs::write(&archive, kept).unwrap();
    // The same name, version and build with other content.
    stage.channel.publish([Package::new("lib", "1.0").file("include/two.h", "")]).unwrap();
    assert_eq!(names(&stage, "one.h", None).await, [""; 0]);
    assert_eq!(names(&stage, "two.h", None).await, ["lib"]);
    // An archive that cannot be read is counted, and hides nothing else.
    stage.channel.publish([Package::new("other", "1.0").file("include/three.h", "")]).unwrap();
    std::fs::write(stage.channel.file(&Package::new("other", "1.0")), b"broken").unwrap();
    let found = find(&stage, &stage.channel.url(), "two.h", None, false).await.unwrap();
    assert_eq!((found.packages.len(), found.searched.unreadable), (1, 1));
}

#[tokio::test]
async fn of_a_channel_on_a_server_likely_packages_are_read() {
    let stage = Stage::with(libraries());
    let server = Site::folder(stage.channel.path()).start().unwrap();
    let url = server.url("");
    let found = find(&stage, &url, "zlib.h", None, false).await.unwrap();
    assert_eq!((found.packages[0].name.as_str(), found.packages[0].matched), ("zlib", NameMatch::File));
    assert_eq!(found.packages[0].files, ["include/zlib.h"]);
    assert_eq!(server.count("/zlib-1.2.13"), 0, "only the newest version is read");
    // What was read is in the cache.
    let requests = server.requests().len();
    let again = find(&stage, &url, "zlib.h", None, true).await.unwrap();
    assert_eq!(again.packages[0].matched, NameMatch::File);
    assert_eq!(server.requests().len(), requests);
    // Without downloads, a name only makes a package likely.
    let request =
        SearchRequest { query: "boost/any.hpp".to_owned(), max_downloads: Some(0), ..SearchRequest::default() };
    let request = SearchRequest { kind: Some(SearchKind::Header), ..request };
    let options =
        SessionOptions { channels: Some(vec![url]), cache_dir: Some(stage.path("cache")), ..SessionOptions::default() };
    let likely = search(&request, &options, &stage.progress, &stage.cancel).await.unwrap();
    assert_eq!((likely.packages[0].name.as_str(), likely.packages[0].matched), ("libboost-devel", NameMatch::Alias));
}

#[tokio::test]
async fn an_unsolvable_environment_names_what_is_near() {
    let stage = Stage::with(libraries());
    let recipe = |host: &str| variant(json!({ "requirements": { "host": [host] } }));
    for (host, hint) in [
        ("numpi", "no channel has a package `numpi`; did you mean `numpy`?"),
        ("PIL >=2", "no channel has a package `pil`; did you mean `pillow`?"),
        ("zlib >=9", "no version of `zlib` matches `zlib >=9`; newest: `1.3.1`, `1.2.13`"),
        ("qqqqqqq", "no channel has a package `qqqqqqq`; search with `sidewinder search qqqqqqq`"),
    ] {
        let error = stage.resolve(&recipe(host)).await.unwrap_err();
        assert_eq!(error.hint().as_deref(), Some(hint));
        assert_eq!(error.record().nearest.unwrap().len(), 1);
    }
    let error = stage.add(&["nunpy"]).await.unwrap_err();
    assert_eq!(error.hint().as_deref(), Some("no channel has a package `nunpy`; did you mean `numpy`?"));
}
