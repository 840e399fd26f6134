//! Whom an encrypted connection is trusted with.

use sidewinder_testkit::server::Fault;

use crate::place::{Place, SECRET, Wanted};

#[test]
fn a_server_that_nobody_vouches_for_is_refused() {
    let place = Place::new();
    let server = place.site().start_encrypted().unwrap();
    let outcome = place.set_up_elsewhere(&Wanted::from(&server), &[]);
    assert_eq!(outcome.code.as_deref(), Some("CHANNEL_FAILED"), "{outcome:?}");
    assert!(outcome.message.contains("certificate"), "{outcome:?}");
    assert_eq!(server.requests(), []);
}

#[test]
fn authorities_of_the_environment_are_trusted() {
    for variable in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] {
        let place = Place::new();
        let server = place.site().start_encrypted().unwrap();
        let authorities = place.write("authorities.pem", server.certificate().unwrap());
        place.set_up_elsewhere(&Wanted::from(&server), &[(variable, &authorities)]).is_set_up();
        assert!(server.count("*.conda") > 0 && server.count("*source.txt") > 0);
    }
}

#[test]
fn a_folder_of_authorities_is_trusted() {
    let place = Place::new();
    let server = place.site().start_encrypted().unwrap();
    place.write("authorities/one.pem", server.certificate().unwrap());
    place.write("authorities/README", "no certificate\n");
    place.set_up_elsewhere(&Wanted::from(&server), &[("SSL_CERT_DIR", &place.path("authorities"))]).is_set_up();
}

#[test]
fn authorities_that_cannot_be_read_are_named_when_they_are_needed() {
    let place = Place::new();
    let server = place.site().start_encrypted().unwrap();
    place.write("none.pem", "no certificate\n");
    for (variable, file) in [("SSL_CERT_FILE", "gone.pem"), ("REQUESTS_CA_BUNDLE", "none.pem")] {
        let variables = [(variable, place.path(file))];
        let variables = variables.each_ref().map(|(name, path)| (*name, path.as_path()));
        let outcome = place.set_up_elsewhere(&Wanted { source: None, ..Wanted::from(&server) }, &variables);
        assert_eq!(outcome.code.as_deref(), Some("CHANNEL_FAILED"), "{outcome:?}");
        assert!(outcome.message.contains(variable) && outcome.message.contains(file), "{outcome:?}");
        let local = Wanted { channel: place.path("site/channel").display().to_string(), ..Wanted::default() };
        place.set_up_elsewhere(&local, &variables).is_set_up();
    }
}

#[test]
fn a_configuration_can_do_without_checking() {
    let place = Place::new();
    let server = place.site().start_encrypted().unwrap();
    place.write("home/.config/rattler/config.toml", "tls-no-verify = true\n");
    place.set_up_elsewhere(&Wanted::from(&server), &[]).is_set_up();
}

#[test]
fn an_encrypted_address_with_secrets_is_not_left_for_an_open_one() {
    let place = Place::new();
    let open = place.site().start().unwrap();
    let server = place.site().fault(Fault::on("*").redirect(&open.url("source.txt"))).start_encrypted().unwrap();
    let authorities = place.write("authorities.pem", server.certificate().unwrap());
    let channel = place.path("site/channel").display().to_string();
    let set_up = |source: String| {
        let wanted = Wanted { channel: channel.clone(), source: Some(source), ..Wanted::default() };
        place.set_up_elsewhere(&wanted, &[("SSL_CERT_FILE", &authorities)])
    };
    for source in [server.url(&format!("t/{SECRET}/source.txt")), server.url(&format!("source.txt?token={SECRET}"))] {
        let outcome = set_up(source);
        assert_eq!(outcome.code.as_deref(), Some("SOURCE_FAILED"), "{outcome:?}");
        assert!(outcome.message.contains("from https to http"), "{outcome:?}");
        outcome.tells_no_secret();
        assert_eq!(open.requests(), []);
    }
    // Without a secret there is nothing to lose.
    set_up(server.url("source.txt")).is_set_up();
    assert_eq!(open.count("*source.txt"), 1);
}

#[test]
fn a_name_and_password_do_not_follow_to_an_open_address() {
    let place = Place::new();
    let open = place.site().start().unwrap();
    let server = place.site().fault(Fault::on("*").redirect(&open.url("source.txt"))).start_encrypted().unwrap();
    let authorities = place.write("authorities.pem", server.certificate().unwrap());
    let wanted = Wanted {
        channel: place.path("site/channel").display().to_string(),
        source: Some(server.url("source.txt").replace("https://", &format!("https://me:{SECRET}@"))),
        ..Wanted::default()
    };
    place.set_up_elsewhere(&wanted, &[("SSL_CERT_FILE", &authorities)]).tells_no_secret();
    assert!(open.requests().iter().all(|request| !request.headers.contains_key("authorization")));
}
