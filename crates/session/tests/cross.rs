//! Build, host and target platform apart: each environment is solved for its own platform, with what that provides.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

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
struct Wanted {
    recipe: String,
    target: String,
    build: Option<String>,
    /// Variant keys, as a variant file has them.
    variants: String,
    /// Packages that are added to the host environment afterwards.
    add: Vec<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Outcome {
    error: Option<String>,
    log: Vec<String>,
    /// `name subdir` of the packages in each environment.
    build: Vec<String>,
    host: Vec<String>,
    variables: BTreeMap<String, String>,
}

impl Outcome {
    /// The virtual packages that an environment for a platform was solved with.
    #[track_caller]
    fn provided(&self, platform: &str) -> BTreeMap<String, String> {
        let start = format!("  Platform: {platform} [");
        let line = self.log.iter().find_map(|line| line.strip_prefix(&start)).unwrap_or_else(|| panic!("{self:#?}"));
        let packages = line.trim_end_matches(']').split(", ");
        packages.filter_map(|package| package.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
    }

    #[track_caller]
    fn variable(&self, name: &str) -> &str {
        self.variables.get(name).unwrap_or_else(|| panic!("{name}: {:#?}", self.variables))
    }

    /// Whether the package that is built gains this run dependency or constraint from a package of an environment.
    fn gains(&self, name: &str, spec: &str, from: &str) -> bool {
        let rows = self.log.iter().flat_map(|line| line.lines()).map(|row| row.replace(['│', '┆'], " "));
        let words = |row: String| row.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
        rows.map(words).any(|row| row == format!("{name} {spec} (RE of [{from}])"))
    }
}

struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    /// A compiler for linux-64 that knows its target, tools and libraries for three platforms.
    fn new() -> Self {
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
    fn set_up(&self, wanted: &Wanted, variables: &[(&str, &str)]) -> Outcome {
        let path = |name: &str| self.dir.path().join(name);
        fs_err::write(path("wanted.json"), serde_json::to_vec(wanted).unwrap()).unwrap();
        let _ = fs_err::remove_file(path("outcome.json"));
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "sets_up_what_another_test_wants", "--ignored"])
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

/// Futures of a session are deep, and without optimisation larger than a test's stack.
const STACK_BYTES: usize = 32 * 1024 * 1024;

fn run<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let work = move || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.enable_all().thread_stack_size(STACK_BYTES).build().unwrap().block_on(work)
    };
    std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work).unwrap().join().unwrap()
}

fn wanted(target: &str) -> Wanted {
    let recipe = "package: {name: probe, version: '1'}\nbuild: {script: 'true'}\nrequirements:\n  build: ['${{ compiler(\"c\") }}', make]\n  host: [zlib]\n";
    Wanted {
        recipe: recipe.to_owned(),
        target: target.to_owned(),
        variants: "c_compiler: [gcc]\nc_compiler_version: ['14']\n".to_owned(),
        ..Wanted::default()
    }
}

#[test]
fn tools_come_from_the_build_platform_and_libraries_from_the_host_platform() {
    for target in ["osx-arm64", "win-64", "linux-aarch64"] {
        let place = Place::new();
        let outcome = place.set_up(&wanted(target), &[]);
        assert_eq!(outcome.error, None);
        assert_eq!(outcome.build, [format!("gcc_{target} linux-64"), "make linux-64".to_owned()]);
        // What the compiler exports strongly is for the platform that it compiles for.
        assert_eq!(outcome.host, [format!("libgcc {target}"), format!("zlib {target}")]);
        let compiler = format!("build: gcc_{target}");
        for (name, spec, from) in [
            ("libgcc", ">=14", compiler.as_str()),
            ("oldlibc", "<1", compiler.as_str()),
            ("zlib", ">=1.3,<2", "host: zlib"),
            ("zlib-ng", "<0", "host: zlib"),
        ] {
            assert!(outcome.gains(name, spec, from), "{name}: {:#?}", outcome.log);
        }
        let log = outcome.log.join("\n");
        assert!(!log.contains("never") && !log.contains("zlib-data"), "{log}");
    }
}

#[test]
fn each_environment_is_solved_with_what_its_platform_provides() {
    let place = Place::new();
    for (target, has, lacks) in [
        ("osx-arm64", &["__unix", "__osx", "__archspec"] as &[_], &["__linux", "__glibc", "__win"] as &[_]),
        ("win-64", &["__win", "__archspec"], &["__unix", "__linux", "__glibc", "__osx"]),
        ("linux-aarch64", &["__unix", "__linux", "__glibc", "__archspec"], &["__osx", "__win"]),
    ] {
        let outcome = place.set_up(&wanted(target), &[]);
        let (build, host) = (outcome.provided("linux-64"), outcome.provided(target));
        for name in ["__unix", "__linux", "__glibc", "__archspec"] {
            assert!(build.contains_key(name), "{name}: {build:?}");
        }
        assert!(has.iter().all(|name| host.contains_key(*name)), "{target}: {host:?}");
        assert!(!lacks.iter().any(|name| host.contains_key(*name)), "{target}: {host:?}");
        assert!(!host.contains_key("__cuda"), "{target}: {host:?}");
        assert_ne!(build["__archspec"], host["__archspec"], "{target}");
    }
}

#[test]
fn overrides_count_for_the_environments_that_can_have_the_package() {
    let place = Place::new();
    let overrides = [
        ("CONDA_OVERRIDE_GLIBC", "2.99"),
        ("CONDA_OVERRIDE_LINUX", "9.9"),
        ("CONDA_OVERRIDE_OSX", "14.4"),
        ("CONDA_OVERRIDE_WIN", "11.5"),
        ("CONDA_OVERRIDE_CUDA", "12.9"),
    ];
    for (target, expected, lacks) in [
        ("osx-arm64", &[("__osx", "14.4=0")] as &[_], &["__glibc", "__linux", "__win"] as &[_]),
        ("win-64", &[("__win", "11.5=0")], &["__glibc", "__linux", "__osx"]),
        ("linux-aarch64", &[("__glibc", "2.99=0"), ("__linux", "9.9=0")], &["__osx", "__win"]),
    ] {
        let outcome = place.set_up(&wanted(target), &overrides);
        let (build, host) = (outcome.provided("linux-64"), outcome.provided(target));
        assert_eq!((build["__glibc"].as_str(), build["__linux"].as_str()), ("2.99=0", "9.9=0"));
        assert!(!build.contains_key("__osx") && !build.contains_key("__win"), "{build:?}");
        for (name, value) in expected {
            assert_eq!(host.get(*name).map(String::as_str), Some(*value), "{target}: {host:?}");
        }
        assert!(!lacks.iter().any(|name| host.contains_key(*name)), "{target}: {host:?}");
        // Which cards there will be is the caller's word.
        assert_eq!((build["__cuda"].as_str(), host["__cuda"].as_str()), ("12.9=0", "12.9=0"));
    }
    let none = place.set_up(&wanted("linux-aarch64"), &[("CONDA_OVERRIDE_GLIBC", "")]);
    assert!(!none.provided("linux-64").contains_key("__glibc"), "{:#?}", none.log);
}

#[test]
fn a_processor_that_is_named_counts_for_platforms_of_its_kind() {
    let place = Place::new();
    let named = |target: &str, processor: &str| {
        let outcome = place.set_up(&wanted(target), &[("CONDA_OVERRIDE_ARCHSPEC", processor)]);
        (outcome.provided("linux-64")["__archspec"].clone(), outcome.provided(target)["__archspec"].clone())
    };
    let own = place.set_up(&wanted("linux-aarch64"), &[]).provided("linux-64")["__archspec"].clone();
    assert_eq!(named("osx-arm64", "x86_64_v2"), ("1=x86_64_v2".to_owned(), "1=m1".to_owned()));
    assert_eq!(named("win-64", "x86_64_v2"), ("1=x86_64_v2".to_owned(), "1=x86_64_v2".to_owned()));
    assert_eq!(named("linux-aarch64", "neoverse_n1"), (own.clone(), "1=neoverse_n1".to_owned()));
    assert_eq!(named("osx-arm64", "m3"), (own, "1=m3".to_owned()));
}

#[test]
fn what_a_package_needs_of_its_platform_decides_whether_it_fits() {
    let place = Place::new();
    let with = |target: &str, package: &str| Wanted {
        recipe: format!("package: {{name: probe, version: '1'}}\nrequirements: {{host: [{package}]}}\n"),
        ..wanted(target)
    };
    assert_eq!(place.set_up(&with("osx-arm64", "needs-osx"), &[]).host, ["needs-osx osx-arm64"]);
    let old = place.set_up(&with("osx-arm64", "needs-osx"), &[("CONDA_OVERRIDE_OSX", "10.9")]);
    assert!(old.error.as_deref().unwrap_or_default().contains("__osx"), "{old:?}");
    assert_eq!(place.set_up(&with("win-64", "needs-win"), &[]).host, ["needs-win win-64"]);
    let new = place.set_up(&with("linux-aarch64", "needs-linux"), &[("CONDA_OVERRIDE_GLIBC", "2.41")]);
    assert_eq!(new.host, ["needs-linux linux-aarch64"]);
}

#[test]
fn packages_that_are_added_are_for_the_platform_of_their_environment() {
    let place = Place::new();
    let outcome = place.set_up(&Wanted { add: vec!["extra".to_owned()], ..wanted("osx-arm64") }, &[]);
    assert_eq!(outcome.error, None);
    assert!(outcome.host.contains(&"extra osx-arm64".to_owned()), "{outcome:?}");
}

#[test]
fn variables_tell_the_platforms_apart() {
    let place = Place::new();
    for (target, arch, cross, ending) in [
        ("osx-arm64", "arm64", "1", ".dylib"),
        ("win-64", "64", "1", ".dll"),
        ("linux-aarch64", "aarch64", "1", ".so"),
        ("linux-64", "64", "0", ".so"),
    ] {
        let outcome = place.set_up(&wanted(target), &[]);
        let names = ["build_platform", "host_platform", "target_platform", "SUBDIR", "ARCH", "SHLIB_EXT"];
        let found = names.map(|name| outcome.variable(name));
        assert_eq!(found, ["linux-64", target, target, target, arch, ending]);
        assert_eq!(outcome.variable("CONDA_BUILD_CROSS_COMPILATION"), cross, "{target}");
        assert_eq!(outcome.variable("BUILD"), "x86_64-conda_cos6-linux-gnu");
    }
    let osx = place.set_up(&wanted("osx-arm64"), &[]);
    assert_eq!((osx.variable("OSX_ARCH"), osx.variable("MACOSX_DEPLOYMENT_TARGET")), ("arm64", "11.0"));
}

#[test]
fn a_noarch_package_is_built_for_the_machine_that_builds_it() {
    let place = Place::new();
    let recipe = "package: {name: probe, version: '1'}\nbuild: {noarch: python, script: 'true'}\nrequirements: {build: ['${{ compiler(\"c\") }}'], host: [zlib]}\n";
    for target in ["linux-64", "osx-arm64"] {
        let outcome = place.set_up(&Wanted { recipe: recipe.to_owned(), ..wanted(target) }, &[]);
        assert_eq!(outcome.error, None, "{target}");
        // The compiler is named after the target that was asked for; what is installed runs here.
        assert_eq!(outcome.host, ["libgcc linux-64", "zlib linux-64"], "{target}");
        assert_eq!((outcome.variable("target_platform"), outcome.variable("SUBDIR")), ("noarch", "noarch"));
        assert_eq!(outcome.variable("build_platform"), "linux-64");
        // Only what is exported for such packages is needed by it.
        assert!(outcome.gains("zlib-data", "*", "host: zlib"), "{:#?}", outcome.log);
        assert!(!outcome.gains("zlib", ">=1.3,<2", "host: zlib"), "{:#?}", outcome.log);
    }
}
