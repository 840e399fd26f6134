//! A channel, a cache and prefixes in a temporary folder, and variants in a few words.

use std::path::{Path, PathBuf};

use rattler_cache::package_cache::PackageCache;
use serde_json::{Value, json};
use sidewinder_recipe::render::RenderedVariant;
use sidewinder_session::environment::{
    AddRequest, Added, Channels, InstalledPackage, Platforms, Prefixes, Resolved, SharedClients, SolveSettings,
    add_packages, packages, resolve, set_up,
};
use sidewinder_session::options::ChannelPriority;
use sidewinder_session::progress::Environment;
use sidewinder_session::{Cancel, Progress, Result, SessionOptions};
use sidewinder_testkit::{Channel, Package, RunExport, WrittenChannel};

/// Where a test plays.
pub(crate) struct Stage {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) channel: WrittenChannel,
    pub(crate) services: SharedClients,
    pub(crate) progress: Progress,
    pub(crate) cancel: Cancel,
}

impl Stage {
    /// A stage with the packages of [`small_world`].
    pub(crate) fn new() -> Self {
        Self::with(Channel::new().add_all(small_world()))
    }

    pub(crate) fn with(channel: Channel) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let channel = channel.write(&folder.path().join("channel")).unwrap();
        let services = services(&folder.path().join("cache"), false);
        Self { folder, channel, services, progress: Progress::default(), cancel: Cancel::new() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn settings(&self) -> SolveSettings {
        settings(&[self.channel.url()])
    }

    pub(crate) async fn resolve(&self, variant: &RenderedVariant) -> Result<Resolved> {
        resolve(variant, &self.settings(), &self.services, &self.progress, &self.cancel).await
    }

    pub(crate) async fn set_up(&self, variant: &RenderedVariant) -> Result<Resolved> {
        let (build, host) = (self.path("build_env"), self.path("host_env"));
        let prefixes = Prefixes { build: &build, host: &host };
        set_up(variant, &self.settings(), prefixes, &self.services, &self.progress, &self.cancel).await
    }

    pub(crate) async fn add(&self, specs: &[&str]) -> Result<Added> {
        self.add_with(&self.settings(), specs).await
    }

    pub(crate) async fn add_with(&self, settings: &SolveSettings, specs: &[&str]) -> Result<Added> {
        let specs: Vec<String> = specs.iter().map(|&spec| spec.to_owned()).collect();
        let prefix = self.path("host_env");
        let platform = Platforms::of(&variant(json!({}))).unwrap().host;
        let request = AddRequest {
            environment: Environment::Host,
            prefix: &prefix,
            platform,
            specs: &specs,
            settings,
            dry_run: false,
        };
        add_packages(request, &self.services, &self.progress, &self.cancel).await
    }

    pub(crate) async fn host_packages(&self) -> Vec<InstalledPackage> {
        packages(&self.path("host_env")).await.unwrap()
    }

    /// Has the package cache that conda clients share hold a package of the channel, as another client leaves it there.
    /// Gives its folder.
    pub(crate) async fn fill_shared_cache(&self, package: &Package) -> PathBuf {
        let cache = PackageCache::new(self.path("cache/pkgs"));
        let held = cache.get_or_fetch_from_path(&self.channel.file(package), None, None).await.unwrap();
        held.path().to_path_buf()
    }

    pub(crate) fn log(&self) -> String {
        self.progress.log_lines().join("\n")
    }
}

pub(crate) fn services(cache: &Path, offline: bool) -> SharedClients {
    let options = SessionOptions { cache_dir: Some(cache.to_path_buf()), offline, ..SessionOptions::default() };
    SharedClients::new(&options).unwrap()
}

pub(crate) fn settings(channels: &[String]) -> SolveSettings {
    SolveSettings {
        channels: Channels::parse(Some(channels), Path::new("/")).unwrap(),
        priority: ChannelPriority::Strict,
        exclude_newer: None,
        lock: None,
    }
}

/// A package that exports in every way, what it exports, and a few that do not go together.
pub(crate) fn small_world() -> Vec<Package> {
    vec![
        Package::new("toolx", "3.1")
            .run_export(RunExport::Strong, "libstrong >=1,<2")
            .run_export(RunExport::Weak, "libweak 1.*")
            .run_export(RunExport::Noarch, "libnoarch")
            .run_export(RunExport::StrongConstrains, "libsc <9")
            .run_export(RunExport::WeakConstrains, "libwk2 <9")
            .depends(["inner"])
            .executable("bin/toolx", "#!/bin/sh\necho toolx\n"),
        Package::new("inner", "1.0").run_export(RunExport::Strong, "libinner"),
        Package::new("libstrong", "1.5").file("lib/strong", "1.5"),
        Package::new("libweak", "1.2").file("lib/weak", "1.2"),
        Package::new("libnoarch", "1.5").noarch_generic().file("share/noarch", "1.5"),
        Package::new("libfoo", "1.2.3").build("h46_0").file("lib/foo", "1.2.3"),
        Package::new("libfoo", "2.0.0").build("h46_0").file("lib/foo", "2.0.0"),
        Package::new("needy", "1.0").depends(["libfoo >=2"]),
        Package::new("conflictor", "1.0").depends(["libfoo <2"]),
    ]
}

/// A variant of a package `dd` 1.0 for the machine's platform, with these parts of the recipe.
pub(crate) fn variant(recipe: Value) -> RenderedVariant {
    variant_with(recipe, json!({}))
}

/// As [`variant`], with other fields of the variant itself.
pub(crate) fn variant_with(recipe: Value, fields: Value) -> RenderedVariant {
    let platform = rattler_conda_types::Subdir::current().unwrap().as_str();
    let mut whole = json!({
        "name": "dd", "version": "1.0", "buildString": "hebc7dc1_0", "buildNumber": 0, "hash": "hebc7dc",
        "hashPrefix": "", "noarch": null, "subdir": platform, "targetPlatform": platform, "hostPlatform": platform,
        "buildPlatform": platform, "skip": false, "variant": {}, "pinSubpackages": {},
        "recipe": { "schema_version": 1, "context": {}, "package": { "name": "dd", "version": "1.0" } },
    });
    let merge = |target: &mut Value, from: Value| {
        target.as_object_mut().unwrap().extend(from.as_object().unwrap().clone());
    };
    merge(&mut whole["recipe"], recipe);
    merge(&mut whole, fields);
    serde_json::from_value(whole).unwrap()
}

/// `name version` of records, in order.
pub(crate) fn names(records: &[rattler_conda_types::RepoDataRecord]) -> Vec<String> {
    let mut names: Vec<String> = records
        .iter()
        .map(|record| format!("{} {}", record.package_record.name.as_normalized(), record.package_record.version))
        .collect();
    names.sort();
    names
}
