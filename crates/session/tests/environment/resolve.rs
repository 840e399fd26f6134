//! Specs, pins, conflicts, platforms.

use serde_json::json;
use sidewinder_recipe::render::RenderedVariant;
use sidewinder_session::Error;
use sidewinder_session::environment::{FinalDependency, Platforms, SolveSettings};
use sidewinder_session::progress::Environment;
use sidewinder_testkit::{Channel, Package};

use crate::stage::{Stage, names, small_world, variant, variant_with};

fn texts(dependencies: &[FinalDependency]) -> Vec<&str> {
    dependencies.iter().map(|dependency| dependency.spec.as_str()).collect()
}

fn pin(kind: &str, name: &str) -> serde_json::Value {
    json!({ kind: { "name": name, "lower_bound": "x.x.x.x.x.x", "upper_bound": "x.x" } })
}

#[tokio::test]
async fn host_specs_take_variant_values_pins_and_strong_exports_in_this_order() {
    let stage = Stage::new();
    let variant = variant_with(
        json!({ "requirements": { "build": ["toolx"], "host": ["libfoo", pin("pin_compatible", "toolx")] } }),
        json!({ "variant": { "libfoo": "1.2" } }),
    );
    let resolved = stage.resolve(&variant).await.unwrap();
    assert_eq!(texts(&resolved.host.specs), ["libfoo 1.2.*", "toolx >=3.1,<3.2.0a0", "libstrong >=1,<2"]);
    assert_eq!(names(&resolved.build.records), ["inner 1.0", "toolx 3.1"]);
    assert_eq!(names(&resolved.host.records), ["inner 1.0", "libfoo 1.2.3", "libstrong 1.5", "toolx 3.1"]);
}

#[tokio::test]
async fn variant_values_reach_bare_names_of_environments_only() {
    let requirements = json!({ "requirements": { "host": ["lib.foo", "libweak 1.*"], "run": ["libfoo", "lib.foo"] } });
    let values = json!({ "variant": { "lib-foo": "1.2.3 h46_0", "libweak": "9" } });
    let stage = Stage::with(Channel::new().add_all(small_world()).add(Package::new("lib.foo", "1.2.3").build("h46_0")));
    let resolved = stage.resolve(&variant_with(requirements, values)).await.unwrap();
    assert_eq!(texts(&resolved.host.specs), ["lib.foo ==1.2.3 h46_0", "libweak 1.*"]);
    assert_eq!(texts(&resolved.run.depends), ["libfoo", "lib.foo"]);
}

#[tokio::test]
async fn run_pins_look_into_host_before_build() {
    let stage = Stage::new();
    let variant = variant_with(
        json!({ "requirements": {
            "build": ["libfoo 1.*"], "host": ["libfoo 2.*"],
            "run": [pin("pin_compatible", "libfoo"), pin("pin_subpackage", "dd"), pin("pin_subpackage", "dd-libs")],
            "run_exports": { "weak": [pin("pin_subpackage", "dd")] },
        } }),
        json!({ "subpackages": { "dd-libs": { "version": "7.8", "buildString": "h1_0" } } }),
    );
    let run = stage.resolve(&variant).await.unwrap().run;
    assert_eq!(texts(&run.depends), ["libfoo >=2.0.0,<2.1.0a0", "dd >=1.0,<1.1.0a0", "dd-libs >=7.8,<7.9.0a0"]);
    assert_eq!(texts(&run.run_exports.weak), ["dd >=1.0,<1.1.0a0"]);
    let log = stage.log();
    assert!(log.contains("Finalized run dependencies (dd-1.0-hebc7dc1_0):"), "{log}");
    assert!(log.contains(">=2.0.0,<2.1.0a0 (PC)"), "{log}");
}

#[tokio::test]
async fn pins_on_what_is_not_there_name_it() {
    let stage = Stage::new();
    let cases: [(RenderedVariant, &str); 3] = [
        (
            variant(json!({ "requirements": { "host": [pin("pin_subpackage", "zzz")] } })),
            "cannot apply pin_subpackage('zzz'): the recipe has no output of this name",
        ),
        (
            variant(json!({ "requirements": { "run": [pin("pin_compatible", "zzz")] } })),
            "cannot apply pin_compatible('zzz'): no package of this name is in the solved environments",
        ),
        (
            variant(json!({ "requirements": { "build": [pin("pin_compatible", "libfoo")] } })),
            "cannot apply pin_compatible('libfoo'): no environment is solved before this one",
        ),
    ];
    for (variant, message) in cases {
        let error = stage.resolve(&variant).await.unwrap_err();
        assert_eq!(error.code(), "PIN_FAILED");
        assert_eq!(error.to_string(), message);
    }
}

#[tokio::test]
async fn a_conflict_is_explained() {
    let stage = Stage::new();
    let cases = [
        (json!(["nosuchpkg"]), "No candidates were found for nosuchpkg *."),
        (json!(["libfoo >=3"]), "No candidates were found for libfoo >=3."),
        (json!(["needy", "conflictor"]), "which conflicts with the versions reported above"),
        (json!(["needy", "libfoo <2"]), "libfoo >=2"),
    ];
    for (host, expected) in cases {
        let error = stage.resolve(&variant(json!({ "requirements": { "host": host } }))).await.unwrap_err();
        let Error::Solve { environment, explanation, .. } = &error else { panic!("{error}") };
        assert_eq!(*environment, Environment::Host);
        assert!(explanation.contains(expected), "{explanation}");
        assert!(error.to_string().starts_with("cannot solve the host environment:\n"));
    }
}

#[tokio::test]
async fn build_and_host_become_one_when_merged() {
    let stage = Stage::new();
    let variant = variant(json!({
        "build": { "merge_build_and_host_envs": true },
        "requirements": { "build": ["toolx"], "host": ["libfoo 1.*"] },
    }));
    let resolved = stage.resolve(&variant).await.unwrap();
    assert!(resolved.build.records.is_empty());
    assert_eq!(texts(&resolved.host.specs), ["libfoo 1.*", "toolx", "libstrong >=1,<2"]);
    assert_eq!(names(&resolved.host.records), ["inner 1.0", "libfoo 1.2.3", "libstrong 1.5", "toolx 3.1"]);
    assert_eq!(texts(&resolved.run.depends), ["libstrong >=1,<2"]);
}

#[tokio::test]
async fn host_is_solved_for_the_platform_of_the_package() {
    let other = "osx-arm64".parse().unwrap();
    let channel = Channel::new()
        .add(Package::new("lib", "1.0"))
        .add(Package::new("lib", "2.0").subdir(other))
        .add(Package::new("needs-osx", "1.0").subdir(other).depends(["__osx"]));
    let stage = Stage::with(channel);
    let recipe = json!({ "requirements": { "build": ["lib"], "host": ["lib", "needs-osx"] } });
    let cross = variant_with(recipe.clone(), json!({ "hostPlatform": "osx-arm64", "targetPlatform": "osx-arm64" }));
    let resolved = stage.resolve(&cross).await.unwrap();
    assert_eq!(names(&resolved.build.records), ["lib 1.0"]);
    assert_eq!(names(&resolved.host.records), ["lib 2.0", "needs-osx 1.0"]);
    assert!(stage.log().contains("assuming __unix"));

    let fields = json!({ "noarch": "generic", "hostPlatform": "noarch", "targetPlatform": "noarch" });
    let noarch = variant_with(json!({ "requirements": { "host": ["lib"] } }), fields);
    assert_eq!(Platforms::of(&noarch).unwrap().host, Platforms::of(&noarch).unwrap().build);
    assert_eq!(names(&stage.resolve(&noarch).await.unwrap().host.records), ["lib 1.0"]);
}

#[tokio::test]
async fn solving_twice_gives_the_same() {
    let stage = Stage::new();
    let variant = variant(json!({ "requirements": { "build": ["toolx"], "host": ["toolx", "needy"] } }));
    let first = stage.resolve(&variant).await.unwrap();
    for _ in 0..3 {
        let again = stage.resolve(&variant).await.unwrap();
        assert_eq!(again.host.specs, first.host.specs);
        assert_eq!(again.host.records, first.host.records);
        assert_eq!(again.run, first.run);
    }
}

#[tokio::test]
async fn packages_that_are_too_new_are_left_out() {
    // The channel says when it indexed them: now.
    let stage = Stage::new();
    let variant = variant(json!({ "requirements": { "host": ["libfoo"] } }));
    let resolve = async |moment: &str| {
        let settings = SolveSettings { exclude_newer: Some(moment.to_owned()), ..stage.settings() };
        let (services, progress, cancel) = (&stage.services, &stage.progress, &stage.cancel);
        sidewinder_session::environment::resolve(&variant, &settings, services, progress, cancel).await
    };
    assert_eq!(names(&resolve("2999-01-01T00:00:00Z").await.unwrap().host.records), ["libfoo 2.0.0"]);
    let Err(Error::Solve { explanation, .. }) = resolve("2021-01-01T00:00:00Z").await else { panic!("it was solved") };
    assert!(explanation.contains("after the cutoff date"), "{explanation}");
    assert_eq!(resolve("yesterday").await.unwrap_err().code(), "INVALID_OPTION");
}
