//! Credentials where conda tools keep them let a session in to packages, index and source, and are told to nobody.

use std::path::Path;

use sidewinder_testkit::server::{Server, Site};

use crate::place::{Place, SECRET, Wanted};

fn basic(host: &str) -> String {
    format!(r#"{{"{host}": {{"BasicHTTP": {{"username": "me", "password": "{SECRET}"}}}}}}"#)
}

/// A server that lets in who knows the password, and who has not is told so.
fn guarded(place: &Place) -> Server {
    place.site().basic_auth("me", SECRET).start().unwrap()
}

/// All that was asked for was given, of all three kinds.
#[track_caller]
fn gave_everything(server: &Server) {
    for pattern in ["*repodata*", "*.conda", "*source.txt"] {
        assert!(server.count(pattern) > 0, "{pattern}");
    }
    assert!(server.requests().iter().all(|request| request.status != 401), "{:?}", server.requests());
}

#[test]
fn who_has_no_credentials_is_told_the_status() {
    let place = Place::new();
    let server = guarded(&place);
    let outcome = place.set_up_elsewhere(&Wanted::from(&server), &[]);
    assert_eq!(outcome.status, Some(401), "{outcome:?}");
}

#[test]
fn a_netrc_in_the_home_folder_lets_in() {
    let place = Place::new();
    let server = guarded(&place);
    place.write("home/.netrc", &format!("machine 127.0.0.1\n  login me\n  password {SECRET}\n"));
    place.set_up_elsewhere(&Wanted::from(&server), &[]).is_set_up();
    gave_everything(&server);
}

#[test]
fn the_netrc_that_is_named_goes_before_that_in_the_home_folder() {
    let place = Place::new();
    let server = guarded(&place);
    place.write("home/.netrc", "machine 127.0.0.1 login me password wrong\n");
    let named = place.write("named.netrc", &format!("machine 127.0.0.1 login me password {SECRET}\n"));
    place.set_up_elsewhere(&Wanted::from(&server), &[("NETRC", &named)]).is_set_up();
    gave_everything(&server);
}

#[test]
fn a_netrc_that_cannot_be_read_is_named_and_not_shown() {
    let place = Place::new();
    let server = guarded(&place);
    let named = place.write("named.netrc", &format!("{SECRET} without entries\n"));
    let outcome = place.set_up_elsewhere(&Wanted::from(&server), &[("NETRC", &named)]);
    assert_eq!(outcome.status, Some(401), "{outcome:?}");
    outcome.tells_no_secret();
    assert!(outcome.log.iter().any(|line| line.contains("named.netrc")), "{outcome:?}");
}

#[test]
fn the_store_in_the_home_folder_lets_in() {
    let place = Place::new();
    let server = guarded(&place);
    place.write("home/.rattler/credentials.json", &basic("127.0.0.1"));
    place.set_up_elsewhere(&Wanted::from(&server), &[]).is_set_up();
    gave_everything(&server);
}

/// A folder in the place of a file cannot be read by anybody, not even by root.
#[test]
fn files_of_the_home_folder_that_cannot_be_read_are_left_out_and_named() {
    let place = Place::new();
    let server = place.site().start().unwrap();
    fs_err::create_dir_all(place.path("home/.rattler/credentials.json")).unwrap();
    fs_err::create_dir(place.path("home/.netrc")).unwrap();
    let outcome = place.set_up_elsewhere(&Wanted::from(&server), &[]);
    outcome.is_set_up();
    for file in ["home/.rattler/credentials.json", "home/.netrc"] {
        let path = place.path(file).display().to_string();
        assert_eq!(outcome.log.iter().filter(|line| line.contains(&path)).count(), 1, "{file}: {outcome:?}");
    }
}

#[test]
fn a_file_that_was_named_has_to_be_readable() {
    let place = Place::new();
    let server = place.site().start().unwrap();
    let named = place.path("named.json");
    fs_err::create_dir(&named).unwrap();
    let outcome = place.set_up_elsewhere(&Wanted::from(&server), &[("RATTLER_AUTH_FILE", &named)]);
    assert_eq!(outcome.code.as_deref(), Some("INVALID_OPTION"), "{outcome:?}");
    let given = Wanted { auth_file: Some(named), ..Wanted::from(&server) };
    let outcome = place.set_up_elsewhere(&given, &[]);
    assert_eq!(outcome.code.as_deref(), Some("INVALID_OPTION"), "{outcome:?}");
}

#[test]
fn the_file_that_rattlers_variable_names_lets_in() {
    let place = Place::new();
    let server = guarded(&place);
    let named = place.write("named.json", &basic("127.0.0.1"));
    place.set_up_elsewhere(&Wanted::from(&server), &[("RATTLER_AUTH_FILE", &named)]).is_set_up();
    gave_everything(&server);
}

#[test]
fn the_file_of_a_configuration_lets_in() {
    let place = Place::new();
    let server = guarded(&place);
    let named = place.write("named.json", &basic("127.0.0.1"));
    let setting = format!("authentication-override-file = '{}'\n", named.display());
    place.write("home/.config/rattler/config.toml", &setting);
    place.set_up_elsewhere(&Wanted::from(&server), &[]).is_set_up();
    gave_everything(&server);
}

/// From the least to the most important: each place has the right password, and those before it a wrong one.
#[test]
fn places_are_asked_in_the_order_that_is_documented() {
    let wrong = r#"{"127.0.0.1": {"BasicHTTP": {"username": "me", "password": "wrong"}}}"#;
    let right = basic("127.0.0.1");
    for right_one in 0..5 {
        let place = Place::new();
        let server = guarded(&place);
        let content = |number: usize| if number == right_one { right.as_str() } else { wrong };
        let mut wanted = Wanted::from(&server);
        let mut variables = Vec::new();
        if right_one == 0 {
            place.write("home/.netrc", &format!("machine 127.0.0.1 login me password {SECRET}\n"));
        } else {
            place.write("home/.netrc", "machine 127.0.0.1 login me password wrong\n");
            place.write("home/.rattler/credentials.json", content(1));
        }
        let configured = place.path("configured.json");
        if right_one >= 2 {
            place.write("configured.json", content(2));
            let setting = format!("authentication-override-file = '{}'\n", configured.display());
            place.write("home/.config/rattler/config.toml", &setting);
        }
        let named = place.path("named.json");
        if right_one >= 3 {
            place.write("named.json", content(3));
            variables.push(("RATTLER_AUTH_FILE", named.as_path()));
        }
        if right_one == 4 {
            wanted.auth_file = Some(place.write("given.json", content(4)));
        }
        place.set_up_elsewhere(&wanted, &variables).is_set_up();
        gave_everything(&server);
    }
}

#[test]
fn a_file_that_is_given_is_the_only_one_that_is_asked() {
    let place = Place::new();
    let server = guarded(&place);
    place.write("home/.rattler/credentials.json", &basic("127.0.0.1"));
    let auth_file = Some(place.write("given.json", &basic("other.example.org")));
    let outcome = place.set_up_elsewhere(&Wanted { auth_file, ..Wanted::from(&server) }, &[]);
    assert_eq!(outcome.status, Some(401), "{outcome:?}");
}

#[test]
fn a_name_and_a_password_in_addresses_go_before_all_files() {
    let place = Place::new();
    let server = guarded(&place);
    place.write("home/.netrc", "machine 127.0.0.1 login me password wrong\n");
    let mut wanted = Wanted::from(&server);
    for url in [Some(&mut wanted.channel), wanted.source.as_mut()].into_iter().flatten() {
        *url = url.replace("http://", &format!("http://me:{SECRET}@"));
    }
    place.set_up_elsewhere(&wanted, &[]).is_set_up();
    gave_everything(&server);
}

#[test]
fn a_token_in_the_path_of_addresses_lets_in() {
    let place = Place::new();
    let server = place.site().conda_token(SECRET).start().unwrap();
    let wanted = Wanted {
        channel: server.url(&format!("t/{SECRET}/channel")),
        source: Some(server.url(&format!("t/{SECRET}/source.txt"))),
        ..Wanted::default()
    };
    place.set_up_elsewhere(&wanted, &[]).is_set_up();
    gave_everything(&server);
}

#[test]
fn tokens_of_the_store_let_in() {
    type Demand = fn(Site) -> Site;
    let kinds: [(&str, Demand); 2] =
        [("CondaToken", |site| site.conda_token(SECRET)), ("BearerToken", |site| site.bearer_auth(SECRET))];
    for (kind, demand) in kinds {
        let place = Place::new();
        let server = demand(place.site()).start().unwrap();
        place.write("home/.rattler/credentials.json", &format!(r#"{{"127.0.0.1": {{"{kind}": "{SECRET}"}}}}"#));
        place.set_up_elsewhere(&Wanted::from(&server), &[]).is_set_up();
        gave_everything(&server);
    }
}

#[test]
fn credentials_that_were_changed_are_used_by_the_next_session_of_the_process() {
    let place = Place::new();
    let server = guarded(&place);
    let auth_file = Some(place.write("given.json", r#"{"127.0.0.1": {"BearerToken": "old"}}"#));
    let wanted = Wanted { auth_file, ..Wanted::from(&server) };
    assert_eq!(place.set_up(&wanted).status, Some(401));
    place.write("given.json", &basic("127.0.0.1"));
    place.set_up(&wanted).is_set_up();
}

#[test]
fn files_of_credentials_that_make_no_sense_are_named_and_not_shown() {
    let place = Place::new();
    let server = guarded(&place);
    for text in [
        format!("{{\n  \"127.0.0.1\": \"{SECRET}\"\n}}"),
        format!("{{\n  \"127.0.0.1\": {{\"{SECRET}\": 1}}\n}}"),
        format!("{SECRET}\n"),
    ] {
        let named = place.write("named.json", &text);
        let outcome = place.set_up_elsewhere(&Wanted::from(&server), &[("RATTLER_AUTH_FILE", &named)]);
        assert_eq!(outcome.code.as_deref(), Some("INVALID_OPTION"), "{outcome:?}");
        assert!(outcome.message.contains("named.json"), "{outcome:?}");
        outcome.tells_no_secret();
    }
}

#[test]
fn a_configuration_that_makes_no_sense_is_named_and_not_shown() {
    let place = Place::new();
    let server = guarded(&place);
    for text in [format!("mirrors = '{SECRET}'"), format!("= {SECRET}"), format!("[mirrors]\n\"{SECRET}\" = []")] {
        place.write("home/.config/rattler/config.toml", &text);
        let outcome = place.set_up_elsewhere(&Wanted::from(&server), &[]);
        assert_eq!(outcome.code.as_deref(), Some("INVALID_OPTION"), "{outcome:?}");
        assert!(outcome.message.contains("config.toml"), "{outcome:?}");
        outcome.tells_no_secret();
    }
}

#[test]
fn errors_of_a_server_tell_no_secret() {
    let place = Place::new();
    let server = place.site().conda_token("another").start().unwrap();
    let with_name = |url: String| url.replace("http://", &format!("http://me:{SECRET}@"));
    let good = place.path("site/channel").display().to_string();
    for (channel, source) in [
        (server.url(&format!("t/{SECRET}/channel")), None),
        (with_name(server.url("channel")), None),
        (good.clone(), Some(server.url(&format!("t/{SECRET}/source.txt")))),
        (good.clone(), Some(with_name(server.url("source.txt")))),
        (good, Some(server.url(&format!("source.txt?token={SECRET}")))),
    ] {
        let outcome = place.set_up_elsewhere(&Wanted { channel, source, ..Wanted::default() }, &[]);
        assert_eq!(outcome.status, Some(401), "{outcome:?}");
        outcome.tells_no_secret();
    }
}

/// The keyring is asked where there is one; a process without a message bus goes on at once.
#[test]
fn where_there_is_no_keyring_nothing_is_said_of_it() {
    let place = Place::new();
    let server = place.site().start().unwrap();
    let nowhere = Path::new("unix:path=/nowhere/bus");
    let outcome = place.set_up_elsewhere(&Wanted::from(&server), &[("DBUS_SESSION_BUS_ADDRESS", nowhere)]);
    outcome.is_set_up();
    assert!(!outcome.log.iter().any(|line| line.contains("keyring") || line.contains("bus")), "{outcome:?}");
}
