//! A session's folders and a recipe folder, for tests of its sources.

#![allow(dead_code, clippy::unwrap_used, reason = "not every test uses all of it; a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sidewinder_recipe::stage1::Source;
use sidewinder_session::layout::{Layout, LayoutRequest, SessionLock};
use sidewinder_session::options::AttestationCheck;
use sidewinder_session::sources::{Fetched, Limits, SourceRequest, fetch_all};
use sidewinder_session::{Cancel, Progress, Result};

pub(crate) struct Workbench {
    dir: tempfile::TempDir,
    pub(crate) layout: Layout,
    pub(crate) progress: Progress,
    pub(crate) cancel: Cancel,
    pub(crate) limits: Limits,
    pub(crate) attestation: AttestationCheck,
    pub(crate) offline: bool,
    _lock: SessionLock,
}

impl Workbench {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let recipe = dir.path().join("recipe");
        std::fs::create_dir(&recipe).unwrap();
        std::fs::write(recipe.join("recipe.yaml"), "").unwrap();
        let layout = Layout::plan(LayoutRequest {
            output_dir: &dir.path().join("output"),
            name: "demo",
            recipe_path: Some(&recipe.join("recipe.yaml")),
            merged: false,
            no_build_id: true,
        })
        .unwrap();
        let lock = layout.create().unwrap();
        Self {
            layout,
            progress: Progress::default(),
            cancel: Cancel::new(),
            limits: Limits::default(),
            attestation: AttestationCheck::default(),
            offline: false,
            _lock: lock,
            dir,
        }
    }

    /// A folder outside of everything that the session may write to.
    pub(crate) fn outside(&self) -> &Path {
        self.dir.path()
    }

    /// A path in the recipe's folder.
    pub(crate) fn recipe(&self, path: &str) -> PathBuf {
        self.layout.recipe_dir.join(path)
    }

    pub(crate) fn write_recipe_file(&self, path: &str, content: impl AsRef<[u8]>) {
        write(&self.recipe(path), content);
    }

    /// A path in the work folder.
    pub(crate) fn work(&self, path: &str) -> PathBuf {
        self.layout.work_dir.join(path)
    }

    pub(crate) fn read_work(&self, path: &str) -> String {
        std::fs::read_to_string(self.work(path)).unwrap()
    }

    /// Empties the work folder, as a new session would.
    pub(crate) fn clear_work(&self) {
        std::fs::remove_dir_all(&self.layout.work_dir).unwrap();
        std::fs::create_dir(&self.layout.work_dir).unwrap();
    }

    /// Fetches sources, given as JSON in the shape of a rendered recipe.
    pub(crate) async fn fetch(&self, sources: serde_json::Value) -> Result<Fetched> {
        let sources: Vec<Source> = serde_json::from_value(sources).unwrap();
        let request = SourceRequest {
            sources: &sources,
            layout: &self.layout,
            cache_dir: &self.layout.source_cache(),
            client: reqwest::Client::new().into(),
            offline: self.offline,
            attestation: self.attestation,
            limits: self.limits,
        };
        fetch_all(request, &self.progress, &self.cancel).await
    }

    /// All files and symlinks of the work folder, without what the session writes itself.
    pub(crate) fn tree(&self) -> BTreeMap<String, String> {
        tree(&self.layout.work_dir)
    }
}

/// All files and symlinks below a folder: path → content, or `-> target`.
pub(crate) fn tree(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut pending = vec![root.to_path_buf()];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.path().strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            let kind = entry.file_type().unwrap();
            if name == ".source_info.json" || name == ".git" {
            } else if kind.is_dir() {
                pending.push(entry.path());
            } else if kind.is_symlink() {
                found.insert(name, format!("-> {}", std::fs::read_link(entry.path()).unwrap().display()));
            } else {
                found.insert(name, String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()).into_owned());
            }
        }
    }
    found
}

pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

/// Makes a pipe that nobody writes to.
#[cfg(unix)]
pub(crate) fn pipe(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

pub(crate) fn file_url(path: &Path) -> String {
    url::Url::from_file_path(path).unwrap().to_string()
}

pub(crate) fn sha256(content: impl AsRef<[u8]>) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(content.as_ref()))
}
