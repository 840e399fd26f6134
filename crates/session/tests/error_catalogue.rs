//! Every code that an error can have is produced here by the real thing going wrong, and what a person would read is held
//! to a snapshot.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, RenderedVariant, VariantConfig};
use sidewinder_session::error_code::Origin;
use sidewinder_session::patch::PatchOptions;
use sidewinder_session::script::{Command, OutputSink, RunOptions};
use sidewinder_session::session::{CloseOptions, DebugSession, Run, SyncOptions};
use sidewinder_session::{Cancel, Error, ErrorCode, ErrorRecord, Progress, SessionOptions};
use sidewinder_testkit::server::{Fault, Site};
use sidewinder_testkit::{Channel, Package, RunExportsIn};

/// What goes wrong goes wrong in here.
struct Scene {
    dir: tempfile::TempDir,
    channel: PathBuf,
}

impl Scene {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let channel = dir.path().join("channel");
        let packages = [
            Package::new("libfoo", "1.0").file("lib/foo", "1"),
            Package::new("old", "1.0").depends(["libfoo <1"]),
            Package::new("broken", "1.0").file("lib/broken", "1"),
        ];
        // What they export is told apart from them: then they are downloaded only to be installed.
        Channel::new().add_all(packages).run_exports_in(RunExportsIn::OwnFile).write(&channel).unwrap();
        fs_err::create_dir(dir.path().join("recipe")).unwrap();
        Self { dir, channel }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn variant(&self, more: &str) -> RenderedVariant {
        let text = format!("package: {{name: probe, version: '1'}}\n{more}");
        let path = self.path("recipe/recipe.yaml");
        fs_err::write(&path, &text).unwrap();
        let recipe = ParsedRecipe::parse(&text, path.to_str(), RepodataRevision::default()).unwrap();
        let config = RenderConfig {
            target_platform: platform(),
            build_platform: platform(),
            experimental: true,
            ..RenderConfig::default()
        };
        recipe.render(&VariantConfig::default(), &config).unwrap().remove(0)
    }

    fn options(&self) -> SessionOptions {
        SessionOptions {
            channels: Some(vec![self.channel.display().to_string()]),
            output_dir: Some(self.path("out")),
            cache_dir: Some(self.path("cache")),
            ..SessionOptions::default()
        }
    }

    async fn create(&self, more: &str) -> Result<DebugSession, Error> {
        self.create_with(more, self.options()).await
    }

    async fn create_with(&self, more: &str, options: SessionOptions) -> Result<DebugSession, Error> {
        DebugSession::create(self.variant(more), options, Progress::default(), &Cancel::new()).await
    }

    /// Error texts without what differs from run to run.
    fn shown(&self, error: &Error) -> String {
        let ErrorRecord { code, message, hint, status, url, .. } = error.record();
        let message = message.replace(&self.dir.path().display().to_string(), "[DIR]");
        // As long as the temporary folder's name makes it.
        let message = match error {
            Error::PathTooLong { length } => message.replace(&length.to_string(), "[LENGTH]"),
            _ => message,
        };
        let status =
            status.map(|status| format!("\nstatus: {status} for {}", url.unwrap_or_default())).unwrap_or_default();
        let hint = hint.map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        format!("{code}\n{}{}{hint}\n", without_ports(&message), without_ports(&status))
    }
}

fn platform() -> Option<String> {
    Some(rattler_conda_types::Subdir::current().unwrap().to_string())
}

/// Every run has other ports.
fn without_ports(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("127.0.0.1:") {
        let (before, after) = rest.split_at(at + "127.0.0.1:".len());
        shown.push_str(before);
        shown.push_str("PORT");
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    shown + rest
}

async fn run(session: &DebugSession) -> Result<(), Error> {
    session.run(Run::Script, RunOptions::default(), &Cancel::new(), None).await.map(drop)
}

/// Why nothing could be made.
async fn set_ups(scene: &Scene, errors: &mut Vec<Error>) {
    let with = |change: &dyn Fn(&mut SessionOptions)| {
        let mut options = scene.options();
        change(&mut options);
        options
    };
    let fails = async |more: &str, options: SessionOptions| scene.create_with(more, options).await.unwrap_err();

    let cancelled = Cancel::new();
    cancelled.cancel();
    let variant = scene.variant("");
    errors.push(DebugSession::create(variant, scene.options(), Progress::default(), &cancelled).await.unwrap_err());
    errors.push(fails("", with(&|options| options.exclude_newer = Some("yesterday".to_owned()))).await);
    let mut variant = scene.variant("");
    variant.name = "../escape".to_owned();
    errors.push(DebugSession::create(variant, scene.options(), Progress::default(), &Cancel::new()).await.unwrap_err());
    let long = scene.path(&"d".repeat(240));
    errors.push(fails("", with(&|options| options.output_dir = Some(long.clone()))).await);
    errors.push(fails("", with(&|options| options.output_dir = Some(scene.path("a:b")))).await);
    fs_err::write(scene.path("file"), "").unwrap();
    errors.push(fails("", with(&|options| options.output_dir = Some(scene.path("file")))).await);
    let nowhere = || scene.path("nowhere").display().to_string();
    errors
        .push(fails("requirements: {host: [libfoo]}", with(&|options| options.channels = Some(vec![nowhere()]))).await);
    let mut variant = scene.variant("requirements: {host: [libfoo]}");
    let text = serde_json::to_string(&variant).unwrap().replace("\"libfoo\"", "\"libfoo =[\"");
    variant = serde_json::from_str(&text).unwrap();
    errors.push(DebugSession::create(variant, scene.options(), Progress::default(), &Cancel::new()).await.unwrap_err());
    errors.push(fails("requirements: {host: [\"${{ pin_compatible('zzz') }}\"]}", scene.options()).await);
    errors.push(fails("requirements: {host: [old, libfoo]}", scene.options()).await);
    errors.push(fails("source: {path: missing}", scene.options()).await);
    fs_err::write(scene.path("recipe/data.txt"), "data").unwrap();
    let zeros = "0".repeat(64);
    errors.push(fails(&format!("source: {{path: data.txt, sha256: \"{zeros}\"}}"), scene.options()).await);
    fs_err::write(scene.path("recipe/fix.patch"), "--- a/data.txt\n+++ b/data.txt\n@@ -1 +1 @@\n-other\n+new\n")
        .unwrap();
    errors.push(fails("source: {path: data.txt, patches: [fix.patch]}", scene.options()).await);
    let attested = format!(
        "source: {{url: 'http://127.0.0.1:1/t/s3cr3t/a.tar.gz', sha256: \"{zeros}\", \
         attestation: {{publishers: ['github:a/b']}}}}"
    );
    errors.push(fails(&attested, scene.options()).await);
    errors.push(fails("build: {script: {file: nope.sh}}", scene.options()).await);
}

/// Why a package could not be had.
async fn packages(scene: &Scene, errors: &mut Vec<Error>) {
    let site = Site::folder(&scene.channel).fault(Fault::on("*broken*").status(403));
    let server = site.start().unwrap();
    let options = SessionOptions {
        channels: Some(vec![server.url("").replace("http://", "http://me:s3cr3t@")]),
        ..scene.options()
    };
    errors.push(scene.create_with("requirements: {host: [broken]}", options).await.unwrap_err());

    // Not found is a broken index, a refusal is not. One of the two subdirs only: both are asked for at once.
    let server = Site::folder(&scene.channel).fault(Fault::on("*noarch*").status(401)).start().unwrap();
    let options = SessionOptions { channels: Some(vec![server.url("t/s3cr3t/refusing")]), ..scene.options() };
    errors.push(scene.create_with("requirements: {host: [libfoo]}", options).await.unwrap_err());
    let server = Site::new().start().unwrap();
    let source = format!("source: {{url: '{}'}}", server.url("t/s3cr3t/gone.tar.gz"));
    errors.push(scene.create(&source).await.unwrap_err());

    let exports = scene.path("exports");
    let package = Package::new("exporter", "1.0").file("lib/x", "1");
    Channel::new().add(package).run_exports_in(RunExportsIn::PackagesOnly).write(&exports).unwrap();
    let server = Site::folder(&exports).fault(Fault::on("*exporter*").status(404)).start().unwrap();
    let options = SessionOptions { channels: Some(vec![server.url("")]), ..scene.options() };
    errors.push(scene.create_with("requirements: {host: [exporter]}", options).await.unwrap_err());
}

/// Why a lock could not be installed.
async fn lock(scene: &Scene, errors: &mut Vec<Error>) {
    let session = scene.create("").await.unwrap();
    let lock = session.lock().await.unwrap();
    session.close(CloseOptions::default()).await.unwrap();
    let options = SessionOptions { lock: Some(lock), ..scene.options() };
    errors.push(scene.create_with("requirements: {host: [libfoo]}", options).await.unwrap_err());
}

/// Why something could not be done with a session.
async fn uses(scene: &Scene, errors: &mut Vec<Error>) {
    let session = scene.create("build: {script: [echo started, sleep 30]}").await.unwrap();
    errors.push(scene.create("").await.unwrap_err());
    errors.push(session.create_patch(PatchOptions::default(), Progress::default(), &Cancel::new()).await.unwrap_err());
    let words = Command::Program(vec!["a\0b".to_owned()]);
    errors.push(session.run(Run::Command(words), RunOptions::default(), &Cancel::new(), None).await.unwrap_err());
    let stopped = Cancel::new();
    let (started, is_running) = tokio::sync::watch::channel(false);
    let sink = OutputSink::new(move |_, _| {
        started.send_replace(true);
    });
    let (going_on, second) =
        tokio::join!(session.run(Run::Script, RunOptions::default(), &stopped, Some(sink)), async {
            is_running.clone().wait_for(|is_running| *is_running).await.unwrap();
            let second = run(&session).await;
            stopped.cancel();
            second
        });
    errors.extend([going_on.map(drop).unwrap_err(), second.unwrap_err()]);
    fs_err::remove_file(session.paths().build_script).unwrap();
    errors.push(run(&session).await.unwrap_err());
    let work = session.paths().work_dir;
    fs_err::rename(&work, scene.path("moved")).unwrap();
    fs_err::os::unix::fs::symlink(scene.path("moved"), &work).unwrap();
    errors.push(session.write_build_script("").await.unwrap_err());
    session.close(CloseOptions::default()).await.unwrap();
    errors.push(run(&session).await.unwrap_err());
    let attached = DebugSession::attach(Path::new("/"), scene.options(), Progress::default(), &Cancel::new()).await;
    errors.push(attached.unwrap_err());
}

/// A recipe's source and the session changed the same line.
async fn sync_conflict(scene: &Scene, errors: &mut Vec<Error>) {
    let source = "source: {path: data.txt}";
    let session = scene.create(source).await.unwrap();
    fs_err::write(session.paths().work_dir.join("data.txt"), "mine\n").unwrap();
    fs_err::write(scene.path("recipe/data.txt"), "theirs\n").unwrap();
    let options = SyncOptions::default();
    errors.push(session.sync(scene.variant(source), options, Progress::default(), &Cancel::new()).await.unwrap_err());
    session.close(CloseOptions::default()).await.unwrap();
}

/// Futures of a session are deep, and without optimization larger than a test's stack.
const STACK_BYTES: usize = 32 * 1024 * 1024;

#[test]
fn every_code_is_produced_and_every_message_reads_as_it_should() {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(produce_all).unwrap();
    let (errors, shown) = thread.join().unwrap();
    // The addon itself cannot report that it is missing; the SDK's tests cover that.
    let expected = |code: &ErrorCode| code.info().origin == Origin::Session && *code != ErrorCode::NoNativeAddon;
    assert_eq!(errors, ErrorCode::ALL.iter().copied().filter(expected).collect());
    assert!(!shown.contains("s3cr3t"), "{shown}");
    insta::assert_snapshot!(shown);
}

fn produce_all() -> (BTreeSet<ErrorCode>, String) {
    let scene = Scene::new();
    let mut errors = Vec::new();
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().thread_stack_size(STACK_BYTES).build().unwrap();
    runtime.block_on(async {
        set_ups(&scene, &mut errors).await;
        packages(&scene, &mut errors).await;
        lock(&scene, &mut errors).await;
        uses(&scene, &mut errors).await;
        sync_conflict(&scene, &mut errors).await;
    });
    // Nothing on a healthy machine brings these about, or only a whole build.
    errors.push(Error::Staging { name: "base".to_owned(), exit_code: 2, output: "make: *** failed\n".to_owned() });
    let source = std::io::Error::new(std::io::ErrorKind::NotFound, "no such file");
    errors.push(Error::Spawn { program: "bash".to_owned(), source });
    let reason = "the system can start no thread".to_owned();
    errors.push(Error::Exhausted { resource: "processes and threads", reason });
    errors.push(Error::Internal { reason: "an invariant does not hold".to_owned() });

    let shown: Vec<String> = errors.iter().map(|error| scene.shown(error)).collect();
    (errors.iter().map(Error::code).collect(), shown.join("\n"))
}
