//! Credentials of a file that the caller names, and where they go.

use std::path::PathBuf;

use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, VariantConfig};
use sidewinder_session::session::{CloseOptions, DebugSession};
use sidewinder_session::{Cancel, Error, Progress, SessionOptions};
use sidewinder_testkit::server::{Fault, Logged, Site};
use sidewinder_testkit::{Channel, Package};

use crate::place::run;

const TOKEN: &str = "tk-0123456789";

/// A channel on disk and a place for sessions.
struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        let place = Self { dir: tempfile::tempdir().unwrap() };
        let demo = Package::new("libdemo", "1.0").file("share/demo", "demo\n");
        Channel::new().add(demo).write_async(&place.path("site/channel")).await.unwrap();
        place
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn site(&self) -> Site {
        Site::folder(self.path("site"))
    }

    fn auth(&self, entry: &str) -> Option<PathBuf> {
        // Files are read once in a process.
        let file = self.path(&format!("auth-{}.json", fs_err::read_dir(self.dir.path()).unwrap().count()));
        fs_err::write(&file, format!("{{\"127.0.0.1\": {entry}}}")).unwrap();
        Some(file)
    }

    async fn create(&self, channel: String, auth_file: Option<PathBuf>) -> Result<(), Error> {
        self.create_from(channel, auth_file, "requirements: {host: [libdemo]}").await
    }

    async fn create_from(&self, channel: String, auth_file: Option<PathBuf>, more: &str) -> Result<(), Error> {
        let text = format!("package: {{name: probe, version: '1'}}\n{more}\n");
        let recipe = ParsedRecipe::parse(&text, None, RepodataRevision::default()).unwrap();
        let variant = recipe.render(&VariantConfig::default(), &RenderConfig::default()).unwrap().remove(0);
        let options = SessionOptions {
            channels: Some(vec![channel]),
            output_dir: Some(self.path("out")),
            cache_dir: Some(self.path("cache")),
            auth_file,
            ..SessionOptions::default()
        };
        let session = DebugSession::create(variant, options, Progress::default(), &Cancel::new()).await?;
        session.close(CloseOptions::default()).await
    }
}

fn shown(request: &Logged) -> String {
    format!("{} {:?}", request.path, request.headers)
}

#[test]
fn a_credentials_file_lets_in_with_name_and_password() {
    run(async {
        let place = Place::new().await;
        let server = place.site().basic_auth("me", "s3cr3t").start().unwrap();
        let channel = server.url("channel");
        let error = place.create(channel.clone(), place.auth("{\"BearerToken\": \"wrong\"}")).await.unwrap_err();
        assert_eq!(error.record().status, Some(401), "{error}");
        let auth = place.auth(r#"{"BasicHTTP": {"username": "me", "password": "s3cr3t"}}"#);
        place.create(channel, auth).await.unwrap();
    });
}

#[test]
fn a_credentials_file_lets_in_with_a_bearer_token() {
    run(async {
        let place = Place::new().await;
        let server = place.site().bearer_auth(TOKEN).start().unwrap();
        let auth = place.auth(&format!("{{\"BearerToken\": \"{TOKEN}\"}}"));
        place.create(server.url("channel"), auth).await.unwrap();
    });
}

#[test]
fn a_conda_token_goes_into_the_path_and_nowhere_else() {
    run(async {
        let place = Place::new().await;
        fs_err::create_dir_all(place.path("tokens/t")).unwrap();
        std::os::unix::fs::symlink(place.path("site"), place.path("tokens/t").join(TOKEN)).unwrap();
        let server = Site::folder(place.path("tokens")).start().unwrap();
        let auth = place.auth(&format!("{{\"CondaToken\": \"{TOKEN}\"}}"));
        place.create(server.url("channel"), auth).await.unwrap();
        let requests = server.requests();
        assert!(requests.iter().all(|request| request.path.starts_with(&format!("/t/{TOKEN}/"))), "{requests:?}");
        assert!(requests.iter().all(|request| !format!("{:?}", request.headers).contains(TOKEN)), "{requests:?}");
    });
}

#[test]
fn a_redirect_to_another_host_takes_no_credentials_along() {
    run(async {
        let place = Place::new().await;
        // Another port is another host.
        let other = Site::new().page("file.txt", "file\n").start().unwrap();
        let server = Site::new().fault(Fault::on("*").redirect(&other.url("file.txt"))).start().unwrap();
        let with_name = server.url("named.txt").replace("http://", &format!("http://me:{TOKEN}@"));
        let channel = place.path("site/channel").display().to_string();
        for (url, entry) in [
            (server.url("a.txt"), r#"{"BasicHTTP": {"username": "me", "password": "tk-0123456789"}}"#),
            (server.url("b.txt"), r#"{"BearerToken": "tk-0123456789"}"#),
            (server.url("c.txt"), r#"{"CondaToken": "tk-0123456789"}"#),
            (with_name, "null"),
            (server.url(&format!("t/{TOKEN}/d.txt")), "null"),
        ] {
            let auth = if entry == "null" { None } else { place.auth(entry) };
            place.create_from(channel.clone(), auth, &format!("source: {{url: '{url}'}}")).await.unwrap();
        }
        let requests = server.requests();
        for kind in ["authorization", TOKEN] {
            assert!(requests.iter().any(|request| shown(request).contains(kind)), "{kind}: {requests:?}");
        }
        assert_eq!(other.requests().len(), 5);
        for request in &other.requests() {
            let shown = shown(request);
            assert!(!["authorization", TOKEN, "referer"].iter().any(|word| shown.contains(word)), "{shown}");
        }
    });
}

#[test]
fn a_redirect_to_a_local_file_is_refused() {
    run(async {
        let place = Place::new().await;
        fs_err::write(place.path("secret.tar.gz"), "local\n").unwrap();
        let file = format!("file://{}", place.path("secret.tar.gz").display());
        let server = Site::new().fault(Fault::on("*").redirect(&file)).start().unwrap();
        let source = format!("source: {{url: '{}'}}", server.url("x.txt"));
        let error =
            place.create_from(place.path("site/channel").display().to_string(), None, &source).await.unwrap_err();
        assert_eq!(error.code(), "SOURCE_FAILED", "{error}");
        assert_eq!(server.requests().len(), 1);
    });
}
