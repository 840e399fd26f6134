//! Mirrors stand in for an address: the first that has an answer gives it.

use sidewinder_testkit::server::{Fault, Server};

use crate::place::{Outcome, Place, SECRET, Wanted};

/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9";
/// Must never be asked; nothing of that name is anywhere.
const ORIGIN: &str = "https://origin.invalid";

fn wanted(mirrors: &[String]) -> Wanted {
    Wanted { channel: format!("{ORIGIN}/channel"), source: Some(format!("{ORIGIN}/source.txt")), ..Wanted::default() }
        .mirror(ORIGIN, mirrors)
}

#[track_caller]
fn gave_everything(server: &Server) {
    for pattern in ["*repodata*", "*.conda", "*source.txt"] {
        assert!(server.count(pattern) > 0, "{pattern}: {:?}", server.requests());
    }
}

#[test]
fn a_mirror_gives_packages_index_and_source() {
    let place = Place::new();
    let server = place.site().start().unwrap();
    place.set_up_elsewhere(&wanted(&[server.url("")]), &[]).is_set_up();
    gave_everything(&server);
}

#[test]
fn the_next_mirror_is_asked_where_the_first_is_down() {
    let place = Place::new();
    let server = place.site().start().unwrap();
    place.set_up_elsewhere(&wanted(&[NOWHERE.to_owned(), server.url("")]), &[]).is_set_up();
    gave_everything(&server);
}

#[test]
fn the_next_mirror_is_asked_where_the_first_fails_and_soon_it_goes_first() {
    let place = Place::new();
    let broken = place.site().fault(Fault::on("*").status(503)).start().unwrap();
    let server = place.site().start().unwrap();
    let wanted = Wanted { source: None, ..wanted(&[broken.url(""), server.url("")]) };
    place.set_up_elsewhere(&wanted, &[]).is_set_up();
    assert!(broken.count("*") > 0 && server.count("*repodata*") > 0);
    // The packages come after the index, so by then it is known.
    assert_eq!((broken.count("*.conda"), server.count("*.conda")), (0, 1), "{:?}", broken.requests());
}

#[test]
fn what_the_first_mirror_does_not_have_yet_comes_from_the_next() {
    let place = Place::new();
    let behind = place.site();
    let behind = ["*.conda", "*source.txt"].iter().fold(behind, |site, path| site.fault(Fault::on(path).status(404)));
    let behind = behind.start().unwrap();
    let server = place.site().start().unwrap();
    place.set_up_elsewhere(&wanted(&[behind.url(""), server.url("")]), &[]).is_set_up();
    gave_everything(&behind);
    assert_eq!((server.count("*.conda"), server.count("*source.txt")), (1, 1), "{:?}", server.requests());
}

#[test]
fn where_no_mirror_has_it_that_is_the_error() {
    let place = Place::new();
    let mirror = place.site().fault(Fault::on("*source.txt").status(404)).start().unwrap();
    let outcome = place.set_up_elsewhere(&wanted(&[mirror.url(""), NOWHERE.to_owned()]), &[]);
    assert_eq!((outcome.code.as_deref(), outcome.status), (Some("SOURCE_FAILED"), Some(404)), "{outcome:?}");
}

#[test]
fn the_configuration_that_rattlers_tools_share_names_mirrors() {
    let place = Place::new();
    let server = place.site().start().unwrap();
    let unknown = place.site().start().unwrap();
    let setting = |address: &str| format!("[mirrors]\n'{ORIGIN}' = ['oci://ghcr.example.org/x', '{address}']\n");
    let set_up = || -> Outcome { place.set_up_elsewhere(&Wanted { mirrors: Default::default(), ..wanted(&[]) }, &[]) };
    place.write("home/.config/rattler/config.toml", &setting(&server.url("")));
    let outcome = set_up();
    outcome.is_set_up();
    gave_everything(&server);
    assert!(outcome.log.iter().any(|line| line.contains("oci://ghcr.example.org/x")), "{outcome:?}");
    // What is for sidewinder alone goes before what all share.
    place.forget();
    place.write("home/.config/sidewinder/config.toml", &setting(&unknown.url("")));
    set_up().is_set_up();
    gave_everything(&unknown);
}

#[test]
fn mirrors_of_the_options_go_before_those_of_the_configuration() {
    let place = Place::new();
    let server = place.site().start().unwrap();
    place.write("home/.config/rattler/config.toml", &format!("[mirrors]\n'{ORIGIN}' = ['{NOWHERE}']\n"));
    place.set_up_elsewhere(&wanted(&[server.url("")]), &[]).is_set_up();
    gave_everything(&server);
    // An empty list: the address itself is asked.
    let plain = Wanted::from(&server).mirror(ORIGIN, &[]);
    place.write("home/.config/rattler/config.toml", &format!("[mirrors]\n'{}' = ['{NOWHERE}']\n", server.url("")));
    place.forget();
    place.set_up_elsewhere(&plain.mirror(&server.url(""), &[]), &[]).is_set_up();
}

#[test]
fn a_mirror_is_let_known_its_own_credentials_and_no_others() {
    let place = Place::new();
    let server = place.site().basic_auth("me", "mirrors-own").start().unwrap();
    place.write("home/.netrc", "machine 127.0.0.1 login me password mirrors-own\n");
    let secret_origin = ORIGIN.replace("https://", &format!("https://me:{SECRET}@"));
    for (channel, source) in [
        (format!("{secret_origin}/channel"), format!("{secret_origin}/source.txt")),
        (format!("{ORIGIN}/t/{SECRET}/channel"), format!("{ORIGIN}/t/{SECRET}/source.txt")),
    ] {
        place.forget();
        let wanted = Wanted { channel, source: Some(source), ..wanted(&[server.url("")]) };
        place.set_up_elsewhere(&wanted, &[]).is_set_up();
        gave_everything(&server);
    }
    let shown = format!("{:?}", server.requests());
    // `me:tk-0123456789` as a header has it.
    assert!(!shown.contains(SECRET) && !shown.contains("bWU6dGst"), "{shown}");
}
