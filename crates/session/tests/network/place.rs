//! A channel with a source next to it, on disk and behind a server, and a place for sessions that use them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, VariantConfig};
use sidewinder_session::session::{CloseOptions, DebugSession};
use sidewinder_session::{Cancel, Error, Progress, SessionOptions};
use sidewinder_testkit::server::Site;
use sidewinder_testkit::{Channel, Package};

/// What must be seen by the server and by nobody else.
pub(crate) const SECRET: &str = "tk-0123456789";

/// A session that is to be set up, with packages from a channel and a file as source.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) channel: String,
    pub(crate) source: Option<String>,
    pub(crate) auth_file: Option<PathBuf>,
    pub(crate) mirrors: BTreeMap<String, Vec<String>>,
}

impl Wanted {
    /// Everything from one server.
    pub(crate) fn from(server: &sidewinder_testkit::server::Server) -> Self {
        Self { channel: server.url("channel"), source: Some(server.url("source.txt")), ..Self::default() }
    }

    pub(crate) fn mirror(mut self, address: &str, mirrors: &[String]) -> Self {
        self.mirrors.insert(address.to_owned(), mirrors.to_vec());
        self
    }
}

/// What came of it, as far as a caller, a log and the files tell.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    pub(crate) status: Option<u16>,
    pub(crate) log: Vec<String>,
    /// Files of the session that hold the secret.
    pub(crate) leaks: Vec<PathBuf>,
}

impl Outcome {
    /// Fails unless it was set up, without a word of the secret.
    #[track_caller]
    pub(crate) fn is_set_up(&self) {
        assert_eq!(self.code, None, "{self:?}");
        self.tells_no_secret();
    }

    #[track_caller]
    pub(crate) fn tells_no_secret(&self) {
        assert!(!format!("{self:?}").contains(SECRET), "{self:?}");
        assert_eq!(self.leaks, Vec::<PathBuf>::new());
    }
}

pub(crate) struct Place {
    pub(crate) dir: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self { dir: tempfile::tempdir().unwrap() };
        let demo = Package::new("libdemo", "1.0").noarch_generic().file("share/demo", "demo\n");
        Channel::new().add(demo).write(&place.path("site/channel")).unwrap();
        fs_err::write(place.path("site/source.txt"), "source\n").unwrap();
        fs_err::create_dir(place.path("home")).unwrap();
        place
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub(crate) fn site(&self) -> Site {
        Site::folder(self.path("site"))
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(&path, text).unwrap();
        path
    }

    /// Nothing of an earlier session is in the caches any more.
    pub(crate) fn forget(&self) {
        let _ = fs_err::remove_dir_all(self.path("cache"));
    }

    /// Sets a session up in this process.
    pub(crate) fn set_up(&self, wanted: &Wanted) -> Outcome {
        set_up(self.dir.path(), wanted)
    }
}

pub(crate) fn set_up(dir: &Path, wanted: &Wanted) -> Outcome {
    let (dir, wanted) = (dir.to_path_buf(), wanted.clone());
    let mut outcome = Outcome::default();
    let sent = Progress::default();
    let progress = sent.clone();
    let result = run(async move { create(&dir, wanted, progress).await });
    outcome.log = sent.log_lines();
    match result {
        Ok(leaks) => outcome.leaks = leaks,
        Err(error) => {
            let record = error.record();
            outcome.code = Some(record.code.to_string());
            outcome.message = format!("{error}\n{:?}\n{:?}", record.hint, record.url);
            outcome.status = record.status;
        }
    }
    outcome
}

async fn create(dir: &Path, wanted: Wanted, progress: Progress) -> Result<Vec<PathBuf>, Error> {
    let source = wanted.source.map(|url| format!("source: {{url: '{url}'}}\n")).unwrap_or_default();
    let text = format!(
        "package: {{name: probe, version: '1'}}\n{source}requirements: {{host: [libdemo]}}\nbuild: {{script: env}}\n"
    );
    let recipe = ParsedRecipe::parse(&text, None, RepodataRevision::default()).unwrap();
    let variant = recipe.render(&VariantConfig::default(), &RenderConfig::default()).unwrap().remove(0);
    let options = SessionOptions {
        channels: Some(vec![wanted.channel]),
        output_dir: Some(dir.join("out")),
        cache_dir: Some(dir.join("cache")),
        auth_file: wanted.auth_file,
        mirrors: wanted.mirrors,
        ..SessionOptions::default()
    };
    let session = DebugSession::create(variant, options, progress, &Cancel::new()).await?;
    let mut leaks = files_with(&session.paths().build_dir, SECRET.as_bytes());
    leaks.retain(|file| !file.ends_with("work/source.txt"));
    session.close(CloseOptions::default()).await?;
    Ok(leaks)
}

fn files_with(folder: &Path, text: &[u8]) -> Vec<PathBuf> {
    let entries = fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .flat_map(|entry| {
            if entry.file_type().unwrap().is_dir() {
                return files_with(&entry.path(), text);
            }
            let bytes = fs_err::read(entry.path()).unwrap_or_default();
            let found = bytes.windows(text.len()).any(|part| part == text);
            if found { vec![entry.path()] } else { Vec::new() }
        })
        .collect()
}

/// Futures of a session are deep, and without optimization larger than a test's stack.
const STACK_BYTES: usize = 32 * 1024 * 1024;

pub(crate) fn run<T: Send + 'static>(test: impl Future<Output = T> + Send + 'static) -> T {
    let work = move || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.enable_all().thread_stack_size(STACK_BYTES).build().unwrap().block_on(test)
    };
    std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work).unwrap().join().unwrap()
}
