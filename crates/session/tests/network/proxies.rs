//! Proxies: all that goes out goes through them.

use std::path::Path;

use sidewinder_testkit::server::{Fault, Server};

use crate::place::{Place, SECRET, Wanted};

/// Must be reached by a proxy alone: nothing of that name is anywhere.
const ORIGIN: &str = "http://origin.invalid";

fn wanted() -> Wanted {
    Wanted { channel: format!("{ORIGIN}/channel"), source: Some(format!("{ORIGIN}/source.txt")), ..Wanted::default() }
}

#[track_caller]
fn passed_everything_on(proxy: &Server) {
    let requests = proxy.requests();
    assert!(requests.iter().all(|request| request.path.starts_with(ORIGIN)), "{requests:?}");
    for ending in [".conda", "source.txt"] {
        assert!(requests.iter().any(|request| request.path.ends_with(ending)), "{ending}: {requests:?}");
    }
}

#[test]
fn the_proxy_of_the_environment_is_used() {
    for variable in ["http_proxy", "HTTP_PROXY", "all_proxy"] {
        let place = Place::new();
        let proxy = place.site().start().unwrap();
        place.set_up_elsewhere(&wanted(), &[(variable, Path::new(&proxy.url("")))]).is_set_up();
        passed_everything_on(&proxy);
    }
}

#[test]
fn the_proxy_of_a_configuration_is_used_where_the_environment_names_none() {
    let place = Place::new();
    let (proxy, other) = (place.site().start().unwrap(), place.site().start().unwrap());
    place.write("home/.config/rattler/config.toml", &format!("[proxy-config]\nhttp = '{}'\n", proxy.url("")));
    place.set_up_elsewhere(&wanted(), &[]).is_set_up();
    passed_everything_on(&proxy);
    place.forget();
    let count = proxy.requests().len();
    place.set_up_elsewhere(&wanted(), &[("http_proxy", Path::new(&other.url("")))]).is_set_up();
    passed_everything_on(&other);
    assert_eq!(proxy.requests().len(), count);
}

#[test]
fn hosts_that_need_no_proxy_are_asked_themselves() {
    let place = Place::new();
    let (proxy, server) = (place.site().start().unwrap(), place.site().start().unwrap());
    let proxy_url = proxy.url("");
    let variables = [("http_proxy", Path::new(&proxy_url)), ("no_proxy", Path::new("127.0.0.1"))];
    place.set_up_elsewhere(&Wanted::from(&server), &variables).is_set_up();
    assert_eq!(proxy.requests(), []);
    // The same of a configuration.
    place.forget();
    let setting = format!("[proxy-config]\nhttp = '{proxy_url}'\nnon-proxy-hosts = ['127.0.0.1']\n");
    place.write("home/.config/rattler/config.toml", &setting);
    place.set_up_elsewhere(&Wanted::from(&server), &[]).is_set_up();
    assert_eq!(proxy.requests(), []);
}

#[test]
fn the_password_of_a_proxy_is_told_to_it_and_to_nobody_else() {
    let place = Place::new();
    let with_password = |url: String| url.replace("http://", &format!("http://me:{SECRET}@"));
    let proxy = place.site().start().unwrap();
    place.set_up_elsewhere(&wanted(), &[("http_proxy", Path::new(&with_password(proxy.url(""))))]).is_set_up();
    assert!(proxy.requests().iter().all(|request| request.headers.contains_key("proxy-authorization")));
    place.forget();
    let refusing = place.site().fault(Fault::on("*").status(407)).start().unwrap();
    let refused = place.set_up_elsewhere(&wanted(), &[("http_proxy", Path::new(&with_password(refusing.url(""))))]);
    assert_eq!(refused.status, Some(407), "{refused:?}");
    refused.tells_no_secret();
    let gone = format!("http://me:{SECRET}@127.0.0.1:9");
    let source = Wanted { channel: place.path("site/channel").display().to_string(), ..wanted() };
    let unreachable = place.set_up_elsewhere(&source, &[("http_proxy", Path::new(&gone))]);
    assert_eq!(unreachable.code.as_deref(), Some("SOURCE_FAILED"), "{unreachable:?}");
    unreachable.tells_no_secret();
}
