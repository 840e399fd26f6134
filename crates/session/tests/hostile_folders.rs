//! Folders that a script, or anybody else, put in place of a session's own: nothing behind them is written or removed.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, VariantConfig};
use sidewinder_session::patch::PatchOptions;
use sidewinder_session::script::RunOptions;
use sidewinder_session::session::{AddOptions, CloseOptions, DebugSession, PruneOptions, Run};
use sidewinder_session::{Cancel, Error, ErrorCode, Progress, SessionOptions};
use sidewinder_testkit::{Channel, Package};

/// A place with a channel, a recipe with a source, and a folder with things that belong to somebody else.
struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        let place = Self { dir: tempfile::tempdir().unwrap() };
        let demo = Package::new("libdemo", "1.0").file("share/demo", "demo\n");
        Channel::new().add(demo).write_async(&place.path("channel")).await.unwrap();
        for (path, text) in [
            ("recipe/src/a/main.txt", "source\n"),
            ("outside/precious", "precious\n"),
            ("outside/work/precious", "precious\n"),
            ("outside/conda-meta/history", "precious\n"),
            ("outside/rattler-build_probe/precious", "precious\n"),
        ] {
            fs_err::create_dir_all(place.path(path).parent().unwrap()).unwrap();
            fs_err::write(place.path(path), text).unwrap();
        }
        place
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join(path)
    }

    fn options(&self) -> SessionOptions {
        SessionOptions {
            channels: Some(vec![self.path("channel").display().to_string()]),
            output_dir: Some(self.path("out")),
            cache_dir: Some(self.path("cache")),
            ..SessionOptions::default()
        }
    }

    async fn create(&self) -> Result<DebugSession, Error> {
        self.create_with(self.options()).await
    }

    async fn create_with(&self, options: SessionOptions) -> Result<DebugSession, Error> {
        let text = "package: {name: probe, version: '1'}\nsource: {path: src}\nbuild: {script: 'true'}\n";
        let path = self.path("recipe/recipe.yaml");
        fs_err::write(&path, text).unwrap();
        let recipe = ParsedRecipe::parse(text, path.to_str(), RepodataRevision::default()).unwrap();
        let variant = recipe.render(&VariantConfig::default(), &RenderConfig::default()).unwrap().remove(0);
        DebugSession::create(variant, options, Progress::default(), &Cancel::new()).await
    }

    /// Puts a link to the foreign folder in the place of a folder.
    fn replace(&self, folder: &Path) {
        if folder.exists() {
            let aside = self.path(&format!("aside-{}", folder.file_name().unwrap().to_string_lossy()));
            fs_err::rename(folder, aside).unwrap();
        }
        symlink(self.path("outside"), folder).unwrap();
    }

    /// All that is in the foreign folder.
    fn outside(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut found = BTreeMap::new();
        let mut pending = vec![self.path("outside")];
        while let Some(folder) = pending.pop() {
            for entry in fs_err::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    pending.push(path.clone());
                }
                found.insert(path.clone(), fs_err::read(&path).ok());
            }
        }
        found
    }

    /// Writes down a session as if a process had ended without closing it.
    fn enter(&self, build_dir: &Path, temporary_root: Option<&Path>) {
        let folder = self.path("cache/sidewinder/sessions");
        fs_err::create_dir_all(&folder).unwrap();
        let entry = json!({
            "buildDir": build_dir, "temporaryRoot": temporary_root, "name": "probe", "version": "1",
            "buildString": "0", "created": 1, "process": 1, "kept": false,
        });
        fs_err::write(folder.join("0123456789abcdef.json"), entry.to_string()).unwrap();
        fs_err::write(folder.join("0123456789abcdef.lock"), "").unwrap();
    }

    fn prune(&self) -> usize {
        let options = PruneOptions { cache_dir: Some(self.path("cache")), kept: true, older_than: None };
        DebugSession::prune(&options, &Progress::default(), &Cancel::new())
            .map_or(0, |pruned| pruned.iter().filter(|pruned| pruned.removed).count())
    }
}

async fn add(session: &DebugSession) -> Result<(), Error> {
    let specs = ["libdemo".to_owned()];
    session.add_packages(&specs, AddOptions::default(), Progress::default(), &Cancel::new()).await.map(drop)
}

async fn patch(session: &DebugSession) -> Result<(), Error> {
    let add = vec!["**".to_owned()];
    session
        .create_patch(
            PatchOptions { add, overwrite: true, ..PatchOptions::default() },
            Progress::default(),
            &Cancel::new(),
        )
        .await
        .map(drop)
}

/// What a caller does with a session; every step may fail, and nothing outside may change.
async fn use_all(session: &DebugSession) -> Vec<Result<(), Error>> {
    let cancel = Cancel::new();
    vec![
        session.write_build_script("echo\n").await,
        add(session).await,
        patch(session).await,
        session.checkpoint("second", &cancel).await,
        session.fork(&cancel).await.map(drop),
        session.run(Run::Script, RunOptions::default(), &cancel, None).await.map(drop),
    ]
}

fn assert_refused(results: &[Result<(), Error>]) {
    for (step, result) in results.iter().enumerate() {
        let code = result.as_ref().err().map(Error::code);
        assert_eq!(code, Some(ErrorCode::FolderReplaced), "step {step}: {result:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_behind_a_link_in_place_of_a_folder() {
    for which in ["work", "host", "build dir"] {
        let place = Place::new().await;
        let before = place.outside();
        let session = place.create().await.unwrap();
        session.checkpoint("first", &Cancel::new()).await.unwrap();
        let paths = session.paths();
        place.replace(match which {
            "work" => &paths.work_dir,
            "host" => &paths.host_prefix,
            _ => &paths.build_dir,
        });
        assert_refused(&use_all(&session).await);
        assert_eq!(place.outside(), before, "{which}");
        let restored = session.restore("first", &Cancel::new()).await;
        assert_eq!(restored.is_ok(), which != "build dir", "{which}: {restored:?}");
        session.close(CloseOptions::default()).await.unwrap();
        assert_eq!(place.outside(), before, "{which}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_puts_a_replaced_folder_back() {
    let place = Place::new().await;
    let session = place.create().await.unwrap();
    session.checkpoint("first", &Cancel::new()).await.unwrap();
    place.replace(&session.paths().work_dir);
    session.restore("first", &Cancel::new()).await.unwrap();
    assert!(!session.paths().work_dir.is_symlink());
    assert_eq!(fs_err::read_to_string(session.paths().work_dir.join("a/main.txt")).unwrap(), "source\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_folders_that_the_session_keeps_its_notes_in_are_not_followed() {
    let place = Place::new().await;
    let before = place.outside();
    let session = place.create().await.unwrap();
    let paths = session.paths();
    fs_err::write(paths.work_dir.join("a/main.txt"), "changed\n").unwrap();
    for folder in [paths.build_dir.join("source_patches"), paths.build_dir.join(".checkpoints")] {
        place.replace(&folder);
    }
    place.replace(&paths.host_prefix.join("conda-meta"));
    let results = [add(&session).await, patch(&session).await, session.checkpoint("second", &Cancel::new()).await];
    assert_refused(&results);
    assert_eq!(place.outside(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_has_nothing_of_a_folder_behind_a_link() {
    let place = Place::new().await;
    let session = place.create().await.unwrap();
    let work = session.paths().work_dir;
    fs_err::create_dir_all(place.path("elsewhere")).unwrap();
    fs_err::write(place.path("elsewhere/main.txt"), "secret\n").unwrap();
    fs_err::remove_dir_all(work.join("a")).unwrap();
    symlink(place.path("elsewhere"), work.join("a")).unwrap();
    let made = session
        .create_patch(PatchOptions { dry_run: true, ..PatchOptions::default() }, Progress::default(), &Cancel::new())
        .await
        .unwrap();
    assert!(!made.text.contains("secret"), "{}", made.text);
    assert_eq!(made.skipped.first().map(|skipped| skipped.path.as_str()), Some("a/main.txt"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_session_does_not_remove_what_is_behind_a_link_in_its_output_folder() {
    for name in ["bld", "bld/.sidewinder"] {
        let place = Place::new().await;
        let before = place.outside();
        place.create().await.unwrap().close(CloseOptions::default()).await.unwrap();
        place.replace(&place.path("out").join(name));
        let error = place.create().await.unwrap_err();
        assert_eq!(error.code(), "FOLDER_REPLACED", "{error}");
        assert_eq!(place.outside(), before, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_in_place_of_lock_and_log_are_not_written_through() {
    for name in ["bld/.sidewinder/rattler-build_probe.lock", "rattler-build-log.txt"] {
        let place = Place::new().await;
        let before = place.outside();
        place.create().await.unwrap().close(CloseOptions::default()).await.unwrap();
        let file = place.path("out").join(name);
        fs_err::remove_file(&file).unwrap();
        symlink(place.path("outside/made"), &file).unwrap();
        assert_eq!(place.create().await.unwrap_err().code(), "IO_FAILED", "{name}");
        assert_eq!(place.outside(), before, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_removes_a_link_in_place_of_the_temporary_folder_and_not_its_target() {
    let place = Place::new().await;
    let before = place.outside();
    let session = place.create_with(SessionOptions { output_dir: None, ..place.options() }).await.unwrap();
    let root = session.paths().output_dir.parent().unwrap().to_path_buf();
    place.replace(&root);
    session.close(CloseOptions::default()).await.unwrap();
    assert!(!root.is_symlink());
    assert_eq!(place.outside(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_names_foreign_folders_is_not_believed() {
    for (pointer, value) in [
        ("/layout/workDir", "outside"),
        ("/layout/hostPrefix", "outside"),
        ("/layout/outputDir", "outside"),
        ("/state/temporary_root", "outside"),
        ("/state/temporary_root", "out"),
    ] {
        let place = Place::new().await;
        let before = place.outside();
        let session = place.create().await.unwrap();
        let build_dir = session.paths().build_dir;
        session.close(CloseOptions { keep: true, ..CloseOptions::default() }).await.unwrap();
        let file = build_dir.join("session.json");
        let mut state: Value = serde_json::from_slice(&fs_err::read(&file).unwrap()).unwrap();
        let named = state.pointer_mut(pointer).unwrap_or_else(|| unreachable!("{pointer} in the state"));
        *named = json!(place.path(value));
        fs_err::write(&file, state.to_string()).unwrap();
        // What the log of the output folder says may take its place, and that is checked as well.
        match DebugSession::attach(&build_dir, place.options(), Progress::default(), &Cancel::new()).await {
            Ok(session) => {
                let paths = session.paths();
                for folder in [&paths.work_dir, &paths.host_prefix, &paths.build_prefix] {
                    assert!(folder.starts_with(&build_dir), "{pointer}: {folder:?}");
                }
                session.close(CloseOptions::default()).await.unwrap();
            }
            Err(error) => assert_eq!(error.code(), "NOT_A_SESSION", "{pointer}"),
        }
        assert!(build_dir.exists());
        assert_eq!(place.outside(), before, "{pointer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pruning_leaves_folders_that_no_session_made() {
    let place = Place::new().await;
    let before = place.outside();
    let lookalike = place.path("outside/rattler-build_probe");
    let root = |name: &str| place.path("").join(name);
    fs_err::create_dir_all(root("sidewinder_0123456789abcdef/mine")).unwrap();
    symlink(place.path("outside"), root("sidewinder_fedcba9876543210")).unwrap();
    let foreign = place.path("outside");
    for (build_dir, temporary) in [
        (foreign.clone(), None),
        (foreign.join("../outside"), None),
        (lookalike.clone(), None),
        (lookalike.clone(), Some(foreign.clone())),
        (foreign.clone(), Some(foreign.clone())),
        (root("sidewinder_0123456789abcdef"), Some(root("sidewinder_0123456789abcdef"))),
        (root("sidewinder_fedcba9876543210"), Some(root("sidewinder_fedcba9876543210"))),
    ] {
        place.enter(&build_dir, temporary.as_deref());
        assert_eq!(place.prune(), 0, "{build_dir:?} {temporary:?}");
        assert_eq!(place.outside(), before, "{build_dir:?} {temporary:?}");
        assert!(!foreign.parent().unwrap().join(".sidewinder").exists());
    }
    assert!(root("sidewinder_0123456789abcdef/mine").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn pruning_removes_what_a_dead_session_left() {
    let place = Place::new().await;
    let session = place.create().await.unwrap();
    let build_dir = session.paths().build_dir;
    session.close(CloseOptions { keep: true, ..CloseOptions::default() }).await.unwrap();
    assert_eq!(place.prune(), 1);
    assert!(!build_dir.exists());
}
