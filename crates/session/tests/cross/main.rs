//! Build, host and target platform apart: each environment is solved for its own platform, with what that provides.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod place;

use place::{Place, Wanted};

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
