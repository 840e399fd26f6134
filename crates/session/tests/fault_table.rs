//! What goes wrong outside, what a set-up makes of it, and whether the next one with the same folders succeeds:
//! `docs/faults.md` is written by this test when `SIDEWINDER_UPDATE` is set, and compared with it otherwise.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::StreamExt as _;
use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, RenderedVariant, VariantConfig};
use sidewinder_session::session::{CloseOptions, DebugSession, Run};
use sidewinder_session::{Cancel, Error, Progress, SessionOptions};
use sidewinder_testkit::archive::Archive;
use sidewinder_testkit::server::{Fault, Server, Site};
use sidewinder_testkit::{Channel, Package};

/// Futures of a session are deep, and without optimization larger than a test's stack.
const STACK_BYTES: usize = 32 * 1024 * 1024;
/// Trials at the same time.
const AT_ONCE: usize = 12;
/// After this, a call that hangs is abandoned, as a caller would do.
const HANG_TIMEOUT: Duration = Duration::from_secs(1);

const PACKAGE: &str = "*/demo-1.0-0.conda";
const SOURCE: &str = "files/proj.tar.gz";
const SHARDED: &str = "*repodata_shards*";
const ZSTD: &str = "*repodata.json.zst";
const BZIP2: &str = "*repodata.json.bz2";
const JSON: &str = "*/repodata.json";
const INDEXES: &str = "*repodata*";

/// One thing that goes wrong.
struct Trial {
    what: &'static str,
    on: &'static str,
    faults: Vec<Fault>,
    /// Done to the folders between a set-up that succeeds and the one that is watched.
    spoil: Option<fn(&Scene)>,
    /// Keeps the cache and the session on a disk of so many bytes.
    disk: Option<u64>,
}

fn trial(what: &'static str, on: &'static str, faults: impl IntoIterator<Item = Fault>) -> Trial {
    Trial { what, on, faults: faults.into_iter().collect(), spoil: None, disk: None }
}

fn spoiled(what: &'static str, on: &'static str, spoil: fn(&Scene)) -> Trial {
    Trial { what, on, faults: Vec::new(), spoil: Some(spoil), disk: None }
}

fn trials() -> Vec<Trial> {
    let stands_still = || Duration::from_secs(600);
    vec![
        trial("404", "all forms of the index", [Fault::on(INDEXES).status(404)]),
        trial("404", "the sharded index", [Fault::on(SHARDED).status(404)]),
        trial("404", "the sharded and the zstd index", [Fault::on(SHARDED).status(404), Fault::on(ZSTD).status(404)]),
        trial("401", "all forms of the index", [Fault::on(INDEXES).status(401)]),
        trial("500 for ever", "all forms of the index", [Fault::on(INDEXES).status(500)]),
        trial("503 twice", "all forms of the index", [Fault::on(INDEXES).first(2).status(503)]),
        trial("no bytes of zstd", "the sharded index", [Fault::on(SHARDED).body("not zstd")]),
        trial("no bytes of zstd", "the zstd index", [Fault::on(SHARDED).status(404), Fault::on(ZSTD).body("not zstd")]),
        trial(
            "no JSON",
            "the plain index, the only one",
            [SHARDED, ZSTD, BZIP2]
                .map(|form| Fault::on(form).status(404))
                .into_iter()
                .chain([Fault::on(JSON).body("{")]),
        ),
        trial("a shard with other bytes", "the sharded index", [Fault::on("*shards/*").corrupt()]),
        trial("404", "every shard", [Fault::on("*shards/*").status(404)]),
        trial("a connection cut", "the sharded index, once", [Fault::on(SHARDED).first(1).cut_to(20)]),
        trial("a redirect to itself", "all forms of the index", [Fault::on(INDEXES).redirect("repodata.json")]),
        trial("404", "a package", [Fault::on(PACKAGE).status(404)]),
        trial("403", "a package", [Fault::on(PACKAGE).status(403)]),
        trial("500 for ever", "a package", [Fault::on(PACKAGE).status(500)]),
        trial("503 twice", "a package", [Fault::on(PACKAGE).first(2).status(503)]),
        trial("429, come back at once", "a package, once", [Fault::on(PACKAGE).first(1).status(429).retry_after(0)]),
        trial("a connection cut", "a package, once", [Fault::on(PACKAGE).first(1).cut_to(300)]),
        trial("a connection cut", "a package, for ever", [Fault::on(PACKAGE).cut_to(300)]),
        trial("a connection dropped", "a package, once", [Fault::on(PACKAGE).first(1).drop_connection()]),
        trial("one byte turned", "a package", [Fault::on(PACKAGE).corrupt()]),
        trial("no bytes at all", "a package", [Fault::on(PACKAGE).body("")]),
        trial("another content", "a package", [Fault::on(PACKAGE).body("<html>please log in</html>")]),
        trial("an answer after half a second", "a package", [Fault::on(PACKAGE).latency(Duration::from_millis(500))]),
        trial("no answer", "a package, until the caller gives up", [Fault::on(PACKAGE).latency(stands_still())]),
        trial("a redirect to itself", "a package", [Fault::on(PACKAGE).redirect("demo-1.0-0.conda")]),
        trial("404", "a source", [Fault::on(SOURCE).status(404)]),
        trial("500 for ever", "a source", [Fault::on(SOURCE).status(500)]),
        trial("503 twice", "a source", [Fault::on(SOURCE).first(2).status(503)]),
        trial("a connection cut", "a source, once", [Fault::on(SOURCE).first(1).cut_to(50)]),
        trial("a connection dropped", "a source, once", [Fault::on(SOURCE).first(1).drop_connection()]),
        trial("one byte turned", "a source", [Fault::on(SOURCE).corrupt()]),
        trial("no answer", "a source, until the caller gives up", [Fault::on(SOURCE).latency(stands_still())]),
        trial("a redirect to itself", "a source", [Fault::on(SOURCE).redirect("proj.tar.gz")]),
        spoiled("an installed file emptied", "the unpacked packages", |scene| scene.empty(UNPACKED, "share/demo.txt")),
        spoiled("a file gone", "the unpacked packages", |scene| scene.remove(UNPACKED, "share/demo.txt")),
        spoiled("the list of files emptied", "the unpacked packages", |scene| scene.empty(UNPACKED, "paths.json")),
        spoiled("the archive emptied", "the source cache", |scene| {
            scene.empty("cache/sidewinder/sources", "proj.tar.gz")
        }),
        spoiled("an unpacked file gone", "the source cache", |scene| scene.remove("cache/sidewinder/sources", "a.txt")),
        spoiled("all files emptied", "the repodata cache", |scene| scene.empty("cache/repodata", "")),
        spoiled("the script gone", "the session's folder", |scene| scene.remove("out", "conda_build.sh")),
        Trial { disk: Some(192 * 1024), ..trial("no room left", "the disk of cache and session", []) },
    ]
}

/// Where packages are unpacked.
const UNPACKED: &str = "cache/sidewinder/pool";

/// Server, caches and folders of one trial.
struct Scene {
    dir: tempfile::TempDir,
    server: Server,
    mounted: bool,
}

impl Scene {
    fn new(trial: &Trial) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let served = dir.path().join("served");
        let demo =
            Package::new("demo", "1.0").file("share/demo.txt", "demo\n").file("share/large", "x".repeat(400_000));
        Channel::new().add(demo).write(&served.join("chan")).unwrap();
        fs_err::create_dir(served.join("files")).unwrap();
        Archive::new()
            .file("proj/a.txt", "a\n")
            .file("proj/b.txt", "b\n")
            .write(&served.join("files"), "proj.tar.gz")
            .unwrap();
        let site = trial.faults.iter().cloned().fold(Site::folder(&served), Site::fault);
        let mut scene = Self { server: site.start().unwrap(), dir, mounted: false };
        if let Some(bytes) = trial.disk {
            fs_err::create_dir(scene.path("disk")).unwrap();
            scene.mounted = mount(&scene.path("disk"), bytes);
            return scene.mounted.then_some(scene);
        }
        Some(scene)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn folder(&self, name: &str) -> PathBuf {
        if self.mounted { self.path("disk").join(name) } else { self.path(name) }
    }

    async fn set_up(&self, cancel: &Cancel) -> Result<String, Error> {
        let options = SessionOptions {
            channels: Some(vec![self.server.url("chan")]),
            output_dir: Some(self.folder("out")),
            cache_dir: Some(self.folder("cache")),
            ..SessionOptions::default()
        };
        let source = std::fs::read(self.path("served/files/proj.tar.gz")).unwrap();
        let variant = variant(&self.server.url(SOURCE), &sha256(&source));
        let session = DebugSession::create(variant, options, Progress::default(), cancel).await?;
        let result = session.run(Run::Script, sidewinder_session::script::RunOptions::default(), cancel, None).await?;
        session.close(CloseOptions::default()).await?;
        Ok(result.stdout)
    }

    /// Empties files below a folder; a file is like that when its path ends with the name.
    fn empty(&self, folder: &str, name: &str) {
        let files = self.files(folder, name);
        files.iter().for_each(|file| fs_err::write(file, "").unwrap());
    }

    fn remove(&self, folder: &str, name: &str) {
        let files = self.files(folder, name);
        files.iter().for_each(|file| fs_err::remove_file(file).unwrap());
    }

    fn files(&self, folder: &str, name: &str) -> Vec<PathBuf> {
        let mut pending = vec![self.path(folder)];
        let mut found = Vec::new();
        while let Some(folder) = pending.pop() {
            for entry in fs_err::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    pending.push(path);
                } else if path.to_string_lossy().ends_with(name) && !path.to_string_lossy().ends_with(".lock") {
                    found.push(path);
                }
            }
        }
        assert!(!found.is_empty(), "there is no {name} in {folder}");
        found
    }

    /// A message without what differs from run to run, in one line.
    fn shown(&self, error: &Error) -> String {
        let address = self.server.url("").trim_end_matches('/').to_owned();
        let text = error.to_string().replace(&self.dir.path().display().to_string(), "…").replace(&address, "http://…");
        // Which of the two is asked first is a matter of luck.
        let platform = rattler_conda_types::Subdir::current().unwrap();
        let text = text.replace("/noarch/", "/…/").replace(&format!("/{platform}/"), "/…/");
        let text = without_hashes(&text);
        let line: String =
            text.lines().next().unwrap_or_default().chars().take(150).collect::<String>().trim_end().to_owned();
        format!("`{}`: {}", error.code(), line.replace('|', "\\|"))
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if self.mounted {
            let _ = std::process::Command::new("umount").arg("-l").arg(self.path("disk")).status();
        }
    }
}

/// Indexes have times in them, so their hashes differ from run to run.
fn without_hashes(text: &str) -> String {
    let word = |word: &str| {
        let is_hash = word.len() >= 32 && word.chars().all(|c| c.is_ascii_hexdigit());
        if is_hash { "…".to_owned() } else { word.to_owned() }
    };
    let parts = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    parts
        .map(|part| match part.char_indices().next_back() {
            Some((at, end)) if !end.is_ascii_alphanumeric() => format!("{}{end}", word(&part[..at])),
            _ => word(part),
        })
        .collect()
}

/// Makes a disk of so many bytes; `false` where this user may not.
fn mount(folder: &Path, bytes: u64) -> bool {
    let size = format!("size={bytes}");
    let mut mount = std::process::Command::new("mount");
    let mount = mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder);
    mount.stderr(std::process::Stdio::null()).status().is_ok_and(|status| status.success())
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(bytes))
}

fn variant(source: &str, sha256: &str) -> RenderedVariant {
    let text = format!(
        "package: {{name: probe, version: '1'}}\nsource: {{url: \"{source}\", sha256: {sha256}}}\n\
         requirements: {{host: [demo]}}\nbuild: {{script: ['cat a.txt $PREFIX/share/demo.txt']}}\n"
    );
    let recipe = ParsedRecipe::parse(&text, None, RepodataRevision::default()).unwrap();
    let platform = Some(rattler_conda_types::Subdir::current().unwrap().to_string());
    let config =
        RenderConfig { target_platform: platform.clone(), build_platform: platform, ..RenderConfig::default() };
    recipe.render(&VariantConfig::default(), &config).unwrap().remove(0)
}

/// A line of the table; `None` where it cannot be tried on this machine.
async fn line(trial: Trial) -> Option<String> {
    let scene = Scene::new(&trial)?;
    if let Some(spoil) = trial.spoil {
        scene.set_up(&Cancel::new()).await.unwrap();
        spoil(&scene);
    }
    let describe = |outcome: &Result<String, Error>| match outcome {
        Ok(output) if output == "a\ndemo\n" => "set up, and right".to_owned(),
        Ok(output) => format!("set up, but WRONG: {output:?}"),
        Err(error) => scene.shown(error),
    };
    let cancel = Cancel::new();
    let give_up = async {
        if trial.on.ends_with("gives up") {
            tokio::time::sleep(HANG_TIMEOUT).await;
            cancel.cancel();
        }
        std::future::pending::<()>().await;
    };
    let outcome = tokio::select! {
        outcome = scene.set_up(&cancel) => outcome,
        () = give_up => unreachable!("it is pending"),
    };
    let left = scene.folder("out/bld/rattler-build_probe").exists();
    let clean = if outcome.is_err() && left { "; LEFT its folder" } else { "" };
    scene.server.heal();
    if scene.mounted {
        let _ = std::process::Command::new("mount").args(["-o", "remount,size=64m"]).arg(scene.path("disk")).status();
    }
    let again = describe(&scene.set_up(&Cancel::new()).await);
    Some(format!("| {} | {} | {}{clean} | {again} |", trial.what, trial.on, describe(&outcome)))
}

fn table() -> String {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.enable_all().thread_stack_size(STACK_BYTES).build().unwrap();
    let lines = runtime.block_on(async {
        let trials = trials().into_iter().map(|trial| tokio::spawn(line(trial)));
        futures::stream::iter(trials).buffered(AT_ONCE).collect::<Vec<_>>().await
    });
    let mut text = String::from(
        "# What goes wrong outside, and what comes of it\n\n\
         Written by `crates/session/tests/fault_table.rs`, which tries each line: a set-up with one package from a channel\n\
         behind HTTP and one source, first with the fault, then without it in the same folders with the same caches. After\n\
         a failed set-up nothing of the session is left.\n\n\
         | injected | on | what happens | the next set-up |\n| --- | --- | --- | --- |\n",
    );
    for line in lines.into_iter().filter_map(Result::unwrap) {
        writeln!(text, "{line}").unwrap();
    }
    text
}

#[test]
fn every_fault_is_told_and_leaves_nothing_that_the_next_set_up_trips_over() {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(table).unwrap();
    let made = thread.join().unwrap();
    assert!(!made.contains("WRONG") && !made.contains("LEFT"), "{made}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/faults.md");
    if std::env::var_os("SIDEWINDER_UPDATE").is_some() {
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(&path, &made).unwrap();
    }
    let kept = fs_err::read_to_string(&path).unwrap();
    // A machine may not be able to try every line.
    let missing: Vec<&str> = made.lines().filter(|line| !kept.lines().any(|kept| kept == *line)).collect();
    assert!(missing.is_empty(), "docs/faults.md does not say (SIDEWINDER_UPDATE=1 writes it):\n{}", missing.join("\n"));
}
