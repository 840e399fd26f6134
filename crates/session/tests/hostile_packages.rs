//! Hostile packages: whatever comes of them, nothing outside the prefixes and the package cache changes, nobody's cache
//! entry but their own is touched, and it comes to an end.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::StreamExt as _;
use nix::sys::stat::{Mode, umask};
use rattler_conda_types::Subdir;
use serde_json::json;
use sidewinder_recipe::render::RenderedVariant;
use sidewinder_session::environment::{
    AddRequest, Channels, Platforms, Prefixes, SharedClients, SolveSettings, add_packages, set_up,
};
use sidewinder_session::options::ChannelPriority;
use sidewinder_session::progress::Environment;
use sidewinder_session::{Cancel, Error, Progress, SessionOptions};
use sidewinder_testkit::Format;
use sidewinder_testkit::hostile::{Hostile, corpus};

/// Longer than any of it takes on a busy machine, shorter than for ever.
const INSTALL_TIMEOUT: Duration = Duration::from_secs(60);

/// Trials at the same time.
const AT_ONCE: usize = 4;

/// The folders that an installer may change.
const ITS_OWN: [&str; 3] = ["build_env", "host_env", "cache"];

/// The packages that are installed: what is wrong with them does no harm, or is removed before. All others are
/// refused.
const HARMLESS: [&str; 24] = [
    "link-out",
    "link-out-absolute",
    "file-over-a-link-of-another",
    "link-to-itself",
    "twin-paths",
    "placeholder-too-long",
    "placeholder-without-end",
    "placeholder-empty-text",
    "placeholder-empty-binary",
    "placeholder-offsets-beyond",
    "subdir-up",
    "entry-point-over-python",
    "member-up",
    "member-in-sibling",
    "member-absolute",
    "member-folder-up",
    "member-named-twice",
    "member-with-nul",
    "member-over-a-link",
    "device",
    "pipe",
    "twin-members",
    "deep-folders",
    "modes",
];

#[test]
fn no_hostile_package_reaches_out() {
    let mut wrong = Vec::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // The mask is the process's: both are tried here, one after the other.
    for (mask, format) in [(0o022, Format::TarBz2), (0o000, Format::Conda)] {
        let before = umask(Mode::from_bits_truncate(mask));
        let cases = corpus(Path::new("/nowhere"), format).len();
        let trials = futures::stream::iter(0..cases).map(|index| tokio::spawn(try_one(index, format)));
        let trials = trials.buffer_unordered(AT_ONCE).collect::<Vec<_>>();
        wrong.extend(runtime.block_on(trials).into_iter().flat_map(Result::unwrap));
        umask(before);
    }
    // What hangs is not waited for.
    runtime.shutdown_background();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Tries one package of the list and says what is wrong.
async fn try_one(index: usize, format: Format) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::new(root.path());
    let case = corpus(&sandbox.root.join("outside"), format).swap_remove(index);
    let (outcome, mut findings) = sandbox.try_on(&case).await;
    if HARMLESS.contains(&case.name) != (outcome == "installed") {
        findings.push(outcome);
    }
    findings.into_iter().map(|finding| format!("{} ({format:?}): {finding}", case.name)).collect()
}

struct Sandbox {
    root: PathBuf,
}

impl Sandbox {
    fn new(root: &Path) -> Self {
        let root = fs_err::canonicalize(root).unwrap();
        fs_err::create_dir_all(root.join("outside")).unwrap();
        fs_err::write(root.join("outside/victim"), "untouched\n").unwrap();
        Self { root }
    }

    /// What came of it, in a word, and what should not have.
    async fn try_on(&self, case: &Hostile) -> (String, Vec<String>) {
        case.write(&self.root.join("channel")).unwrap();
        let before = self.what_is_outside();
        let outcome = match tokio::time::timeout(INSTALL_TIMEOUT, self.install(case)).await {
            Ok(Ok(())) => "installed".to_owned(),
            Ok(Err(error)) => format!("refused: {error}"),
            Err(_) => return ("hangs".to_owned(), vec!["it does not come to an end".to_owned()]),
        };
        let after = self.what_is_outside();
        let mut findings = differences(&before, &after);
        findings.extend(self.foreign_cache_entries(case));
        findings.extend(self.loose_modes());
        if outcome.contains("internal error") {
            findings.push(outcome.clone());
        }
        (outcome, findings)
    }

    async fn install(&self, case: &Hostile) -> Result<(), Error> {
        let options = SessionOptions { cache_dir: Some(self.root.join("cache")), ..SessionOptions::default() };
        let services = SharedClients::new(&options)?;
        let channel = self.root.join("channel").display().to_string();
        let settings = SolveSettings {
            channels: Channels::parse(Some(&[channel]), Path::new("/"))?,
            priority: ChannelPriority::Strict,
            exclude_newer: None,
            lock: None,
        };
        let (build, host) = (self.root.join("build_env"), self.root.join("host_env"));
        let (progress, cancel) = (Progress::default(), Cancel::new());
        let variant = variant(&case.install);
        set_up(&variant, &settings, Prefixes { build: &build, host: &host }, &services, &progress, &cancel).await?;
        let specs: Vec<String> = case.add.iter().map(|&spec| spec.to_owned()).collect();
        let platform = Platforms::of(&variant)?.host;
        let environment = Environment::Host;
        let request =
            AddRequest { environment, prefix: &host, platform, specs: &specs, settings: &settings, dry_run: false };
        add_packages(request, &services, &progress, &cancel).await.map(drop)
    }

    /// Every path except the installer's own, with its mode and content.
    fn what_is_outside(&self) -> BTreeMap<PathBuf, String> {
        let mut found = BTreeMap::new();
        for entry in fs_err::read_dir(&self.root).unwrap() {
            let path = entry.unwrap().path();
            if !ITS_OWN.iter().any(|own| path.ends_with(own)) {
                describe(&path, &mut found);
            }
        }
        found
    }

    /// Entries of the cache that belong to none of the packages.
    fn foreign_cache_entries(&self, case: &Hostile) -> Vec<String> {
        let stems: BTreeSet<String> = case.packages.iter().map(|package| package.stem()).collect();
        let pool = fs_err::read_dir(self.root.join("cache/sidewinder/pool")).into_iter().flatten().flatten();
        let archives = pool.map(|entry| entry.path()).filter(|path| path.is_dir() && !path.ends_with("environments"));
        let mut folders: Vec<PathBuf> = archives.collect();
        folders.push(self.root.join("cache/pkgs"));
        let entries = folders.iter().flat_map(fs_err::read_dir);
        entries
            .flatten()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !["files", "checked"].contains(&name.as_str()))
            .filter(|name| !name.starts_with('.') && !stems.iter().any(|stem| name.starts_with(stem.as_str())))
            .map(|name| format!("{name} is in the package cache"))
            .collect()
    }

    /// Installed files that run as somebody else or that anybody may write.
    fn loose_modes(&self) -> Vec<String> {
        let mut found = BTreeMap::new();
        describe(&self.root.join("host_env"), &mut found);
        // What the installer makes has the mode that the process's mask gives it.
        let own =
            |path: &Path| path.ends_with("CACHEDIR.TAG") || path.parent().is_some_and(|it| it.ends_with("conda-meta"));
        let paths = found.into_keys().filter(|path| !path.is_symlink() && !own(path));
        let mode = |path: &Path| path.metadata().map_or(0, |metadata| metadata.permissions().mode());
        paths
            .filter(|path| mode(path) & 0o6000 != 0 || (path.is_file() && mode(path) & 0o002 != 0))
            .map(|path| format!("{} has mode {:o}", path.display(), mode(&path)))
            .collect()
    }
}

fn describe(path: &Path, found: &mut BTreeMap<PathBuf, String>) {
    let Ok(metadata) = path.symlink_metadata() else { return };
    let mode = metadata.permissions().mode();
    let content = if metadata.is_file() { fs_err::read(path).unwrap_or_default() } else { Vec::new() };
    // Folders change their times when somebody looks for a place to link; files must not.
    let modified = if metadata.is_file() { metadata.modified().ok() } else { None };
    found.insert(path.to_path_buf(), format!("{mode:o} {} {modified:?}", String::from_utf8_lossy(&content)));
    if metadata.is_dir() {
        for entry in fs_err::read_dir(path).into_iter().flatten().flatten() {
            describe(&entry.path(), found);
        }
    }
}

fn differences(before: &BTreeMap<PathBuf, String>, after: &BTreeMap<PathBuf, String>) -> Vec<String> {
    let paths: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let say = |state: Option<&String>| state.map_or("nothing".to_owned(), |text| text.chars().take(40).collect());
    paths
        .into_iter()
        .filter(|path| before.get(*path) != after.get(*path))
        .map(|path| format!("{}: {:?} → {:?}", path.display(), say(before.get(path)), say(after.get(path))))
        .collect()
}

/// A package for the machine's platform with these host requirements.
fn variant(host: &[&str]) -> RenderedVariant {
    let platform = Subdir::current().unwrap().as_str();
    serde_json::from_value(json!({
        "name": "dd", "version": "1.0", "buildString": "h0_0", "buildNumber": 0, "hash": "h0", "hashPrefix": "",
        "noarch": null, "subdir": platform, "targetPlatform": platform, "hostPlatform": platform,
        "buildPlatform": platform, "skip": false, "variant": {}, "pinSubpackages": {},
        "recipe": {
            "schema_version": 1, "context": {}, "package": { "name": "dd", "version": "1.0" },
            "requirements": { "host": host },
        },
    }))
    .unwrap()
}
