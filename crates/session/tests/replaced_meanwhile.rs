//! Folders that are replaced by links while a session works in them: nothing behind the links is written or removed.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, VariantConfig};
use sidewinder_session::layout::remove_tree;
use sidewinder_session::session::{CloseOptions, DebugSession};
use sidewinder_session::{Cancel, Progress, SessionOptions};

/// How often a folder is replaced before the test ends.
const ROUNDS: usize = 400;

/// What somebody else has: names that a session has as well, and one that it would remove.
fn outside(dir: &Path) -> PathBuf {
    let outside = dir.join("outside");
    for path in ["main.txt", "precious", "conda_build.sh", "a/main.txt", "a/b/main.txt", "a/b/precious"] {
        fs_err::create_dir_all(outside.join(path).parent().unwrap()).unwrap();
        fs_err::write(outside.join(path), "precious\n").unwrap();
    }
    outside
}

/// Content, and modes of folders.
fn all(folder: &Path, found: &mut BTreeMap<PathBuf, (u32, Vec<u8>)>) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = path.symlink_metadata().unwrap().permissions().mode();
        found.insert(path.clone(), (mode, fs_err::read(&path).unwrap_or_default()));
        if path.is_dir() {
            all(&path, found);
        }
    }
}

/// Replaces a folder by a link and puts it back, until it is stopped.
struct Swapping {
    stop: Arc<AtomicBool>,
    times: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

impl Swapping {
    fn start(folder: PathBuf, outside: PathBuf, aside: PathBuf) -> Self {
        let (stop, times) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let thread = std::thread::spawn({
            let (stop, times) = (Arc::clone(&stop), Arc::clone(&times));
            move || {
                while !stop.load(Ordering::SeqCst) {
                    // Any of them may fail: the session puts things right meanwhile.
                    if std::fs::rename(&folder, &aside).is_ok() {
                        times.fetch_add(1, Ordering::SeqCst);
                        let linked = symlink(&outside, &folder).is_ok();
                        std::thread::yield_now();
                        if linked {
                            let _ = std::fs::remove_file(&folder);
                        }
                        let _ = std::fs::rename(&aside, &folder);
                    }
                    let _ = remove_tree(&aside);
                }
            }
        });
        Self { stop, times, thread: Some(thread) }
    }

    fn times(&self) -> usize {
        self.times.load(Ordering::SeqCst)
    }
}

impl Drop for Swapping {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn session(dir: &Path) -> DebugSession {
    for path in ["recipe/src/main.txt", "recipe/src/a/main.txt", "recipe/src/a/b/main.txt"] {
        fs_err::create_dir_all(dir.join(path).parent().unwrap()).unwrap();
        fs_err::write(dir.join(path), "source\n").unwrap();
    }
    let text = "package: {name: probe, version: '1'}\nsource: {path: src}\nbuild: {script: 'true'}\n";
    let path = dir.join("recipe/recipe.yaml");
    fs_err::write(&path, text).unwrap();
    let recipe = ParsedRecipe::parse(text, path.to_str(), RepodataRevision::default()).unwrap();
    let variant = recipe.render(&VariantConfig::default(), &RenderConfig::default()).unwrap().remove(0);
    let options = SessionOptions {
        channels: Some(Vec::new()),
        output_dir: Some(dir.join("out")),
        cache_dir: Some(dir.join("cache")),
        ..SessionOptions::default()
    };
    DebugSession::create(variant, options, Progress::default(), &Cancel::new()).await.unwrap()
}

/// Swaps a folder below the work folder while a checkpoint is brought back and the script is written.
async fn work_while_swapping(below: &str) {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().canonicalize().unwrap();
    let (outside, session) = (outside(&dir), session(&dir).await);
    let cancel = Cancel::new();
    session.checkpoint("first", &cancel).await.unwrap();
    let mut before = BTreeMap::new();
    all(&outside, &mut before);
    let folder = session.paths().work_dir.join(below);
    let swapping = Swapping::start(folder.clone(), outside.join(below), dir.join("aside"));
    let mut brought_back = 0;
    while swapping.times() < ROUNDS {
        // There is something to bring back and something to remove each time.
        let _ = std::fs::write(session.paths().work_dir.join("new"), "new\n");
        brought_back += usize::from(session.restore("first", &cancel).await.is_ok());
        let _ = session.write_build_script("echo\n").await;
        let mut after = BTreeMap::new();
        all(&outside, &mut after);
        assert_eq!(after, before);
    }
    drop(swapping);
    assert!(brought_back > 0);
    // What is left of it is mended.
    let _ = std::fs::remove_file(&folder);
    session.restore("first", &cancel).await.unwrap();
    assert_eq!(fs_err::read_to_string(session.paths().work_dir.join("a/b/main.txt")).unwrap(), "source\n");
    session.close(CloseOptions::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_folder_that_is_replaced_meanwhile_leads_nowhere() {
    work_while_swapping("").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_in_the_work_folder_that_is_replaced_meanwhile_leads_nowhere() {
    work_while_swapping("a").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_replaced_while_it_is_removed_leads_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().canonicalize().unwrap();
    let outside = outside(&dir);
    fs_err::set_permissions(outside.join("a"), std::fs::Permissions::from_mode(0o500)).unwrap();
    let mut before = BTreeMap::new();
    all(&outside, &mut before);
    let tree = dir.join("tree");
    let swapping = Swapping::start(tree.join("a"), outside.join("a"), dir.join("aside"));
    while swapping.times() < ROUNDS {
        // Ready before it is in its place: the test itself must follow no link.
        let fresh = tempfile::tempdir_in(&dir).unwrap().keep();
        fs_err::create_dir_all(fresh.join("a/b/c")).unwrap();
        fs_err::set_permissions(fresh.join("a/b"), std::fs::Permissions::from_mode(0o500)).unwrap();
        if std::fs::rename(&fresh, &tree).is_err() {
            remove_tree(&fresh).unwrap();
        }
        let _ = remove_tree(&tree);
        let mut after = BTreeMap::new();
        all(&outside, &mut after);
        assert_eq!(after, before);
    }
}
