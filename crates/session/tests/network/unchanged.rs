//! What did not change is asked about, and not sent again.

use sidewinder_testkit::server::{Fault, Logged, Server};

use crate::place::{Place, Wanted};

/// Answers to requests for the content of an index, which begin with `from`.
fn answers(server: &Server, from: usize, path: &str) -> Vec<(u16, bool)> {
    let is_about = |request: &&Logged| request.method == "GET" && request.path.ends_with(path);
    let requests = server.requests();
    let asks = |request: &Logged| {
        ["if-none-match", "if-modified-since"].iter().any(|header| request.headers.contains_key(*header))
    };
    requests.iter().skip(from).filter(is_about).map(|request| (request.status, asks(request))).collect()
}

#[test]
fn an_index_of_any_form_that_expired_is_asked_about_and_stays() {
    for (form, withheld) in [
        ("noarch/repodata_shards.msgpack.zst", &[] as &[&str]),
        ("noarch/repodata.json.zst", &["*shards*"]),
        ("noarch/repodata.json", &["*shards*", "*.json.zst"]),
    ] {
        let place = Place::new();
        let site = withheld.iter().fold(place.site(), |site, path| site.fault(Fault::on(path).status(404)));
        let server = site.start().unwrap();
        let wanted = Wanted { source: None, ..Wanted::from(&server) };
        // Each in a process of its own, so that nothing is in memory; the server says that nothing stays fresh.
        place.set_up_elsewhere(&wanted, &[]).is_set_up();
        let first = answers(&server, 0, form);
        assert_eq!(first.first(), Some(&(200, false)), "{form}: {:?}", server.requests());
        let count = server.requests().len();
        place.set_up_elsewhere(&wanted, &[]).is_set_up();
        let second = answers(&server, count, form);
        assert!(!second.is_empty() && second.iter().all(|answer| *answer == (304, true)), "{form}: {second:?}");
        let packages = server.count("*.conda");
        assert_eq!(packages, 1, "{form}");
    }
}

#[test]
fn an_index_that_changed_is_read_anew() {
    let place = Place::new();
    let server = place.site().start().unwrap();
    let wanted = Wanted { source: None, ..Wanted::from(&server) };
    place.set_up_elsewhere(&wanted, &[]).is_set_up();
    let newer = sidewinder_testkit::Package::new("libdemo", "2.0").noarch_generic().file("share/demo", "newer\n");
    sidewinder_testkit::Channel::new().add(newer).write(&place.path("site/channel")).unwrap();
    place.set_up_elsewhere(&wanted, &[]).is_set_up();
    assert_eq!(server.count("*libdemo-2.0*"), 1, "{:?}", server.requests());
}
