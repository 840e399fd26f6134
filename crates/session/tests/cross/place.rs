//! A channel for three platforms and a compiler for each, and a process of its own for each set-up.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};
use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::variants::VariantFormat;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, VariantConfig};
use sidewinder_session::progress::Environment;
use sidewinder_session::session::{AddOptions, CloseOptions, DebugSession};
use sidewinder_session::{Cancel, Progress, SessionOptions};
use sidewinder_testkit::{Channel, Package, RunExport};

const DIR: &str = "SIDEWINDER_TEST_DIR";

/// What is built, and for what.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) recipe: String,
    pub(crate) target: String,
    pub(crate) build: Option<String>,
    /// Variant keys, as a variant file has them.
    pub(crate) variants: String,
    /// Packages that are added to the host environment afterwards.
    pub(crate) add: Vec<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) error: Option<String>,
    pub(crate) log: Vec<String>,
    /// `name subdir` of the packages in each environment.
    pub(crate) build: Vec<String>,
    pub(crate) host: Vec<String>,
    pub(crate) variables: BTreeMap<String, String>,
}

impl Outcome {
    /// The virtual packages that an environment for a platform was solved with.
    #[track_caller]
    pub(crate) fn provided(&self, platform: &str) -> BTreeMap<String, String> {
        let start = format!("  Platform: {platform} [");
        let line = self.log.iter().find_map(|line| line.strip_prefix(&start)).unwrap_or_else(|| panic!("{self:#?}"));
        let packages = line.trim_end_matches(']').split(", ");
        packages.filter_map(|package| package.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
    }

    #[track_caller]
    pub(crate) fn variable(&self, name: &str) -> &str {
        self.variables.get(name).unwrap_or_else(|| panic!("{name}: {:#?}", self.variables))
    }

    /// Whether the package that is built gains this run dependency or constraint from a package of an environment.
    pub(crate) fn gains(&self, name: &str, spec: &str, from: &str) -> bool {
        let rows = self.log.iter().flat_map(|line| line.lines()).map(|row| row.replace(['│', '┆'], " "));
        let words = |row: String| row.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
        rows.map(words).any(|row| row == format!("{name} {spec} (RE of [{from}])"))
    }
}

pub(crate) struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    /// A compiler for linux-64 that knows its target, tools and libraries for three platforms.
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut channel = Channel::new();
        for target in ["osx-arm64", "win-64", "linux-aarch64", "linux-64"] {
            let compiler = Package::new(format!("gcc_{target}"), "14.2")
                .run_export(RunExport::Strong, "libgcc >=14")
                .run_export(RunExport::StrongConstrains, "oldlibc <1")
                .run_export(RunExport::Weak, "never")
                .executable(format!("bin/{target}-cc"), "#!/bin/sh\n");
            channel = channel.add(compiler);
            let subdir = target.parse().unwrap();
            let library = Package::new("zlib", "1.3")
                .subdir(subdir)
                .run_export(RunExport::Weak, "zlib >=1.3,<2")
                .run_export(RunExport::WeakConstrains, "zlib-ng <0")
                .run_export(RunExport::Noarch, "zlib-data")
                .file("lib/zlib", target);
            channel = channel
                .add(library)
                .add(Package::new("libgcc", "14.2").subdir(subdir).file("lib/libgcc", target))
                .add(Package::new("extra", "1").subdir(subdir).file("share/extra", target));
        }
        for (name, needs) in [("needs-osx", "__osx >=11"), ("needs-win", "__win"), ("needs-linux", "__glibc >=2.40")] {
            let subdir = match name {
                "needs-osx" => "osx-arm64",
                "needs-win" => "win-64",
                _ => "linux-aarch64",
            };
            channel = channel.add(Package::new(name, "1").subdir(subdir.parse().unwrap()).depends([needs]));
        }
        channel
            .add(Package::new("make", "4").executable("bin/make", "#!/bin/sh\n"))
            .write(&dir.path().join("channel"))
            .unwrap();
        Self { dir }
    }

    /// Sets it up in a process of its own, for which the variables count.
    pub(crate) fn set_up(&self, wanted: &Wanted, variables: &[(&str, &str)]) -> Outcome {
        let path = |name: &str| self.dir.path().join(name);
        fs_err::write(path("wanted.json"), serde_json::to_vec(wanted).unwrap()).unwrap();
        let _ = fs_err::remove_file(path("outcome.json"));
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "place::sets_up_what_another_test_wants", "--ignored"])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.dir.path())
            .env(DIR, self.dir.path())
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let outcome = fs_err::read(path("outcome.json"));
        serde_json::from_slice(&outcome.unwrap_or_else(|_| panic!("{output:?}"))).unwrap()
    }
}

#[test]
#[ignore = "run by other tests, in a process with an environment of its own"]
fn sets_up_what_another_test_wants() {
    let dir = PathBuf::from(std::env::var_os(DIR).unwrap());
    let wanted: Wanted = serde_json::from_slice(&fs_err::read(dir.join("wanted.json")).unwrap()).unwrap();
    let progress = Progress::default();
    let done = {
        let (dir, progress) = (dir.clone(), progress.clone());
        run(async move { create(&dir, wanted, progress).await })
    };
    let mut outcome = done.unwrap_or_else(|error| Outcome { error: Some(error.to_string()), ..Outcome::default() });
    outcome.log = progress.log_lines();
    fs_err::write(dir.join("outcome.json"), serde_json::to_vec(&outcome).unwrap()).unwrap();
}

async fn create(dir: &Path, wanted: Wanted, progress: Progress) -> Result<Outcome, sidewinder_session::Error> {
    let recipe = ParsedRecipe::parse(&wanted.recipe, None, RepodataRevision::default()).unwrap();
    let config =
        RenderConfig { target_platform: Some(wanted.target), build_platform: wanted.build, ..RenderConfig::default() };
    let variants = match wanted.variants.as_str() {
        "" => VariantConfig::default(),
        text => VariantConfig::from_yaml(text, VariantFormat::Variants, &config, None).unwrap(),
    };
    let variant = recipe.render(&variants, &config).unwrap().remove(0);
    let options = SessionOptions {
        channels: Some(vec![dir.join("channel").display().to_string()]),
        output_dir: Some(dir.join("out")),
        cache_dir: Some(dir.join("cache")),
        ..SessionOptions::default()
    };
    let session = DebugSession::create(variant, options, progress.clone(), &Cancel::new()).await?;
    if !wanted.add.is_empty() {
        session.add_packages(&wanted.add, AddOptions::default(), progress, &Cancel::new()).await?;
    }
    let list = async |environment| {
        let packages = session.packages(environment).await.unwrap();
        packages.iter().map(|package| format!("{} {}", package.name, package.subdir)).collect()
    };
    let (build, host) = (list(Environment::Build).await, list(Environment::Host).await);
    let text = fs_err::read_to_string(session.paths().work_dir.join("build_env.sh")).unwrap();
    let exports = text.lines().filter_map(|line| line.strip_prefix("export ")?.split_once('='));
    let variables =
        exports.map(|(name, value)| (name.to_owned(), value.trim_matches(['\'', '"']).to_owned())).collect();
    session.close(CloseOptions::default()).await?;
    Ok(Outcome { build, host, variables, ..Outcome::default() })
}

/// Futures of a session are deep, and without optimization larger than a test's stack.
const STACK_BYTES: usize = 32 * 1024 * 1024;

fn run<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let work = move || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.enable_all().thread_stack_size(STACK_BYTES).build().unwrap().block_on(work)
    };
    std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work).unwrap().join().unwrap()
}
