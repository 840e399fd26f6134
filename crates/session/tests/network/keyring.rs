//! Credentials in the keyring of a separate login session, if its programs are installed.

use std::path::{Path, PathBuf};

use crate::place::{Place, SECRET, Wanted};

/// Starts a keyring with an empty password on a message bus of its own, puts the credentials in, and goes on with the rest.
const WITH_KEYRING: &str = "printf '\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && \
    printf %s \"$SIDEWINDER_TEST_SECRET\" | secret-tool store --label=rattler service rattler username 127.0.0.1 target default && \
    exec \"$@\"";

#[test]
fn the_keyring_lets_in_and_goes_before_the_store_in_the_home_folder() {
    let programs = ["dbus-run-session", "gnome-keyring-daemon", "secret-tool"];
    if let Some(missing) = programs.iter().find(|program| !is_there(program)) {
        println!("skipped: there is no {missing}");
        return;
    }
    let place = Place::new();
    let server = place.site().basic_auth("me", SECRET).start().unwrap();
    place.write("home/.rattler/credentials.json", r#"{"127.0.0.1": {"BearerToken": "wrong"}}"#);
    let entry = format!(r#"{{"BasicHTTP": {{"username": "me", "password": "{SECRET}"}}}}"#);
    let command = ["dbus-run-session", "--", "sh", "-c", WITH_KEYRING, "sh"];
    let libraries = PathBuf::from(std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default());
    let variables = [
        ("SIDEWINDER_TEST_SECRET", Path::new(&entry)),
        ("LD_LIBRARY_PATH", &libraries),
        ("XDG_RUNTIME_DIR", &place.path("home")),
    ];
    place.set_up_within(&command, &Wanted::from(&server), &variables).is_set_up();
    assert!(server.requests().iter().all(|request| request.status != 401), "{:?}", server.requests());
}

fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
